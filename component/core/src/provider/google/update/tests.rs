use serde_json::{Value, json};

use super::super::sample::{calendar, event_id, range, refusal, wire};
use super::*;
use crate::account::Email;
use crate::http::response::{Response, TransportError};
use crate::scripted::{Reply, Stage, block_on, json as answer};

fn event(members: Value) -> Response {
    answer(200, wire(members))
}

fn moved() -> Value {
    json!({
        "etag": "\"35\"",
        "start": {"dateTime": "2026-06-10T14:00:00+02:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-06-10T14:30:00+02:00", "timeZone": "Europe/Berlin"},
    })
}

fn to_noon() -> Changes {
    let time = range("2026-06-10T12:00:00Z", "2026-06-10T12:30:00Z");
    Changes { time: Some(time), ..Changes::default() }
}

struct Run {
    outcome: Result<Meeting, CallError>,
    /// What was sent: `G` for get, `P` for patch.
    trace: String,
    stage: Stage,
}

fn run_with(changes: &Changes, if_match: Option<&str>, replies: Vec<Reply>) -> Run {
    let stage = Stage::new();
    for reply in replies {
        stage.http.push(reply);
    }
    let session = stage.session(Provider::Google);
    let outcome = block_on(update(&session, &calendar().id, &event_id(), changes, if_match));
    drop(session);
    assert_eq!(stage.http.left(), 0, "not all answers were asked for");
    let letter = |one: &Request| if one.method == Method::Get { 'G' } else { 'P' };
    let trace = stage.http.requests().iter().map(letter).collect();
    Run { outcome, trace, stage }
}

/// The body of the patch that `changes` make of an event.
fn patch(members: Value, changes: &Changes) -> Value {
    let answers = if changes.time.is_some() { moved() } else { json!({}) };
    let run = run_with(changes, None, vec![event(members).into(), event(answers).into()]);
    run.outcome.unwrap();
    run.stage.http.sent_json(1)
}

fn verdict(outcome: &Result<Meeting, CallError>) -> &'static str {
    match outcome {
        Ok(_) => "done",
        Err(CallError::Failed(error)) => match error.kind {
            Kind::PreconditionFailed => "outdated",
            Kind::NotFound => "gone",
            _ => "failed",
        },
        Err(CallError::Unknown(_)) => "unknown",
    }
}

#[test]
fn writes_on_top_of_a_fresh_read_and_tells_the_guests() {
    let run = run_with(&to_noon(), None, vec![event(json!({})).into(), event(moved()).into()]);
    let meeting = run.outcome.unwrap();
    assert_eq!((meeting.time, meeting.etag.as_deref()), (to_noon().time.unwrap(), Some("\"35\"")));
    let base = "https://www.googleapis.com/calendar/v3/calendars/ana%40example.com/events/abc12";
    let lines = [format!("GET {base}"), format!("PATCH {base}?sendUpdates=all&conferenceDataVersion=1")];
    assert_eq!(run.stage.http.lines(), lines);
    let patch = &run.stage.http.requests()[1];
    assert!(patch.headers.contains(&("if-match".into(), "\"34\"".into())));
    assert_eq!(
        run.stage.http.sent_json(1),
        json!({
            "start": {"dateTime": "2026-06-10T12:00:00Z", "timeZone": "Europe/Berlin"},
            "end": {"dateTime": "2026-06-10T12:30:00Z", "timeZone": "Europe/Berlin"},
        })
    );
}

