//! OpenID Connect id tokens. They are signed (HS256) with a key that is thrown away: a reader can only trust the connection
//! they came over, as it may when they come straight from the token endpoint (OpenID Connect Core section 3.1.3.7).

use crate::person::Person;
use crate::random;
use crate::vendor::Vendor;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::Digest;

/// A compact JWT about `person` for `client_id`.
pub fn issue(
    person: &Person,
    issuer: &str,
    client_id: &str,
    nonce: Option<&str>,
    scopes: &[String],
    now: DateTime<Utc>,
) -> String {
    let mut claims = json!({
        "iss": issuer, "aud": client_id, "sub": person.subject,
        "iat": now.timestamp(), "exp": (now + TimeDelta::hours(1)).timestamp(),
    });
    match person.vendor {
        Vendor::Google => {
            claims["azp"] = json!(client_id);
            if scopes.iter().any(|scope| scope == "email" || scope.ends_with("/userinfo.email")) {
                claims["email"] = json!(person.email);
                claims["email_verified"] = json!(true);
            }
        }
        Vendor::Microsoft => {
            claims["nbf"] = claims["iat"].clone();
            claims["ver"] = json!("2.0");
            claims["tid"] = json!(person.tenant);
            claims["oid"] = json!(person.subject);
            claims["sub"] = json!(pairwise(&person.subject, client_id));
            if scopes.iter().any(|scope| scope == "email") {
                claims["email"] = json!(person.email);
            }
        }
    }
    if scopes.iter().any(|scope| scope == "profile" || scope.ends_with("/userinfo.profile")) {
        claims["name"] = json!(person.name);
        if person.vendor == Vendor::Microsoft {
            claims["preferred_username"] = json!(person.email);
        }
    }
    if let Some(nonce) = nonce {
        claims["nonce"] = json!(nonce);
    }
    sign(&claims)
}

/// Entra's `sub` differs for every client.
fn pairwise(subject: &str, client_id: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(format!("{subject}|{client_id}").as_bytes()))
}

fn sign(claims: &Value) -> String {
    let header = json!({"alg": "HS256", "typ": "JWT", "kid": "sandbox"});
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let body = format!("{}.{}", encode(&header), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(format!("{}{body}", random::token(32)).as_bytes()));
    format!("{body}.{signature}")
}
