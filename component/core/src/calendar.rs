//! A calendar of an account, and the busy times read from it.

use crate::account::{AccountId, CalendarId, EventId, Provider};
use crate::error::Error;
use crate::schedule::interval::Interval;
use crate::schedule::policy::{BusyKind, StatusPolicy, Treatment};

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

/// One entry of a calendar, after the vendor's busy rules: free, declined and cancelled ones are
/// gone already, the others say what kind of thing they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyEvent {
    /// When.
    pub interval: Interval,
    /// The provider's id; none = the provider gave merged times only.
    pub event_id: Option<EventId>,
    /// What it is: the first of these that fits, in this order: working elsewhere (and Google's
    /// working locations and birthdays), whatever was answered; tentative; not answered; out of
    /// office, for whole days as well; focus time; a vendor's word that is not known; all-day;
    /// private; busy. Merged times are plainly busy.
    pub kind: BusyKind,
}

/// What is asked of a busy read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Times are enough, of what takes time by the default statuses.
    Merged,
    /// Event ids are needed, of what takes time by the default statuses.
    Ids,
    /// Ids and kinds are needed, of everything that could take time by some statuses.
    Events,
}

impl Detail {
    /// Whether entries of `kind` belong to the answer. With the default statuses every detail
    /// gives the same busy times.
    #[must_use]
    pub fn includes(self, kind: BusyKind) -> bool {
        self == Detail::Events || takes_time_by_default(kind)
    }
}

/// Whether an entry of `kind` takes time when nobody said anything about statuses.
#[must_use]
pub fn takes_time_by_default(kind: BusyKind) -> bool {
    StatusPolicy::default().treatment(kind) != Treatment::Allow
}

/// One calendar's answer: busy entries that overlap the range, or why it is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarBusy {
    /// Which calendar.
    pub calendar: CalendarId,
    /// Its entries, unsorted, not clipped; an error means unknown, never free.
    pub busy: Result<Vec<BusyEvent>, Error>,
}
