//! Shared fixtures of this folder's tests.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::time;
use crate::account::{CalendarId, Email, EventId, Provider};
use crate::calendar::{Access, Calendar};
use crate::meeting::NewEvent;
use crate::schedule::interval::Interval;
use crate::scripted::account;

/// The calendar most tests use.
pub fn calendar() -> Calendar {
    named("ana@example.com", Access::Owner)
}

/// A calendar in Berlin that can make Meet links.
pub fn named(id: &str, access: Access) -> Calendar {
    Calendar {
        account: account(Provider::Google),
        provider: Provider::Google,
        id: CalendarId::new(id),
        name: "Ana".into(),
        time_zone: Some("Europe/Berlin".into()),
        access,
        is_primary: true,
        is_selected: true,
        supports_video: true,
    }
}

/// An instant in RFC 3339.
pub fn at(text: &str) -> DateTime<Utc> {
    time::parse(text).unwrap()
}

/// Two instants in RFC 3339.
pub fn range(start: &str, end: &str) -> Interval {
    Interval::new(at(start), at(end)).unwrap()
}

/// The event most tests are about.
pub fn event_id() -> EventId {
    EventId::new("abc12")
}

/// The booking most tests make: 10 June 2026, 10:00 to 10:30 UTC, with a video link.
pub fn new_event() -> NewEvent {
    NewEvent {
        key: "booking-42".into(),
        generation: 0,
        fingerprint: "9f2c".into(),
        title: "Demo".into(),
        time: range("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z"),
        time_zone: "Europe/Berlin".into(),
        attendees: vec![Email::new("lee@customer.example")],
        description: None,
        location: None,
        video: false,
        is_resumed: false,
    }
}

/// An event as Google writes it, `changes` merged into it; null removes a member.
pub fn wire(changes: Value) -> Value {
    let mut event = json!({
        "kind": "calendar#event",
        "etag": "\"34\"",
        "id": "abc12",
        "status": "confirmed",
        "htmlLink": "https://www.google.com/calendar/event?eid=1",
        "summary": "Demo",
        "start": {"dateTime": "2026-06-10T12:00:00+02:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-06-10T12:30:00+02:00", "timeZone": "Europe/Berlin"},
        "organizer": {"email": "ana@example.com", "self": true},
        "eventType": "default",
        "a new member": [1, {"x": null}],
    });
    let members = event.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => members.remove(name),
            value => members.insert(name.clone(), value.clone()),
        };
    }
    event
}

/// A refusal in Google's form.
pub fn refusal(status: u16, reason: &str) -> crate::http::response::Response {
    let one = json!({"domain": "global", "reason": reason, "message": "no"});
    crate::scripted::json(status, json!({"error": {"errors": [one], "code": status, "message": "no"}}))
}

/// Bodies that are answers to nothing.
pub const HOSTILE: [&str; 12] = [
    "",
    "null",
    "7",
    "[]",
    "\"text\"",
    "{\"items\": 7}",
    "{\"items\": [7]}",
    "{\"items\": [{\"id\": 7}]}",
    "{\"items\": [{\"id\": \"\"}], \"calendars\": []}",
    "{\"items\": [{\"id\": \"a\", \"start\": 1, \"end\": {}}], \"calendars\": 1, \"id\": {}}",
    "{\"items\": [],",
    "<html>",
];
