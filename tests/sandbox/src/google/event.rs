//! An event as stored in one calendar. Reading bodies is `draft`'s, showing it `view`'s affair.

use super::attendee::Attendee;
use super::conference::Conference;
use super::when::When;
use crate::recurrence::{Length, Series};
use crate::zone::Zone;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// `status` of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `confirmed`.
    Confirmed,
    /// `tentative`.
    Tentative,
    /// `cancelled`: a tombstone; its id stays taken.
    Cancelled,
}

impl Status {
    /// Google's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Tentative => "tentative",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Members every guest has for himself.
pub const OWN_MEMBERS: [&str; 5] = ["transparency", "visibility", "reminders", "colorId", "eventLabelId"];

/// An event, a series, an exception of a series, or (made on the fly) an instance of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Unique in its calendar.
    pub id: String,
    /// The same on every guest's copy.
    pub ical_uid: String,
    /// Live or tombstone.
    pub status: Status,
    /// First moment.
    pub start: When,
    /// End, exclusive.
    pub end: When,
    /// RRULE, EXDATE and RDATE lines; empty for anything but a series.
    pub recurrence: Vec<String>,
    /// For an instance: the series' id and the start its rule gave.
    pub instance_of: Option<(String, When)>,
    /// Address of the organizer, or the id of a secondary calendar.
    pub organizer: String,
    /// Address of the account that made it.
    pub creator: String,
    /// Guests.
    pub attendees: Vec<Attendee>,
    /// The video meeting, if any.
    pub conference: Option<Conference>,
    /// Every other member a client may write, by Google's names.
    pub members: Map<String, Value>,
    /// Revision counted for calendar programs.
    pub sequence: i64,
    /// When made.
    pub created: DateTime<Utc>,
    /// When last changed, reminders not counted.
    pub updated: DateTime<Utc>,
    /// The store's tick at the last change: the etag, and what sync tokens compare.
    pub change: u64,
}

impl Event {
    /// A text member.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }

    /// `default`, `outOfOffice`, `focusTime`, `workingLocation`, `fromGmail` or `birthday`.
    pub fn event_type(&self) -> &str {
        self.text("eventType").unwrap_or("default")
    }

    /// Whether this is a series.
    pub fn is_series(&self) -> bool {
        !self.recurrence.is_empty()
    }

    /// Whether this is a tombstone.
    pub fn is_cancelled(&self) -> bool {
        self.status == Status::Cancelled
    }

    /// Whether details are for those with full access only.
    pub fn is_private(&self) -> bool {
        matches!(self.text("visibility"), Some("private" | "confidential"))
    }

    /// The entry of one guest.
    pub fn attendee(&self, email: &str) -> Option<&Attendee> {
        self.attendees.iter().find(|one| one.is(email))
    }

    /// `[start, end)` in UTC; dates are days of the calendar's zone.
    pub fn span(&self, zone: &Zone) -> (DateTime<Utc>, DateTime<Utc>) {
        (self.start.instant(zone), self.end.instant(zone))
    }

    /// Whether it takes time of `owner`, whose calendar it is in.
    pub fn blocks(&self, owner: &str) -> bool {
        !self.is_cancelled()
            && self.text("transparency") != Some("transparent")
            && !matches!(self.event_type(), "workingLocation" | "birthday")
            && self.attendee(owner).is_none_or(|one| one.response_status != "declined")
    }

    /// The members that are the same for everybody: what only the organizer may set.
    pub fn shared_members(&self) -> Map<String, Value> {
        let mut members = self.members.clone();
        for name in OWN_MEMBERS {
            members.remove(name);
        }
        if let Some(properties) = members.get_mut("extendedProperties").and_then(Value::as_object_mut) {
            properties.remove("private");
        }
        members.retain(|_, value| value.as_object().is_none_or(|object| !object.is_empty()));
        members
    }

    /// The opaque entity tag, quotes included.
    pub fn etag(&self) -> String {
        etag(self.change)
    }

    /// The rules of a series; `zone` is the calendar's, used for whole days and where the start names none.
    pub fn series(&self, zone: &Zone) -> Series<'_> {
        let own = match &self.start {
            When::Time { zone: Some(name), .. } => Zone::get(name).unwrap_or_else(|| zone.clone()),
            _ => zone.clone(),
        };
        let (start, length) = match (&self.start, &self.end) {
            (When::Date(first), When::Date(last)) => {
                (first.and_hms_opt(0, 0, 0).unwrap_or_default(), Length::Days((*last - *first).num_days()))
            }
            (first, last) => {
                let (first, last) = (first.instant(zone), last.instant(zone));
                (own.wall(first), Length::Elapsed(last - first))
            }
        };
        Series { start, zone: own, length, lines: &self.recurrence }
    }
}

/// The entity tag of a tick.
pub fn etag(change: u64) -> String {
    format!("\"{}\"", 3_500_000_000_000_000 + change * 2)
}
