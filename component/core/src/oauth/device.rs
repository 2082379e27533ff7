//! Device authorization (RFC 8628): the request for a code that a person types on another device,
//! its answer (section 3.2), and what a poll is told while the person decides (section 3.5). Not
//! here: the token request and its success (`oauth::token`), refusals (`oauth::fault`), and when
//! to poll (`op::authorization::device`).

pub mod pending;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::account::Provider;
use crate::error::{Error, Kind};
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::oauth::endpoint::is_usable;
use crate::ports::OAuthClient;
use crate::secret::Secret;

/// Wait between polls when the answer names none (section 3.2).
const USUAL_INTERVAL: TimeDelta = TimeDelta::seconds(5);
/// Longest wait between polls that is believed.
const LONGEST_INTERVAL: TimeDelta = TimeDelta::seconds(60);
/// What `slow_down` adds to the wait, now and later (section 3.5).
const SLOWER: TimeDelta = TimeDelta::seconds(5);
/// Longest life of a code that is believed.
const LONGEST_LIFE: i64 = 3600;
/// Longest device code that is stored; Entra's are about 300 bytes.
const MAX_CODE: usize = 4096;
/// Longest sentence that is passed on.
const MAX_MESSAGE: usize = 1000;

/// Asks for a code. Repeating it does no harm: each answer is another code.
#[must_use]
pub fn request(url: &str, client: &OAuthClient, scope: &str) -> Request {
    let fields = [("client_id", client.id.as_str()), ("scope", scope)];
    Request::new(Method::Post, url).header("accept", "application/json").form(&fields)
}

/// A successful answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// What the token endpoint is polled with.
    pub device_code: Secret,
    /// What the person types.
    pub user_code: String,
    /// The page to type it on: https, or http on loopback.
    pub verification_uri: String,
    /// A sentence with both, on one line.
    pub message: String,
    /// The codes end then.
    pub expires_at: DateTime<Utc>,
    /// The wait before each poll.
    pub interval: TimeDelta,
}

#[derive(Deserialize)]
struct Wire {
    device_code: Secret,
    user_code: String,
    verification_uri: String,
    expires_in: i64,
    #[serde(default)]
    interval: Option<i64>,
    #[serde(default)]
    message: Option<String>,
}

/// Reads a 200 answer that was received at `now`.
///
/// # Errors
/// `Protocol`, naming what is wrong and never quoting the answer.
pub fn parse(provider: Provider, response: &Response, now: DateTime<Utc>) -> Result<DeviceAuthorization, Error> {
    let broken = |what: &str| Error::new(Kind::Protocol, format!("{provider} sign-in: {what}")).at(provider);
    let wire: Wire = response.json().map_err(|_| broken("the answer is not a device authorization"))?;
    if wire.device_code.expose().is_empty() || wire.device_code.expose().len() > MAX_CODE {
        return Err(broken("the device code is empty or too long"));
    }
    let is_typeable = |code: &str| code.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if wire.user_code.trim().is_empty() || wire.user_code.len() > 64 || !is_typeable(&wire.user_code) {
        return Err(broken("nobody can type the user code"));
    }
    if wire.verification_uri.len() > 2048 || !is_usable(&wire.verification_uri) {
        return Err(broken("the page for the user code is neither https nor on loopback"));
    }
    if wire.expires_in <= 0 {
        return Err(broken("`expires_in` is not positive"));
    }
    let said = wire.message.map(|text| text.trim().to_owned());
    let is_line = |text: &String| {
        !text.is_empty()
            && text.len() <= MAX_MESSAGE
            && !text.chars().any(char::is_control)
            && text.contains(&wire.user_code)
    };
    let own = || format!("Open {} in a browser and enter the code {}.", wire.verification_uri, wire.user_code);
    let interval = wire.interval.map_or(USUAL_INTERVAL, |seconds| TimeDelta::seconds(seconds.clamp(0, 3600)));
    Ok(DeviceAuthorization {
        message: said.filter(is_line).unwrap_or_else(own),
        device_code: wire.device_code,
        user_code: wire.user_code,
        verification_uri: wire.verification_uri,
        expires_at: now + TimeDelta::seconds(wire.expires_in.min(LONGEST_LIFE)),
        interval: interval.min(LONGEST_INTERVAL),
    })
}

/// What a poll is told while the person has not decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// `authorization_pending`.
    Pending,
    /// `slow_down`: as pending, and every later poll waits longer.
    SlowDown,
}

impl Progress {
    /// The wait before the next poll, given the present one.
    #[must_use]
    pub fn next_interval(self, interval: TimeDelta) -> TimeDelta {
        match self {
            Progress::Pending => interval,
            Progress::SlowDown => interval + SLOWER,
        }
    }
}

