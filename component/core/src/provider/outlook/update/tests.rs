use serde_json::{Value, json};

use super::super::double::{Graph, Outcome, block_on, event, in_order, range, refusal, reply, timeout};
use super::*;
use crate::account::Email;
use crate::meeting::Conferencing;

fn present() -> Value {
    event(json!({
        "attendees": [
            {"type": "required", "emailAddress": {"address": "lee@customer.example", "name": "Lee"}, "status": {"response": "accepted"}},
            {"type": "optional", "emailAddress": {"address": "kim@customer.example"}},
        ],
        "location": {"displayName": "Room 1"},
        "body": {"contentType": "text", "content": "Agenda"},
        "singleValueExtendedProperties": super::super::property::both("Key-1", "9f2c"),
    }))
}

fn changed(members: Value) -> Value {
    let mut event = present();
    event["@odata.etag"] = json!("W/\"2\"");
    for (name, value) in members.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

fn title(text: &str) -> Changes {
    Changes { title: Some(text.into()), ..Changes::default() }
}

fn run(script: &Graph, changes: &Changes, if_match: Option<&str>) -> Result<Meeting, CallError> {
    block_on(update(&script.session(), &CalendarId::new("c"), &EventId::new("AAMk1"), changes, if_match))
}

fn header(script: &Graph, number: usize, name: &str) -> Option<String> {
    let requests = script.requests();
    requests[number].headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

#[test]
fn only_what_changes_is_sent_against_the_version_that_was_read() {
    let moved = json!({
        "start": {"dateTime": "2026-06-10T12:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-06-10T12:30:00", "timeZone": "UTC"},
    });
    let time = Some(range("2026-06-10T12:00:00Z", "2026-06-10T12:30:00Z"));
    let email = |text: &str| vec![Email::new(text)];
    let lee = json!({"type": "required", "emailAddress": {"address": "lee@customer.example", "name": "Lee"}});
    let kim = json!({"type": "optional", "emailAddress": {"address": "kim@customer.example"}});
    let new = json!({"type": "required", "emailAddress": {"address": "new@customer.example"}});
    for (name, changes, patch) in [
        ("title", title("Other"), json!({"subject": "Other"})),
        ("time", Changes { time, ..Changes::default() }, moved.clone()),
        (
            "place",
            Changes { location: Some("Room 2".into()), ..Changes::default() },
            json!({"location": {"displayName": "Room 2"}}),
        ),
        (
            "no place",
            Changes { location: Some(String::new()), ..Changes::default() },
            json!({"location": {"displayName": ""}}),
        ),
        (
            "text",
            Changes { description: Some("New".into()), ..Changes::default() },
            json!({"body": {"contentType": "text", "content": "New"}}),
        ),
        (
            "somebody comes",
            Changes { add_attendees: email("new@customer.example"), ..Changes::default() },
            json!({"attendees": [lee, kim, new]}),
        ),
        (
            "somebody goes",
            Changes { remove_attendees: email("LEE@customer.example"), ..Changes::default() },
            json!({"attendees": [kim]}),
        ),
        (
            "both",
            Changes {
                add_attendees: email("new@customer.example"),
                remove_attendees: email("kim@customer.example"),
                ..Changes::default()
            },
            json!({"attendees": [lee, new]}),
        ),
    ] {
        let script = in_order(vec![reply(200, present()), reply(200, changed(patch.clone()))]);
        let meeting = run(&script, &changes, None).unwrap();
        assert_eq!(script.lines(), ["GET /me/calendars/c/events/AAMk1", "PATCH /me/calendars/c/events/AAMk1"]);
        assert_eq!(script.sent(1), patch, "{name}");
        assert_eq!(header(&script, 1, "if-match").as_deref(), Some("W/\"1\""));
        assert_eq!((meeting.etag.as_deref(), meeting.idempotency_key.as_deref()), (Some("W/\"2\""), Some("Key-1")));
    }
}

#[test]
fn nothing_is_written_when_nothing_changes() {
    let same = Changes {
        title: Some("Demo".into()),
        time: Some(range("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z")),
        description: Some("Agenda".into()),
        location: Some("Room 1".into()),
        add_attendees: vec![Email::new("Lee@customer.example")],
        remove_attendees: vec![Email::new("nobody@customer.example")],
        ..Changes::default()
    };
    let script = in_order(vec![reply(200, present())]);
    assert_eq!(run(&script, &same, None).unwrap().title, "Demo");
}

#[test]
fn the_meeting_block_survives_a_new_text() {
    let link = "https://teams.example.com/x?a=1&b=2";
    let block =
        "<div><span>________________________</span></div><a href=\"https://teams.example.com/x?a=1&amp;b=2\">Join</a>";
    let online = || {
        changed(json!({
            "isOnlineMeeting": true, "onlineMeeting": {"joinUrl": link},
            "body": {"contentType": "html", "content": format!("<html><body><p>Old</p>{block}</body></html>")},
        }))
    };
    let script = in_order(vec![reply(200, online()), reply(200, online())]);
    let text = Changes { description: Some("New".into()), ..Changes::default() };
    let meeting = run(&script, &text, None).unwrap();
    assert_eq!(meeting.conferencing, Conferencing::Ready(link.into()));
    assert_eq!(
        script.sent(1)["body"],
        json!({"contentType": "html", "content": format!("<html><body><div>New</div>{block}</body></html>")})
    );
    assert!(!header(&script, 0, "prefer").unwrap().contains("body-content-type"), "the body is read as it is kept");
}

#[test]
fn versions_are_respected() {
    let clash = || refusal(412, "ErrorIrresolvableConflict");
    let fresh = || reply(200, present());
    let newer = || reply(200, changed(json!({})));
    let done = || reply(200, changed(json!({"subject": "Other"})));
    type Row = (&'static str, Option<&'static str>, Vec<Outcome>, Result<(), Kind>);
    let table: Vec<Row> = vec![
        ("the caller's version is current", Some("W/\"1\""), vec![fresh(), done()], Ok(())),
        ("the caller's version is outdated", Some("W/\"0\""), vec![fresh()], Err(Kind::PreconditionFailed)),
        ("an earlier call made it so", Some("W/\"0\""), vec![done()], Ok(())),
        ("changed in between, caller insists", Some("W/\"1\""), vec![fresh(), clash()], Err(Kind::PreconditionFailed)),
        ("changed in between, applied again", None, vec![fresh(), clash(), newer(), done()], Ok(())),
        ("concurrent save, applied again", None, vec![fresh(), refusal(409, ""), newer(), done()], Ok(())),
        (
            "changed all the time",
            None,
            vec![fresh(), clash(), newer(), clash(), fresh(), clash()],
            Err(Kind::PreconditionFailed),
        ),
        ("gone", None, vec![refusal(404, "ErrorItemNotFound")], Err(Kind::NotFound)),
        ("cancelled", None, vec![reply(200, changed(json!({"isCancelled": true})))], Err(Kind::NotFound)),
        (
            "somebody else's",
            None,
            vec![reply(200, changed(json!({"isOrganizer": false})))],
            Err(Kind::PermissionDenied),
        ),
        ("without version", None, vec![reply(200, changed(json!({"@odata.etag": null})))], Err(Kind::Protocol)),
        ("refused", None, vec![fresh(), refusal(403, "ErrorAccessDenied")], Err(Kind::PermissionDenied)),
    ];
    for (name, if_match, replies, expected) in table {
        let count = replies.len();
        let script = in_order(replies);
        let result = run(&script, &title("Other"), if_match);
        match (result, expected) {
            (Ok(meeting), Ok(())) => assert_eq!(meeting.title, "Other", "{name}"),
            (Err(CallError::Failed(error)), Err(kind)) => assert_eq!(error.kind, kind, "{name}"),
            (result, _) => panic!("{name}: {result:?}"),
        }
        assert_eq!(script.requests().len(), count, "{name}");
    }
}

#[test]
fn a_lost_answer_is_settled_by_reading() {
    let fresh = || reply(200, present());
    let done = || reply(200, changed(json!({"subject": "Other"})));
    let theirs = || reply(200, changed(json!({"subject": "Theirs"})));
    let table: Vec<(&str, Vec<Outcome>, &str)> = vec![
        ("it was done", vec![fresh(), timeout(), done()], "done"),
        ("it was not done", vec![fresh(), timeout(), fresh(), done()], "done"),
        ("a server fault, done", vec![fresh(), refusal(504, ""), done()], "done"),
        ("somebody wrote meanwhile", vec![fresh(), timeout(), theirs()], "open"),
        ("it cannot be read", vec![fresh(), timeout(), refusal(404, "ErrorItemNotFound")], "open"),
        ("then refused", vec![fresh(), timeout(), fresh(), refusal(403, "")], "open"),
        ("lost three times", vec![fresh(), timeout(), fresh(), timeout(), fresh(), timeout()], "open"),
        ("answered with another time", vec![fresh(), reply(200, json!({})), done()], "done"),
    ];
    for (name, replies, expected) in table {
        let script = in_order(replies);
        let result = run(&script, &title("Other"), None);
        let outcome = match &result {
            Ok(meeting) if meeting.title == "Other" => "done",
            Err(CallError::Unknown(_)) => "open",
            _ => "wrong",
        };
        assert_eq!(outcome, expected, "{name}: {result:?}");
    }
}

#[test]
fn an_all_day_event_moves_by_dates_or_becomes_a_timed_one() {
    let all_day = |first: &str, last: &str| {
        changed(json!({
            "isAllDay": true,
            "start": {"dateTime": format!("{first}T00:00:00.0000000"), "timeZone": "UTC"},
            "end": {"dateTime": format!("{last}T00:00:00.0000000"), "timeZone": "UTC"},
        }))
    };
    let settings = || reply(200, json!({"timeZone": "W. Europe Standard Time"}));
    let dates = Changes { time: Some(range("2026-06-11T22:00:00Z", "2026-06-12T22:00:00Z")), ..Changes::default() };
    let script = in_order(vec![
        reply(200, all_day("2026-06-10", "2026-06-11")),
        settings(),
        reply(200, all_day("2026-06-12", "2026-06-13")),
    ]);
    assert!(run(&script, &dates, None).unwrap().is_all_day);
    assert_eq!(
        script.sent(2),
        json!({
            "start": {"dateTime": "2026-06-12T00:00:00", "timeZone": "UTC"},
            "end": {"dateTime": "2026-06-13T00:00:00", "timeZone": "UTC"},
        })
    );
    let times = Changes { time: Some(range("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z")), ..Changes::default() };
    let script =
        in_order(vec![reply(200, all_day("2026-06-10", "2026-06-11")), settings(), reply(200, changed(json!({})))]);
    assert!(!run(&script, &times, None).unwrap().is_all_day);
    assert_eq!(script.sent(2)["isAllDay"], json!(false));
}

#[test]
fn an_incomplete_list_of_attendees_is_never_written_back() {
    let add = Changes { add_attendees: vec![Email::new("new@customer.example")], ..Changes::default() };
    for attendees in [json!(null), json!([{"type": "required"}]), json!([{"emailAddress": {"name": "Lee"}}])] {
        let script = in_order(vec![reply(200, changed(json!({ "attendees": attendees })))]);
        let failure = run(&script, &add, None).unwrap_err();
        assert!(matches!(failure, CallError::Failed(Error { kind: Kind::Protocol, .. })));
    }
}
