//! Google's error envelope and the reasons this sandbox gives.
//! <https://developers.google.com/workspace/calendar/api/guides/errors>

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// HTTP status.
    pub status: u16,
    /// `global`, `calendar` or `usageLimits`.
    pub domain: &'static str,
    /// Google's word for the cause.
    pub reason: String,
    /// A sentence for people.
    pub message: String,
    /// The parameter or header at fault.
    pub location: Option<(&'static str, String)>,
}

/// What every operation of this module answers.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A failure of the domain `global`.
    pub fn new(status: u16, reason: &str, message: impl Into<String>) -> Self {
        Self { status, domain: "global", reason: reason.to_owned(), message: message.into(), location: None }
    }

    /// A value that cannot be accepted: 400 `invalid`.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid", message)
    }

    /// A missing member: 400 `required`.
    pub fn required(message: impl Into<String>) -> Self {
        Self::new(400, "required", message)
    }

    /// No such calendar or event, or none this account may see.
    pub fn not_found() -> Self {
        Self::new(404, "notFound", "Not Found")
    }

    /// The event was deleted before.
    pub fn deleted() -> Self {
        Self::new(410, "deleted", "Resource has been deleted")
    }

    /// The range ends before it starts.
    pub fn empty_range() -> Self {
        Self { domain: "calendar", ..Self::new(400, "timeRangeEmpty", "The specified time range is empty.") }
            .at("timeMax")
    }

    /// The sync token is too old or was never given.
    pub fn full_sync() -> Self {
        let message = "Sync token is no longer valid, a full sync is required.";
        Self { domain: "calendar", ..Self::new(410, "fullSyncRequired", message) }.at("syncToken")
    }

    /// The account's role on the calendar is too low.
    pub fn access_level(wanted: &str) -> Self {
        let message = format!("You need to have {wanted} access to this calendar.");
        Self { domain: "calendar", ..Self::new(403, "requiredAccessLevel", message) }
    }

    /// A guest wants to change what belongs to the organizer.
    pub fn not_organizer() -> Self {
        let message = "Shared properties can only be changed by the organizer of the event.";
        Self { domain: "calendar", ..Self::new(403, "forbiddenForNonOrganizer", message) }
    }

    /// Names the query parameter at fault.
    pub fn at(mut self, parameter: &str) -> Self {
        self.location = Some(("parameter", parameter.to_owned()));
        self
    }

    fn body(&self) -> Value {
        let mut one = json!({"domain": self.domain, "reason": self.reason, "message": self.message});
        if let Some((kind, name)) = &self.location {
            one["locationType"] = json!(kind);
            one["location"] = json!(name);
        }
        let mut error = json!({"errors": [one], "code": self.status, "message": self.message});
        if self.reason == "insufficientPermissions" {
            error["status"] = json!("PERMISSION_DENIED");
            error["details"] = json!([{
                "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                "domain": "googleapis.com", "metadata": {"service": "calendar-json.googleapis.com"},
            }]);
        }
        json!({"error": error})
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let code = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = (code, Json(self.body())).into_response();
        let challenge = match (self.status, self.reason.as_str()) {
            (401, "authError") => Some("Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\""),
            (401, _) => Some("Bearer realm=\"https://accounts.google.com/\""),
            (403, "insufficientPermissions") => {
                Some("Bearer realm=\"https://accounts.google.com/\", error=\"insufficient_scope\"")
            }
            _ => None,
        };
        if let Some(text) = challenge {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(text));
        }
        answer
    }
}

/// An error with any status and reason, for ordered faults.
pub fn error_response(status: u16, reason: &str, message: &str) -> Response {
    let domain = match reason {
        "rateLimitExceeded"
        | "userRateLimitExceeded"
        | "quotaExceeded"
        | "dailyLimitExceeded"
        | "accessNotConfigured" => "usageLimits",
        "timeRangeEmpty"
        | "timeRangeTooLong"
        | "fullSyncRequired"
        | "requiredAccessLevel"
        | "forbiddenForNonOrganizer" => "calendar",
        _ => "global",
    };
    Failure { domain, ..Failure::new(status, reason, message) }.into_response()
}
