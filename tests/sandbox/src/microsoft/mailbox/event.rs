//! An event as a mailbox keeps it: what the rules need is typed, everything else is JSON that passed validation.

use crate::microsoft::time::moment::Moment;
use crate::microsoft::time::pattern::Recurrence;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// One stored event: a single one, a series, or an instance that differs from its series.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Number in its mailbox.
    pub serial: u64,
    /// Number of its calendar.
    pub calendar: u64,
    /// Whether it lies in Deleted Items.
    pub is_deleted: bool,
    /// Number shared by all copies of the meeting.
    pub uid: u128,
    /// Grows with every change of the store.
    pub version: u64,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it was last changed.
    pub modified: DateTime<Utc>,
    /// Start; midnight for all-day events.
    pub start: Moment,
    /// End, exclusive; midnight for all-day events.
    pub end: Moment,
    /// Whether it takes whole days.
    pub is_all_day: bool,
    /// Whether its organizer cancelled it.
    pub is_cancelled: bool,
    /// Single, series or exception.
    pub kind: Kind,
    /// Who called the meeting.
    pub organizer: Address,
    /// Whether that is the owner of this copy.
    pub is_organizer: bool,
    /// The owner's answer.
    pub response: Reply,
    /// The guests.
    pub attendees: Vec<Attendee>,
    /// Online meeting, if any.
    pub online: Option<Online>,
    /// The id its creator chose.
    pub transaction: Option<String>,
    /// Extended properties, by id.
    pub properties: BTreeMap<String, String>,
    /// Members that are only stored: subject, body, location, showAs ...
    pub facts: Map<String, Value>,
}

/// Single, series or exception.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Happens once.
    Single,
    /// A series and the wall times of instances taken out of it.
    Master {
        /// When it repeats.
        recurrence: Recurrence,
        /// Instances that were deleted.
        removed: BTreeSet<NaiveDateTime>,
    },
    /// An instance that differs from its series.
    Exception {
        /// Number of the series.
        master: u64,
        /// The wall time the series gave it.
        original: NaiveDateTime,
    },
}

/// Name and address of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Name shown to people.
    pub name: String,
    /// Mail address.
    pub address: String,
}

/// A guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// Who.
    pub who: Address,
    /// `required`, `optional` or `resource`.
    pub kind: String,
    /// The answer.
    pub reply: Reply,
}

/// An answer to an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Graph's `responseType`.
    pub response: String,
    /// When; `None` prints as the year 1.
    pub at: Option<DateTime<Utc>>,
}

/// An online meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Online {
    /// Graph's `onlineMeetingProviderType`.
    pub provider: String,
    /// When it was asked for; its link comes later.
    pub since: DateTime<Utc>,
    /// The link.
    pub join_url: String,
}

impl Reply {
    /// An answer not given in time, such as `none`, `organizer` or `notResponded`.
    pub fn of(response: &str) -> Self {
        Self { response: response.to_owned(), at: None }
    }
}

impl Event {
    /// A stored text member.
    pub fn fact(&self, name: &str) -> &str {
        self.facts.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The title.
    pub fn subject(&self) -> &str {
        self.fact("subject")
    }

    /// Whether it is a meeting with guests other than its organizer.
    pub fn guests(&self) -> impl Iterator<Item = &Attendee> {
        self.attendees.iter().filter(|one| !one.who.address.eq_ignore_ascii_case(&self.organizer.address))
    }

    /// The wall time its series gave it, for an exception.
    pub fn original(&self) -> Option<NaiveDateTime> {
        match &self.kind {
            Kind::Exception { original, .. } => Some(*original),
            _ => None,
        }
    }

    /// Whether it is an exception of a series.
    pub fn is_exception_of(&self, series: u64) -> bool {
        matches!(&self.kind, Kind::Exception { master, .. } if *master == series)
    }
}
