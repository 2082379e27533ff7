use serde_json::{Value, json};

use super::super::double::{Graph, block_on, calendar, event, in_order, range, raw, refusal, reply};
use super::*;
use crate::meeting::{Conferencing, Participation};

fn day() -> Interval {
    range("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z")
}

fn from(hour: u32, members: Value) -> Value {
    let mut event = event(members);
    event["start"] = json!({"dateTime": format!("2026-06-10T{hour:02}:00:00"), "timeZone": "UTC"});
    event["end"] = json!({"dateTime": format!("2026-06-10T{hour:02}:30:00"), "timeZone": "UTC"});
    event
}

fn titles(meetings: &[Meeting]) -> Vec<&str> {
    meetings.iter().map(|meeting| meeting.title.as_str()).collect()
}

fn one(script: &Graph) -> Result<Meeting, Error> {
    block_on(get(&script.session(), &CalendarId::new("c"), &EventId::new("e")))
}

#[test]
fn lists_by_start_without_cancelled_declined_and_empty_ones() {
    let script = in_order(vec![reply(
        200,
        json!({"value": [
            from(12, json!({"subject": "third"})),
            from(9, json!({"subject": "first"})),
            from(10, json!({"subject": "called off", "isCancelled": true})),
            from(11, json!({"subject": "not going", "responseStatus": {"response": "declined"}})),
            event(json!({"subject": "empty", "end": {"dateTime": "2026-06-10T10:00:00", "timeZone": "UTC"}})),
            event(json!({"subject": "outside", "start": {"dateTime": "2026-06-11T00:00:00", "timeZone": "UTC"}, "end": {"dateTime": "2026-06-11T01:00:00", "timeZone": "UTC"}})),
        ]}),
    )]);
    let meetings = block_on(list(&script.session(), &calendar("c"), day(), 10)).unwrap();
    assert_eq!(titles(&meetings), ["first", "third"]);
}

#[test]
fn stops_at_the_maximum_and_reads_no_further_page() {
    let next = "https://graph.microsoft.com/v1.0/me/calendars/c/calendarView?$skip=2";
    let script = in_order(vec![reply(
        200,
        json!({"value": [from(9, json!({"subject": "1"})), from(10, json!({"subject": "2"}))], "@odata.nextLink": next}),
    )]);
    let meetings = block_on(list(&script.session(), &calendar("c"), day(), 1)).unwrap();
    assert_eq!(titles(&meetings), ["1"]);
    assert_eq!(script.requests().len(), 1);
    let script = in_order(vec![
        reply(200, json!({"value": [from(9, json!({"subject": "1"}))], "@odata.nextLink": next})),
        reply(200, json!({"value": [from(10, json!({"subject": "2"}))]})),
    ]);
    assert_eq!(titles(&block_on(list(&script.session(), &calendar("c"), day(), 5)).unwrap()), ["1", "2"]);
}

