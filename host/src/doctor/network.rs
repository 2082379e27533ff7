//! The way to the providers: every address the host sends to, each looked at once, all at the same time; and this
//! machine's clock beside theirs.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinSet;
use url::Url;

use super::Finding;
use super::probe::{Answer, Failure, probe};
use crate::config::Config;
use crate::egress;

/// Seconds of difference that are worth a word.
const NOTABLE: i64 = 60;
/// Seconds of difference that break sign-ins and make good tokens look expired.
const BROKEN: i64 = 300;

/// A variable that names an address, with the address.
type Target = (&'static str, &'static str, Url);

/// What the addresses answer, and what time they say it is.
pub(super) async fn network(config: &Config) -> Vec<Finding> {
    let targets = targets(config);
    let needs_tls = targets.iter().any(|(_, _, url)| url.scheme() == "https");
    let tls = match egress::tls(config, needs_tls) {
        Ok(tls) => Arc::new(tls),
        Err(error) => return vec![Finding::problem("tls", error.to_string(), error.remedy())],
    };
    let mut looks = JoinSet::new();
    for (provider, variable, url) in targets {
        let tls = tls.clone();
        looks.spawn(async move { (provider, variable, probe(&url, tls).await, url) });
    }
    let mut looks = looks.join_all().await;
    looks.sort_by_key(|(_, variable, ..)| *variable);
    let mut findings = Vec::new();
    let mut clocks = BTreeMap::new();
    for (provider, variable, result, url) in &looks {
        if let Ok(Answer { ahead_seconds: Some(ahead), .. }) = result {
            let worst = clocks.entry(*provider).or_insert(*ahead);
            *worst = if ahead.abs() > worst.abs() { *ahead } else { *worst };
        }
        findings.push(endpoint(url, result).about(*variable));
    }
    findings.extend(clocks.into_iter().map(|(provider, ahead)| clock(ahead).about(provider)));
    findings
}

/// The addresses that the host itself asks; the consent pages are opened by browsers. Of an API a method that exists
/// is asked, without credentials: whoever answers 401 is the API, and not merely a server at that name.
fn targets(config: &Config) -> Vec<Target> {
    let mut targets = Vec::new();
    let mut add = |provider, variable, replaced: &Option<String>, own: &str, path: &str| {
        let address = format!("{}{path}", replaced.as_deref().unwrap_or(own).trim_end_matches('/'));
        targets.extend(Url::parse(&address).ok().map(|url| (provider, variable, url)));
    };
    if let Some(client) = &config.google {
        add("google", "GOOGLE_TOKEN_URL", &client.endpoints.token, "https://oauth2.googleapis.com/token", "");
        add("google", "GOOGLE_REVOKE_URL", &client.endpoints.revoke, "https://oauth2.googleapis.com/revoke", "");
        add(
            "google",
            "GOOGLE_API_URL",
            &client.endpoints.api,
            "https://www.googleapis.com/calendar/v3",
            "/users/me/calendarList",
        );
    }
    if let Some(client) = &config.outlook {
        let login = "https://login.microsoftonline.com/common/oauth2/v2.0";
        add("outlook", "OUTLOOK_TOKEN_URL", &client.endpoints.token, &format!("{login}/token"), "");
        add("outlook", "OUTLOOK_DEVICE_CODE_URL", &client.endpoints.device_code, &format!("{login}/devicecode"), "");
        add("outlook", "OUTLOOK_API_URL", &client.endpoints.api, "https://graph.microsoft.com/v1.0", "/me/calendars");
    }
    targets
}

fn endpoint(url: &Url, result: &Result<Answer, Failure>) -> Finding {
    let check = "endpoint";
    let host = url.host_str().unwrap_or_default();
    match result {
        Ok(answer) if answer.status >= 500 => Finding::warning(
            check,
            format!("{host} answers {}: it has trouble itself", answer.status),
            "try again later; see the provider's status page",
        ),
        Ok(_) => Finding::ok(check, format!("{host} answers")),
        Err(Failure::Name(reason)) => Finding::problem(
            check,
            format!("the name {host} cannot be resolved: {reason}"),
            "check the spelling of the variable, the network and the name server",
        ),
        Err(Failure::Connection(reason)) => Finding::problem(
            check,
            format!("{host} cannot be connected to: {reason}"),
            "check the port and the firewall; proxies from the environment are not used",
        ),
        Err(Failure::Tls(reason)) => Finding::problem(
            check,
            format!("{host} cannot be trusted or speaks no TLS: {reason}"),
            "where a company's own certificates are used, name them in CALENDAR_HOST_CA_FILE; else check the clock and \
             the system's certificates",
        ),
        Err(Failure::Answer(reason)) => Finding::problem(
            check,
            format!("{host} gives no HTTP answer: {reason}"),
            "check that the variable leads to the provider, and what stands between",
        ),
    }
}

fn clock(ahead: i64) -> Finding {
    let (check, remedy) = ("clock", "set this machine's clock by NTP, for example `timedatectl set-ntp true`");
    let way = if ahead > 0 { "behind" } else { "ahead of" };
    let message = format!("this machine's clock is {} s {way} the provider's", ahead.abs());
    match ahead.abs() {
        seconds if seconds > BROKEN => {
            let message =
                format!("{message}: sign-ins fail, and good tokens look expired (InvalidAuthenticationToken)");
            Finding::problem(check, message, remedy)
        }
        seconds if seconds > NOTABLE => Finding::warning(check, message, remedy),
        seconds if seconds > 2 => Finding::ok(check, message),
        _ => Finding::ok(check, "this machine's clock agrees with the provider's"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_minute_of_difference_is_a_warning_and_five_are_a_problem() {
        for (ahead, level) in
            [(0, Level::Ok), (-60, Level::Ok), (61, Level::Warning), (-300, Level::Warning), (301, Level::Problem)]
        {
            assert_eq!(clock(ahead).level, level, "{ahead}");
        }
        assert!(clock(400).message.contains("400 s behind"));
        assert!(clock(-400).message.contains("400 s ahead of"));
    }

    #[test]
    fn the_vendors_own_addresses_are_looked_at_and_replaced_ones_instead() {
        let config = Config::from_vars([
            ("CALENDAR_HOST_DATA_DIR", "data"),
            ("GOOGLE_CLIENT_ID", "id"),
            ("OUTLOOK_CLIENT_ID", "id"),
            ("OUTLOOK_API_URL", "http://127.0.0.1:1/v1.0"),
        ]);
        let hosts: Vec<_> = targets(&config.unwrap()).into_iter().map(|(_, _, url)| url.to_string()).collect();
        assert_eq!(hosts.len(), 6);
        assert!(hosts.contains(&"http://127.0.0.1:1/v1.0/me/calendars".to_owned()), "{hosts:?}");
        assert!(
            hosts.contains(&"https://www.googleapis.com/calendar/v3/users/me/calendarList".to_owned()),
            "{hosts:?}"
        );
    }
}
