//! Google's token and revocation endpoints.
//! <https://developers.google.com/identity/protocols/oauth2/web-server#exchange-authorization-code>

use super::access::Grant;
use super::code::{Presented, Unredeemable};
use super::credentials::Credentials;
use super::form::Form;
use super::google::{ISSUER, full_name};
use super::{Inner, id_token};
use crate::state::State;
use crate::vendor::Vendor;
use axum::Json;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

/// The token endpoint.
pub(super) fn token(state: &State, headers: &HeaderMap, form: &Form) -> Response {
    let mut inner = state.oauth.lock();
    if let Some(name) = form.duplicate() {
        return error(400, "invalid_request", &format!("Parameter not allowed twice: {name}"));
    }
    let client_id = match client(&inner, headers, form) {
        Ok(id) => id,
        Err(answer) => return answer,
    };
    match form.get("grant_type") {
        Some("authorization_code") => exchange(state, &mut inner, &client_id, form),
        Some("refresh_token") => refresh(state, &mut inner, &client_id, form),
        Some(other) => error(400, "unsupported_grant_type", &format!("Invalid grant_type: {other}")),
        None => error(400, "invalid_request", "Required parameter is missing: grant_type"),
    }
}

#[expect(clippy::result_large_err, reason = "the answer is made where the reason is known")]
fn client(inner: &Inner, headers: &HeaderMap, form: &Form) -> Result<String, Response> {
    let given = Credentials::read(headers, form).map_err(|unclear| error(400, "invalid_request", unclear.0))?;
    let id = given.id.ok_or_else(|| error(400, "invalid_request", "Could not determine client ID from request."))?;
    let client = inner.client(Vendor::Google, &id);
    let client = client.ok_or_else(|| error(401, "invalid_client", "The OAuth client was not found."))?;
    if given.secrets.is_empty() && !client.secrets.is_empty() {
        return Err(error(400, "invalid_request", "client_secret is missing."));
    }
    if !client.secrets.is_empty() && !given.secrets.iter().any(|secret| client.secrets.contains(secret)) {
        return Err(error(401, "invalid_client", "The provided client secret is invalid."));
    }
    Ok(id)
}

fn exchange(state: &State, inner: &mut Inner, client_id: &str, form: &Form) -> Response {
    let Some(code) = form.get("code") else {
        return error(400, "invalid_request", "Missing required parameter: code");
    };
    let presented = Presented {
        vendor: Vendor::Google,
        client_id,
        redirect_uri: form.get("redirect_uri"),
        verifier: form.get("code_verifier"),
        tenant_path: None,
    };
    let code = match inner.codes.redeem(code, &presented, state.clock.now()) {
        Ok(code) => code,
        Err(Unredeemable::OtherRedirect) => return error(400, "redirect_uri_mismatch", "Bad Request"),
        Err(Unredeemable::WrongVerifier) if form.get("code_verifier").is_none() => {
            return error(400, "invalid_grant", "Missing code verifier.");
        }
        Err(Unredeemable::WrongVerifier) => return error(400, "invalid_grant", "Invalid code verifier."),
        Err(Unredeemable::Unknown) => return error(400, "invalid_grant", "Malformed auth code."),
        Err(_) => return error(400, "invalid_grant", "Bad Request"),
    };
    let grant =
        Grant { vendor: Vendor::Google, user_email: code.email, client_id: code.client_id, scopes: code.scopes };
    let mut answer = tokens(state, inner, &grant, code.nonce.as_deref());
    if code.offline {
        answer["refresh_token"] = json!(inner.tokens.issue_refresh(grant, state.clock.now()));
    }
    success(answer)
}

fn refresh(state: &State, inner: &mut Inner, client_id: &str, form: &Form) -> Response {
    let Some(token) = form.get("refresh_token") else {
        return error(400, "invalid_request", "Missing required parameter: refresh_token");
    };
    let now = state.clock.now();
    let dead = || error(400, "invalid_grant", "Token has been expired or revoked.");
    let Some(stored) = inner.tokens.refresh(token).filter(|stored| stored.grant.vendor == Vendor::Google) else {
        return error(400, "invalid_grant", "Bad Request");
    };
    if stored.grant.client_id != client_id {
        return error(401, "unauthorized_client", "Unauthorized");
    }
    if stored.revoked || now - stored.last_used > TimeDelta::days(183) {
        return dead();
    }
    if state.people.find(Vendor::Google, &stored.grant.user_email).is_none() {
        return error(400, "invalid_grant", "Account has been deleted");
    }
    let mut grant = stored.grant.clone();
    let wanted: Vec<String> =
        form.words("scope").iter().map(|word| full_name(word).unwrap_or_else(|| word.clone())).collect();
    if !wanted.iter().all(|scope| grant.scopes.contains(scope)) {
        return error(400, "invalid_scope", "Some requested scopes were not granted.");
    }
    stored.last_used = now;
    if !wanted.is_empty() {
        grant.scopes = wanted;
    }
    success(tokens(state, inner, &grant, None))
}

fn tokens(state: &State, inner: &mut Inner, grant: &Grant, nonce: Option<&str>) -> Value {
    let now = state.clock.now();
    let access = inner.tokens.issue_access(grant.clone(), now + inner.lifetime);
    let mut answer = json!({
        "access_token": access, "expires_in": inner.lifetime.num_seconds(),
        "scope": grant.scopes.join(" "), "token_type": "Bearer",
    });
    let person = state.people.find(Vendor::Google, &grant.user_email);
    if let Some(person) = person.filter(|_| grant.scopes.iter().any(|scope| scope == "openid")) {
        answer["id_token"] = json!(id_token::issue(&person, ISSUER, &grant.client_id, nonce, &grant.scopes, now));
    }
    answer
}

/// The revocation endpoint (RFC 7009): ends everything the account gave to the project.
pub(super) fn revoke(state: &State, form: &Form) -> Response {
    let mut inner = state.oauth.lock();
    let Some(token) = form.get("token") else {
        return error(400, "invalid_request", "Missing required parameter: token");
    };
    let grant = inner.tokens.grant_of(token, state.clock.now()).cloned();
    let Some(grant) = grant.filter(|grant| grant.vendor == Vendor::Google) else {
        return error(400, "invalid_token", "Token expired or revoked");
    };
    inner.revoke(Vendor::Google, &grant.user_email);
    success(json!({}))
}

fn success(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// An RFC 6749 error body.
pub(super) fn error(status: u16, error: &str, description: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({"error": error, "error_description": description});
    (code, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