#[test]
fn every_way_a_change_can_end_is_told_apart() {
    let old = || event(json!({})).into();
    let new = || event(moved()).into();
    let by_others = || event(json!({"etag": "\"40\"", "summary": "Other"})).into();
    let outdated = || refusal(412, "conditionNotMet").into();
    let lost = || TransportError::Lost("www.googleapis.com".into()).into();
    let rows: Vec<(Option<&str>, &str, Vec<Reply>, &str)> = vec![
        (None, "GP", vec![old(), new()], "done"),
        // Already as wanted: nobody is told anything.
        (None, "G", vec![new()], "done"),
        // Others change it in between: read again, at most three rounds.
        (None, "GPGP", vec![old(), outdated(), by_others(), new()], "done"),
        (None, "GPG", vec![old(), outdated(), new()], "done"),
        (None, "GPGPGP", vec![old(), outdated(), old(), outdated(), old(), outdated()], "outdated"),
        // No answer: compare, write again only if different.
        (None, "GPG", vec![old(), lost(), new()], "done"),
        (None, "GPG", vec![old(), refusal(503, "backendError").into(), new()], "done"),
        (None, "GPGP", vec![old(), lost(), old(), new()], "done"),
        (None, "GPGP", vec![old(), answer(200, json!(7)).into(), old(), new()], "done"),
        (None, "GPGPGP", vec![old(), lost(), old(), lost(), old(), lost()], "unknown"),
        (None, "GPG", vec![old(), lost(), refusal(404, "notFound").into()], "unknown"),
        (None, "GPGP", vec![old(), lost(), old(), refusal(403, "forbidden").into()], "unknown"),
        // Refused for now: the same patch again.
        (None, "GPP", vec![old(), refusal(403, "rateLimitExceeded").into(), new()], "done"),
        // Refused for good.
        (None, "GP", vec![old(), refusal(403, "forbiddenForNonOrganizer").into()], "failed"),
        (None, "G", vec![refusal(404, "notFound").into()], "gone"),
        (None, "G", vec![event(json!({"status": "cancelled"})).into()], "gone"),
        (None, "GP", vec![old(), refusal(410, "deleted").into()], "gone"),
        // The caller's version rules.
        (Some("\"34\""), "GP", vec![old(), new()], "done"),
        (Some("\"33\""), "G", vec![old()], "outdated"),
        // As wanted already: an earlier call made it so.
        (Some("\"34\""), "G", vec![new()], "done"),
        (Some("\"34\""), "GP", vec![old(), outdated()], "outdated"),
        (Some("\"34\""), "GPG", vec![old(), lost(), new()], "done"),
        (Some("\"34\""), "GPGP", vec![old(), lost(), old(), new()], "done"),
        (Some("\"34\""), "GPG", vec![old(), lost(), by_others()], "unknown"),
        // Without a version nothing can be written safely.
        (None, "G", vec![event(json!({"etag": null})).into()], "failed"),
        // Written, but to another time.
        (None, "GP", vec![old(), old()], "unknown"),
    ];
    for (number, (if_match, trace, replies, expected)) in rows.into_iter().enumerate() {
        let run = run_with(&to_noon(), if_match, replies);
        assert_eq!((run.trace.as_str(), verdict(&run.outcome)), (trace, expected), "row {number}");
    }
}

#[test]
fn a_second_round_writes_with_the_new_version() {
    let by_others = event(json!({"etag": "\"40\"", "start": {"dateTime": "2026-06-10T10:00:00Z"}}));
    let replies =
        vec![event(json!({})).into(), refusal(412, "conditionNotMet").into(), by_others.into(), event(moved()).into()];
    let run = run_with(&to_noon(), None, replies);
    assert!(run.stage.http.requests()[3].headers.contains(&("if-match".into(), "\"40\"".into())));
    // The time now stands there without a zone: none is invented.
    assert_eq!(run.stage.http.sent_json(3)["start"], json!({"dateTime": "2026-06-10T12:00:00Z"}));
}

#[test]
fn texts_change_and_clear_one_by_one() {
    let full = json!({"description": "Old", "location": "Room 1"});
    let text = |text: &str| Some(text.to_owned());
    for (changes, expected) in [
        (Changes { title: text("New"), ..Changes::default() }, json!({"summary": "New"})),
        (Changes { description: text(""), ..Changes::default() }, json!({"description": null})),
        (
            Changes { title: text("Demo"), location: text("Room 2"), ..Changes::default() },
            json!({"location": "Room 2"}),
        ),
    ] {
        assert_eq!(patch(full.clone(), &changes), expected);
    }
    let same = Changes { title: text("Demo"), description: text(""), ..Changes::default() };
    assert_eq!(run_with(&same, None, vec![event(json!({})).into()]).trace, "G");
}

#[test]
fn a_new_zone_alone_keeps_the_instants() {
    let changes = Changes { time_zone: Some("Asia/Tokyo".into()), ..Changes::default() };
    assert_eq!(
        patch(json!({}), &changes),
        json!({
            "start": {"dateTime": "2026-06-10T10:00:00Z", "timeZone": "Asia/Tokyo"},
            "end": {"dateTime": "2026-06-10T10:30:00Z", "timeZone": "Asia/Tokyo"},
        })
    );
}

