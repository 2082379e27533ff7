//! Queries and requests with everything at its default, for tests to change.

use calendar_host::types::{BookingRequest, EventLocator, MeetingChanges, Selection, SlotQuery, SlotRules, TimeRange};
use chrono::{DateTime, Utc};

/// RFC 3339 to seconds.
pub fn at(text: &str) -> i64 {
    text.parse::<DateTime<Utc>>().expect("RFC 3339").timestamp()
}

/// A range of RFC 3339 instants.
pub fn range(start: &str, end: &str) -> TimeRange {
    TimeRange { start: at(start), end: at(end) }
}

/// A range that starts `start` seconds from `origin` and is `minutes` long.
pub fn minutes_from(origin: i64, minutes: i64) -> TimeRange {
    TimeRange { start: origin, end: origin + minutes * 60 }
}

/// Rules for meetings of `minutes`, around the clock in `zone`.
pub fn rules(minutes: u32, zone: &str) -> SlotRules {
    SlotRules {
        duration_minutes: minutes,
        time_zone: zone.to_owned(),
        working_hours: None,
        buffer_before_minutes: None,
        buffer_after_minutes: None,
        minimum_notice_minutes: None,
        horizon_days: None,
        step_minutes: None,
        offset_minutes: None,
        tentative: None,
    }
}

/// A slot query over all selected calendars.
pub fn slots(range: TimeRange, minutes: u32, zone: &str) -> SlotQuery {
    SlotQuery { range, rules: rules(minutes, zone), selection: Selection::default(), max_slots: None }
}

/// A booking on the default calendar.
pub fn booking(title: &str, time: TimeRange) -> BookingRequest {
    BookingRequest {
        title: title.to_owned(),
        time,
        time_zone: None,
        attendees: vec!["customer@elsewhere.example".to_owned()],
        description: None,
        location: None,
        video: false,
        target: Selection::default(),
        idempotency_key: None,
        buffer_before_minutes: None,
        buffer_after_minutes: None,
        alternatives: None,
    }
}

/// An event by its id alone.
pub fn event(event_id: &str) -> EventLocator {
    EventLocator { event_id: event_id.to_owned(), provider: None, account: None, calendar: None }
}

/// No change.
pub fn no_changes() -> MeetingChanges {
    MeetingChanges {
        title: None,
        time: None,
        time_zone: None,
        add_attendees: Vec::new(),
        remove_attendees: Vec::new(),
        description: None,
        location: None,
        if_match: None,
    }
}
