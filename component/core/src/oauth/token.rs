//! The token endpoint: requests for a code (RFC 6749 section 4.1.3), for a device code (RFC 8628
//! section 3.4) and for a refresh (RFC 6749 section 6), and the successful answer (section 5.1). Refusals are `oauth::fault`'s.
//!
//! The client authenticates in one way only: in the body (section 2.3.1), because both vendors
//! take it and two at once are forbidden. A public client has no secret and sends none.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::account::Provider;
use crate::error::{Error, Kind};
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::oauth::grant::{AccessToken, Grant};
use crate::oauth::pkce::CodeVerifier;
use crate::oauth::scope;
use crate::ports::OAuthClient;
use crate::secret::Secret;

/// Longest accepted token: both vendors stay far below, and a header must hold it.
const MAX_TOKEN: usize = 12 * 1024;
/// Life of an access token whose answer names none (it is only recommended): a refused token is
/// replaced anyway.
const USUAL_LIFE: i64 = 3600;
/// Longest believed life, 28 hours: continuous access evaluation's.
const LONGEST_LIFE: i64 = 28 * 3600;

/// Redeems an authorization code. Not to be repeated: a code works once.
#[must_use]
pub fn code_request(
    url: &str,
    client: &OAuthClient,
    code: &Secret,
    redirect_uri: &str,
    verifier: &CodeVerifier,
) -> Request {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.expose()),
        ("redirect_uri", redirect_uri),
        ("code_verifier", verifier.expose()),
    ];
    request(url, client, &fields)
}

/// Asks whether a person has approved a device code. Not to be repeated: an approved code works
/// once.
#[must_use]
pub fn device_request(url: &str, client: &OAuthClient, device_code: &Secret) -> Request {
    let grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    request(url, client, &[("grant_type", grant_type), ("device_code", device_code.expose())])
}

/// Gets a new access token. Repeating it does no harm: the old refresh token stays valid.
#[must_use]
pub fn refresh_request(url: &str, client: &OAuthClient, refresh: &Secret) -> Request {
    request(url, client, &[("grant_type", "refresh_token"), ("refresh_token", refresh.expose())])
}

fn request(url: &str, client: &OAuthClient, fields: &[(&str, &str)]) -> Request {
    let mut fields = fields.to_vec();
    fields.push(("client_id", &client.id));
    if let Some(secret) = &client.secret {
        fields.push(("client_secret", secret.expose()));
    }
    Request::new(Method::Post, url).header("accept", "application/json").form(&fields)
}

/// A successful answer.
#[derive(Debug)]
pub struct TokenAnswer {
    /// The access token, fit for a header.
    pub access: AccessToken,
    /// A refresh token, if the provider gave one.
    pub refresh: Option<Secret>,
    /// Granted scopes, short names; none = as asked, or unchanged.
    pub scopes: Option<Vec<String>>,
    /// The id token, if `openid` was granted.
    pub id_token: Option<Secret>,
}

#[derive(Deserialize)]
struct Wire {
    access_token: Secret,
    token_type: String,
    #[serde(default)]
    expires_in: Option<Seconds>,
    #[serde(default)]
    refresh_token: Option<Secret>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    id_token: Option<Secret>,
}

/// A number, or a number written as text, which older Entra endpoints send.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(i64),
    Text(String),
}

/// Reads a 200 answer that was received at `now`.
///
/// # Errors
/// `Protocol`, naming what is wrong and never quoting the answer.
pub fn parse(provider: Provider, response: &Response, now: DateTime<Utc>) -> Result<TokenAnswer, Error> {
    let broken = |what: &str| Error::new(Kind::Protocol, format!("{provider} sign-in: {what}")).at(provider);
    let wire: Wire = response.json().map_err(|_| broken("the answer is not an OAuth token answer"))?;
    if !wire.token_type.eq_ignore_ascii_case("bearer") {
        return Err(broken("the token is not a bearer token"));
    }
    // b64token and its neighbours: nothing that could break out of a header line (RFC 6750 2.1).
    if !wire.access_token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(broken("the access token has forbidden characters"));
    }
    let tokens = [Some(&wire.access_token), wire.refresh_token.as_ref(), wire.id_token.as_ref()];
    if tokens.into_iter().flatten().any(|one| one.expose().len() > MAX_TOKEN) {
        return Err(broken("a token is too long"));
    }
    if wire.access_token.expose().is_empty() {
        return Err(broken("the access token is empty"));
    }
    let life = match wire.expires_in {
        None => USUAL_LIFE,
        Some(Seconds::Number(seconds)) => seconds,
        Some(Seconds::Text(text)) => text.trim().parse().map_err(|_| broken("`expires_in` is not a number"))?,
    };
    if life <= 0 {
        return Err(broken("`expires_in` is not positive"));
    }
    let expires_at = now + TimeDelta::seconds(life.min(LONGEST_LIFE));
    Ok(TokenAnswer {
        access: AccessToken { token: wire.access_token, obtained_at: now, expires_at },
        refresh: wire.refresh_token.filter(|token| !token.expose().is_empty()),
        scopes: wire.scope.map(|list| scope::normalise(provider, &list)).filter(|s| !s.is_empty()),
        id_token: wire.id_token,
    })
}

