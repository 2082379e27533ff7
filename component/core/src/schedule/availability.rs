//! What is known about one person's time: busy, unknown, and for which span anything is known at all.
//!
//! Plain input data of the engine. Times need not be sorted or merged.
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::interval::Interval;
use super::policy::BusyKind;

/// One person's time as read from all of their calendars, own bookings and active holds of others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Availability {
    /// What occupies it, one by one, in any order.
    pub busy: Vec<Busy>,
    /// What occupies it, by kind and calendar: how many times are best given.
    pub sets: Vec<BusySet>,
    /// Where it could not be read. Never treated as free: who wants a calendar ignored leaves it out here, and says so.
    pub unknown: Vec<Unknown>,
    /// The span `busy` was read for; everything outside it is unknown. `None`: exactly what the question needs,
    /// [`super::slots::Query::fetch_range`], so that no alternatives outside the range are offered.
    pub known: Option<Interval>,
}

/// Many times of one kind on one calendar, in any order. Those that overlap or touch count as one, in reasons as well;
/// what has buffers of its own or is counted by limits, bookings and holds, belongs into [`Availability::busy`].
#[derive(Debug, Clone, PartialEq)]
pub struct BusySet {
    /// What kind of things they are.
    pub kind: BusyKind,
    /// The id of the calendar they are on.
    pub calendar: Option<Arc<str>>,
    /// When.
    pub intervals: Vec<Interval>,
}

/// Something that occupies time.
#[derive(Debug, Clone, PartialEq)]
pub struct Busy {
    /// When.
    pub interval: Interval,
    /// What kind of thing it is.
    pub kind: BusyKind,
    /// The id of the calendar it is on.
    pub calendar: Option<Arc<str>>,
    /// Its title, only when the reader of the answer may see it.
    pub title: Option<Arc<str>>,
    /// What is known in addition about a booking or hold made by us.
    pub reservation: Option<Reservation>,
}

impl Busy {
    /// A confirmed event; `None` when it has no length.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Option<Busy> {
        Interval::new(start, end).map(Busy::from)
    }

    /// The same with another kind.
    pub fn of_kind(mut self, kind: BusyKind) -> Busy {
        self.kind = kind;
        self
    }

    /// The same on a calendar.
    pub fn on_calendar(mut self, calendar: impl Into<Arc<str>>) -> Busy {
        self.calendar = Some(calendar.into());
        self
    }

    /// The same as a booking of ours with its own buffers.
    pub fn with_buffers(mut self, before: TimeDelta, after: TimeDelta) -> Busy {
        let expires_at = self.reservation.and_then(|reservation| reservation.expires_at);
        self.reservation = Some(Reservation { buffer_before: before, buffer_after: after, expires_at });
        self
    }

    /// Whether it is a hold that no longer counts: gone at the very instant it expires.
    pub fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.reservation.and_then(|reservation| reservation.expires_at).is_some_and(|expires_at| now >= expires_at)
    }
}

impl From<Interval> for Busy {
    fn from(interval: Interval) -> Self {
        Busy { interval, kind: BusyKind::Busy, calendar: None, title: None, reservation: None }
    }
}

/// A booking or hold made by us: it brings its own buffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// Time kept free before it.
    pub buffer_before: TimeDelta,
    /// Time kept free after it.
    pub buffer_after: TimeDelta,
    /// When a hold ends by itself; `None` for bookings.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Time of which nothing is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// When.
    pub interval: Interval,
    /// The id of the calendar that could not be read.
    pub calendar: Option<Arc<str>>,
    /// Why, as one stable word or short sentence.
    pub cause: Arc<str>,
    /// Since when it cannot be read.
    pub since: Option<DateTime<Utc>>,
}
