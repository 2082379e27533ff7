//! Entra ID's token and device code endpoints.

use super::access::Grant;
use super::code::{Presented, Unredeemable};
use super::credentials::Credentials;
use super::device::{LIFETIME_SECONDS, Poll};
use super::entra::{admits, check_scopes, check_tenant, unknown_client};
use super::entra_error::{Failure, answer, failure};
use super::form::Form;
use super::{Inner, id_token, page};
use crate::person::Person;
use crate::state::State;
use crate::vendor::Vendor;
use axum::Json;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use http::{HeaderMap, header};
use serde_json::{Value, json};

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The token endpoint.
pub(super) fn token(state: &State, tenant: &str, headers: &HeaderMap, form: &Form) -> Response {
    let mut inner = state.oauth.lock();
    let done = redeem(state, &mut inner, tenant, headers, form);
    match done {
        Ok(body) => ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response(),
        Err(failure) => answer(state, &failure),
    }
}

fn redeem(state: &State, inner: &mut Inner, tenant: &str, headers: &HeaderMap, form: &Form) -> Result<Value, Failure> {
    check_tenant(tenant)?;
    if let Some(name) = form.duplicate() {
        let text = format!("The request is not properly formatted. The parameter '{name}' is duplicated.");
        return Err(failure("invalid_request", 9000411, text));
    }
    let client_id = client(inner, tenant, headers, form)?;
    match form.get("grant_type") {
        Some("authorization_code") => exchange(state, inner, tenant, &client_id, form),
        Some("refresh_token") => refresh(state, inner, tenant, &client_id, form),
        Some(DEVICE_GRANT) => device(state, inner, tenant, &client_id, form),
        Some(_) => Err(failure("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")),
        None => Err(missing("grant_type")),
    }
}

fn missing(name: &str) -> Failure {
    failure("invalid_request", 900144, format!("The request body must contain the following parameter: '{name}'."))
}

fn client(inner: &Inner, tenant: &str, headers: &HeaderMap, form: &Form) -> Result<String, Failure> {
    let given = Credentials::read(headers, form).map_err(|unclear| failure("invalid_request", 90100, unclear.0))?;
    let id = given.id.ok_or_else(|| missing("client_id"))?;
    let client = inner.client(Vendor::Microsoft, &id).ok_or_else(|| unknown_client(&id, tenant))?;
    let device = form.get("grant_type") == Some(DEVICE_GRANT);
    match (client.secrets.is_empty(), given.secrets.is_empty()) {
        (true, false) => {
            let text = format!(
                "Client is public so neither 'client_assertion' nor 'client_secret' should be presented. App '{id}'."
            );
            Err(failure("invalid_client", 700025, text))
        }
        (false, true) if !device => {
            let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
            Err(failure("invalid_client", 7000218, text))
        }
        (false, false) if !given.secrets.iter().any(|secret| client.secrets.contains(secret)) => {
            let text = "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.";
            Err(failure("invalid_client", 7000215, text))
        }
        _ => Ok(id),
    }
}

