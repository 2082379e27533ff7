use serde_json::{Value, json};

use super::super::sample::{calendar, new_event, range, refusal, wire};
use super::*;
use crate::http::response::TransportError;
use crate::meeting::Conferencing;
use crate::oauth::scope;
use crate::ports::Clock;
use crate::scripted::{Reply, START, Stage, block_on, empty, grant, json as answer};

/// The booked event as Google has it, `changes` merged into it.
fn booked(changes: Value) -> Response {
    let id = event_id(&calendar().account, &calendar().id, "booking-42", 0);
    let mut event = wire(json!({
        "id": id.as_str(),
        "attendees": [{"email": "lee@customer.example", "responseStatus": "needsAction"}],
        "extendedProperties": {"private": {"bk": "booking-42", "fp": "9f2c"}},
    }));
    for (name, value) in changes.as_object().unwrap() {
        event[name.as_str()] = value.clone();
    }
    answer(200, event)
}

fn other() -> Response {
    booked(json!({"extendedProperties": {"private": {"bk": "booking-42", "fp": "other"}}}))
}

fn lost() -> Reply {
    TransportError::Lost("www.googleapis.com".into()).into()
}

struct Run {
    outcome: Result<Meeting, CallError>,
    /// What was sent: `I` for insert, `G` for get.
    trace: String,
    stage: Stage,
}

fn run_with(event: &NewEvent, calendar: &Calendar, replies: Vec<Reply>) -> Run {
    let stage = Stage::new();
    for reply in replies {
        stage.http.push(reply);
    }
    let outcome = block_on(create(&stage.session(Provider::Google), calendar, event));
    assert_eq!(stage.http.left(), 0, "not all answers were asked for");
    let letter = |one: &Request| if one.method == Method::Post { 'I' } else { 'G' };
    let trace = stage.http.requests().iter().map(letter).collect();
    Run { outcome, trace, stage }
}

fn run(replies: Vec<Reply>) -> Run {
    run_with(&new_event(), &calendar(), replies)
}

/// How a call ended, in one word.
fn verdict(outcome: &Result<Meeting, CallError>) -> &'static str {
    match outcome {
        Ok(_) => "booked",
        Err(CallError::Failed(error)) => match error.kind {
            Kind::Conflict { .. } => "conflict",
            _ => "failed",
        },
        Err(CallError::Unknown(_)) => "unknown",
    }
}

#[test]
fn books_with_one_request_that_invites_the_guests() {
    let Run { outcome, stage, .. } = run(vec![booked(json!({})).into()]);
    let meeting = outcome.unwrap();
    assert_eq!(meeting.time, new_event().time);
    assert_eq!(meeting.idempotency_key.as_deref(), Some("booking-42"));
    assert_eq!(meeting.conferencing, Conferencing::None);
    let line = "POST https://www.googleapis.com/calendar/v3/calendars/ana%40example.com/events\
                ?sendUpdates=all&conferenceDataVersion=0";
    assert_eq!(stage.http.lines(), [line]);
    assert_eq!(stage.http.sent_json(0)["id"], json!(meeting.event_id.as_str()));
}

