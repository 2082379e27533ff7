//! Where each provider's OAuth endpoints and API are: the vendor's own addresses unless the host
//! replaces them (sovereign clouds, tests), and which redirect addresses are accepted (RFC 6749
//! section 3.1.2, RFC 8252 section 7.3). Plain http is for loopback only.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::account::Provider;
use crate::error::{Error, Kind};
use crate::http::url::{encode, origin};
use crate::ports::OAuthClient;

/// The addresses of one provider, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Authorization page.
    pub authorize: String,
    /// Token endpoint.
    pub token: String,
    /// Revocation endpoint; none = the provider has none.
    pub revoke: Option<String>,
    /// Device authorization endpoint; none = the provider has none for calendars.
    pub device_code: Option<String>,
    /// API base without a slash at its end.
    pub api: String,
    /// Issuers whose `iss` is accepted; `{tid}` stands for the tenant of the id token.
    issuers: Vec<String>,
}

impl Endpoints {
    /// The addresses for a registered client.
    ///
    /// # Errors
    /// `Unsupported` naming the setting: an address that is neither https nor loopback http, or a
    /// malformed tenant.
    pub fn of(provider: Provider, client: &OAuthClient) -> Result<Self, Error> {
        let (authorize, token, revoke, device_code, api) = match provider {
            Provider::Google => (
                "https://accounts.google.com/o/oauth2/v2/auth".to_owned(),
                "https://oauth2.googleapis.com/token".to_owned(),
                Some("https://oauth2.googleapis.com/revoke".to_owned()),
                // It exists, but calendar scopes are not among those it grants.
                None,
                "https://www.googleapis.com/calendar/v3",
            ),
            Provider::Outlook => {
                let tenant = tenant(client)?;
                let login = format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0");
                let leaf = |name: &str| format!("{login}/{name}");
                let graph = "https://graph.microsoft.com/v1.0";
                (leaf("authorize"), leaf("token"), None, Some(leaf("devicecode")), graph)
            }
        };
        let authorize = address(provider, "authorization address", client.authorize_url.as_ref(), authorize)?;
        let token = address(provider, "token address", client.token_url.as_ref(), token)?;
        let revoke =
            revoke.map(|own| address(provider, "revocation address", client.revoke_url.as_ref(), own)).transpose()?;
        let device_code = device_code
            .map(|own| address(provider, "device code address", client.device_code_url.as_ref(), own))
            .transpose()?;
        let api = address(provider, "API address", client.api_url.as_ref(), api.to_owned())?;
        let issuers = issuers(provider, client);
        Ok(Self { authorize, token, revoke, device_code, api: api.trim_end_matches('/').to_owned(), issuers })
    }

    /// The origins tokens are sent to: token endpoint, API, revocation endpoint.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        let mut origins: Vec<String> = Vec::new();
        for url in [Some(&self.token), Some(&self.api), self.revoke.as_ref()].into_iter().flatten() {
            let one = origin(url).unwrap_or_default();
            if !origins.contains(&one) {
                origins.push(one);
            }
        }
        origins
    }

    /// Whether the `iss` of an id token names the configured authorization server (OpenID Connect
    /// Core section 3.1.3.7); `tenant` is the token's own `tid`.
    #[must_use]
    pub fn is_issuer(&self, iss: &str, tenant: Option<&str>) -> bool {
        self.matches(iss, |tid| tenant == Some(tid))
    }

    /// Whether the `iss` of a callback does (RFC 9207). The tenant is not known yet.
    #[must_use]
    pub fn is_issuer_of_callback(&self, iss: &str) -> bool {
        self.matches(iss, |tid| !tid.contains('/'))
    }

    fn matches(&self, iss: &str, is_tenant: impl Fn(&str) -> bool) -> bool {
        self.issuers.iter().any(|known| match known.split_once("{tid}") {
            None => known == iss,
            Some((before, after)) => iss
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|tid| !tid.is_empty() && is_tenant(tid)),
        })
    }
}

