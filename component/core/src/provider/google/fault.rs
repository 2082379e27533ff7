//! What a refusal of Google means. Decided by HTTP status and `errors[0].reason`, never by the
//! message; a body that is not JSON (a proxy's) is judged by its status alone. Not here: whether
//! to try again (`http::retry`), and the answers that are part of an algorithm (`create`,
//! `update`). <https://developers.google.com/workspace/calendar/api/guides/errors>

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::account::Provider;
use crate::error::{Error, Kind};
use crate::http::date;
use crate::http::response::Response;
use crate::oauth::scope::{self, Feature};

/// How long writes of an account rest after Google's limits against abuse struck.
const QUOTA_PAUSE: TimeDelta = TimeDelta::minutes(15);

/// Whether the answer means "not now": Google did not act, and the same request may be repeated.
/// That is a per-minute quota reported as 403, and a 409 about concurrent changes. The slower
/// `quotaExceeded` is not: repeating makes it worse.
#[must_use]
pub fn is_throttled(response: &Response) -> bool {
    matches!(
        (response.status, reason(response).as_deref()),
        (403, Some("rateLimitExceeded" | "userRateLimitExceeded")) | (409, Some("conflict"))
    )
}

/// The machine-readable reason of a refusal, in the spelling of `errors[0].reason`; none = the
/// answer has none, or none that is a plain word.
#[must_use]
pub fn reason(response: &Response) -> Option<String> {
    let body: Value = response.json().ok()?;
    let error = body.get("error")?;
    let first = error.pointer("/errors/0/reason").and_then(Value::as_str);
    let detail = || {
        let details = error.get("details")?.as_array()?;
        details.iter().find_map(|one| one.get("reason")?.as_str())
    };
    let word = match first.or_else(detail)? {
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => "insufficientPermissions",
        "SERVICE_DISABLED" => "accessNotConfigured",
        "RATE_LIMIT_EXCEEDED" => "rateLimitExceeded",
        other => other,
    };
    is_plain(word).then(|| word.to_owned())
}

/// The error for a refused request. `what` names what it was about, such as ``calendar `x` ``;
/// `feature` is the permission the request needs; `now` turns a date in `Retry-After` into a wait.
#[must_use]
pub fn error(what: &str, feature: Feature, response: &Response, now: DateTime<Utc>) -> Error {
    let reason = reason(response);
    let word = reason.as_deref().unwrap_or_default();
    let retry_after = date::retry_after(response, now);
    let said = match word {
        "" => format!("{}", response.status),
        word => format!("{} {word}", response.status),
    };
    let error = match response.status {
        400 => bad_request(what, word, &said),
        401 if word == "required" => Error::new(Kind::Internal, format!("{what}: no token was sent ({said})")),
        401 => Error::new(
            Kind::ReauthorizationRequired,
            format!("{what}: Google does not accept the access token ({said})"),
        ),
        403 => forbidden(what, feature, word, &said, retry_after),
        404 => Error::new(Kind::NotFound, format!("{what} does not exist or is not shared with the account ({said})")),
        409 if word == "duplicate" => {
            Error::new(Kind::Conflict { alternatives: Vec::new() }, format!("{what}: the id is taken ({said})"))
        }
        409 => Error::new(
            Kind::Unavailable { retry_after },
            format!("{what}: Google is busy with another change ({said})"),
        ),
        410 if matches!(word, "fullSyncRequired" | "updatedMinTooLongAgo") => Error::new(
            Kind::Unavailable { retry_after },
            format!("{what}: Google wants it read from the beginning ({said})"),
        )
        .with_remedy("Call again: nothing was deleted."),
        410 => Error::new(Kind::NotFound, format!("{what} was deleted ({said})")),
        412 => Error::new(Kind::PreconditionFailed, format!("{what} changed since it was read ({said})")),
        429 => Error::new(Kind::RateLimited { retry_after }, format!("{what}: Google asks to slow down ({said})")),
        500..=599 => Error::new(Kind::Unavailable { retry_after }, format!("{what}: Google failed ({said})")),
        _ => Error::new(Kind::Protocol, format!("{what}: unexpected answer of Google ({said})")),
    };
    error.at(Provider::Google)
}