#[test]
fn every_row_of_the_algorithm_holds() {
    let taken = || refusal(409, "duplicate");
    let none = || refusal(404, "notFound");
    let cancelled = || booked(json!({"status": "cancelled"}));
    let fault = || refusal(503, "backendError");
    let found = || booked(json!({}));
    let timeout = || TransportError::Timeout("www.googleapis.com".into());
    let rows: Vec<(&str, Vec<Reply>, &str)> = vec![
        // The id is taken: the event there decides.
        ("IG", vec![taken().into(), found().into()], "booked"),
        ("IG", vec![taken().into(), other().into()], "conflict"),
        ("IG", vec![taken().into(), cancelled().into()], "conflict"),
        ("IG", vec![taken().into(), booked(json!({"extendedProperties": {}})).into()], "conflict"),
        ("IGG", vec![empty(409).into(), none().into(), found().into()], "booked"),
        ("IGGGG", vec![taken().into(), none().into(), none().into(), none().into(), none().into()], "unknown"),
        // No answer: look before inserting again.
        ("IG", vec![lost(), found().into()], "booked"),
        ("IG", vec![timeout().into(), found().into()], "booked"),
        ("IG", vec![fault().into(), found().into()], "booked"),
        ("IG", vec![lost(), other().into()], "conflict"),
        ("IG", vec![lost(), cancelled().into()], "conflict"),
        ("IGI", vec![lost(), none().into(), found().into()], "booked"),
        ("IGI", vec![fault().into(), none().into(), found().into()], "booked"),
        ("IGIG", vec![lost(), none().into(), taken().into(), found().into()], "booked"),
        ("IGIGIG", vec![lost(), none().into(), lost(), none().into(), lost(), none().into()], "unknown"),
        // A refusal after a lost attempt does not prove that nothing was booked.
        ("IGI", vec![lost(), none().into(), refusal(403, "forbidden").into()], "unknown"),
        ("IG", vec![lost(), refusal(403, "forbidden").into()], "unknown"),
        // An answer that cannot be read is no answer.
        ("IG", vec![answer(200, json!([1])).into(), found().into()], "booked"),
        // Refused for now: the same insert again.
        ("II", vec![refusal(403, "rateLimitExceeded").into(), found().into()], "booked"),
        ("II", vec![refusal(403, "userRateLimitExceeded").into(), found().into()], "booked"),
        ("II", vec![refusal(429, "rateLimitExceeded").into(), found().into()], "booked"),
        ("II", vec![refusal(409, "conflict").into(), found().into()], "booked"),
        ("II", vec![TransportError::Connect("www.googleapis.com".into()).into(), found().into()], "booked"),
        // Refused for good: nothing was booked.
        ("I", vec![refusal(403, "quotaExceeded").into()], "failed"),
        ("I", vec![refusal(400, "invalid").into()], "failed"),
        ("I", vec![refusal(403, "forbidden").into()], "failed"),
        ("I", vec![none().into()], "failed"),
        ("I", vec![TransportError::Denied("www.googleapis.com:443".into()).into()], "failed"),
    ];
    for (number, (trace, replies, expected)) in rows.into_iter().enumerate() {
        let run = run(replies);
        assert_eq!((run.trace.as_str(), verdict(&run.outcome)), (trace, expected), "row {number}");
    }
}

#[test]
fn a_repeated_insert_is_the_same_insert() {
    let none = || refusal(404, "notFound").into();
    let video = NewEvent { video: true, ..new_event() };
    let link = json!({"hangoutLink": "https://meet.google.com/x"});
    let Run { stage, .. } = run_with(&video, &calendar(), vec![lost(), none(), booked(link).into()]);
    let [first, _, second] = stage.http.requests().try_into().ok().unwrap();
    assert_eq!(first, second);
}

#[test]
fn a_meet_link_is_asked_for_where_the_calendar_allows_one() {
    let video = NewEvent { video: true, ..new_event() };
    for (is_allowed, version) in [(true, "conferenceDataVersion=1"), (false, "conferenceDataVersion=0")] {
        let calendar = Calendar { supports_video: is_allowed, ..calendar() };
        let Run { stage, .. } = run_with(&video, &calendar, vec![booked(json!({})).into()]);
        assert!(stage.http.lines()[0].ends_with(version), "{}", stage.http.lines()[0]);
        assert_eq!(stage.http.sent_json(0).get("conferenceData").is_some(), is_allowed);
    }
}

#[test]
fn a_resumed_booking_is_looked_for_first() {
    let resumed = NewEvent { is_resumed: true, ..new_event() };
    let none = || refusal(404, "notFound");
    let rows: Vec<(&str, Vec<Reply>, &str)> = vec![
        ("G", vec![booked(json!({})).into()], "booked"),
        ("G", vec![other().into()], "conflict"),
        ("G", vec![booked(json!({"status": "cancelled"})).into()], "conflict"),
        ("GI", vec![none().into(), booked(json!({})).into()], "booked"),
        ("GI", vec![none().into(), refusal(403, "forbidden").into()], "failed"),
        // As long as nobody could look, the earlier attempt may have booked.
        ("G", vec![refusal(403, "forbidden").into()], "unknown"),
    ];
    for (number, (trace, replies, expected)) in rows.into_iter().enumerate() {
        let run = run_with(&resumed, &calendar(), replies);
        assert_eq!((run.trace.as_str(), verdict(&run.outcome)), (trace, expected), "row {number}");
    }
}