/// The redirect address of a new authorization: the configured one, or the caller's when it is
/// the same or on loopback.
///
/// # Errors
/// `InvalidArgument` for another one, `Unsupported` when the configured one is unusable.
pub fn redirect_uri(provider: Provider, client: &OAuthClient, wanted: Option<&str>) -> Result<String, Error> {
    match wanted {
        Some(uri) if uri != client.redirect_uri => {
            if is_loopback(uri) && is_usable(uri) {
                Ok(uri.to_owned())
            } else {
                Err(Error::invalid(
                    "redirect-uri",
                    "must be the configured address or http on loopback, without a fragment",
                ))
            }
        }
        _ if is_usable(&client.redirect_uri) => Ok(client.redirect_uri.clone()),
        _ => Err(misconfigured(provider, "redirect address")),
    }
}

fn tenant(client: &OAuthClient) -> Result<String, Error> {
    let tenant = client.tenant.as_deref().filter(|text| !text.is_empty()).unwrap_or("common");
    let clean = tenant.len() <= 253
        && tenant.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        && !tenant.starts_with('.');
    if clean { Ok(encode(tenant)) } else { Err(misconfigured(Provider::Outlook, "tenant")) }
}

fn address(provider: Provider, name: &str, replaced: Option<&String>, own: String) -> Result<String, Error> {
    match replaced.filter(|text| !text.is_empty()) {
        None => Ok(own),
        Some(url) if is_usable(url) => Ok(url.clone()),
        Some(_) => Err(misconfigured(provider, name)),
    }
}

/// The vendor's issuers, and the origin of a replaced authorization or token endpoint.
fn issuers(provider: Provider, client: &OAuthClient) -> Vec<String> {
    let (mut known, suffix) = match provider {
        Provider::Google => (vec!["https://accounts.google.com".to_owned(), "accounts.google.com".to_owned()], ""),
        Provider::Outlook => (vec!["https://login.microsoftonline.com/{tid}/v2.0".to_owned()], "/{tid}/v2.0"),
    };
    for url in [&client.authorize_url, &client.token_url].into_iter().flatten() {
        let end = url.find("://").and_then(|at| url.get(at + 3..)?.find(['/', '?']).map(|slash| at + 3 + slash));
        let base = end.and_then(|end| url.get(..end)).unwrap_or(url);
        known.push(format!("{base}{suffix}"));
    }
    known
}

/// https, or http on loopback; absolute, without user info, fragment, blanks or control characters.
#[must_use]
pub fn is_usable(url: &str) -> bool {
    let clean = !url.contains('#') && !url.chars().any(|c| c.is_whitespace() || c.is_control());
    clean && origin(url).is_some_and(|origin| origin.starts_with("https://") || is_loopback(url))
}

/// Plain http to this machine: 127.0.0.0/8, `[::1]` or `localhost`.
#[must_use]
pub fn is_loopback(url: &str) -> bool {
    let Some(authority) = origin(url).and_then(|o| o.strip_prefix("http://").map(str::to_owned)) else {
        return false;
    };
    let host = authority.rsplit_once(':').map_or(authority.as_str(), |(host, _)| host);
    let v6 = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || v6.and_then(|ip| ip.parse::<Ipv6Addr>().ok()).is_some_and(|ip| ip.is_loopback())
}

