//! A meeting as read from a provider, and what a booking or a change asks for.

use crate::account::{AccountId, CalendarId, Email, EventId, Provider};
use crate::schedule::interval::Interval;

/// Whether the meeting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It takes place.
    Confirmed,
    /// It may take place.
    Tentative,
    /// It was cancelled.
    Cancelled,
}

impl Status {
    /// The word kept in the ledger.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Confirmed => "confirmed",
            Status::Tentative => "tentative",
            Status::Cancelled => "cancelled",
        }
    }
}

/// An invited person's answer (RFC 5545 section 3.2.12 PARTSTAT).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Participation {
    /// None yet.
    NeedsAction,
    /// Comes.
    Accepted,
    /// Does not come.
    Declined,
    /// May come.
    Tentative,
}

/// An invited person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// Address.
    pub email: String,
    /// Display name.
    pub name: Option<String>,
    /// Answer.
    pub participation: Participation,
    /// The meeting takes place without this person, too.
    pub is_optional: bool,
}

/// The video link's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conferencing {
    /// There is none and none was asked for.
    None,
    /// The link.
    Ready(String),
    /// The provider is still making it.
    Pending,
    /// The provider failed.
    Failed,
    /// The calendar does not allow links.
    Unsupported,
}

/// A meeting in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// The provider's id.
    pub event_id: EventId,
    /// Account.
    pub account: AccountId,
    /// Provider.
    pub provider: Provider,
    /// Calendar.
    pub calendar: CalendarId,
    /// Title; empty = hidden.
    pub title: String,
    /// When. All-day meetings: midnight to midnight in the calendar's zone. A zero-length event
    /// of the provider is not a meeting and never gets here.
    pub time: Interval,
    /// Given as dates.
    pub is_all_day: bool,
    /// IANA zone it was entered in.
    pub time_zone: Option<String>,
    /// Invited people, the account's own user excluded.
    pub attendees: Vec<Attendee>,
    /// Who invited.
    pub organizer: Option<String>,
    /// The account's user organises it.
    pub is_organizer: bool,
    /// Where.
    pub location: Option<String>,
    /// Text.
    pub description: Option<String>,
    /// Video link.
    pub conferencing: Conferencing,
    /// Whether it stands.
    pub status: Status,
    /// The account's user declined it.
    pub is_declined: bool,
    /// The page at the provider.
    pub web_link: Option<String>,
    /// Master event of an occurrence.
    pub series_id: Option<EventId>,
    /// It is such a master event: its time is that of the first occurrence, and a rule.
    pub is_series: bool,
    /// Key it was booked with, as kept in the event's extended property.
    pub idempotency_key: Option<String>,
    /// Version.
    pub etag: Option<String>,
}

/// An event to be created, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Idempotency key, as the caller or the operation chose it.
    pub key: String,
    /// Grows when a cancelled booking is deliberately booked again.
    pub generation: u32,
    /// SHA-256, hexadecimal, of what was asked for; kept in the event to recognise it.
    pub fingerprint: String,
    /// Title.
    pub title: String,
    /// When.
    pub time: Interval,
    /// IANA zone that guests see.
    pub time_zone: String,
    /// Invited people.
    pub attendees: Vec<Email>,
    /// Text.
    pub description: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// Ask for a Meet or Teams link, if the calendar allows it.
    pub video: bool,
    /// An earlier attempt may have created it: look for it before creating.
    pub is_resumed: bool,
}

/// What to change; none = leave as it is, an empty text clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Title.
    pub title: Option<String>,
    /// When.
    pub time: Option<Interval>,
    /// IANA zone that guests see.
    pub time_zone: Option<String>,
    /// People to invite in addition.
    pub add_attendees: Vec<Email>,
    /// People to remove.
    pub remove_attendees: Vec<Email>,
    /// Text.
    pub description: Option<String>,
    /// Where.
    pub location: Option<String>,
}
