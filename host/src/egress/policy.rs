//! Where requests may go: exactly the scheme, host and port of the configured endpoints.
//! Everything else is denied, and so is everything that only looks like one of them.

use std::collections::BTreeMap;

use http::{Method, Uri};

use crate::config::{Config, Origin};

/// Methods of the two vendors' APIs.
const METHODS: [Method; 6] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// The addresses requests may be sent to.
pub(super) struct Policy {
    allowed: Vec<Origin>,
    /// Variables that name endpoints of configured providers, with their present origins.
    settings: BTreeMap<&'static str, Origin>,
}

/// Why a request is refused, for the log.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Denial {
    /// Host and port as asked for.
    pub(super) destination: String,
    /// What would have to be changed.
    pub(super) hint: String,
}

impl Policy {
    pub(super) fn new(config: &Config) -> Self {
        let google = config.google.iter().flat_map(|client| client.google_origins());
        let outlook = config.outlook.iter().flat_map(|client| client.outlook_origins());
        let settings: BTreeMap<_, _> = google.chain(outlook).collect();
        Self { allowed: settings.values().cloned().collect(), settings }
    }

    /// Whether any allowed address is https.
    pub(super) fn needs_tls(&self) -> bool {
        self.allowed.iter().any(|origin| origin.scheme == "https")
    }

    pub(super) fn check(&self, method: &Method, uri: &Uri) -> Result<(), Denial> {
        let deny = |hint: &str| Denial { destination: destination(uri), hint: hint.to_owned() };
        if !METHODS.contains(method) {
            return Err(deny("this method is never allowed"));
        }
        let origin = origin(uri).ok_or_else(|| deny("the address is not plain scheme, host and port"))?;
        if self.allowed.contains(&origin) {
            return Ok(());
        }
        Err(deny(&self.hint(&origin)))
    }

    fn hint(&self, origin: &Origin) -> String {
        if self.settings.is_empty() {
            return "no provider is configured: set GOOGLE_CLIENT_ID or OUTLOOK_CLIENT_ID".to_owned();
        }
        let allowed: Vec<_> = self.settings.iter().map(|(name, origin)| format!("{name} = {origin}")).collect();
        format!("to allow {origin}, point one of these at it: {}", allowed.join(", "))
    }
}

/// Scheme, host and port as written, lower case. `None` for user info, a dot at the end, an
/// empty or odd port, and for anything but letters, digits, `-`, `.` and bracketed IPv6.
fn origin(uri: &Uri) -> Option<Origin> {
    let (scheme, authority) = (uri.scheme_str()?.to_ascii_lowercase(), uri.authority()?.as_str());
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host = host.to_ascii_lowercase();
    if host.is_empty() || host.ends_with('.') || !is_plain(&host) {
        return None;
    }
    let port = match (port, scheme.as_str()) {
        (Some(port), _) if port.bytes().all(|byte| byte.is_ascii_digit()) => port.parse().ok()?,
        (None, "https") => 443,
        (None, "http") => 80,
        _ => return None,
    };
    Some(Origin { scheme, host, port })
}

fn is_plain(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.'),
    }
}