fn misconfigured(provider: Provider, name: &str) -> Error {
    Error::new(Kind::Unsupported, format!("the configured {name} of {provider} is unusable"))
        .with_remedy(format!("Correct the {name}: https, or http on loopback."))
        .at(provider)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::client;

    #[test]
    fn the_vendors_own_addresses_are_the_default() {
        let google = Endpoints::of(Provider::Google, &client(Provider::Google)).unwrap();
        assert_eq!(google.token, "https://oauth2.googleapis.com/token");
        assert_eq!(google.api, "https://www.googleapis.com/calendar/v3");
        let mut work = client(Provider::Outlook);
        work.tenant = Some("contoso.example".to_owned());
        let outlook = Endpoints::of(Provider::Outlook, &work).unwrap();
        assert_eq!(outlook.authorize, "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize");
        assert_eq!(outlook.revoke, None);
        let devices = "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/devicecode";
        assert_eq!((outlook.device_code.as_deref(), google.device_code), (Some(devices), None));
    }

    #[test]
    fn each_address_can_be_replaced_on_its_own_by_https_or_loopback() {
        for (url, accepted) in [
            ("https://graph.microsoft.us/v1.0/", true),
            ("http://127.0.0.1:8080/v1.0", true),
            ("http://[::1]:8080/v1.0", true),
            ("http://localhost/v1.0", true),
            ("http://graph.microsoft.com/v1.0", false),
            ("http://127.0.0.1.evil.example/", false),
            ("http://localhost.evil.example/", false),
            ("https://user@graph.microsoft.com/", false),
            ("https://graph.microsoft.com/#x", false),
            ("ftp://127.0.0.1/", false),
            ("graph.microsoft.com", false),
        ] {
            let mut own = client(Provider::Outlook);
            own.api_url = Some(url.to_owned());
            match Endpoints::of(Provider::Outlook, &own) {
                Ok(found) => {
                    assert!(accepted, "{url}");
                    assert_eq!(found.api, url.trim_end_matches('/'));
                    assert!(found.token.starts_with("https://login.microsoftonline.com/"));
                }
                Err(error) => {
                    assert!(!accepted, "{url}");
                    assert_eq!(error.kind, Kind::Unsupported);
                }
            }
        }
    }

    #[test]
    fn a_tenant_cannot_change_the_path() {
        for bad in ["../x", "a/b", "a?b", "a b", "..", "a#b"] {
            let mut own = client(Provider::Outlook);
            own.tenant = Some(bad.to_owned());
            assert!(Endpoints::of(Provider::Outlook, &own).is_err(), "{bad}");
        }
    }

    #[test]
    fn another_redirect_address_is_accepted_on_loopback_only() {
        let own = client(Provider::Google);
        let check = |wanted| redirect_uri(Provider::Google, &own, wanted);
        assert_eq!(check(None).unwrap(), own.redirect_uri);
        assert_eq!(check(Some(&own.redirect_uri)).unwrap(), own.redirect_uri);
        assert!(check(Some("http://127.0.0.1:49152/callback")).is_ok());
        for bad in [
            "https://evil.example/callback",
            "http://app.example.com/callback",
            "http://127.0.0.1:1/cb#fragment",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(check(Some(bad)).unwrap_err().kind, Kind::InvalidArgument, "{bad}");
        }
        let mut plain = client(Provider::Google);
        plain.redirect_uri = "http://app.example.com/cb".to_owned();
        let error = redirect_uri(Provider::Google, &plain, None).unwrap_err();
        assert_eq!(error.kind, Kind::Unsupported);
    }

    #[test]
    fn issuers_are_the_vendors_and_the_replaced_ones() {
        let google = Endpoints::of(Provider::Google, &client(Provider::Google)).unwrap();
        assert!(google.is_issuer("https://accounts.google.com", None));
        assert!(!google.is_issuer("https://accounts.google.com.evil.example", None));
        let mut own = client(Provider::Outlook);
        let public = Endpoints::of(Provider::Outlook, &own).unwrap();
        assert!(public.is_issuer("https://login.microsoftonline.com/t1/v2.0", Some("t1")));
        assert!(!public.is_issuer("https://login.microsoftonline.com/t1/v2.0", Some("t2")));
        assert!(!public.is_issuer("https://login.microsoftonline.com/t1/v2.0", None));
        assert!(public.is_issuer_of_callback("https://login.microsoftonline.com/t1/v2.0"));
        assert!(!public.is_issuer_of_callback("https://login.microsoftonline.com/v2.0"));
        assert!(!public.is_issuer_of_callback("https://accounts.google.com"));
        assert!(!public.is_issuer("http://127.0.0.1:1/t1/v2.0", Some("t1")));
        own.authorize_url = Some("http://127.0.0.1:1/common/oauth2/v2.0/authorize".to_owned());
        let replaced = Endpoints::of(Provider::Outlook, &own).unwrap();
        assert!(replaced.is_issuer("http://127.0.0.1:1/t1/v2.0", Some("t1")));
    }
}
