//! The ledger's records: what is reserved, and what was booked.

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{AccountId, CalendarId, EventId, Provider, UserId};
use crate::schedule::interval::Interval;

/// A request to hold a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Whose time.
    pub user: UserId,
    /// Idempotency key, unique per user.
    pub key: String,
    /// SHA-256, hexadecimal, of what was asked for.
    pub fingerprint: String,
    /// Account that will hold the event.
    pub account: AccountId,
    /// Its provider.
    pub provider: Provider,
    /// Its calendar.
    pub calendar: CalendarId,
    /// The meeting.
    pub time: Interval,
    /// The meeting with its buffers: this must be free.
    pub blocked: Interval,
    /// Key of the own booking that this one replaces.
    pub replaces: Option<String>,
    /// Key of the own hold that this booking takes.
    pub hold: Option<String>,
}

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookingState {
    /// Held for a while; there is no meeting yet.
    Held,
    /// Reserved; the event may or may not exist yet.
    Reserved,
    /// The event exists and is recorded.
    Committed,
    /// The event was cancelled.
    Cancelled,
}

/// A recorded booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Idempotency key.
    pub key: String,
    /// As in the reservation.
    pub fingerprint: String,
    /// Where it stands.
    pub state: BookingState,
    /// Grows when a cancelled booking is booked again with the same key.
    pub generation: u32,
    /// Account of the event.
    pub account: AccountId,
    /// Its provider.
    pub provider: Provider,
    /// Its calendar.
    pub calendar: CalendarId,
    /// The meeting.
    pub time: Interval,
    /// The meeting with its buffers.
    pub blocked: Interval,
    /// Facts of the event; none until committed.
    pub event: Option<EventRecord>,
    /// First reserved, or held.
    pub created_at: DateTime<Utc>,
    /// When a hold or a reservation stops blocking others.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Booking {
    /// Free time demanded before and after the meeting.
    #[must_use]
    pub fn buffers(&self) -> (TimeDelta, TimeDelta) {
        match self.blocked.covers(self.time) {
            true => (self.time.start() - self.blocked.start(), self.blocked.end() - self.time.end()),
            // Nobody can tell them any more.
            false => (TimeDelta::zero(), TimeDelta::zero()),
        }
    }

    /// What the meeting blocks at another time.
    #[must_use]
    pub fn blocked_at(&self, time: Interval) -> Interval {
        let (before, after) = self.buffers();
        time.grown(before, after)
    }
}

/// What is kept of a booked event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// The provider's id.
    pub event_id: EventId,
    /// Title.
    pub title: String,
    /// The meeting.
    pub time: Interval,
    /// Invited addresses.
    pub attendees: Vec<String>,
    /// Where.
    pub location: Option<String>,
    /// Text.
    pub description: Option<String>,
    /// Video link.
    pub conferencing_link: Option<String>,
    /// `confirmed`, `tentative` or `cancelled`.
    pub status: String,
}

/// What became of a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReserveOutcome {
    /// Held for this key.
    Reserved(Booking),
    /// An earlier attempt with this key did not finish.
    Resumed(Booking),
    /// Already booked.
    Committed(Booking),
    /// The key was used for something else.
    KeyConflict(Booking),
    /// Other bookings are in the way.
    Overlap(Vec<Interval>),
}

/// A time to be held for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRequest {
    /// Whose time.
    pub user: UserId,
    /// Key of the hold, unique per user, also among bookings.
    pub key: String,
    /// SHA-256, hexadecimal, of what was asked for.
    pub fingerprint: String,
    /// The meeting that may follow.
    pub time: Interval,
    /// The meeting with its buffers: no other meeting may lie in it.
    pub blocked: Interval,
    /// How long, in seconds; 1 to 3600.
    pub ttl_seconds: u32,
}

/// A time that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its key.
    pub key: String,
    /// The meeting that may follow.
    pub time: Interval,
    /// The meeting with its buffers.
    pub blocked: Interval,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

/// What became of a request to hold a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldOutcome {
    /// It is held, now or since an earlier call with the same key.
    Held(Hold),
    /// Other bookings or holds are in the way.
    Overlap(Vec<Interval>),
    /// The key was used for something else.
    KeyConflict,
}
