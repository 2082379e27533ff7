//! The paths of both authorization servers.

use super::form::Form;
use super::{choice, entra, entra_error, entra_token, google, google_token, page};
use crate::state::State;
use crate::vendor::Vendor;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, header};
use std::sync::Arc;

type Whole = Shared<Arc<State>>;

/// The routes of both authorization servers.
pub fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/o/oauth2/v2/auth", get(google_authorize).post(google_decide))
        .route("/o/oauth2/auth", get(google_authorize).post(google_decide))
        .route("/token", post(google_token))
        .route("/revoke", post(google_revoke))
        .route("/.well-known/openid-configuration", get(google_metadata))
        .route("/{tenant}/oauth2/v2.0/authorize", get(entra_authorize).post(entra_decide))
        .route("/{tenant}/oauth2/v2.0/token", post(entra_token_endpoint))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(entra_device_code))
        .route("/{tenant}/oauth2/v2.0/deviceauth", get(entra_device_page).post(entra_device_decide))
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(entra_metadata))
        .route("/{tenant}/discovery/v2.0/keys", get(|| async { axum::Json(serde_json::json!({"keys": []})) }))
        .fallback(|| async {
            page::error(StatusCode::NOT_FOUND, "not_found", "The requested address is not on this server.")
        })
        .with_state(state)
}

/// An OAuth error in the vendor's shape, for ordered faults.
pub fn error_response(state: &State, vendor: Vendor, status: u16, error: &str, description: &str) -> Response {
    match vendor {
        Vendor::Google => google_token::error(status, error, description),
        Vendor::Microsoft => {
            let (error, number) = error.split_once('#').unwrap_or((error, ""));
            entra_error::body(state, status, error, number.parse().ok(), description)
        }
    }
}

fn query(raw: Option<String>) -> Form {
    Form::parse(raw.unwrap_or_default().as_bytes())
}

/// Whether the body says it is a form.
fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
}

async fn google_authorize(Shared(state): Whole, RawQuery(raw): RawQuery) -> Response {
    google::authorize(&state, &query(raw), None)
}

async fn google_decide(Shared(state): Whole, body: Bytes) -> Response {
    let (form, choice) = choice::split(&Form::parse(&body));
    google::authorize(&state, &form, Some(choice))
}

async fn google_token(Shared(state): Whole, headers: HeaderMap, body: Bytes) -> Response {
    if !is_form(&headers) {
        return google_token::error(400, "invalid_request", "The body must be application/x-www-form-urlencoded.");
    }
    google_token::token(&state, &headers, &Form::parse(&body))
}

async fn google_revoke(Shared(state): Whole, RawQuery(raw): RawQuery, body: Bytes) -> Response {
    let form = Form::parse(&body);
    if form.get("token").is_some() {
        google_token::revoke(&state, &form)
    } else {
        google_token::revoke(&state, &query(raw))
    }
}

async fn google_metadata(Shared(state): Whole) -> Response {
    google::metadata(state.base_url())
}

async fn entra_authorize(Shared(state): Whole, Path(tenant): Path<String>, RawQuery(raw): RawQuery) -> Response {
    entra::authorize(&state, &tenant, &query(raw), None)
}

async fn entra_decide(Shared(state): Whole, Path(tenant): Path<String>, body: Bytes) -> Response {
    let (form, choice) = choice::split(&Form::parse(&body));
    entra::authorize(&state, &tenant, &form, Some(choice))
}

async fn entra_token_endpoint(
    Shared(state): Whole,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_form(&headers) {
        let text = "The request body must be application/x-www-form-urlencoded.";
        return entra_error::answer(&state, &entra_error::failure("invalid_request", 900144, text));
    }
    entra_token::token(&state, &tenant, &headers, &Form::parse(&body))
}

async fn entra_device_code(Shared(state): Whole, Path(tenant): Path<String>, body: Bytes) -> Response {
    entra_token::device_code(&state, &tenant, &Form::parse(&body))
}

async fn entra_device_page(Shared(state): Whole, Path(tenant): Path<String>) -> Response {
    entra_token::device_page(&state, &tenant, None)
}

async fn entra_device_decide(Shared(state): Whole, Path(tenant): Path<String>, body: Bytes) -> Response {
    entra_token::device_page(&state, &tenant, Some(&Form::parse(&body)))
}

async fn entra_metadata(Shared(state): Whole, Path(tenant): Path<String>) -> Response {
    match entra::check_tenant(&tenant) {
        Ok(()) => entra::metadata(state.base_url(), &tenant.to_ascii_lowercase()),
        Err(failure) => entra_error::answer(&state, &failure),
    }
}