fn exchange(state: &State, inner: &mut Inner, tenant: &str, client_id: &str, form: &Form) -> Result<Value, Failure> {
    let text = form.get("code").ok_or_else(|| missing("code"))?;
    let redirect_uri = form.get("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    let tenant = tenant.to_ascii_lowercase();
    let presented = Presented {
        vendor: Vendor::Microsoft,
        client_id,
        redirect_uri: Some(redirect_uri),
        verifier: form.get("code_verifier"),
        tenant_path: Some(&tenant),
    };
    let code = inner.codes.redeem(text, &presented, state.clock.now()).map_err(|why| match why {
        Unredeemable::Unknown => failure("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid."),
        Unredeemable::Used => failure(
            "invalid_grant",
            54005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code.",
        ),
        Unredeemable::Expired => failure(
            "invalid_grant",
            70008,
            "The provided authorization code or refresh token has expired due to inactivity.",
        ),
        Unredeemable::OtherClient => {
            failure("invalid_grant", 70000, "The provided value for the input parameter 'code' is not valid.")
        }
        Unredeemable::OtherRedirect => failure(
            "invalid_grant",
            500112,
            "The reply address does not match the reply address provided when requesting Authorization code.",
        ),
        Unredeemable::WrongVerifier => failure(
            "invalid_grant",
            501481,
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        ),
        Unredeemable::OtherTenant => failure(
            "invalid_grant",
            700005,
            "Provided Authorization Code is intended to use against other tenant, thus rejected.",
        ),
    })?;
    let wanted = form.words("scope");
    check_scopes(&wanted)?;
    let grant =
        Grant { vendor: Vendor::Microsoft, user_email: code.email, client_id: code.client_id, scopes: code.scopes };
    answer_tokens(state, inner, grant, &wanted, code.nonce.as_deref(), form)
}

fn refresh(state: &State, inner: &mut Inner, tenant: &str, client_id: &str, form: &Form) -> Result<Value, Failure> {
    let token = form.get("refresh_token").ok_or_else(|| missing("refresh_token"))?;
    let now = state.clock.now();
    let wanted = form.words("scope");
    check_scopes(&wanted)?;
    let stored = inner.tokens.refresh(token).filter(|stored| stored.grant.vendor == Vendor::Microsoft);
    let stored =
        stored.ok_or_else(|| failure("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid."))?;
    if stored.grant.client_id != client_id {
        return Err(failure("invalid_grant", 70000, "The provided refresh token was issued to another application."));
    }
    if stored.revoked {
        return Err(failure(
            "invalid_grant",
            50173,
            "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
        ));
    }
    if now - stored.last_used > TimeDelta::days(90) {
        return Err(failure(
            "invalid_grant",
            700082,
            "The refresh token has expired due to inactivity. The token was inactive for 90.00:00:00.",
        ));
    }
    stored.last_used = now;
    let grant = stored.grant.clone();
    let person = state.people.find(Vendor::Microsoft, &grant.user_email);
    let person = person
        .ok_or_else(|| failure("invalid_grant", 500341, "The user account has been deleted from the directory."))?;
    if admits(tenant, &person) != Some(true) {
        return Err(failure(
            "invalid_grant",
            50020,
            "User account does not exist in tenant and cannot access the application in that tenant.",
        ));
    }
    answer_tokens(state, inner, grant, &wanted, None, form)
}

fn device(state: &State, inner: &mut Inner, tenant: &str, client_id: &str, form: &Form) -> Result<Value, Failure> {
    let code = form.get("device_code").ok_or_else(|| missing("device_code"))?;
    let first = state.people.of(Vendor::Microsoft).into_iter().find(|person| admits(tenant, person) == Some(true));
    let stand_in = first.filter(|_| inner.auto_approve).map(|person| person.email);
    match inner.devices.poll(code, client_id, stand_in.as_deref(), state.clock.now()) {
        Poll::Unknown => Err(failure(
            "bad_verification_code",
            70020,
            "The provided value for the input parameter 'device_code' is not valid.",
        )),
        Poll::Pending => Err(failure(
            "authorization_pending",
            70016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        )),
        Poll::Declined => {
            Err(failure("authorization_declined", 70044, "The end user declined the authorization request."))
        }
        Poll::Expired => Err(failure("expired_token", 70020, "The device_code has expired.")),
        Poll::Approved { email, scopes } => {
            inner.consent(Vendor::Microsoft, client_id, &email, &scopes);
            let grant = Grant { vendor: Vendor::Microsoft, user_email: email, client_id: client_id.to_owned(), scopes };
            answer_tokens(state, inner, grant, &[], None, form)
        }
    }
}

/// A token answer. `wanted` narrows the access token of a personal account; one of a work account carries everything
/// consented for the resource. The refresh token keeps all that was granted.
fn answer_tokens(
    state: &State,
    inner: &mut Inner,
    grant: Grant,
    wanted: &[String],
    nonce: Option<&str>,
    form: &Form,
) -> Result<Value, Failure> {
    let now = state.clock.now();
    if let Some(scope) = wanted.iter().find(|scope| !scope.ends_with(".default") && !grant.has_any(&[scope.as_str()])) {
        let text = format!("The user or administrator has not consented to use the application. Scope '{scope}'.");
        return Err(failure("invalid_grant", 65001, text));
    }
    let person = state.people.find(Vendor::Microsoft, &grant.user_email);
    let narrowed = !wanted.is_empty() && !wanted.iter().any(|scope| scope.ends_with(".default"));
    let mut access = grant.clone();
    if narrowed && person.as_ref().is_some_and(|person| person.personal) {
        access.scopes = wanted.to_vec();
    }
    access.scopes.retain(|scope| scope != "offline_access");
    let seconds = inner.lifetime.num_seconds();
    let has = |name: &str| grant.scopes.iter().any(|scope| scope == name);
    let mut body = json!({
        "token_type": "Bearer", "scope": access.scopes.join(" "), "expires_in": seconds, "ext_expires_in": seconds,
        "access_token": inner.tokens.issue_access(access.clone(), now + inner.lifetime),
    });
    if let Some(person) = person {
        let tid = person.tenant.clone().unwrap_or_default();
        if has("openid") {
            let issuer = format!("{}/{tid}/v2.0", state.base_url());
            body["id_token"] = json!(id_token::issue(&person, &issuer, &grant.client_id, nonce, &grant.scopes, now));
        }
        if form.get("client_info") == Some("1") {
            body["client_info"] = json!(client_info(&person, &tid));
        }
    }
    if has("offline_access") {
        let refresh = inner.tokens.issue_refresh(grant, now);
        body["refresh_token"] = json!(refresh);
    }
    Ok(body)
}

fn client_info(person: &Person, tid: &str) -> String {
    URL_SAFE_NO_PAD.encode(json!({"uid": person.subject, "utid": tid}).to_string())
}

/// The device authorization endpoint.
pub(super) fn device_code(state: &State, tenant: &str, form: &Form) -> Response {
    let mut inner = state.oauth.lock();
    let asked = check_tenant(tenant).and_then(|()| {
        let id = form.get("client_id").ok_or_else(|| missing("client_id"))?;
        inner.client(Vendor::Microsoft, id).ok_or_else(|| unknown_client(id, tenant))?;
        let scopes = form.words("scope");
        if scopes.is_empty() {
            return Err(missing("scope"));
        }
        check_scopes(&scopes)?;
        Ok((id.to_owned(), scopes))
    });
    let (id, scopes) = match asked {
        Ok(asked) => asked,
        Err(failure) => return answer(state, &failure),
    };
    let (device_code, user_code) = inner.devices.issue(&id, scopes, state.clock.now());
    let address = format!("{}/{tenant}/oauth2/v2.0/deviceauth", state.base_url());
    let message = format!(
        "To sign in, use a web browser to open the page {address} and enter the code {user_code} to authenticate."
    );
    Json(json!({
        "user_code": user_code, "device_code": device_code, "verification_uri": address,
        "expires_in": LIFETIME_SECONDS, "interval": inner.interval, "message": message,
    }))
    .into_response()
}

/// The page where a person enters a device's code.
pub(super) fn device_page(state: &State, tenant: &str, form: Option<&Form>) -> Response {
    let people: Vec<Person> =
        state.people.of(Vendor::Microsoft).into_iter().filter(|person| admits(tenant, person) == Some(true)).collect();
    let Some(form) = form else {
        return page::device(&format!("/{tenant}/oauth2/v2.0/deviceauth"), &people);
    };
    let allow = form.get("sandbox_decision") == Some("allow");
    let email = form.get("sandbox_account").filter(|_| allow);
    match state.oauth.answer_device(form.get("user_code").unwrap_or_default(), email) {
        true if allow => page::notice("You have signed in. You may now close this window."),
        true => page::notice("You declined. You may now close this window."),
        false => page::notice("That code did not work. Check the code and try again."),
    }
}