#[test]
fn an_event_that_was_moved_since_is_still_the_one_booked() {
    let later = json!({"start": {"dateTime": "2026-06-10T15:00:00Z"}, "end": {"dateTime": "2026-06-10T16:00:00Z"}});
    let run = run(vec![refusal(409, "duplicate").into(), booked(later).into()]);
    assert_eq!(run.outcome.unwrap().time, range("2026-06-10T15:00:00Z", "2026-06-10T16:00:00Z"));
}

#[test]
fn a_creation_that_differs_from_the_request_is_not_called_a_success() {
    for changes in [
        json!({"id": "another"}),
        json!({"status": "cancelled"}),
        json!({"start": {"dateTime": "2026-06-10T09:00:00Z"}}),
        json!({"end": {"dateTime": "2026-06-10T10:31:00Z"}}),
        json!({"start": null}),
        json!({"attendees": null}),
        json!({"attendees": []}),
    ] {
        let run = run(vec![booked(changes.clone()).into()]);
        assert_eq!(verdict(&run.outcome), "unknown", "{changes}");
        let kind = run.outcome.unwrap_err().error().kind.clone();
        assert_eq!(kind, Kind::Protocol, "{changes}");
    }
    let cut = json!({"attendees": [], "attendeesOmitted": true});
    assert_eq!(verdict(&run(vec![booked(cut).into()]).outcome), "booked");
}

#[test]
fn looking_for_a_taken_id_ends_with_the_deadline() {
    let mut stage = Stage::new();
    stage.deadline = START + TimeDelta::seconds(2);
    stage.http.push(refusal(409, "duplicate"));
    stage.http.always(Method::Get, "/events/", refusal(404, "notFound"));
    let outcome = block_on(create(&stage.session(Provider::Google), &calendar(), &new_event()));
    assert_eq!((verdict(&outcome), stage.http.requests().len()), ("unknown", 3));
}

#[test]
fn without_scope_or_role_nothing_is_sent() {
    for access in [Access::FreeBusy, Access::Read] {
        let run = run_with(&new_event(), &Calendar { access, ..calendar() }, Vec::new());
        assert_eq!(run.outcome.unwrap_err().error().kind, Kind::PermissionDenied);
    }
    let stage = Stage::new();
    let mut poor = grant(Provider::Google, START);
    poor.scopes = scope::normalise(Provider::Google, "https://www.googleapis.com/auth/calendar.freebusy");
    stage.store(&poor);
    let outcome = block_on(create(&stage.session(Provider::Google), &calendar(), &new_event()));
    assert_eq!(verdict(&outcome), "failed");
    assert_eq!(stage.http.requests().len(), 0);
}

#[test]
fn an_earlier_creation_is_found_whatever_it_holds() {
    for (reply, expected) in [
        (booked(json!({})), Ok(true)),
        (other(), Ok(true)),
        (booked(json!({"status": "cancelled"})), Ok(false)),
        (refusal(404, "notFound"), Ok(false)),
        (refusal(410, "deleted"), Ok(false)),
        (refusal(403, "forbidden"), Err(Kind::PermissionDenied)),
        (answer(200, json!(7)), Err(Kind::Protocol)),
    ] {
        let stage = Stage::new();
        stage.http.push(reply);
        let found = block_on(find(&stage.session(Provider::Google), &calendar(), &new_event()));
        assert_eq!(found.map(|one| one.is_some()).map_err(|error| error.kind), expected);
    }
}

#[test]
fn inserts_without_a_clear_answer_are_spaced_and_end_with_the_deadline() {
    let slow = || crate::scripted::with_header(refusal(503, "backendError"), "Retry-After", "20");
    for (first, deadline, requests, waited) in
        [(lost(), 60, 3, 500), (slow().into(), 60, 3, 20_000), (slow().into(), 20, 2, 0)]
    {
        let mut stage = Stage::new();
        stage.deadline = START + TimeDelta::seconds(deadline);
        stage.http.push(first);
        stage.http.push(refusal(404, "notFound"));
        stage.http.always(Method::Post, "/events", booked(json!({})));
        let outcome = block_on(create(&stage.session(Provider::Google), &calendar(), &new_event()));
        assert_eq!(outcome.is_ok(), requests == 3);
        assert_eq!(stage.http.requests().len(), requests);
        assert_eq!((stage.clock.now() - START).num_milliseconds(), waited);
    }
}
