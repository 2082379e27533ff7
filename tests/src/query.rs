//! Queries and requests with everything at its default, for tests to change.

use calendar_host::types::{BookingRequest, SlotQuery, SlotRules, TimeRange};
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

/// A slot query for meetings of `minutes` around the clock, over all selected calendars.
pub fn slots(range: TimeRange, minutes: u32, zone: &str) -> SlotQuery {
    SlotQuery::new(range, SlotRules::new(minutes, zone))
}

/// A booking with one guest on the default calendar.
pub fn booking(title: &str, time: TimeRange) -> BookingRequest {
    let mut request = BookingRequest::new(title, time);
    request.attendees = vec!["customer@elsewhere.example".to_owned()];
    request
}
