use super::*;

fn answer(status: u16, code: &str, headers: &[(&str, &str)]) -> Response {
    let headers = headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let body = serde_json::json!({"error": {"code": code, "message": "private text of ana@contoso.example"}});
    Response { status, headers, body: body.to_string().into_bytes() }
}

fn code_word(kind: &Kind) -> &'static str {
    match kind {
        Kind::InvalidArgument => "invalid-argument",
        Kind::ReauthorizationRequired => "reauthorization-required",
        Kind::PermissionDenied => "permission-denied",
        Kind::AdminConsentRequired => "admin-consent-required",
        Kind::NotFound => "not-found",
        Kind::Conflict { .. } => "conflict",
        Kind::PreconditionFailed => "precondition-failed",
        Kind::RateLimited { .. } => "rate-limited",
        Kind::Unavailable { .. } => "unavailable",
        Kind::Protocol => "protocol",
        Kind::Unsupported => "unsupported",
        Kind::Internal => "internal",
        other => panic!("{other:?}"),
    }
}

/// The table of errors: status, code, meaning.
const TABLE: &[(u16, &str, &str)] = &[
    (400, "ErrorInvalidIdMalformed", "invalid-argument"),
    (400, "RequestBodyRead", "invalid-argument"),
    (400, "BadRequest", "invalid-argument"),
    (400, "ErrorInvalidRequest", "invalid-argument"),
    (400, "ErrorPropertyValidationFailure", "invalid-argument"),
    (400, "invalidRequest", "invalid-argument"),
    (400, "ErrorInvalidRecipients", "invalid-argument"),
    (400, "", "invalid-argument"),
    (400, "TimeZoneNotSupportedException", "internal"),
    (400, "ErrorCalendarEndDateIsEarlierThanStartDate", "invalid-argument"),
    (400, "ErrorCalendarViewRangeTooBig", "invalid-argument"),
    (400, "ErrorDuplicateTransactionId", "conflict"),
    (409, "ErrorDuplicateTransactionId", "conflict"),
    (400, "ErrorOccurrenceCrossingBoundary", "invalid-argument"),
    (401, "InvalidAuthenticationToken", "reauthorization-required"),
    (402, "", "unsupported"),
    (403, "ErrorAccessDenied", "permission-denied"),
    (403, "accessDenied", "permission-denied"),
    (403, "Authorization_RequestDenied", "permission-denied"),
    (403, "extensionError", "admin-consent-required"),
    (404, "ErrorItemNotFound", "not-found"),
    (404, "itemNotFound", "not-found"),
    (404, "ResourceNotFound", "not-found"),
    (404, "ErrorFolderNotFound", "not-found"),
    (404, "MailboxNotEnabledForRESTAPI", "unsupported"),
    (404, "MailboxNotSupportedForRESTAPI", "unsupported"),
    (409, "nameAlreadyExists", "conflict"),
    (409, "", "precondition-failed"),
    (410, "", "not-found"),
    (412, "ErrorIrresolvableConflict", "precondition-failed"),
    (412, "resourceModified", "precondition-failed"),
    (412, "anything", "precondition-failed"),
    (405, "", "internal"),
    (406, "", "internal"),
    (411, "", "internal"),
    (413, "", "internal"),
    (415, "", "internal"),
    (416, "", "internal"),
    (422, "", "internal"),
    (501, "", "internal"),
    (423, "lockMismatch", "unavailable"),
    (429, "ApplicationThrottled", "rate-limited"),
    (429, "TooManyRequests", "rate-limited"),
    (429, "activityLimitReached", "rate-limited"),
    (500, "ErrorInternalServerError", "unavailable"),
    (500, "generalException", "unavailable"),
    (500, "UnknownError", "unavailable"),
    (500, "ErrorItemNotFound", "unavailable"),
    (503, "ErrorServerBusy", "unavailable"),
    (503, "ErrorMailboxStoreUnavailable", "unavailable"),
    (503, "ErrorMailboxMoveInProgress", "unavailable"),
    (503, "serviceNotAvailable", "unavailable"),
    (504, "UnknownError", "unavailable"),
    (507, "ErrorQuotaExceeded", "unsupported"),
    (507, "quotaLimitReached", "unsupported"),
    (509, "", "rate-limited"),
    (302, "", "protocol"),
    (418, "", "protocol"),
];

#[test]
fn every_row_of_the_error_table_has_its_meaning() {
    for (status, code, expected) in TABLE {
        let error = error("event", &answer(*status, code, &[]));
        assert_eq!(code_word(&error.kind), *expected, "{status} {code}");
        assert_eq!(error.provider, Some(Provider::Outlook));
        assert!(error.message.contains(&format!("event: Outlook answered {status}")));
        assert!(!error.message.contains("private"), "{}", error.message);
    }
}