/// Host and port for the log: without user info, which could be a secret.
fn destination(uri: &Uri) -> String {
    uri.authority().map_or_else(String::new, |authority| {
        authority.as_str().rsplit('@').next().unwrap_or_default().chars().take(300).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(variables: &[(&str, &str)]) -> Policy {
        Policy::new(&Config::from_vars([("HOME", "/h")].into_iter().chain(variables.iter().copied())).unwrap())
    }

    fn permits(policy: &Policy, uri: &str) -> bool {
        uri.parse().is_ok_and(|uri| policy.check(&Method::GET, &uri).is_ok())
    }

    #[test]
    fn without_a_provider_nothing_is_allowed() {
        let policy = policy(&[]);
        let denial = policy.check(&Method::GET, &Uri::from_static("https://www.googleapis.com/")).unwrap_err();
        assert_eq!(denial.destination, "www.googleapis.com");
        assert!(denial.hint.contains("GOOGLE_CLIENT_ID"));
    }

    #[test]
    fn a_provider_allows_its_own_addresses_only() {
        let google = policy(&[("GOOGLE_CLIENT_ID", "id")]);
        for uri in [
            "https://oauth2.googleapis.com/token",
            "https://www.googleapis.com/calendar/v3/freeBusy",
            "https://www.googleapis.com:443/",
            "https://WWW.GoogleApis.com/",
            "HTTPS://www.googleapis.com/",
        ] {
            assert!(permits(&google, uri), "{uri}");
        }
        for uri in ["https://graph.microsoft.com/v1.0/me", "https://accounts.google.com/", "https://example.com/"] {
            assert!(!permits(&google, uri), "{uri}");
        }
        let outlook = policy(&[("OUTLOOK_CLIENT_ID", "id")]);
        assert!(permits(&outlook, "https://login.microsoftonline.com/common/oauth2/v2.0/token"));
        assert!(permits(&outlook, "https://graph.microsoft.com/v1.0/me"));
        assert!(!permits(&outlook, "https://www.googleapis.com/"));
    }

    #[test]
    fn look_alikes_are_denied() {
        let policy = policy(&[("GOOGLE_CLIENT_ID", "id")]);
        for uri in [
            "http://www.googleapis.com/",
            "https://www.googleapis.com:444/",
            "https://www.googleapis.com:/",
            "https://www.googleapis.com./",
            "https://www.googleapis.com.example.com/",
            "https://example.com/www.googleapis.com",
            "https://ana@www.googleapis.com/",
            "https://www.googleapis.com@example.com/",
            "https://www.googleapis.com:443@example.com/",
            "https://www%2Egoogleapis.com/",
            "https://xn--www-googleapis-.com/",
            "https://[www.googleapis.com]/",
            "https://[::1]/",
            "ftp://www.googleapis.com/",
            "https:///",
            "/calendar/v3",
            "www.googleapis.com:443",
            "*",
        ] {
            assert!(!permits(&policy, uri), "{uri}");
        }
    }

    #[test]
    fn replaced_addresses_replace_the_vendors() {
        let policy = policy(&[
            ("GOOGLE_CLIENT_ID", "id"),
            ("GOOGLE_API_URL", "http://[::1]:8080/calendar/v3"),
            ("GOOGLE_TOKEN_URL", "http://127.0.0.1:9/token"),
        ]);
        assert!(permits(&policy, "http://[::1]:8080/calendar/v3/x") && permits(&policy, "http://127.0.0.1:9/token"));
        assert!(permits(&policy, "https://oauth2.googleapis.com/revoke"));
        for uri in [
            "https://www.googleapis.com/",
            "https://[::1]:8080/",
            "http://[::1]/",
            "http://[::1]:8081/",
            "http://[0:0:0:0:0:0:0:2]:8080/",
            "http://localhost:9/token",
            "http://127.1:9/token",
            "http://0x7f.0.0.1:9/token",
        ] {
            assert!(!permits(&policy, uri), "{uri}");
        }
    }

    #[test]
    fn odd_methods_are_denied() {
        let policy = policy(&[("GOOGLE_CLIENT_ID", "id")]);
        let uri = Uri::from_static("https://www.googleapis.com/");
        for method in [Method::CONNECT, Method::TRACE, Method::OPTIONS, Method::from_bytes(b"PURGE").unwrap()] {
            assert!(policy.check(&method, &uri).is_err(), "{method}");
        }
    }

    #[test]
    fn the_log_gets_no_user_info() {
        let denial = policy(&[]).check(&Method::GET, &Uri::from_static("https://ana:canary@example.com/")).unwrap_err();
        assert_eq!(denial.destination, "example.com");
    }
}
