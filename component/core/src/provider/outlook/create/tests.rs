use chrono::TimeDelta;
use serde_json::{Value, json};

use super::super::double::{Outcome, block_on, calendar, event, graph, in_order, range, refusal, reply, timeout};
use super::*;
use crate::account::Email;
use crate::http::response::{Response, TransportError};
use crate::meeting::Conferencing;

mod find;

const KEY: &str = "Booking-42";
const PRINT: &str = "9f2c";

fn wanted() -> NewEvent {
    NewEvent {
        key: KEY.into(),
        generation: 0,
        fingerprint: PRINT.into(),
        title: "Demo".into(),
        time: range("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z"),
        time_zone: "Europe/Berlin".into(),
        attendees: vec![Email::new("lee@customer.example")],
        description: Some("Agenda".into()),
        location: Some("Room 1".into()),
        video: false,
        is_resumed: false,
    }
}

fn marks(key: &str, print: &str) -> Value {
    super::super::property::both(key, print)
}

/// Our event as a later read shows it.
fn ours() -> Value {
    event(json!({
        "transactionId": transaction::id(KEY, "c", 0),
        "singleValueExtendedProperties": marks(KEY, PRINT),
    }))
}

fn found(event: Value) -> Outcome {
    reply(200, json!({ "value": [event] }))
}

fn nothing() -> Outcome {
    reply(200, json!({ "value": [] }))
}

fn created() -> Outcome {
    reply(201, event(json!({})))
}

fn duplicate(status: u16, id: Option<&str>) -> Outcome {
    let mut error = json!({ "code": "ErrorDuplicateTransactionId", "message": "used" });
    if let Some(id) = id {
        error["@event.existingEventId"] = json!(id);
    }
    reply(status, json!({ "error": error }))
}

fn lost() -> Outcome {
    Err(TransportError::Lost("graph.microsoft.com:443".into()))
}

fn run(replies: Vec<Outcome>, wanted: &NewEvent) -> (Result<Meeting, CallError>, Vec<String>) {
    let count = replies.len();
    let script = in_order(replies);
    let result = block_on(create(&script.session(), &calendar("c"), wanted));
    let methods: Vec<String> = script.lines().iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(methods.len(), count, "every scripted answer is used: {methods:?}");
    (result, methods)
}

fn outcome(result: &Result<Meeting, CallError>) -> &'static str {
    match result {
        Ok(_) => "booked",
        Err(CallError::Failed(error)) => match error.kind {
            Kind::Conflict { .. } => "conflict",
            _ => "failed",
        },
        Err(CallError::Unknown(_)) => "open",
    }
}

#[test]
fn sends_the_whole_event_once() {
    let script = in_order(vec![created()]);
    let meeting = block_on(create(&script.session(), &calendar("c"), &wanted())).unwrap();
    assert_eq!(script.lines(), ["POST /me/calendars/c/events"]);
    assert_eq!(
        script.sent(0),
        json!({
            "subject": "Demo",
            "body": {"contentType": "text", "content": "Agenda"},
            "location": {"displayName": "Room 1"},
            "start": {"dateTime": "2026-06-10T10:00:00", "timeZone": "UTC"},
            "end": {"dateTime": "2026-06-10T10:30:00", "timeZone": "UTC"},
            "showAs": "busy",
            "attendees": [{"type": "required", "emailAddress": {"address": "lee@customer.example"}}],
            "transactionId": transaction::id(KEY, "c", 0),
            "singleValueExtendedProperties": marks(KEY, PRINT),
        })
    );
    assert_eq!(meeting.idempotency_key.as_deref(), Some(KEY));
    assert_eq!(meeting.conferencing, Conferencing::None);
    assert_eq!((meeting.event_id.as_str(), meeting.etag.as_deref()), ("AAMk1", Some("W/\"1\"")));
}

#[test]
fn a_teams_link_is_asked_for_where_the_calendar_allows_one() {
    let video = NewEvent { video: true, ..wanted() };
    for (is_allowed, asked, of) in [(true, json!(true), json!("teamsForBusiness")), (false, Value::Null, Value::Null)] {
        let script = in_order(vec![created()]);
        let calendar = Calendar { supports_video: is_allowed, ..calendar("c") };
        block_on(create(&script.session(), &calendar, &video)).unwrap();
        let body = script.sent(0);
        assert_eq!((&body["isOnlineMeeting"], &body["onlineMeetingProvider"]), (&asked, &of));
    }
}

