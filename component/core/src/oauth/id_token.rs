//! The claims of an id token (OpenID Connect Core section 3.1.3.7): who consented.
//!
//! The signature is not checked: the token comes straight from the token endpoint over TLS, which
//! the standard accepts in its place (rule 6). It must never be taken from anywhere else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::account::{AccountId, Email, Provider};
use crate::error::{Error, Kind};
use crate::oauth::endpoint::Endpoints;
use crate::secret::Secret;

/// Tenant of all personal Microsoft accounts.
pub const PERSONAL_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Clocks may differ this much.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// Who consented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Stable name, made of what the provider never reuses.
    pub account: AccountId,
    /// A label; it can change and is no identity.
    pub email: Option<String>,
    /// Entra tenant.
    pub tenant: Option<String>,
}

/// What the claims must agree with.
pub struct Expected<'a> {
    /// The provider.
    pub provider: Provider,
    /// Its addresses.
    pub endpoints: &'a Endpoints,
    /// `aud`.
    pub client_id: &'a str,
    /// `nonce`; none = the request had no place for one (device authorization), and a nonce that
    /// comes all the same is not compared.
    pub nonce: Option<&'a str>,
    /// The present.
    pub now: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    sub: String,
    exp: i64,
    nonce: Option<String>,
    tid: Option<String>,
    oid: Option<String>,
    email: Option<String>,
    preferred_username: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Reads and checks the claims.
///
/// # Errors
/// `Protocol`, naming the claim that does not agree and never quoting the token.
pub fn identity(token: &Secret, expected: &Expected<'_>) -> Result<Identity, Error> {
    let provider = expected.provider;
    let refuse = |what: &str| {
        Error::new(Kind::Protocol, format!("{provider} sign-in: the id token's {what}"))
            .with_remedy("Start again; if it persists, check the clock and the configured addresses.")
            .at(provider)
    };
    let claims = claims(token).ok_or_else(|| refuse("form is not that of a JWT with claims"))?;
    if !expected.endpoints.is_issuer(&claims.iss, claims.tid.as_deref()) {
        return Err(refuse("`iss` is not the configured provider"));
    }
    let ours = match &claims.aud {
        Audience::One(one) => one == expected.client_id,
        Audience::Many(all) => all.iter().all(|one| one == expected.client_id) && !all.is_empty(),
    };
    if !ours {
        return Err(refuse("`aud` is another client"));
    }
    if expected.nonce.is_some() && claims.nonce.as_deref() != expected.nonce {
        return Err(refuse("`nonce` is not the one that was sent"));
    }
    if claims.exp <= (expected.now - LEEWAY).timestamp() {
        return Err(refuse("`exp` has passed"));
    }
    let tenant = claims.tid.filter(|_| provider == Provider::Outlook);
    let subject = match (provider, &tenant, claims.oid) {
        (Provider::Google, _, _) => claims.sub,
        (Provider::Outlook, Some(tid), Some(oid)) => format!("{tid}.{oid}"),
        (Provider::Outlook, Some(tid), None) => format!("{tid}.{}", claims.sub),
        (Provider::Outlook, None, _) => claims.sub,
    };
    let clean = !subject.is_empty() && subject.len() <= 255 && subject.bytes().all(|b| b.is_ascii_graphic());
    if !clean {
        return Err(refuse("subject is malformed"));
    }
    let label = |text: Option<String>| {
        text.and_then(|text| Email::parse("email", &text).ok()).map(|email| email.as_str().to_owned())
    };
    Ok(Identity {
        account: AccountId::new(format!("{}:{subject}", provider.as_str())),
        email: label(claims.email).or_else(|| label(claims.preferred_username)),
        tenant,
    })
}