#[test]
fn an_all_day_event_becomes_a_timed_one_without_its_dates() {
    let days = json!({"start": {"date": "2026-06-10"}, "end": {"date": "2026-06-11"}});
    let zone = answer(200, json!({"id": "ana@example.com", "timeZone": "Europe/Berlin"}));
    let run = run_with(&to_noon(), None, vec![event(days).into(), zone.into(), event(moved()).into()]);
    assert_eq!(verdict(&run.outcome), "done");
    assert_eq!(
        run.stage.http.sent_json(2)["start"],
        json!({"dateTime": "2026-06-10T12:00:00Z", "timeZone": "Europe/Berlin", "date": null})
    );
}

/// The answers to a change of an all-day event of 10 June in Berlin: the event, the calendar's zone, what came of it.
fn all_day(changes: &Changes, after: Value) -> Run {
    let days = json!({"start": {"date": "2026-06-10"}, "end": {"date": "2026-06-11"}});
    let zone = answer(200, json!({"id": "ana@example.com", "timeZone": "Europe/Berlin"}));
    let again = answer(200, json!({"id": "ana@example.com", "timeZone": "Europe/Berlin"}));
    run_with(changes, None, vec![event(days).into(), zone.into(), event(after).into(), again.into()])
}

#[test]
fn an_all_day_event_that_moves_by_whole_days_stays_one() {
    let time = range("2026-06-10T22:00:00Z", "2026-06-12T22:00:00Z");
    let changes = Changes { time: Some(time), ..Changes::default() };
    let after = json!({"start": {"date": "2026-06-11"}, "end": {"date": "2026-06-13"}});
    let run = all_day(&changes, after.clone());
    assert_eq!(verdict(&run.outcome), "done");
    assert_eq!(run.stage.http.sent_json(2), after);
}

#[test]
fn an_all_day_event_whose_time_is_given_as_it_is_keeps_its_dates() {
    let time = range("2026-06-09T22:00:00Z", "2026-06-10T22:00:00Z");
    let changes = Changes { time: Some(time), title: Some("Fair".into()), ..Changes::default() };
    let after = json!({"summary": "Fair", "start": {"date": "2026-06-10"}, "end": {"date": "2026-06-11"}});
    let run = all_day(&changes, after);
    assert_eq!(verdict(&run.outcome), "done");
    assert_eq!(run.stage.http.sent_json(2), json!({"summary": "Fair"}));
}

fn guests() -> Value {
    json!([
        {"email": "lee@customer.example", "responseStatus": "accepted", "comment": "gladly", "additionalGuests": 1},
        {"email": "kim@customer.example", "responseStatus": "declined", "optional": true},
    ])
}

#[test]
fn guests_are_added_and_removed_and_all_others_stay_as_they_are() {
    let email = |text: &str| vec![Email::new(text)];
    let all = guests();
    let new = json!({"email": "bo@customer.example"});
    for (add, remove, expected) in [
        (email("bo@customer.example"), Vec::new(), json!([all[0], all[1], new])),
        (Vec::new(), email("KIM@customer.example"), json!([all[0]])),
        (email("bo@customer.example"), email("lee@customer.example"), json!([all[1], new])),
    ] {
        let changes = Changes { add_attendees: add, remove_attendees: remove, ..Changes::default() };
        assert_eq!(patch(json!({"attendees": guests()}), &changes), json!({"attendees": expected}));
    }
    let changes = Changes { add_attendees: email("bo@customer.example"), ..Changes::default() };
    assert_eq!(patch(json!({}), &changes), json!({"attendees": [new]}));
}

#[test]
fn guests_who_are_there_or_gone_already_change_nothing() {
    let changes = Changes {
        add_attendees: vec![Email::new("Lee@Customer.example")],
        remove_attendees: vec![Email::new("nobody@customer.example")],
        ..Changes::default()
    };
    let run = run_with(&changes, None, vec![event(json!({"attendees": guests()})).into()]);
    assert_eq!((verdict(&run.outcome), run.trace.as_str()), ("done", "G"));
}

#[test]
fn an_incomplete_guest_list_is_never_written_back() {
    let cut = || event(json!({"attendees": guests(), "attendeesOmitted": true}));
    let changes = Changes { add_attendees: vec![Email::new("bo@customer.example")], ..Changes::default() };
    let run = run_with(&changes, None, vec![cut().into()]);
    assert_eq!(run.outcome.unwrap_err().error().kind, Kind::Unsupported);
    // Other changes leave the list alone and are fine.
    let run = run_with(&to_noon(), None, vec![cut().into(), event(moved()).into()]);
    assert_eq!(run.stage.http.sent_json(1).get("attendees"), None);
}