fn bad_request(what: &str, word: &str, said: &str) -> Error {
    match word {
        "timeRangeEmpty" => Error::new(Kind::Internal, format!("{what}: an empty time range was sent ({said})")),
        "timeRangeTooLong" => Error::new(Kind::InvalidArgument, format!("{what}: the time range is too long ({said})"))
            .with_remedy("Ask for a shorter range."),
        _ => Error::new(Kind::InvalidArgument, format!("{what}: Google refused the request as malformed ({said})"))
            .with_remedy("Check the addresses, the zone and the ids, and call again."),
    }
}

fn forbidden(what: &str, feature: Feature, word: &str, said: &str, retry_after: Option<TimeDelta>) -> Error {
    let denied = |message: String| Error::new(Kind::PermissionDenied, message);
    match word {
        "rateLimitExceeded" | "userRateLimitExceeded" => {
            Error::new(Kind::RateLimited { retry_after }, format!("{what}: Google asks to slow down ({said})"))
        }
        "quotaExceeded" => Error::new(
            Kind::RateLimited { retry_after: Some(retry_after.unwrap_or(QUOTA_PAUSE).max(QUOTA_PAUSE)) },
            format!("{what}: the calendar's limits against abuse are reached ({said})"),
        )
        .with_remedy("Stop booking and inviting with this account for a while, then try again."),
        "dailyLimitExceeded" => Error::new(
            Kind::RateLimited { retry_after },
            format!("{what}: the Google Cloud project's daily limit is reached ({said})"),
        )
        .with_remedy("Raise the project's limit in the Google Cloud console, or wait until the next day."),
        "dailyLimitExceededUnreg" => denied(format!("{what}: Google does not know the calling project ({said})"))
            .with_remedy("Register the OAuth client in a Google Cloud project with the Calendar API."),
        "insufficientPermissions" => scope::denied(Provider::Google, feature).context(format!("{what} ({said})")),
        "forbiddenForNonOrganizer" => denied(format!("{what}: only its organizer may change that ({said})"))
            .with_remedy("Ask the organizer to change it."),
        "forbiddenForServiceAccounts" => {
            Error::new(Kind::Unsupported, format!("{what}: a service account cannot invite people ({said})"))
                .with_remedy("Delegate domain-wide authority to the service account, or book as a person.")
        }
        "accessNotConfigured" => {
            denied(format!("{what}: the Calendar API is not enabled in the Google Cloud project ({said})"))
                .with_remedy("Enable the Google Calendar API in the project of the OAuth client.")
        }
        "domainPolicy" => {
            Error::new(Kind::AdminConsentRequired, format!("{what}: the organisation's policy forbids it ({said})"))
        }
        "notACalendarUser" => {
            Error::new(Kind::AdminConsentRequired, format!("{what}: the account has no Calendar service ({said})"))
                .with_remedy("Ask the organisation's administrator to switch Google Calendar on for the account.")
        }
        _ => denied(format!("{what}: the account's role does not allow it ({said})"))
            .with_remedy("Ask the calendar's owner for more access, or use another calendar."),
    }
}

