//! Requests with every optional part left out, to be filled in field by field.

use crate::types::{BookingRequest, EventLocator, MeetingChanges, Selection, SlotQuery, SlotRules, TimeRange};

impl SlotRules {
    /// Meetings of `duration_minutes`, around the clock, every day, on the half hour in
    /// `time_zone` (an IANA name).
    #[must_use]
    pub fn new(duration_minutes: u32, time_zone: impl Into<String>) -> Self {
        Self {
            duration_minutes,
            time_zone: time_zone.into(),
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
}

impl SlotQuery {
    /// Slots that start inside `range`, over all selected calendars of all accounts.
    #[must_use]
    pub fn new(range: TimeRange, rules: SlotRules) -> Self {
        Self { range, rules, selection: Selection::default(), max_slots: None }
    }
}

impl BookingRequest {
    /// A meeting without guests on the primary calendar of the first account.
    #[must_use]
    pub fn new(title: impl Into<String>, time: TimeRange) -> Self {
        Self {
            title: title.into(),
            time,
            time_zone: None,
            attendees: Vec::new(),
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
}

impl EventLocator {
    /// An event by its id alone.
    #[must_use]
    pub fn new(event_id: impl Into<String>) -> Self {
        Self { event_id: event_id.into(), provider: None, account: None, calendar: None }
    }
}

impl Default for MeetingChanges {
    /// No change at all; an update needs at least one.
    fn default() -> Self {
        Self {
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
}
