//! Addresses from the configuration: checked once, compared exactly by the egress policy.

use std::fmt;

use url::{Host, Url};

use super::ConfigError;

/// Scheme, host and port of an address, normalised: what the egress policy compares.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    /// `https`, or `http` on loopback.
    pub(crate) scheme: String,
    /// Lower case, punycode, IPv6 in brackets.
    pub(crate) host: String,
    /// The port, also when it is the scheme's own.
    pub(crate) port: u16,
}

impl Origin {
    /// The origin of an address that [`check`] accepted, or of a built-in one.
    pub(crate) fn of(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        Some(Self {
            scheme: url.scheme().to_owned(),
            host: url.host_str()?.to_owned(),
            port: url.port_or_known_default()?,
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

/// Accepts an absolute https address, or http on loopback, without user info, query or fragment;
/// returns it normalised and without a slash at its end.
pub(super) fn check(variable: &'static str, text: &str) -> Result<String, ConfigError> {
    let url = parse(variable, text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(ConfigError::new(
            variable,
            "has a query or a fragment",
            "give the address up to the path, without `?` and `#`",
        ));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Accepts a redirect address: as [`check`], but a query is allowed and nothing is normalised,
/// because providers compare the text.
pub(super) fn check_redirect(variable: &'static str, text: &str) -> Result<String, ConfigError> {
    let url = parse(variable, text)?;
    if url.fragment().is_some() {
        return Err(ConfigError::new(
            variable,
            "has a fragment",
            "remove `#` and what follows (RFC 6749 section 3.1.2)",
        ));
    }
    Ok(text.to_owned())
}

fn parse(variable: &'static str, text: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(text).map_err(|error| {
        ConfigError::new(variable, format!("is not an address ({error})"), "write it like https://example.com/path")
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ConfigError::new(variable, "contains a user name or password", "remove the part before `@`"));
    }
    let Some(host) = url.host() else {
        return Err(ConfigError::new(variable, "has no host", "write it like https://example.com/path"));
    };
    if url.host_str().is_some_and(|host| host.ends_with('.')) {
        return Err(ConfigError::new(variable, "has a host with a dot at its end", "remove that dot"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&host) => Ok(url),
        _ => Err(ConfigError::new(
            variable,
            "is not https",
            "use https; plain http is accepted on this machine only (127.0.0.1, [::1], localhost)",
        )),
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => *name == "localhost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<String, String> {
        check("GOOGLE_API_URL", text).map_err(|error| error.to_string())
    }

    #[test]
    fn accepts_https_anywhere_and_http_on_loopback() {
        for (text, expected) in [
            ("https://graph.microsoft.us", "https://graph.microsoft.us"),
            ("HTTPS://Graph.Microsoft.US:443/v1.0/", "https://graph.microsoft.us/v1.0"),
            ("http://127.0.0.1:4567/calendar/v3", "http://127.0.0.1:4567/calendar/v3"),
            ("http://127.9.9.9:1", "http://127.9.9.9:1"),
            ("http://[::1]:8080/x", "http://[::1]:8080/x"),
            ("http://localhost:80/", "http://localhost"),
            ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(checked(text).unwrap(), expected);
        }
    }

    #[test]
    fn refuses_everything_that_could_mislead() {
        for (text, reason) in [
            ("http://example.com", "is not https"),
            ("http://localhost.example.com", "is not https"),
            ("http://128.0.0.1", "is not https"),
            ("http://[::2]", "is not https"),
            ("ftp://127.0.0.1", "is not https"),
            ("file:///etc/passwd", "has no host"),
            ("https://user@example.com", "user name"),
            ("https://:secret@example.com", "user name"),
            ("https://example.com/?key=1", "query"),
            ("https://example.com/#part", "fragment"),
            ("https://example.com./", "dot"),
            ("example.com", "is not an address"),
            ("https://", "is not an address"),
            ("https://exa mple.com", "is not an address"),
            ("https://example.com:99999", "is not an address"),
        ] {
            let error = checked(text).unwrap_err();
            assert!(error.starts_with("GOOGLE_API_URL ") && error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        let error = check("GOOGLE_API_URL", "https://ana:canary@example.com").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn origins_are_normalised() {
        let origin = |text| Origin::of(text).unwrap().to_string();
        assert_eq!(origin("https://Example.COM/a"), "https://example.com:443");
        assert_eq!(origin("http://[0:0::1]:8080"), "http://[::1]:8080");
        assert_eq!(origin("http://localhost"), "http://localhost:80");
    }

    #[test]
    fn redirect_addresses_keep_their_text() {
        let text = "http://LOCALHOST:8765/callback";
        assert_eq!(check_redirect("OUTLOOK_REDIRECT_URI", text).unwrap(), text);
        assert!(check_redirect("OUTLOOK_REDIRECT_URI", "http://example.com/callback").is_err());
        assert!(check_redirect("OUTLOOK_REDIRECT_URI", "https://example.com/callback#x").is_err());
    }
}
