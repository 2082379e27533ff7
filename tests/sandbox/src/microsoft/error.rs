//! Errors in Graph's envelope: `{"error": {"code", "message", "innerError": {"date", "request-id", "client-request-id"}}}`.

use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// A refusal: HTTP status, Graph's code and a sentence for people.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphError {
    /// HTTP status, 400 to 599.
    pub status: u16,
    /// Graph's word, for programs.
    pub code: String,
    /// A sentence, for people.
    pub message: String,
    /// Further members of the error object.
    pub extra: Vec<(&'static str, Value)>,
}

impl GraphError {
    /// A refusal without further members.
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), extra: Vec::new() }
    }

    /// 400 with a code.
    pub fn bad(code: &str, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// 404 for an item, calendar or folder that is not there.
    pub fn not_found() -> Self {
        Self::new(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    }

    /// 403 for a missing scope or a mailbox that is not the caller's.
    pub fn access_denied() -> Self {
        Self::new(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    }

    /// 400 for a value that breaks a rule of its property.
    pub fn property(message: impl Into<String>) -> Self {
        Self::new(400, "ErrorPropertyValidationFailure", message)
    }

    /// 400 for a body that cannot be read.
    pub fn body(message: impl Into<String>) -> Self {
        Self::new(400, "RequestBodyRead", message)
    }

    /// The envelope, with the correlation ids of the request.
    pub fn envelope(&self, now: DateTime<Utc>, request_id: &str, client_request_id: &str) -> Value {
        let mut error = json!({
            "code": self.code,
            "message": self.message,
            "innerError": {
                "date": now.format("%Y-%m-%dT%H:%M:%S").to_string(),
                "request-id": request_id,
                "client-request-id": client_request_id,
            },
        });
        for (name, value) in &self.extra {
            error[*name] = value.clone();
        }
        json!({ "error": error })
    }
}

/// The challenge of continuous access evaluation: its word stands in a header, and its `claims` say what a sign-in must bring.
/// <https://learn.microsoft.com/entra/identity-platform/claims-challenge>
const CHALLENGE: &str = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
    error=\"insufficient_claims\", \
    claims=\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwgInZhbHVlIjoiMTc4MTA3ODQwMCJ9fX0=\"";

/// An error answer for a request that never reaches the handlers, such as an ordered fault. 401 `insufficient_claims` is the
/// challenge of continuous access evaluation.
pub fn error_response(status: u16, code: &str, message: &str) -> Response {
    if (status, code) == (401, "insufficient_claims") {
        let message = "Continuous access evaluation resulted in challenge with result: InteractionRequired.";
        let mut answer = error_response(status, "InvalidAuthenticationToken", message);
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
        return answer;
    }
    let request_id = uuid::Uuid::new_v4().to_string();
    let body = GraphError::new(status, code, message).envelope(Utc::now(), &request_id, &request_id);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [("request-id", request_id.clone()), ("client-request-id", request_id)], axum::Json(body)).into_response()
}

/// The caller's correlation id, or ours when he sent none.
pub fn client_request_id(headers: &HeaderMap, ours: &str) -> String {
    headers.get("client-request-id").and_then(|value| value.to_str().ok()).unwrap_or(ours).to_owned()
}
