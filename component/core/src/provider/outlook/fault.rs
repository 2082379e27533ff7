//! Graph's refusals -> [`Error`]: by status and the innermost known code, never by message.
//! Not here: 401 and token refresh (`session`), what a refusal means for a write (`create` ...).
//!
//! <https://learn.microsoft.com/graph/errors>

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::account::Provider;
use crate::error::{Error, Kind};
use crate::http::date::parse_retry_after;
use crate::http::response::Response;
use crate::session::CallError;

/// Lower-case codes with the meaning and remedy that differ from what the status alone says.
const CODES: &[(&str, Meaning)] = &[
    ("mailboxnotenabledforrestapi", Meaning::NoMailbox),
    ("mailboxnotsupportedforrestapi", Meaning::NoMailbox),
    ("erroraccessdenied", Meaning::Denied),
    ("accessdenied", Meaning::Denied),
    ("authorization_requestdenied", Meaning::Denied),
    ("extensionerror", Meaning::Administrator),
    ("erroritemnotfound", Meaning::Missing),
    ("itemnotfound", Meaning::Missing),
    ("resourcenotfound", Meaning::Missing),
    ("errorfoldernotfound", Meaning::Missing),
    ("errorduplicatetransactionid", Meaning::KeyUsed),
    ("namealreadyexists", Meaning::KeyUsed),
    ("errorirresolvableconflict", Meaning::Outdated),
    ("resourcemodified", Meaning::Outdated),
    ("erroroccurrencecrossingboundary", Meaning::Crossing),
    ("errorinvalidrecipients", Meaning::Recipients),
    ("errorinvalididmalformed", Meaning::Invalid),
    ("errorcalendarviewrangetoobig", Meaning::RangeTooBig),
    ("errorcalendarenddateisearlierthanstartdate", Meaning::Invalid),
    ("errorpropertyvalidationfailure", Meaning::Invalid),
    ("errorinvalidrequest", Meaning::Invalid),
    ("requestbodyread", Meaning::Invalid),
    ("timezonenotsupportedexception", Meaning::OurDefect),
    ("lockmismatch", Meaning::Down),
    ("applicationthrottled", Meaning::SlowDown),
    ("toomanyrequests", Meaning::SlowDown),
    ("activitylimitreached", Meaning::SlowDown),
    ("errorserverbusy", Meaning::Down),
    ("errormailboxstoreunavailable", Meaning::Down),
    ("errormailboxmoveinprogress", Meaning::Down),
    ("servicenotavailable", Meaning::Down),
    ("errorquotaexceeded", Meaning::Full),
    ("quotalimitreached", Meaning::Full),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Invalid,
    Recipients,
    RangeTooBig,
    Crossing,
    KeyUsed,
    Outdated,
    SignIn,
    FreshSignIn,
    Denied,
    Administrator,
    Missing,
    NoMailbox,
    Full,
    Metered,
    SlowDown,
    Down,
    OurDefect,
    Strange,
}

/// The retry key is known to the service, with other content.
#[must_use]
pub fn is_duplicate_transaction(response: &Response) -> bool {
    matches!(response.status, 400 | 409) && codes(response).iter().any(|code| code == "errorduplicatetransactionid")
}

/// The event that already has the retry key, where the service names it.
#[must_use]
pub fn existing_event(response: &Response) -> Option<String> {
    let body: Value = response.json().ok()?;
    let id = body.get("error")?.get("@event.existingEventId")?.as_str()?;
    (!id.is_empty()).then(|| id.to_owned())
}

/// The item was deleted before: with immutable ids it is still found, in the deleted items, and not deleted again.
/// <https://learn.microsoft.com/graph/outlook-immutable-id>
#[must_use]
pub fn is_deleted(response: &Response) -> bool {
    response.status == 403 && codes(response).iter().any(|code| code == "errorcannotdeleteobject")
}