/// Whether the answer to a poll says to go on; none = it is final, and `oauth::fault`'s to judge.
#[must_use]
pub fn progress(response: &Response) -> Option<Progress> {
    #[derive(Deserialize)]
    struct Wire {
        error: String,
    }
    if !(400..500).contains(&response.status) {
        return None;
    }
    match response.json::<Wire>().ok()?.error.as_str() {
        "authorization_pending" => Some(Progress::Pending),
        "slow_down" => Some(Progress::SlowDown),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::url::parse_form;
    use crate::scripted::{START, client, empty, json};
    use serde_json::{Value, json};

    /// <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>, 2026-06.
    fn entra() -> Value {
        json!({
            "user_code": "FJW2-PZK7", "device_code": "GMMh-canary", "expires_in": 900, "interval": 5,
            "verification_uri": "https://microsoft.com/devicelogin",
            "message": "To sign in, open https://microsoft.com/devicelogin and enter the code FJW2-PZK7 to authenticate.",
        })
    }

    fn with(name: &str, value: Value) -> Result<DeviceAuthorization, Error> {
        let mut body = entra();
        body[name] = value;
        parse(Provider::Outlook, &json(200, body), START)
    }

    #[test]
    fn asks_with_client_and_scope_and_never_with_the_secret() {
        let request = request("https://h/devicecode", &client(Provider::Outlook), "openid Calendars.Read");
        let sent = parse_form(std::str::from_utf8(request.body.as_ref().unwrap()).unwrap()).unwrap();
        let expected = [("client_id", "outlook-client"), ("scope", "openid Calendars.Read")];
        assert_eq!(sent, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }

    #[test]
    fn reads_what_entra_answers_and_never_shows_the_device_code() {
        let found = parse(Provider::Outlook, &json(200, entra()), START).unwrap();
        assert_eq!((found.user_code.as_str(), found.device_code.expose()), ("FJW2-PZK7", "GMMh-canary"));
        assert_eq!(found.expires_at, START + TimeDelta::minutes(15));
        assert_eq!(found.interval, TimeDelta::seconds(5));
        assert!(found.message.starts_with("To sign in, open "));
        assert!(!format!("{found:?}").contains("canary"));
    }

    #[test]
    fn an_absent_interval_is_five_seconds_and_odd_ones_are_bounded() {
        for (sent, seconds) in
            [(Value::Null, 5), (json!(0), 0), (json!(-3), 0), (json!(7), 7), (json!(9000), 60), (json!(i64::MAX), 60)]
        {
            assert_eq!(with("interval", sent.clone()).unwrap().interval, TimeDelta::seconds(seconds), "{sent}");
        }
        assert_eq!(with("expires_in", json!(i64::MAX)).unwrap().expires_at, START + TimeDelta::hours(1));
    }

    #[test]
    fn a_sentence_that_could_mislead_a_terminal_or_lacks_the_code_is_replaced() {
        for odd in [
            Value::Null,
            json!(""),
            json!("enter FJW2-PZK7\u{1b}[2J"),
            json!("no code"),
            json!(format!("FJW2-PZK7{}", "x".repeat(2000))),
        ] {
            let message = with("message", odd).unwrap().message;
            assert_eq!(message, "Open https://microsoft.com/devicelogin in a browser and enter the code FJW2-PZK7.");
        }
    }

    #[test]
    fn refuses_malformed_answers_without_quoting_them() {
        for (name, value) in [
            ("device_code", json!("")),
            ("device_code", json!("canary".repeat(1000))),
            ("device_code", Value::Null),
            ("user_code", json!(" ")),
            ("user_code", json!("canary\n")),
            ("user_code", json!("canary".repeat(20))),
            ("verification_uri", json!("http://canary.example/")),
            ("verification_uri", json!("javascript:canary")),
            ("verification_uri", json!("https://h/ canary")),
            ("expires_in", json!(0)),
            ("expires_in", json!("canary")),
        ] {
            let error = with(name, value).unwrap_err();
            assert_eq!(error.kind, Kind::Protocol, "{name}");
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
        assert_eq!(parse(Provider::Outlook, &empty(200), START).unwrap_err().kind, Kind::Protocol);
    }

    #[test]
    fn only_pending_and_slow_down_mean_to_go_on() {
        let said = |status, error: &str| progress(&json(status, json!({"error": error, "error_codes": [70016]})));
        assert_eq!(said(400, "authorization_pending"), Some(Progress::Pending));
        assert_eq!(said(400, "slow_down"), Some(Progress::SlowDown));
        assert_eq!(said(428, "authorization_pending"), Some(Progress::Pending));
        for error in ["authorization_declined", "expired_token", "bad_verification_code", "invalid_grant", ""] {
            assert_eq!(said(400, error), None, "{error}");
        }
        assert_eq!(said(500, "authorization_pending"), None);
        assert_eq!(progress(&empty(400)), None);
        let five = TimeDelta::seconds(5);
        assert_eq!(Progress::Pending.next_interval(five), five);
        assert_eq!(Progress::SlowDown.next_interval(five), TimeDelta::seconds(10));
    }
}
