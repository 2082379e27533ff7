//! Where requests may go: exactly the scheme, host and port of the configured endpoints.
//! A
//! policy file narrows or extends that. Everything else is denied, and so is everything that only
//! looks like one of them.

use std::collections::BTreeMap;
use std::time::Duration;

use http::{Method, Uri};

use super::origin::{destination, origin};
use crate::config::policy::{METHODS, PolicyFile};
use crate::config::{Client, Config, ConfigError, Origin};

/// The addresses requests may be sent to.
pub(super) struct Policy {
    /// Variables that name endpoints of configured providers, with their present origins.
    settings: BTreeMap<&'static str, Origin>,
    file: PolicyFile,
    /// Where Graph is: origin and path.
    graph: Option<(Origin, String)>,
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
    /// The configured endpoints, narrowed and extended by the policy file.
    pub(super) fn new(config: &Config) -> Result<Self, ConfigError> {
        let google = config.google.iter().flat_map(|client| client.google_origins());
        let outlook = config.outlook.iter().flat_map(|client| client.outlook_origins());
        let settings: BTreeMap<_, _> = google.chain(outlook).collect();
        let file = config.policy_file.as_deref().map_or_else(|| Ok(PolicyFile::default()), PolicyFile::read)?;
        let policy = Self { settings, file, graph: config.outlook.as_ref().and_then(Client::graph) };
        for (name, origin) in &policy.settings {
            if METHODS.iter().all(|method| policy.judge(method, origin).is_err()) {
                tracing::warn!("{name} is at {origin}, which the policy file does not allow");
            }
        }
        Ok(policy)
    }

    /// Whether an address belongs to the API of Microsoft.
    pub(super) fn is_graph(&self, uri: &Uri) -> bool {
        let Some((graph, base)) = &self.graph else { return false };
        let below = uri.path().strip_prefix(base.as_str());
        origin(uri).as_ref() == Some(graph) && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether any address that can be allowed is https.
    pub(super) fn needs_tls(&self) -> bool {
        !self.file.rules.is_empty() || self.settings.values().any(|origin| origin.scheme == "https")
    }

    /// Allowed, with the time that the policy file gives its requests; or denied.
    pub(super) fn check(&self, method: &Method, uri: &Uri) -> Result<Option<Duration>, Denial> {
        let deny = |hint: String| Denial { destination: destination(uri), hint };
        if !METHODS.contains(method) {
            return Err(deny("this method is never allowed".to_owned()));
        }
        let origin = origin(uri).ok_or_else(|| deny("the address is not plain scheme, host and port".to_owned()))?;
        self.judge(method, &origin).map_err(deny)
    }

    /// A rule about a server replaces what its being an endpoint allows.
    fn judge(&self, method: &Method, origin: &Origin) -> Result<Option<Duration>, String> {
        let is_endpoint = self.settings.values().any(|one| one == origin);
        let about: Vec<_> = self.file.rules.iter().filter(|rule| rule.covers(origin)).collect();
        if about.is_empty() {
            return match is_endpoint && self.file.endpoints {
                true => Ok(None),
                false if is_endpoint => Err(format!("the policy file allows listed hosts only: add {origin} to it")),
                false => Err(self.hint(origin)),
            };
        }
        if origin.scheme != "https" && !is_endpoint {
            return Err(format!("plain http is for endpoints on this machine only, and {origin} is none"));
        }
        match about.iter().find(|rule| rule.allows(method)) {
            Some(rule) => Ok(rule.timeout),
            None => Err(format!("the policy file does not allow {method} at {origin}: add the method to its rule")),
        }
    }

    fn hint(&self, origin: &Origin) -> String {
        if self.settings.is_empty() {
            return "no provider is configured: set GOOGLE_CLIENT_ID or OUTLOOK_CLIENT_ID".to_owned();
        }
        let allowed: Vec<_> = self.settings.iter().map(|(name, origin)| format!("{name} = {origin}")).collect();
        let allowed = allowed.join(", ");
        format!(
            "to allow {origin}, point one of these at it: {allowed}; or list it in the file of CALENDAR_HOST_POLICY"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(variables: &[(&str, &str)]) -> Policy {
        Policy::new(&Config::from_vars([("HOME", "/h")].into_iter().chain(variables.iter().copied())).unwrap()).unwrap()
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
            // Numbers that some resolvers read as addresses, and other ways to write them.
            "https://3627734062/",
            "https://0xd83ad62e/",
            "https://0330.072.0326.056/",
            "https://127.0.0.1/",
            "https://0/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:d83a:d62e]/",
            "https://[fe80::1%25eth0]/",
            "https://www.googleapis.com%00.example.com/",
            "https://www.googleapis.com\\@example.com/",
            "https://www.google\u{3002}apis.com/",
            "https://\u{ff57}ww.googleapis.com/",
            "https://www.googleap\u{456}s.com/",
            "https://xn--www-googleaps-9re.com/",
            "https://www_googleapis.com/",
            "https://www.googleapis.com:+443/",
            "https://www.googleapis.com:0443x/",
            "https://www.googleapis.com:99999/",
            "https://@www.googleapis.com/",
            "https://:@www.googleapis.com/",
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

    /// Google and Outlook under this policy file.
    fn ruled(text: &str) -> Policy {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        std::fs::write(&path, text).unwrap();
        policy(&[
            ("GOOGLE_CLIENT_ID", "id"),
            ("OUTLOOK_CLIENT_ID", "id"),
            ("OUTLOOK_API_URL", "http://127.0.0.1:99/v1.0"),
            ("CALENDAR_HOST_POLICY", path.to_str().unwrap()),
        ])
    }

    fn answer(policy: &Policy, method: Method, uri: &'static str) -> Result<Option<Duration>, String> {
        policy.check(&method, &Uri::from_static(uri)).map_err(|denial| denial.hint)
    }

    #[test]
    fn a_policy_file_extends_and_narrows() {
        let policy = ruled(
            "[[allow]]\nhosts = ['gateway.example']\nports = [8443]\n[[allow]]\nhosts = ['www.googleapis.com']\n\
             methods = ['GET']\ntimeout-seconds = 7",
        );
        assert_eq!(answer(&policy, Method::POST, "https://gateway.example:8443/x"), Ok(None));
        assert_eq!(answer(&policy, Method::GET, "https://www.googleapis.com/x"), Ok(Some(Duration::from_secs(7))));
        assert_eq!(answer(&policy, Method::POST, "https://oauth2.googleapis.com/token"), Ok(None));
        let denied = answer(&policy, Method::DELETE, "https://www.googleapis.com/x").unwrap_err();
        assert!(denied.contains("does not allow DELETE at https://www.googleapis.com:443"), "{denied}");
        for uri in ["https://gateway.example/", "https://x.gateway.example:8443/", "http://gateway.example:8443/"] {
            assert!(answer(&policy, Method::GET, uri).is_err(), "{uri}");
        }
    }

    #[test]
    fn a_policy_file_may_switch_the_endpoints_off() {
        let policy = ruled("endpoints = false\n[[allow]]\nhosts = ['127.0.0.1']\nports = [99, 98]");
        assert_eq!(answer(&policy, Method::POST, "http://127.0.0.1:99/v1.0/me"), Ok(None));
        let denied = answer(&policy, Method::GET, "https://www.googleapis.com/").unwrap_err();
        assert!(denied.contains("add https://www.googleapis.com:443 to it"), "{denied}");
        let denied = answer(&policy, Method::GET, "http://127.0.0.1:98/").unwrap_err();
        assert!(denied.contains("plain http"), "{denied}");
    }
}