#[test]
fn an_unreadable_page_fails_the_whole_list() {
    let next = "https://graph.microsoft.com/v1.0/me/calendars/c/calendarView?$skip=2";
    let script = in_order(vec![
        reply(200, json!({"value": [from(9, json!({}))], "@odata.nextLink": next})),
        refusal(404, "ErrorItemNotFound"),
    ]);
    assert_eq!(block_on(list(&script.session(), &calendar("c"), day(), 5)).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn reads_every_member_of_a_meeting() {
    let script = in_order(vec![reply(
        200,
        event(json!({
            "subject": "Review", "bodyPreview": "Text", "body": {"contentType": "text", "content": "Text"},
            "originalStartTimeZone": "W. Europe Standard Time", "location": {"displayName": "Room 1"},
            "organizer": {"emailAddress": {"name": "Boss", "address": "boss@contoso.example"}}, "isOrganizer": false,
            "responseStatus": {"response": "tentativelyAccepted"}, "seriesMasterId": "AAkM", "type": "occurrence",
            "onlineMeeting": {"joinUrl": "https://teams.example.com/x", "conferenceId": "1"}, "isOnlineMeeting": true,
            "webLink": "https://outlook.example.com/e", "showAs": "tentative", "novel": {"member": 1},
            "singleValueExtendedProperties": super::super::property::both("Key-1", "9f2c"),
            "attendees": [
                {"type": "required", "emailAddress": {"address": "ANA@contoso.example", "name": "Ana"}, "status": {"response": "none"}},
                {"type": "required", "emailAddress": {"address": "a@x.example", "name": "A"}, "status": {"response": "accepted"}},
                {"type": "optional", "emailAddress": {"address": "b@x.example"}, "status": {"response": "tentativelyAccepted"}},
                {"type": "Optional", "emailAddress": {"address": "c@x.example"}, "status": {"response": "Declined"}},
                {"type": "resource", "emailAddress": {"address": "d@x.example"}, "status": null},
                {"type": "required", "emailAddress": {"address": "e@x.example"}, "status": {"response": "organizer"}},
                {"type": "required", "emailAddress": null},
            ],
        })),
    )]);
    let meeting = one(&script).unwrap();
    assert_eq!(script.lines(), ["GET /me/calendars/c/events/e"]);
    let people: Vec<_> =
        meeting.attendees.iter().map(|one| (one.email.as_str(), one.participation, one.is_optional)).collect();
    assert_eq!(
        people,
        [
            ("a@x.example", Participation::Accepted, false),
            ("b@x.example", Participation::Tentative, true),
            ("c@x.example", Participation::Declined, true),
            ("d@x.example", Participation::NeedsAction, false),
            ("e@x.example", Participation::Accepted, false),
        ]
    );
    assert_eq!(
        meeting,
        Meeting {
            event_id: EventId::new("AAMk1"),
            account: crate::scripted::account(Provider::Outlook),
            provider: Provider::Outlook,
            calendar: CalendarId::new("c"),
            title: "Review".into(),
            time: range("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z"),
            is_all_day: false,
            time_zone: Some("Europe/Berlin".into()),
            attendees: meeting.attendees.clone(),
            organizer: Some("boss@contoso.example".into()),
            is_organizer: false,
            location: Some("Room 1".into()),
            description: Some("Text".into()),
            conferencing: Conferencing::Ready("https://teams.example.com/x".into()),
            status: Status::Tentative,
            is_declined: false,
            web_link: Some("https://outlook.example.com/e".into()),
            series_id: Some(EventId::new("AAkM")),
            is_series: false,
            idempotency_key: Some("Key-1".into()),
            etag: Some("W/\"1\"".into()),
        }
    );
}

#[test]
fn a_meeting_of_which_little_is_said_has_little_to_say() {
    let bare = json!({"id": "e", "start": {"dateTime": "2026-06-10T10:00:00"}, "end": {"dateTime": "2026-06-10T11:00:00"},
        "subject": null, "body": {"contentType": "html", "content": " "}, "location": {"displayName": ""}, "isOnlineMeeting": true});
    let meeting = one(&in_order(vec![reply(200, bare)])).unwrap();
    assert_eq!(
        (meeting.title.as_str(), meeting.description, meeting.location, meeting.time_zone),
        ("", None, None, None)
    );
    assert_eq!((meeting.conferencing, meeting.status), (Conferencing::Pending, Status::Confirmed));
}

#[test]
fn an_all_day_event_asks_for_the_mailbox_zone_and_only_then() {
    let all_day = event(
        json!({"isAllDay": true, "start": {"dateTime": "2026-06-10T00:00:00.0000000", "timeZone": "UTC"}, "end": {"dateTime": "2026-06-12T00:00:00.0000000", "timeZone": "UTC"}}),
    );
    let script = in_order(vec![reply(200, all_day.clone()), reply(200, json!({"timeZone": "Eastern Standard Time"}))]);
    let meeting = one(&script).unwrap();
    assert_eq!((meeting.time, meeting.is_all_day), (range("2026-06-10T04:00:00Z", "2026-06-12T04:00:00Z"), true));
    let script = in_order(vec![reply(200, all_day.clone())]);
    script.grant(&["Calendars.Read"]);
    assert_eq!(one(&script).unwrap_err().kind, Kind::PermissionDenied);
    let script = in_order(vec![reply(200, all_day), reply(200, json!({}))]);
    assert_eq!(one(&script).unwrap_err().kind, Kind::Unavailable { retry_after: None });
}

#[test]
fn what_is_no_meeting_is_an_error() {
    let empty = event(json!({"end": {"dateTime": "2026-06-10T10:00:00", "timeZone": "UTC"}}));
    for (answer, expected) in [
        (reply(200, empty), Kind::Unsupported),
        (refusal(404, "ErrorItemNotFound"), Kind::NotFound),
        (reply(200, json!({})), Kind::Protocol),
        (reply(200, event(json!({"id": ""}))), Kind::Protocol),
        (raw(""), Kind::Protocol),
        (raw("{\"attendees\":{}}"), Kind::Protocol),
        (raw("<html>"), Kind::Protocol),
        (reply(204, json!(null)), Kind::Protocol),
    ] {
        assert_eq!(one(&in_order(vec![answer])).unwrap_err().kind, expected);
    }
}