/// Answers that mean "slow down" and that certainly changed nothing. A 503 is not one of them: the
/// server may have acted.
#[must_use]
pub fn is_throttled(response: &Response) -> bool {
    matches!(response.status, 429 | 509)
}

/// The error of an answer that is not a success. `what` was being done or read, such as
/// `calendar "Team"`.
#[must_use]
pub fn error(what: &str, response: &Response) -> Error {
    let codes = codes(response);
    let known =
        codes.iter().rev().find_map(|code| CODES.iter().find(|(name, _)| name == code).map(|(_, meaning)| *meaning));
    let meaning = match known {
        _ if needs_claims(response) => Meaning::FreshSignIn,
        Some(meaning) if !by_status_alone(response.status) => meaning,
        _ => meaning_of_status(response.status),
    };
    let wait = retry_after(response);
    let (kind, remedy) = judge(meaning, wait);
    let code = codes.last().filter(|code| is_plain(code)).map(|code| format!(", {code}"));
    let status = response.status;
    let field = field(meaning);
    let message = format!("{field}{what}: Outlook answered {status}{}", code.unwrap_or_default());
    let mut error = Error::new(kind, message).at(Provider::Outlook).with_request_id(request_id(response));
    if let Some(remedy) = remedy {
        error = error.with_remedy(remedy);
    }
    error
}

/// As [`error`], for a request that changes something: a server fault may come after the deed.
#[must_use]
pub fn call_error(what: &str, response: &Response) -> CallError {
    let error = error(what, response);
    match response.status {
        408 | 500 | 502..=504 | 520..=599 => CallError::Unknown(error),
        _ => CallError::Failed(error),
    }
}

/// The provider broke its own contract; `reason` completes "Outlook's answer …".
#[must_use]
pub fn protocol(what: &str, reason: impl AsRef<str>) -> Error {
    Error::new(Kind::Protocol, format!("{what}: Outlook's answer {}", reason.as_ref())).at(Provider::Outlook)
}

/// The body of a success as JSON of the expected shape.
///
/// # Errors
/// `Protocol`, naming line and column but no content.
pub fn body<T: DeserializeOwned>(what: &str, response: &Response) -> Result<T, Error> {
    response.json().map_err(|error| {
        let (line, column) = (error.line(), error.column());
        protocol(what, format!("is not of the documented shape (line {line}, column {column})"))
            .with_request_id(request_id(response))
    })
}

/// What the service asked to wait; a date is compared with the answer's own `Date`.
#[must_use]
pub fn retry_after(response: &Response) -> Option<TimeDelta> {
    let text = response.header("retry-after")?;
    let date = response
        .header("date")
        .and_then(|date| NaiveDateTime::parse_from_str(date.trim(), "%a, %d %b %Y %H:%M:%S GMT").ok());
    match date {
        Some(date) => parse_retry_after(text, date.and_utc()),
        None if text.trim().bytes().all(|byte| byte.is_ascii_digit()) => {
            parse_retry_after(text, DateTime::<Utc>::UNIX_EPOCH)
        }
        None => None,
    }
}

/// Statuses whose meaning no code can change: a busy server's code does not make a 504 harmless,
/// and the codes of 412 are not settled.
fn by_status_alone(status: u16) -> bool {
    matches!(status, 401 | 412 | 429 | 500 | 502 | 503 | 504 | 509)
}

fn meaning_of_status(status: u16) -> Meaning {
    match status {
        400 => Meaning::Invalid,
        401 => Meaning::SignIn,
        402 => Meaning::Metered,
        403 => Meaning::Denied,
        404 | 410 => Meaning::Missing,
        409 | 412 => Meaning::Outdated,
        408 | 423 | 500 | 502 | 503 | 504 => Meaning::Down,
        429 | 509 => Meaning::SlowDown,
        507 => Meaning::Full,
        405 | 406 | 411 | 413..=416 | 422 | 501 => Meaning::OurDefect,
        _ => Meaning::Strange,
    }
}

