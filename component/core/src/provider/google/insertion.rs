//! The body of events.insert. Not here: sending it (`create`).

use serde_json::{Value, json};

use super::event_id::kept_key;
use super::time;
use crate::account::EventId;
use crate::meeting::NewEvent;

/// The new event under the `id` of our choice. With `with_video`, Google is asked for a Meet link;
/// the request for it is named like the event, so that repeating it makes no second room.
#[must_use]
pub fn body(event: &NewEvent, id: &EventId, with_video: bool) -> Value {
    let at = |instant| json!({"dateTime": time::format(instant), "timeZone": event.time_zone});
    let mut body = json!({
        "id": id.as_str(),
        "summary": event.title,
        "start": at(event.time.start()),
        "end": at(event.time.end()),
        "extendedProperties": {"private": {"bk": kept_key(&event.key), "fp": event.fingerprint}},
    });
    let mut set = |member: &str, value: Value| {
        if let Some(members) = body.as_object_mut() {
            members.insert(member.to_owned(), value);
        }
    };
    if !event.attendees.is_empty() {
        let guests = event.attendees.iter().map(|guest| json!({"email": guest.as_str()}));
        set("attendees", guests.collect());
    }
    if let Some(description) = &event.description {
        set("description", json!(description));
    }
    if let Some(location) = &event.location {
        set("location", json!(location));
    }
    if with_video {
        let solution = json!({"type": "hangoutsMeet"});
        let request = json!({"requestId": id.as_str(), "conferenceSolutionKey": solution});
        set("conferenceData", json!({"createRequest": request}));
    }
    body
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::account::Email;
    use crate::schedule::interval::Interval;

    fn event() -> NewEvent {
        let start = DateTime::from_timestamp(1_781_085_600, 0).unwrap();
        NewEvent {
            key: "booking-42".into(),
            generation: 0,
            fingerprint: "9f2c".into(),
            title: "Demo".into(),
            time: Interval::starting(start, TimeDelta::minutes(30)).unwrap(),
            time_zone: "Europe/Berlin".into(),
            attendees: vec![Email::new("lee@customer.example")],
            description: Some("What we do".into()),
            location: Some("Room 1".into()),
            video: true,
            is_resumed: false,
        }
    }

    #[test]
    fn holds_everything_that_was_asked_for() {
        assert_eq!(
            body(&event(), &EventId::new("abcde"), true),
            json!({
                "id": "abcde",
                "summary": "Demo",
                "start": {"dateTime": "2026-06-10T10:00:00Z", "timeZone": "Europe/Berlin"},
                "end": {"dateTime": "2026-06-10T10:30:00Z", "timeZone": "Europe/Berlin"},
                "attendees": [{"email": "lee@customer.example"}],
                "description": "What we do",
                "location": "Room 1",
                "extendedProperties": {"private": {"bk": "booking-42", "fp": "9f2c"}},
                "conferenceData": {"createRequest": {
                    "requestId": "abcde",
                    "conferenceSolutionKey": {"type": "hangoutsMeet"},
                }},
            })
        );
    }

    #[test]
    fn leaves_out_what_was_not_asked_for() {
        let bare = NewEvent { attendees: Vec::new(), description: None, location: None, ..event() };
        let body = body(&bare, &EventId::new("abcde"), false);
        for member in ["attendees", "description", "location", "conferenceData"] {
            assert_eq!(body.get(member), None, "{member}");
        }
    }
}
