//! Entra ID's authorization endpoint and metadata, per tenant.
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>

use super::choice::{self, Choice};
use super::code::Code;
use super::entra_error::{Failure, description, failure};
use super::form::Form;
use super::pkce::Challenge;
use super::{Inner, page};
use crate::person::{PERSONAL_TENANT, Person, WORK_TENANT};
use crate::state::State;
use crate::vendor::Vendor;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

/// The accounts a tenant path admits; `None` when there is no such tenant.
pub(super) fn admits(tenant: &str, person: &Person) -> Option<bool> {
    match tenant.to_ascii_lowercase().as_str() {
        "common" => Some(true),
        "organizations" | "contoso.example" | WORK_TENANT => Some(!person.personal),
        "consumers" | PERSONAL_TENANT => Some(person.personal),
        _ => None,
    }
}

/// Fails for a tenant that does not exist.
pub(super) fn check_tenant(tenant: &str) -> Result<(), Failure> {
    match admits(tenant, &Person::microsoft("nobody@contoso.example", "", false)) {
        Some(_) => Ok(()),
        None => Err(failure("invalid_request", 90002, format!("Tenant '{tenant}' not found."))),
    }
}

/// Checks a scope list. Unknown names fail; all others keep the spelling they came in.
pub(super) fn check_scopes(scopes: &[String]) -> Result<(), Failure> {
    const PLAIN: [&str; 4] = ["openid", "profile", "email", "offline_access"];
    const GRAPH: [&str; 14] = [
        ".default",
        "user.read",
        "user.readbasic.all",
        "calendars.read",
        "calendars.readbasic",
        "calendars.readwrite",
        "calendars.read.shared",
        "calendars.readwrite.shared",
        "mailboxsettings.read",
        "mailboxsettings.readwrite",
        "people.read",
        "onlinemeetings.readwrite",
        "place.read.all",
        "contacts.read",
    ];
    for scope in scopes {
        let lower = scope.to_ascii_lowercase();
        let leaf = lower.strip_prefix("https://graph.microsoft.com/").unwrap_or(&lower);
        if !PLAIN.contains(&leaf) && !GRAPH.contains(&leaf) {
            let text = format!(
                "The provided value for the input parameter 'scope' is not valid. The scope '{scope}' does not exist."
            );
            return Err(failure("invalid_scope", 70011, text));
        }
    }
    Ok(())
}

/// The authorization endpoint: `choice` is there once the person has decided.
pub(super) fn authorize(state: &State, tenant: &str, form: &Form, choice: Option<Choice>) -> Response {
    let mut inner = state.oauth.lock();
    let redirect_uri = match address(&inner, tenant, form) {
        Ok(uri) => uri,
        Err(failure) => return page::error(StatusCode::BAD_REQUEST, failure.error, &description(&failure)),
    };
    let mode = form.get("response_mode");
    let back = |pairs: &[(&str, String)]| {
        let mut all: Vec<(&str, String)> = pairs.to_vec();
        all.extend(form.get("state").map(|text| ("state", text.to_owned())));
        choice::answer(&redirect_uri, mode, &all)
    };
    let fail =
        |failure: &Failure| back(&[("error", failure.error.into()), ("error_description", description(failure))]);
    let challenge = match read(form) {
        Ok(challenge) => challenge,
        Err(failure) => return fail(&failure),
    };
    let client_id = form.get("client_id").unwrap_or_default().to_owned();
    let scopes = form.words("scope");
    let people: Vec<Person> =
        state.people.of(Vendor::Microsoft).into_iter().filter(|person| admits(tenant, person) == Some(true)).collect();
    let find =
        |hint: &str| people.iter().find(|one| one.email.eq_ignore_ascii_case(hint) || one.subject == hint).cloned();
    let hint = form.get("login_hint");
    let hinted = hint.and_then(find);
    let prompt = form.words("prompt");
    let choice = match choice {
        Some(choice) => choice,
        None if prompt.iter().any(|word| word == "none") => {
            let Some(person) = hinted else {
                return fail(&failure(
                    "login_required",
                    50058,
                    "A silent sign-in request was sent but no user is signed in.",
                ));
            };
            let known = inner.consented(Vendor::Microsoft, &client_id, &person.email);
            if !scopes.iter().all(|scope| known.contains(scope)) {
                return fail(&failure(
                    "interaction_required",
                    65001,
                    "The user or administrator has not consented to use the application.",
                ));
            }
            Choice { email: person.email, allow: true, scopes: vec![] }
        }
        None if inner.auto_approve && !people.is_empty() => {
            let email = hinted.or_else(|| people.first().cloned()).map(|person| person.email).unwrap_or_default();
            Choice { email, allow: true, scopes: vec![] }
        }
        None => {
            let scopes: Vec<page::Scope> =
                scopes.iter().map(|name| page::Scope { name: name.clone(), may_untick: false }).collect();
            let action = format!("/{tenant}/oauth2/v2.0/authorize");
            return page::consent("Sign in to your account", &action, &client_id, &people, hint, &scopes, form);
        }
    };
    let Some(person) = find(&choice.email).filter(|_| choice.allow) else {
        let declined = failure("access_denied", 65004, "User declined to consent to access the app.");
        return back(&[
            ("error", declined.error.into()),
            ("error_subcode", "cancel".into()),
            ("error_description", description(&declined)),
        ]);
    };
    inner.consent(Vendor::Microsoft, &client_id, &person.email, &scopes);
    let code = Code {
        vendor: Vendor::Microsoft,
        client_id,
        redirect_uri: redirect_uri.clone(),
        challenge,
        email: person.email,
        offline: scopes.iter().any(|scope| scope == "offline_access"),
        scopes,
        nonce: form.get("nonce").map(str::to_owned),
        tenant_path: Some(tenant.to_ascii_lowercase()),
    };
    let code = inner.codes.issue(code, state.clock.now());
    back(&[("code", code), ("session_state", uuid::Uuid::new_v4().to_string())])
}

