//! A calendar of an account, and the busy times read from it.

use crate::account::{AccountId, CalendarId, EventId, Provider};
use crate::error::Error;
use crate::schedule::interval::Interval;

/// What the account may do with a calendar, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Busy times only.
    FreeBusy,
    /// Events, private ones without detail.
    Read,
    /// Events can be booked, changed and cancelled.
    Write,
    /// Everything.
    Owner,
}

/// One calendar of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its account.
    pub account: AccountId,
    /// Its provider.
    pub provider: Provider,
    /// The provider's id, never an alias.
    pub id: CalendarId,
    /// Title.
    pub name: String,
    /// IANA zone name, if the provider says; all-day events are read in it.
    pub time_zone: Option<String>,
    /// What the account may do.
    pub access: Access,
    /// The account's main calendar.
    pub is_primary: bool,
    /// Counted when no calendars are named.
    pub is_selected: bool,
    /// A Meet or Teams link can be made here.
    pub supports_video: bool,
}

/// One entry that takes time, after the vendor's busy rules: free, declined and cancelled ones are
/// gone already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyEvent {
    /// When.
    pub interval: Interval,
    /// The provider's id; none = the provider gave merged times only.
    pub event_id: Option<EventId>,
    /// Only tentatively accepted, or not answered.
    pub is_tentative: bool,
}

/// What is asked of a busy read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Times are enough.
    Merged,
    /// Event ids and tentative marks are needed.
    Events,
}

/// One calendar's answer: busy entries that overlap the range, or why it is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarBusy {
    /// Which calendar.
    pub calendar: CalendarId,
    /// Its entries, unsorted, not clipped; an error means unknown, never free.
    pub busy: Result<Vec<BusyEvent>, Error>,
}