/// The grant after a refresh: the refresh token is replaced when a new one came and kept
/// otherwise, and so are the scopes.
#[must_use]
pub fn refreshed(grant: &Grant, answer: TokenAnswer) -> Grant {
    Grant {
        access: Some(answer.access),
        refresh: answer.refresh.or_else(|| grant.refresh.clone()),
        scopes: answer.scopes.unwrap_or_else(|| grant.scopes.clone()),
        pause_until: None,
        ..grant.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::url::parse_form;
    use crate::scripted::{client, grant, json};
    use serde_json::{Value, json};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn fields(request: &Request) -> Vec<(String, String)> {
        parse_form(std::str::from_utf8(request.body.as_ref().unwrap()).unwrap()).unwrap()
    }

    fn read(body: Value) -> Result<TokenAnswer, Error> {
        parse(Provider::Google, &json(200, body), now())
    }

    #[test]
    fn a_code_is_redeemed_with_its_verifier_and_one_client_authentication() {
        let verifier = CodeVerifier::from_random(&[7; 32]);
        let request = code_request(
            "https://h/token",
            &client(Provider::Google),
            &Secret::new("4/0Ab+c="),
            "https://app.example.com/cb?x=1",
            &verifier,
        );
        let sent = fields(&request);
        let expected = [
            ("grant_type", "authorization_code"),
            ("code", "4/0Ab+c="),
            ("redirect_uri", "https://app.example.com/cb?x=1"),
            ("code_verifier", verifier.expose()),
            ("client_id", "google-client"),
            ("client_secret", "google-secret~+/"),
        ];
        assert_eq!(sent, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert!(!request.headers.iter().any(|(name, _)| name == "authorization"));
        assert!(!format!("{request:?}").contains("secret"));
    }

    #[test]
    fn a_public_client_sends_no_secret() {
        let mut public = client(Provider::Outlook);
        public.secret = None;
        let sent = fields(&refresh_request("https://h/token", &public, &Secret::new("r")));
        assert_eq!(sent.len(), 3);
        assert!(!sent.iter().any(|(name, _)| name == "client_secret"));
    }

    #[test]
    fn a_poll_sends_the_device_code_and_the_clients_own_authentication() {
        let sent = fields(&device_request("https://h/token", &client(Provider::Outlook), &Secret::new("GMMh/+")));
        let expected = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", "GMMh/+"),
            ("client_id", "outlook-client"),
            ("client_secret", "outlook-secret~+/"),
        ];
        assert_eq!(sent, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }

    #[test]
    fn reads_what_the_vendors_answer() {
        let answer = read(json!({
            "access_token": "ya29.a0", "expires_in": 3599, "token_type": "Bearer",
            "scope": "openid https://www.googleapis.com/auth/calendar.freebusy",
            "refresh_token": "1//0g", "id_token": "e.y.J"
        }))
        .unwrap();
        assert_eq!(answer.access.expires_at, now() + TimeDelta::seconds(3599));
        assert_eq!(answer.scopes.unwrap(), ["calendar.freebusy", "openid"]);
        assert_eq!(answer.refresh.unwrap().expose(), "1//0g");
        let short = read(json!({"access_token": "a", "token_type": "bearer", "expires_in": "60"}));
        assert_eq!(short.unwrap().access.expires_at, now() + TimeDelta::seconds(60));
        let silent = read(json!({"access_token": "a", "token_type": "Bearer"})).unwrap();
        assert_eq!(silent.access.expires_at, now() + TimeDelta::seconds(3600));
        assert_eq!((silent.refresh, silent.scopes), (None, None));
    }

    #[test]
    fn refuses_malformed_answers_without_quoting_them() {
        for body in [
            json!([]),
            json!({"access_token": "canary"}),
            json!({"access_token": "canary", "token_type": "mac"}),
            json!({"access_token": "canary\r\nx: y", "token_type": "Bearer"}),
            json!({"access_token": "", "token_type": "Bearer"}),
            json!({"access_token": "canary", "token_type": "Bearer", "expires_in": -1}),
            json!({"access_token": "canary", "token_type": "Bearer", "expires_in": 0}),
            json!({"access_token": "canary", "token_type": "Bearer", "expires_in": "soon"}),
            json!({"access_token": "canary".repeat(4000), "token_type": "Bearer"}),
            json!({"access_token": 5, "token_type": "Bearer"}),
        ] {
            let error = read(body).unwrap_err();
            assert_eq!(error.kind, Kind::Protocol);
            assert!(!format!("{error:?}").contains("canary"));
        }
        let absurd = json!({"access_token": "a", "token_type": "Bearer", "expires_in": i64::MAX});
        assert_eq!(read(absurd).unwrap().access.expires_at, now() + TimeDelta::hours(28));
    }

    #[test]
    fn a_refresh_keeps_the_old_refresh_token_unless_a_new_one_comes() {
        let old = grant(Provider::Google, now());
        let answer = |extra: Value| {
            let mut body = json!({"access_token": "new", "token_type": "Bearer"});
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            read(body).unwrap()
        };
        let kept = refreshed(&old, answer(json!({})));
        assert_eq!((&kept.refresh, &kept.scopes), (&old.refresh, &old.scopes));
        assert_eq!(kept.access.unwrap().token.expose(), "new");
        let rotated = refreshed(&old, answer(json!({"refresh_token": "r2", "scope": "openid"})));
        assert_eq!(rotated.refresh.unwrap().expose(), "r2");
        assert_eq!(rotated.scopes, ["openid"]);
    }
}