#[test]
fn the_case_of_a_code_does_not_matter_and_the_innermost_known_code_wins() {
    let upper = error("event", &answer(404, "MAILBOXNOTENABLEDFORRESTAPI", &[]));
    assert_eq!(upper.kind, Kind::Unsupported);
    for name in ["innerError", "innererror"] {
        let body = serde_json::json!({"error": {"code": "accessDenied", name: {"code": "extensionError", name: {"code": "novel"}}}});
        let nested = Response { status: 403, headers: Vec::new(), body: body.to_string().into_bytes() };
        assert_eq!(error("event", &nested).kind, Kind::AdminConsentRequired);
    }
}

#[test]
fn insufficient_claims_ask_for_a_new_sign_in() {
    let header = [("WWW-Authenticate", "Bearer error=\"insufficient_claims\", claims=\"e30=\"")];
    for status in [401, 403] {
        let error = error("event", &answer(status, "ErrorAccessDenied", &header));
        assert_eq!(error.kind, Kind::ReauthorizationRequired);
        assert!(error.remedy.contains("fresh sign-in"), "{}", error.remedy);
    }
}

#[test]
fn retry_after_is_read_as_seconds_and_as_date() {
    let wait = |headers: &[(&str, &str)]| error("x", &answer(429, "", headers)).retry_after();
    assert_eq!(wait(&[("Retry-After", "7")]), Some(TimeDelta::seconds(7)));
    let date = ("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(wait(&[date, ("Date", "Sun, 06 Nov 1994 08:49:30 GMT")]), Some(TimeDelta::seconds(7)));
    assert_eq!(wait(&[date]), None);
    assert_eq!(wait(&[]), None);
}

#[test]
fn the_request_id_comes_from_the_header_or_the_body_and_is_an_id() {
    let id = "93b6f17e-c05d-4f45-ad2a-6665c708d8a0";
    assert_eq!(error("x", &answer(500, "", &[("request-id", id)])).request_id.as_deref(), Some(id));
    let body = serde_json::json!({"error": {"code": "", "innerError": {"request-id": id}}});
    let inner = Response { status: 500, headers: Vec::new(), body: body.to_string().into_bytes() };
    assert_eq!(error("x", &inner).request_id.as_deref(), Some(id));
    assert_eq!(error("x", &answer(500, "", &[("request-id", "a\nb")])).request_id, None);
}

#[test]
fn hostile_bodies_give_an_error_by_status_and_never_reach_the_message() {
    let deep = format!("{}{}", "{\"error\":".repeat(5000), "}".repeat(5000));
    for body in [
        "",
        "<html>",
        "null",
        "[]",
        "{\"error\":7}",
        "{\"error\":{\"code\":[]}}",
        "{\"error\":{\"code\":\"a\\nb <script>\"}}",
        &deep,
    ] {
        let response = Response { status: 404, headers: Vec::new(), body: body.as_bytes().to_vec() };
        let error = error("event", &response);
        assert_eq!((error.kind, error.message.as_str()), (Kind::NotFound, "event: Outlook answered 404"));
    }
}

#[test]
fn a_server_fault_leaves_the_outcome_of_a_write_open_and_a_refusal_does_not() {
    for (status, unknown) in [
        (400, false),
        (404, false),
        (412, false),
        (429, false),
        (500, true),
        (503, true),
        (504, true),
        (507, false),
        (509, false),
    ] {
        let failure = call_error("event", &answer(status, "", &[]));
        assert_eq!(matches!(failure, CallError::Unknown(_)), unknown, "{status}");
    }
}

#[test]
fn only_429_and_509_are_throttling() {
    for status in [200, 400, 403, 429, 500, 503, 504, 509] {
        assert_eq!(is_throttled(&answer(status, "ApplicationThrottled", &[])), matches!(status, 429 | 509));
    }
}

#[test]
fn recognises_a_used_retry_key_and_the_event_that_has_it() {
    let body = r#"{"error":{"code":"errorDuplicateTransactionId","@event.existingEventId":"AAMk="}}"#;
    for (status, expected) in [(400, true), (409, true), (404, false)] {
        let response = Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() };
        assert_eq!(is_duplicate_transaction(&response), expected);
        assert_eq!(existing_event(&response).as_deref(), Some("AAMk="));
    }
    assert!(!is_duplicate_transaction(&answer(400, "BadRequest", &[])));
}
