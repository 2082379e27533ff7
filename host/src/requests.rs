//! Requests with every optional part left out, to be filled in field by field.

use crate::types::{
    BookingRequest, BusyGroup, BusyKind, EventLocator, FindQuery, HoldRequest, Instant, MeetingChanges, Participant,
    Preferences, ProposalQuery, Role, Selection, SlotQuery, SlotRules, TimeRange,
};

impl SlotRules {
    /// Meetings of `duration_minutes`, around the clock, every day, on the half hour in
    /// `time_zone` (an IANA name).
    #[must_use]
    pub fn new(duration_minutes: u32, time_zone: impl Into<String>) -> Self {
        Self {
            duration_minutes,
            time_zone: time_zone.into(),
            working_hours: None,
            overrides: Vec::new(),
            holidays: Vec::new(),
            travel: Vec::new(),
            buffer_before_minutes: None,
            buffer_after_minutes: None,
            buffers_inside_hours: None,
            minimum_notice_minutes: None,
            horizon_days: None,
            step_minutes: None,
            offset_minutes: None,
            anchor: None,
            grid_time_zone: None,
            limits: Vec::new(),
            statuses: None,
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

impl ProposalQuery {
    /// `options` times to offer, without preferences.
    #[must_use]
    pub fn new(query: SlotQuery, options: u32) -> Self {
        Self { query, options, invitee_time_zone: None, preferred_hours: None, invitee_preferred_hours: None }
    }
}

impl FindQuery {
    /// Slots that start inside `range`, at which all required participants are free.
    #[must_use]
    pub fn new(range: TimeRange, now: Instant, rules: SlotRules, participants: Vec<Participant>) -> Self {
        Self { range, now, rules, participants, quorums: Vec::new(), round_robin: None, max_slots: None, explain: None }
    }
}

impl Participant {
    /// A required participant under the rules of the meeting.
    #[must_use]
    pub fn new(id: impl Into<String>, busy: Vec<BusyGroup>) -> Self {
        Self { id: id.into(), role: Role::Required, rules: None, busy, unknown: Vec::new(), known: None }
    }
}

impl BusyGroup {
    /// Times of one kind on no calendar in particular.
    #[must_use]
    pub fn new(kind: BusyKind, ranges: impl IntoIterator<Item = TimeRange>) -> Self {
        let (starts, ends) = ranges.into_iter().map(|range| (range.start, range.end)).unzip();
        Self { kind, calendar: None, starts, ends, buffer_before_minutes: None, buffer_after_minutes: None }
    }

    /// The times.
    pub fn ranges(&self) -> impl Iterator<Item = TimeRange> {
        self.starts.iter().zip(&self.ends).map(|(start, end)| TimeRange { start: *start, end: *end })
    }
}

impl Preferences {
    /// `options` times to offer, without preferences.
    #[must_use]
    pub fn new(options: u32) -> Self {
        Self { options, invitee_time_zone: None, preferred_hours: None, invitee_preferred_hours: None }
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
            hold: None,
        }
    }
}

impl HoldRequest {
    /// A time held for five minutes, to be booked on the primary calendar of the first account.
    #[must_use]
    pub fn new(time: TimeRange) -> Self {
        Self {
            time,
            buffer_before_minutes: None,
            buffer_after_minutes: None,
            ttl_seconds: None,
            target: Selection::default(),
            key: None,
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