#[test]
fn every_branch_of_the_algorithm_ends_as_it_should() {
    let other = || found(event(json!({"singleValueExtendedProperties": marks(KEY, "other")})));
    let cancelled = || {
        let mut event = ours();
        event["isCancelled"] = json!(true);
        found(event)
    };
    let busy = || refusal(503, "ErrorServerBusy");
    let table: Vec<(&str, bool, Vec<Outcome>, &str, &str)> = vec![
        ("created", false, vec![created()], "booked", "POST"),
        ("refused", false, vec![refusal(400, "ErrorInvalidRecipients")], "failed", "POST"),
        ("not allowed", false, vec![refusal(403, "ErrorAccessDenied")], "failed", "POST"),
        ("full mailbox", false, vec![refusal(507, "ErrorQuotaExceeded")], "failed", "POST"),
        (
            "throttled, then created",
            false,
            vec![refusal(429, "ApplicationThrottled"), created()],
            "booked",
            "POST POST",
        ),
        ("resumed, made before", true, vec![found(ours())], "booked", "GET"),
        ("resumed, not made before", true, vec![nothing(), created()], "booked", "GET POST"),
        ("resumed, key used otherwise", true, vec![other()], "conflict", "GET"),
        ("resumed, cancelled since", true, vec![cancelled()], "conflict", "GET"),
        ("resumed, unreadable", true, vec![refusal(403, "ErrorAccessDenied")], "open", "GET"),
        ("lost, made", false, vec![timeout(), found(ours())], "booked", "POST GET"),
        ("lost, made, seen late", false, vec![lost(), nothing(), found(ours())], "booked", "POST GET GET"),
        ("lost, not made", false, vec![timeout(), nothing(), nothing(), created()], "booked", "POST GET GET POST"),
        ("lost, key used otherwise", false, vec![timeout(), other()], "conflict", "POST GET"),
        (
            "lost, then refused",
            false,
            vec![timeout(), nothing(), nothing(), refusal(403, "ErrorAccessDenied")],
            "open",
            "POST GET GET POST",
        ),
        ("lost, unreadable", false, vec![timeout(), refusal(403, "ErrorAccessDenied")], "open", "POST GET"),
        ("gateway timeout, made", false, vec![refusal(504, "UnknownError"), found(ours())], "booked", "POST GET"),
        (
            "server fault, not made",
            false,
            vec![refusal(500, "generalException"), nothing(), nothing(), created()],
            "booked",
            "POST GET GET POST",
        ),
        (
            "another writer, then created",
            false,
            vec![refusal(409, ""), nothing(), nothing(), created()],
            "booked",
            "POST GET GET POST",
        ),
        (
            "busy three times",
            false,
            vec![busy(), nothing(), nothing(), busy(), nothing(), nothing(), busy(), nothing(), nothing()],
            "open",
            "POST GET GET POST GET GET POST GET GET",
        ),
        ("duplicate named, same", false, vec![duplicate(400, Some("AAMk1")), reply(200, ours())], "booked", "POST GET"),
        (
            "duplicate as 409, same",
            false,
            vec![duplicate(409, Some("AAMk1")), reply(200, ours())],
            "booked",
            "POST GET",
        ),
        (
            "duplicate named, other",
            false,
            vec![
                duplicate(400, Some("AAMk1")),
                reply(200, event(json!({"singleValueExtendedProperties": marks(KEY, "other")}))),
            ],
            "conflict",
            "POST GET",
        ),
        ("duplicate unnamed, same", false, vec![duplicate(400, None), found(ours())], "booked", "POST GET"),
        (
            "duplicate named, gone, found",
            false,
            vec![duplicate(400, Some("x")), refusal(404, "ErrorItemNotFound"), found(ours())],
            "booked",
            "POST GET GET",
        ),
        ("duplicate, nothing found", false, vec![duplicate(400, None), nothing()], "open", "POST GET"),
        ("duplicate, cancelled since", false, vec![duplicate(400, None), cancelled()], "conflict", "POST GET"),
        (
            "duplicate, unreadable",
            false,
            vec![duplicate(400, None), refusal(403, "ErrorAccessDenied")],
            "open",
            "POST GET",
        ),
        (
            "created at another time",
            false,
            vec![reply(201, event(json!({"end": {"dateTime": "2026-06-10T11:30:00", "timeZone": "UTC"}})))],
            "open",
            "POST",
        ),
        ("created as an all-day event", false, vec![reply(201, event(json!({"isAllDay": true})))], "open", "POST"),
        ("created without times", false, vec![reply(201, json!({"id": "AAMk1"}))], "open", "POST"),
        ("created without id", false, vec![reply(201, event(json!({"id": null})))], "open", "POST"),
        ("created, unreadable answer", false, vec![reply(201, json!([]))], "open", "POST"),
        (
            "the old one, cancelled, comes back",
            false,
            vec![reply(201, event(json!({"isCancelled": true})))],
            "conflict",
            "POST",
        ),
        (
            "no connection at all",
            false,
            (0..5).map(|_| Err(TransportError::Connect("h:443".into()))).collect(),
            "failed",
            "POST POST POST POST POST",
        ),
    ];
    for (name, is_resumed, replies, expected, methods) in table {
        let (result, sent) = run(replies, &NewEvent { is_resumed, ..wanted() });
        assert_eq!((outcome(&result), sent.join(" ").as_str()), (expected, methods), "{name}");
        if let Ok(meeting) = result {
            assert_eq!(meeting.idempotency_key.as_deref(), Some(KEY), "{name}");
        }
    }
}