fn judge(meaning: Meaning, retry_after: Option<TimeDelta>) -> (Kind, Option<&'static str>) {
    match meaning {
        Meaning::Invalid => (Kind::InvalidArgument, None),
        Meaning::Recipients => (Kind::InvalidArgument, Some("Correct the attendees' addresses and call again.")),
        Meaning::RangeTooBig => (Kind::InvalidArgument, Some("Ask for a shorter period.")),
        Meaning::Crossing => {
            (Kind::InvalidArgument, Some("Choose a time between the neighbouring occurrences of the series."))
        }
        Meaning::KeyUsed => (
            Kind::Conflict { alternatives: Vec::new() },
            Some("Use a new idempotency key, or change the existing meeting."),
        ),
        Meaning::Outdated => (Kind::PreconditionFailed, None),
        Meaning::SignIn => (Kind::ReauthorizationRequired, None),
        Meaning::FreshSignIn => (
            Kind::ReauthorizationRequired,
            Some("The organisation requires a fresh sign-in for this: connect the account again."),
        ),
        Meaning::Denied => (
            Kind::PermissionDenied,
            Some(
                "Connect the account again and allow its calendars, or ask the calendar's owner for access; one that somebody \
                 else shares may need Calendars.ReadWrite.Shared, which is not asked for.",
            ),
        ),
        Meaning::Administrator => (
            Kind::AdminConsentRequired,
            Some("Ask the organisation's administrator to let the application reach this mailbox."),
        ),
        Meaning::Missing => (Kind::NotFound, None),
        Meaning::NoMailbox => {
            (Kind::Unsupported, Some("Use another account, or ask the administrator for an Exchange Online mailbox."))
        }
        Meaning::Full => (Kind::Unsupported, Some("Make room in the mailbox: its storage quota is used up.")),
        Meaning::Metered => (Kind::Unsupported, Some("Ask the application's operator: the service wants payment.")),
        Meaning::SlowDown => (Kind::RateLimited { retry_after }, None),
        Meaning::Down => (Kind::Unavailable { retry_after }, None),
        Meaning::OurDefect => (Kind::Internal, None),
        Meaning::Strange => (Kind::Protocol, None),
    }
}

/// Which argument of the interface a code complains about, where that is certain.
fn field(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Recipients => "attendees: ",
        Meaning::Crossing => "time: ",
        Meaning::RangeTooBig => "range: ",
        _ => "",
    }
}

/// All codes of the envelope, lower-case, outermost first; empty ones left out.
fn codes(response: &Response) -> Vec<String> {
    let Ok(body) = response.json::<Value>() else { return Vec::new() };
    let mut found = Vec::new();
    let mut level = body.get("error");
    while let Some(error) = level {
        let code = error.get("code").and_then(Value::as_str).unwrap_or_default();
        if !code.is_empty() {
            found.push(code.to_ascii_lowercase());
        }
        level = error.get("innerError").or_else(|| error.get("innererror"));
    }
    found
}

/// Continuous access evaluation or conditional access: only the user can help, by signing in.
#[must_use]
pub fn needs_claims(response: &Response) -> bool {
    matches!(response.status, 401 | 403)
        && response
            .header("www-authenticate")
            .is_some_and(|text| text.to_ascii_lowercase().contains("insufficient_claims"))
}

/// Only text that looks like a code is repeated: a hostile answer must not write our messages.
fn is_plain(code: &str) -> bool {
    code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn request_id(response: &Response) -> Option<String> {
    let inner = || {
        let body: Value = response.json().ok()?;
        let error = body.get("error")?;
        let inner = error.get("innerError").or_else(|| error.get("innererror"))?;
        Some(inner.get("request-id")?.as_str()?.to_owned())
    };
    let id = response.header("request-id").map(str::to_owned).or_else(inner)?;
    let is_id = id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_id.then_some(id)
}

#[cfg(test)]
mod tests;
