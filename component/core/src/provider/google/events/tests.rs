use serde_json::json;

use super::super::sample::{HOSTILE, at, calendar, event_id, range, refusal, wire};
use super::*;
use crate::http::response::Response;
use crate::scripted::{Stage, block_on, json as answer};

const EVENTS: &str = "https://www.googleapis.com/calendar/v3/calendars/ana%40example.com/events";

fn day() -> Interval {
    range("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z")
}

fn agenda(stage: &Stage, max: usize) -> Result<Vec<Meeting>, Error> {
    block_on(list(&stage.session(Provider::Google), &calendar(), day(), max))
}

fn page(items: Value, next: Option<&str>) -> Response {
    answer(200, json!({"items": items, "nextPageToken": next, "timeZone": "Europe/Berlin"}))
}

fn named(id: &str) -> Value {
    wire(json!({"id": id}))
}

#[test]
fn lists_by_overlap_with_series_expanded_and_follows_empty_pages() {
    let stage = Stage::new();
    stage.http.push(page(json!([named("a")]), Some("t1")));
    stage.http.push(page(json!([]), Some("t2")));
    stage.http.push(page(json!([named("b"), wire(json!({"status": "cancelled"}))]), None));
    let meetings = agenda(&stage, 7).unwrap();
    let ids: Vec<_> = meetings.iter().map(|one| one.event_id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    let query = "singleEvents=true&timeMin=2026-06-10T00%3A00%3A00Z&timeMax=2026-06-11T00%3A00%3A00Z\
                 &orderBy=startTime&maxResults=7";
    let pages = ["", "&pageToken=t1", "&pageToken=t2"];
    assert_eq!(stage.http.lines(), pages.map(|page| format!("GET {EVENTS}?{query}{page}")));
}

#[test]
fn declined_cancelled_and_lengthless_events_do_not_use_up_the_maximum() {
    let stage = Stage::new();
    let declined = json!([{"email": "ana@example.com", "self": true, "responseStatus": "declined"}]);
    let moment = json!({"dateTime": "2026-06-10T12:00:00+02:00"});
    let items = json!([
        wire(json!({"id": "d", "attendees": declined})),
        wire(json!({"id": "c", "status": "cancelled", "start": null})),
        wire(json!({"id": "z", "start": moment, "end": moment})),
        named("x"),
        named("y"),
        named("too many"),
    ]);
    stage.http.push(page(items, Some("never read")));
    let meetings = agenda(&stage, 2).unwrap();
    let ids: Vec<_> = meetings.iter().map(|one| (one.event_id.as_str(), one.is_declined)).collect();
    assert_eq!(ids, [("d", true), ("x", false), ("y", false)]);
    assert_eq!(stage.http.requests().len(), 1);
}

#[test]
fn a_maximum_of_none_sends_nothing() {
    let stage = Stage::new();
    assert_eq!(agenda(&stage, 0), Ok(Vec::new()));
    assert_eq!(stage.http.requests().len(), 0);
}

#[test]
fn all_day_events_are_read_in_the_zone_of_the_page() {
    let stage = Stage::new();
    let dates = json!({"start": {"date": "2026-06-10"}, "end": {"date": "2026-06-11"}});
    let answer = answer(200, json!({"items": [wire(dates)], "timeZone": "America/New_York"}));
    stage.http.push(answer);
    let meeting = agenda(&stage, 9).unwrap().remove(0);
    assert!(meeting.is_all_day);
    assert_eq!(meeting.time, range("2026-06-10T04:00:00Z", "2026-06-11T04:00:00Z"));
    assert_eq!(meeting.time_zone.as_deref(), Some("America/New_York"));
}

#[test]
fn an_all_day_event_without_a_known_zone_makes_the_calendar_unknown() {
    let stage = Stage::new();
    let dates = json!({"start": {"date": "2026-06-10"}, "end": {"date": "2026-06-11"}});
    stage.http.push(answer(200, json!({"items": [wire(dates)], "timeZone": "Mars/Olympus"})));
    let nowhere = Calendar { time_zone: None, ..calendar() };
    let read = block_on(list(&stage.session(Provider::Google), &nowhere, day(), 9));
    assert_eq!(read.unwrap_err().kind, Kind::Protocol);
}

#[test]
fn hostile_lists_are_protocol_errors() {
    for body in HOSTILE {
        let stage = Stage::new();
        stage.http.push(Response { status: 200, headers: Vec::new(), body: body.into() });
        assert_eq!(agenda(&stage, 9).unwrap_err().kind, Kind::Protocol, "{body}");
    }
    for broken in [
        wire(json!({"id": null})),
        wire(json!({"end": null})),
        wire(json!({"start": {}})),
        wire(json!({"start": {"dateTime": "noon"}})),
        wire(json!({"end": {"dateTime": "2026-06-10T09:59:59Z"}})),
        wire(json!({"end": {"date": "2026-06-11"}})),
    ] {
        let stage = Stage::new();
        stage.http.push(page(json!([broken]), None));
        assert_eq!(agenda(&stage, 9).unwrap_err().kind, Kind::Protocol, "{broken}");
    }
}

fn got(stage: &Stage) -> Result<Meeting, Error> {
    block_on(get(&stage.session(Provider::Google), &calendar().id, &event_id()))
}

#[test]
fn gets_one_event_with_one_request() {
    let stage = Stage::new();
    stage.http.push(answer(200, wire(json!({}))));
    let meeting = got(&stage).unwrap();
    assert_eq!(meeting.time.start(), at("2026-06-10T10:00:00Z"));
    assert_eq!(stage.http.lines(), [format!("GET {EVENTS}/abc12")]);
}

#[test]
fn the_zone_of_the_calendar_is_fetched_for_all_day_events_only() {
    let stage = Stage::new();
    let dates = json!({"start": {"date": "2026-10-25"}, "end": {"date": "2026-10-26"}});
    stage.http.push(answer(200, wire(dates)));
    stage.http.push(answer(200, json!({"id": "ana@example.com", "timeZone": "Europe/Berlin"})));
    let meeting = got(&stage).unwrap();
    assert_eq!(meeting.time, range("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"));
    let zone = "GET https://www.googleapis.com/calendar/v3/users/me/calendarList/ana%40example.com";
    assert_eq!(stage.http.lines()[1], zone);
}

#[test]
fn an_event_that_cannot_be_shown_says_why() {
    let moment = json!({"dateTime": "2026-06-10T12:00:00+02:00"});
    for (response, kind) in [
        (refusal(404, "notFound"), Kind::NotFound),
        (refusal(410, "deleted"), Kind::NotFound),
        (answer(200, json!({"id": "abc12", "status": "cancelled"})), Kind::NotFound),
        (answer(200, wire(json!({"start": moment, "end": moment}))), Kind::Unsupported),
        (answer(200, json!({"id": "abc12"})), Kind::Protocol),
        (answer(200, json!([])), Kind::Protocol),
        (answer(200, wire(json!({"id": "other"}))), Kind::Protocol),
    ] {
        let stage = Stage::new();
        stage.http.push(response);
        let error = got(&stage).unwrap_err();
        assert_eq!(error.kind, kind);
        assert!(error.message.contains("abc12"), "{}", error.message);
    }
}

#[test]
fn a_cancelled_event_that_google_still_shows_is_a_cancelled_meeting() {
    let stage = Stage::new();
    stage.http.push(answer(200, wire(json!({"status": "cancelled"}))));
    assert_eq!(got(&stage).unwrap().status, crate::meeting::Status::Cancelled);
}