#[test]
fn every_post_carries_the_same_retry_key() {
    let script = in_order(vec![timeout(), nothing(), nothing(), refusal(500, ""), nothing(), nothing(), created()]);
    block_on(create(&script.session(), &calendar("c"), &wanted())).unwrap();
    let keys: Vec<Value> = [0, 3, 6].map(|number| script.sent(number)["transactionId"].clone()).into();
    assert_eq!(keys, [keys[0].clone(), keys[0].clone(), keys[0].clone()]);
}

#[test]
fn waits_what_a_busy_server_asks_before_looking_again() {
    let mut first = true;
    let script = graph(move |request| {
        if request.url.contains("filter") {
            return nothing();
        }
        if std::mem::replace(&mut first, false) {
            let headers = vec![("Retry-After".into(), "7".into())];
            return Ok(Response { status: 503, headers, body: Vec::new() });
        }
        created()
    });
    let session = script.session();
    let before = session.world().clock.now();
    block_on(create(&session, &calendar("c"), &wanted())).unwrap();
    assert_eq!(session.world().clock.now() - before, TimeDelta::seconds(8));
}

#[test]
fn without_scope_or_right_nothing_is_sent() {
    let script = in_order(Vec::new());
    let read_only = Calendar { access: Access::Read, ..calendar("c") };
    let refused = block_on(create(&script.session(), &read_only, &wanted())).unwrap_err();
    assert_eq!(refused.error().kind, Kind::PermissionDenied);
    script.grant(&["Calendars.Read"]);
    let refused = block_on(create(&script.session(), &calendar("c"), &wanted())).unwrap_err();
    assert!(matches!(refused, CallError::Failed(Error { kind: Kind::PermissionDenied, .. })));
}

#[test]
fn a_success_that_cannot_be_read_is_looked_for_and_not_posted_again() {
    let unreadable = || Ok(Response { status: 201, headers: Vec::new(), body: b"<html>".to_vec() });
    let (result, methods) = run(vec![unreadable(), found(ours())], &wanted());
    assert_eq!((outcome(&result), methods), ("booked", vec!["POST".to_owned(), "GET".to_owned()]));
    let (result, methods) = run(vec![unreadable(), nothing(), nothing()], &wanted());
    assert!(matches!(result, Err(CallError::Unknown(_))));
    assert_eq!(methods, ["POST", "GET", "GET"], "not seen yet is no reason to make it twice");
}