/// Words that may appear in messages: Google's are camel case, some with a dot.
fn is_plain(word: &str) -> bool {
    (1..=64).contains(&word.len()) && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: impl Into<Vec<u8>>) -> Response {
        Response { status, headers: Vec::new(), body: body.into() }
    }

    fn refusal(status: u16, reason: &str) -> Response {
        let one = json!({"domain": "x", "reason": reason, "message": "secret title"});
        let error = json!({"errors": [one], "code": status, "message": "secret title"});
        answer(status, json!({"error": error}).to_string())
    }

    fn judge(response: &Response) -> Error {
        let now = DateTime::from_timestamp(1_781_085_600, 0).unwrap();
        error("calendar `c`", Feature::WriteEvents, response, now)
    }

    #[test]
    fn every_row_of_the_table_has_its_meaning() {
        let limited = || Kind::RateLimited { retry_after: None };
        let down = || Kind::Unavailable { retry_after: None };
        for (status, reason, kind, throttled) in [
            (400, "timeRangeEmpty", Kind::Internal, false),
            (400, "timeRangeTooLong", Kind::InvalidArgument, false),
            (400, "required", Kind::InvalidArgument, false),
            (400, "invalid", Kind::InvalidArgument, false),
            (400, "parseError", Kind::InvalidArgument, false),
            (400, "invalidParameter", Kind::InvalidArgument, false),
            (400, "badRequest", Kind::InvalidArgument, false),
            (401, "authError", Kind::ReauthorizationRequired, false),
            (401, "required", Kind::Internal, false),
            (403, "rateLimitExceeded", limited(), true),
            (403, "userRateLimitExceeded", limited(), true),
            (403, "quotaExceeded", Kind::RateLimited { retry_after: Some(QUOTA_PAUSE) }, false),
            (403, "dailyLimitExceeded", limited(), false),
            (403, "dailyLimitExceededUnreg", Kind::PermissionDenied, false),
            (403, "insufficientPermissions", Kind::PermissionDenied, false),
            (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", Kind::PermissionDenied, false),
            (403, "forbidden", Kind::PermissionDenied, false),
            (403, "requiredAccessLevel", Kind::PermissionDenied, false),
            (403, "forbiddenForNonOrganizer", Kind::PermissionDenied, false),
            (403, "forbiddenForServiceAccounts", Kind::Unsupported, false),
            (403, "accessNotConfigured", Kind::PermissionDenied, false),
            (403, "SERVICE_DISABLED", Kind::PermissionDenied, false),
            (403, "domainPolicy", Kind::AdminConsentRequired, false),
            (403, "notACalendarUser", Kind::AdminConsentRequired, false),
            (403, "aNewWord", Kind::PermissionDenied, false),
            (404, "notFound", Kind::NotFound, false),
            (409, "duplicate", Kind::Conflict { alternatives: Vec::new() }, false),
            (409, "conflict", down(), true),
            (410, "deleted", Kind::NotFound, false),
            (410, "fullSyncRequired", down(), false),
            (410, "updatedMinTooLongAgo", down(), false),
            (412, "conditionNotMet", Kind::PreconditionFailed, false),
            (418, "teapot", Kind::Protocol, false),
            (429, "rateLimitExceeded", limited(), false),
            (500, "backendError", down(), false),
            (500, "internalError", down(), false),
            (502, "", down(), false),
            (503, "", down(), false),
            (504, "", down(), false),
        ] {
            let response = refusal(status, reason);
            let error = judge(&response);
            assert_eq!(error.kind, kind, "{status} {reason}");
            assert_eq!(error.provider, Some(Provider::Google), "{status} {reason}");
            assert_eq!(is_throttled(&response), throttled, "{status} {reason}");
            assert!(error.message.contains("calendar `c`"), "{}", error.message);
            assert!(error.remedy.ends_with('.'), "{status} {reason}: {}", error.remedy);
            assert!(!format!("{error:?}").contains("secret title"));
        }
    }

    #[test]
    fn a_missing_scope_and_a_disabled_api_name_their_remedy() {
        for word in ["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"] {
            let error = judge(&refusal(403, word));
            assert!(error.message.contains("calendar.events"), "{}", error.message);
        }
        let details = json!([{"@type": "x"}, {"reason": "SERVICE_DISABLED"}]);
        let body = json!({"error": {"code": 403, "details": details}}).to_string();
        let error = judge(&answer(403, body));
        assert!(error.remedy.contains("Enable the Google Calendar API"), "{}", error.remedy);
    }

    #[test]
    fn the_wait_that_google_asks_for_is_kept() {
        for status in [429, 503] {
            let mut response = refusal(status, "");
            response.headers.push(("Retry-After".into(), "7".into()));
            assert_eq!(judge(&response).retry_after(), Some(TimeDelta::seconds(7)));
            // The present of `judge` is 10:00:00.
            response.headers = vec![("Retry-After".into(), "Wed, 10 Jun 2026 10:00:09 GMT".into())];
            assert_eq!(judge(&response).retry_after(), Some(TimeDelta::seconds(9)));
        }
    }

    #[test]
    fn bodies_of_any_shape_are_judged_by_status() {
        for body in [
            "",
            "null",
            "[]",
            "<html>503</html>",
            "{\"error\":",
            "{\"error\": []}",
            "{\"error\": \"x\"}",
            "{\"error\": {\"errors\": {}}}",
            "{\"error\": {\"errors\": [7], \"details\": [{}, null]}}",
            "{\"error\": {\"errors\": [{\"reason\": {\"a\": 1}}]}}",
            "{\"error\": {\"errors\": [{\"reason\": \"two words \\u0007\"}]}}",
            "\u{0}\u{ff}",
        ] {
            let response = answer(403, body);
            assert_eq!(reason(&response), None, "{body}");
            assert!(!is_throttled(&response));
            let error = judge(&response);
            assert_eq!(error.kind, Kind::PermissionDenied);
            assert_eq!(error.message, "calendar `c`: the account's role does not allow it (403)");
        }
    }
}
