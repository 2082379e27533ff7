//! Errors as Entra ID words them: an RFC 6749 `error` plus an AADSTS number, trace and correlation ids and a time.

use crate::state::State;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::json;

/// One way to fail.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) error: &'static str,
    pub(super) number: u32,
    pub(super) text: String,
}

/// Makes a failure.
pub(super) fn failure(error: &'static str, number: u32, text: impl Into<String>) -> Failure {
    Failure { error, number, text: text.into() }
}

/// The JSON answer of a token endpoint: 400, or 401 for `invalid_client`.
pub(super) fn answer(state: &State, failure: &Failure) -> Response {
    let status = if failure.error == "invalid_client" { 401 } else { 400 };
    body(state, status, failure.error, Some(failure.number), &failure.text)
}

/// The sentence used in callbacks and bodies.
pub(super) fn description(failure: &Failure) -> String {
    format!("AADSTS{}: {}", failure.number, failure.text)
}

/// An error body with any status.
pub(super) fn body(state: &State, status: u16, error: &str, number: Option<u32>, text: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (trace, correlation) = (uuid::Uuid::new_v4().to_string(), uuid::Uuid::new_v4().to_string());
    let time = state.clock.now().format("%Y-%m-%d %H:%M:%SZ").to_string();
    let number = number.unwrap_or(90033);
    let description =
        format!("AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}");
    let mut body = json!({
        "error": error, "error_description": description, "error_codes": [number], "timestamp": time,
        "trace_id": trace, "correlation_id": correlation,
        "error_uri": format!("{}/error?code={number}", state.base_url()),
    });
    if number == 50173 {
        body["suberror"] = json!("bad_token");
    }
    (code, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