fn claims(token: &Secret) -> Option<Claims> {
    let mut parts = token.expose().split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::{START, client};
    use serde_json::{Value, json};

    fn jwt(claims: &Value) -> Secret {
        let part = |value: &str| URL_SAFE_NO_PAD.encode(value);
        Secret::new(format!("{}.{}.{}", part("{\"alg\":\"RS256\"}"), part(&claims.to_string()), part("s")))
    }

    fn check(provider: Provider, token: &Secret) -> Result<Identity, Error> {
        let client = client(provider);
        let endpoints = Endpoints::of(provider, &client).unwrap();
        let expected =
            Expected { provider, endpoints: &endpoints, client_id: &client.id, nonce: Some("n1"), now: START };
        identity(token, &expected)
    }

    fn google() -> Value {
        json!({
            "iss": "https://accounts.google.com", "aud": "google-client", "sub": "1001",
            "exp": START.timestamp() + 3600, "nonce": "n1", "email": "ana@example.com",
            "tid": "not-a-tenant",
        })
    }

    fn outlook() -> Value {
        json!({
            "iss": "https://login.microsoftonline.com/t1/v2.0", "aud": ["outlook-client"],
            "sub": "pairwise", "tid": "t1", "oid": "o1", "exp": START.timestamp(), "nonce": "n1",
            "preferred_username": "ana@contoso.example",
        })
    }

    fn with(mut claims: Value, name: &str, value: Value) -> Secret {
        claims[name] = value;
        jwt(&claims)
    }

    #[test]
    fn names_the_account_by_what_the_vendor_never_reuses() {
        let found = check(Provider::Google, &jwt(&google())).unwrap();
        assert_eq!(found.account.as_str(), "google:1001");
        assert_eq!(found.email.as_deref(), Some("ana@example.com"));
        assert_eq!(found.tenant, None);
        let found = check(Provider::Outlook, &jwt(&outlook())).unwrap();
        assert_eq!(found.account.as_str(), "outlook:t1.o1");
        assert_eq!(found.email.as_deref(), Some("ana@contoso.example"));
        assert_eq!(found.tenant.as_deref(), Some("t1"));
        let found = check(Provider::Outlook, &with(outlook(), "oid", Value::Null)).unwrap();
        assert_eq!(found.account.as_str(), "outlook:t1.pairwise");
    }

    #[test]
    fn without_a_nonce_in_the_request_the_other_claims_are_still_checked() {
        let client = client(Provider::Outlook);
        let endpoints = Endpoints::of(Provider::Outlook, &client).unwrap();
        let expected = |client_id| Expected {
            provider: Provider::Outlook,
            endpoints: &endpoints,
            client_id,
            nonce: None,
            now: START,
        };
        let token = with(outlook(), "nonce", Value::Null);
        assert_eq!(identity(&token, &expected(&client.id)).unwrap().account.as_str(), "outlook:t1.o1");
        assert!(identity(&token, &expected("another-client")).is_err());
    }

    #[test]
    fn refuses_claims_that_do_not_agree() {
        let soon = START.timestamp() - 300;
        for (name, value) in [
            ("iss", json!("https://evil.example")),
            ("aud", json!("another-client")),
            ("aud", json!(["google-client", "another-client"])),
            ("aud", json!([])),
            ("nonce", json!("n2")),
            ("nonce", Value::Null),
            ("exp", json!(soon)),
            ("exp", json!("later")),
            ("sub", json!("")),
            ("sub", json!("a b")),
            ("sub", json!("a\nb")),
        ] {
            let error = check(Provider::Google, &with(google(), name, value)).unwrap_err();
            assert_eq!(error.kind, Kind::Protocol, "{name}");
        }
        let foreign = with(outlook(), "tid", json!("t2"));
        assert!(check(Provider::Outlook, &foreign).is_err(), "the issuer is another tenant's");
    }

    #[test]
    fn accepts_a_clock_that_differs_by_less_than_five_minutes() {
        let late = with(google(), "exp", json!(START.timestamp() - 299));
        assert!(check(Provider::Google, &late).is_ok());
    }

    #[test]
    fn refuses_what_is_not_a_jwt_without_quoting_it() {
        for text in ["", "canary", "canary.canary", "a.canary!.c", "a.e30.c", "a.b.c.canary"] {
            let error = check(Provider::Google, &Secret::new(text)).unwrap_err();
            assert!(!format!("{error:?}").contains("canary"));
        }
    }

    #[test]
    fn an_address_that_is_none_is_left_out() {
        let odd = with(google(), "email", json!("<script>"));
        assert_eq!(check(Provider::Google, &odd).unwrap().email, None);
    }

    proptest::proptest! {
        #[test]
        fn never_traps_on_any_payload(text in ".{0,120}", json in "[\\[\\]{}\":,a-z0-9.-]{0,80}") {
            let payload = URL_SAFE_NO_PAD.encode(json);
            for token in [text, format!("e30.{payload}.s")] {
                assert!(check(Provider::Outlook, &Secret::new(token)).is_err());
            }
        }
    }
}