/// The redirect address, once tenant, client and address are known to fit; anything else must end on a page.
fn address(inner: &Inner, tenant: &str, form: &Form) -> Result<String, Failure> {
    check_tenant(tenant)?;
    if let Some(name) = form.duplicate() {
        return Err(failure(
            "invalid_request",
            9000411,
            format!("The request is not properly formatted. The parameter '{name}' is duplicated."),
        ));
    }
    let missing = |name: &str| {
        failure("invalid_request", 900144, format!("The request body must contain the following parameter: '{name}'."))
    };
    let client_id = form.get("client_id").ok_or_else(|| missing("client_id"))?;
    let client = inner.client(Vendor::Microsoft, client_id);
    let client = client.ok_or_else(|| unknown_client(client_id, tenant))?;
    let uri = form.get("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    if !client.allows_redirect(uri) {
        let text = format!(
            "The redirect URI '{uri}' specified in the request does not match the redirect URIs configured for the application '{client_id}'."
        );
        return Err(failure("invalid_request", 50011, text));
    }
    Ok(uri.to_owned())
}

/// The client is not registered in this tenant.
pub(super) fn unknown_client(client_id: &str, tenant: &str) -> Failure {
    failure(
        "unauthorized_client",
        700016,
        format!("Application with identifier '{client_id}' was not found in the directory '{tenant}'."),
    )
}

/// Checks what may fail by a redirect.
fn read(form: &Form) -> Result<Option<Challenge>, Failure> {
    match form.get("response_type") {
        Some("code") => {}
        Some(other) => {
            let text = format!("The response_type '{other}' is not supported.");
            return Err(failure("unsupported_response_type", 70005, text));
        }
        None => {
            return Err(failure(
                "invalid_request",
                900144,
                "The request body must contain the following parameter: 'response_type'.",
            ));
        }
    }
    if !matches!(form.get("response_mode"), None | Some("query" | "fragment" | "form_post")) {
        return Err(failure("invalid_request", 70007, "The response_mode is not supported."));
    }
    let scopes = form.words("scope");
    if scopes.is_empty() {
        return Err(failure(
            "invalid_request",
            900144,
            "The request body must contain the following parameter: 'scope'.",
        ));
    }
    check_scopes(&scopes)?;
    Challenge::parse(form.get("code_challenge"), form.get("code_challenge_method"))
        .map_err(|text| failure("invalid_request", 501491, text))
}

/// OpenID metadata of a tenant.
pub(super) fn metadata(base: &str, tenant: &str) -> Response {
    let endpoint = |leaf: &str| format!("{base}/{tenant}/oauth2/v2.0/{leaf}");
    let issuer_tenant = match tenant {
        "common" | "organizations" => "{tenantid}",
        "consumers" => PERSONAL_TENANT,
        "contoso.example" => WORK_TENANT,
        other => other,
    };
    Json(json!({
        "issuer": format!("{base}/{issuer_tenant}/v2.0"),
        "authorization_endpoint": endpoint("authorize"),
        "token_endpoint": endpoint("token"),
        "device_authorization_endpoint": endpoint("devicecode"),
        "jwks_uri": format!("{base}/{tenant}/discovery/v2.0/keys"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["HS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "email", "oid"],
        "tenant_region_scope": null,
    }))
    .into_response()
}
