//! Google's authorization endpoint and metadata.
//! <https://developers.google.com/identity/protocols/oauth2/web-server>

use super::choice::{self, Choice};
use super::code::Code;
use super::form::Form;
use super::pkce::Challenge;
use super::{Inner, page};
use crate::state::State;
use crate::vendor::Vendor;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

/// The issuer named in callbacks and id tokens, as at the real service.
pub const ISSUER: &str = "https://accounts.google.com";

const PREFIX: &str = "https://www.googleapis.com/auth/";

/// An authorization request that may go to the consent page.
struct Request {
    client_id: String,
    redirect_uri: String,
    scopes: Vec<String>,
    challenge: Option<Challenge>,
    offline: bool,
    prompt: Vec<String>,
}

/// The authorization endpoint: `choice` is there once the person has decided.
pub(super) fn authorize(state: &State, form: &Form, choice: Option<Choice>) -> Response {
    let mut inner = state.oauth.lock();
    let request = match read(&inner, form) {
        Ok(request) => request,
        Err((status, error, description)) => return page::error(status, error, &description),
    };
    let people = state.people.of(Vendor::Google);
    let hint = form.get("login_hint");
    let hinted = hint.and_then(|hint| state.people.find(Vendor::Google, hint));
    let back = |pairs: &[(&str, String)]| {
        let mut all: Vec<(&str, String)> =
            form.get("state").map(|text| ("state", text.to_owned())).into_iter().collect();
        all.extend_from_slice(pairs);
        choice::answer(&request.redirect_uri, None, &all)
    };
    let silent = request.prompt.iter().any(|word| word == "none");
    let choice = match choice {
        Some(choice) => choice,
        None if silent => {
            let Some(person) = hinted else { return back(&[("error", "login_required".into())]) };
            let known = inner.consented(Vendor::Google, &request.client_id, &person.email);
            if !request.scopes.iter().all(|scope| known.contains(scope)) {
                return back(&[("error", "interaction_required".into())]);
            }
            Choice { email: person.email, allow: true, scopes: request.scopes.clone() }
        }
        None if inner.auto_approve && !people.is_empty() => {
            let email = hinted.or_else(|| people.first().cloned()).map(|person| person.email).unwrap_or_default();
            Choice { email, allow: true, scopes: request.scopes.clone() }
        }
        None => {
            let fixed = |name: &str| name == "openid" || name.contains("/userinfo.");
            let scopes: Vec<page::Scope> = request
                .scopes
                .iter()
                .map(|name| page::Scope { name: name.clone(), may_untick: !fixed(name) })
                .collect();
            return page::consent(
                "Sign in with Google",
                "/o/oauth2/v2/auth",
                &request.client_id,
                &people,
                hint,
                &scopes,
                form,
            );
        }
    };
    let person = state.people.find(Vendor::Google, &choice.email);
    let Some(person) = person.filter(|_| choice.allow) else {
        return back(&[("error", "access_denied".into())]);
    };
    let known = inner.consented(Vendor::Google, &request.client_id, &person.email);
    let mut granted: Vec<String> =
        request.scopes.iter().filter(|scope| choice.scopes.contains(scope)).cloned().collect();
    if form.get("include_granted_scopes") == Some("true") {
        granted.extend(known.iter().filter(|scope| !granted.contains(scope)).cloned().collect::<Vec<_>>());
    }
    let first_time = known.is_empty();
    let offline = request.offline && (first_time || request.prompt.iter().any(|word| word == "consent"));
    inner.consent(Vendor::Google, &request.client_id, &person.email, &granted);
    let code = Code {
        vendor: Vendor::Google,
        client_id: request.client_id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        email: person.email,
        scopes: granted.clone(),
        nonce: form.get("nonce").map(str::to_owned),
        offline,
        tenant_path: None,
    };
    let code = inner.codes.issue(code, state.clock.now());
    let prompt = if silent { "none" } else { "consent" };
    back(&[
        ("iss", ISSUER.into()),
        ("code", code),
        ("scope", granted.join(" ")),
        ("authuser", "0".into()),
        ("prompt", prompt.into()),
    ])
}

/// Checks everything that must fail on a page instead of by a redirect.
fn read(inner: &Inner, form: &Form) -> Result<Request, (StatusCode, &'static str, String)> {
    let bad = |description: &str| (StatusCode::BAD_REQUEST, "invalid_request", description.to_owned());
    let needed = |name: &str| form.get(name).ok_or_else(|| bad(&format!("Required parameter is missing: {name}")));
    if let Some(name) = form.duplicate() {
        return Err(bad(&format!("OAuth 2 parameters can only have a single value: {name}")));
    }
    let client_id = needed("client_id")?;
    let client = inner.client(Vendor::Google, client_id);
    let client =
        client.ok_or((StatusCode::UNAUTHORIZED, "invalid_client", "The OAuth client was not found.".to_owned()))?;
    let redirect_uri = needed("redirect_uri")?;
    if !client.allows_redirect(redirect_uri) {
        let text = format!(
            "The redirect URI in the request, {redirect_uri}, does not match the ones authorized for the client."
        );
        return Err((StatusCode::BAD_REQUEST, "redirect_uri_mismatch", text));
    }
    if needed("response_type")? != "code" {
        return Err((
            StatusCode::BAD_REQUEST,
            "unsupported_response_type",
            "Only response_type=code is offered.".into(),
        ));
    }
    needed("scope")?;
    let mut scopes = Vec::new();
    for word in form.words("scope") {
        let name = full_name(&word).ok_or_else(|| {
            (StatusCode::BAD_REQUEST, "invalid_scope", format!("Some requested scopes were invalid. invalid=[{word}]"))
        })?;
        if !scopes.contains(&name) {
            scopes.push(name);
        }
    }
    let offline = match form.get("access_type").unwrap_or("online") {
        "offline" => true,
        "online" => false,
        other => return Err(bad(&format!("Invalid parameter value for access_type: {other}"))),
    };
    let prompt = form.words("prompt");
    let known = |word: &String| ["none", "consent", "select_account"].contains(&word.as_str());
    if !prompt.iter().all(known) || (prompt.len() > 1 && prompt.iter().any(|word| word == "none")) {
        return Err(bad("Invalid parameter value for prompt"));
    }
    let challenge = Challenge::parse(form.get("code_challenge"), form.get("code_challenge_method"));
    let challenge = challenge.map_err(|text| bad(&text))?;
    Ok(Request { client_id: client_id.into(), redirect_uri: redirect_uri.into(), scopes, challenge, offline, prompt })
}

/// Google answers the short identity scopes by their long names.
pub(super) fn full_name(scope: &str) -> Option<String> {
    match scope {
        "openid" => Some(scope.to_owned()),
        "email" | "profile" => Some(format!("{PREFIX}userinfo.{scope}")),
        _ => {
            let leaf = scope.strip_prefix(PREFIX)?;
            let known = leaf == "calendar" || leaf.starts_with("calendar.") || leaf.starts_with("userinfo.");
            known.then(|| scope.to_owned())
        }
    }
}

/// OpenID metadata.
pub(super) fn metadata(base: &str) -> Response {
    Json(json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{base}/o/oauth2/v2/auth"),
        "token_endpoint": format!("{base}/token"),
        "revocation_endpoint": format!("{base}/revoke"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["HS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "authorization_response_iss_parameter_supported": true,
    }))
    .into_response()
}
