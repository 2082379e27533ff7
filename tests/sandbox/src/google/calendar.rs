//! A calendar, who may see it, and how it stands in a person's list.

use super::event::Event;
use crate::zone::Zone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What an account may do with a calendar, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Sees when time is taken.
    FreeBusyReader,
    /// Sees events, private ones without details.
    Reader,
    /// Writes events, sees private ones without details.
    WriterWithoutPrivateAccess,
    /// Sees and writes all events.
    Writer,
    /// Everything.
    Owner,
}

impl Role {
    /// Google's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::FreeBusyReader => "freeBusyReader",
            Self::Reader => "reader",
            Self::WriterWithoutPrivateAccess => "writerWithoutPrivateAccess",
            Self::Writer => "writer",
            Self::Owner => "owner",
        }
    }
}

/// Who a share is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type", content = "value")]
pub enum Audience {
    /// One account.
    User(String),
    /// Every account of a domain.
    Domain(String),
    /// Everybody.
    Default,
}

/// A calendar with its events.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Address for a primary calendar, else an opaque id in the form of one.
    pub id: String,
    /// Account that owns the data.
    pub owner: String,
    /// Title.
    pub summary: String,
    /// IANA name; always a zone that exists.
    pub zone_name: String,
    /// Whether it is its owner's main calendar.
    pub primary: bool,
    /// Whether Meet rooms can be asked for.
    pub meet: bool,
    /// `workingHours` of a Workspace user's primary calendar.
    pub working_hours: Option<Value>,
    /// Shares besides the owner's own.
    pub shares: Vec<(Audience, Role)>,
    /// All events, tombstones included, by id.
    pub events: BTreeMap<String, Event>,
    /// Tick of the last change of the calendar itself.
    pub change: u64,
    /// Sync tokens of an older epoch are dead.
    pub sync_epoch: u64,
}

impl Calendar {
    /// The zone.
    pub fn zone(&self) -> Zone {
        Zone::get(&self.zone_name).unwrap_or_else(Zone::utc)
    }

    /// What an account may do here; `None` when it may not even know of it.
    pub fn role(&self, email: &str) -> Option<Role> {
        if self.owner.eq_ignore_ascii_case(email) {
            return Some(Role::Owner);
        }
        let domain = email.split_once('@').map(|(_, domain)| domain).unwrap_or_default();
        let fits = |audience: &Audience| match audience {
            Audience::User(user) => user.eq_ignore_ascii_case(email),
            Audience::Domain(name) => name.eq_ignore_ascii_case(domain),
            Audience::Default => true,
        };
        self.shares.iter().filter(|(audience, _)| fits(audience)).map(|(_, role)| *role).max()
    }

    fn conference_types(&self) -> Value {
        let types: Vec<&str> = if self.meet { vec!["hangoutsMeet"] } else { vec![] };
        json!({"allowedConferenceSolutionTypes": types})
    }

    /// The answer of `calendars.get`.
    pub fn json(&self, role: Role) -> Value {
        let mut body = json!({
            "kind": "calendar#calendar", "etag": super::event::etag(self.change), "id": self.id,
            "summary": self.summary, "timeZone": self.zone_name, "conferenceProperties": self.conference_types(),
        });
        if !self.primary {
            body["dataOwner"] = json!(self.owner);
        }
        if let Some(hours) = self.working_hours.as_ref().filter(|_| self.primary && role == Role::Owner) {
            body["workingHours"] = hours.clone();
        }
        body
    }
}

/// A calendar in a person's list.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Which calendar.
    pub calendar: String,
    /// The person's own title for it.
    pub summary_override: Option<String>,
    /// Not shown unless asked for.
    pub hidden: bool,
    /// Removed from the list; only told when asked for.
    pub deleted: bool,
    /// Ticked in the web page.
    pub selected: bool,
    /// Tick of the last change.
    pub change: u64,
}

impl Entry {
    /// An item of `calendarList.list`.
    pub fn json(&self, calendar: &Calendar, role: Role, viewer: &str) -> Value {
        let mut body = json!({
            "kind": "calendar#calendarListEntry", "etag": super::event::etag(self.change.max(calendar.change)),
            "id": calendar.id, "summary": calendar.summary, "timeZone": calendar.zone_name, "accessRole": role.name(),
            "colorId": "14", "backgroundColor": "#9fe1e7", "foregroundColor": "#000000",
            "conferenceProperties": calendar.conference_types(),
        });
        if calendar.primary && calendar.owner.eq_ignore_ascii_case(viewer) {
            body["primary"] = json!(true);
            body["defaultReminders"] = json!([{"method": "popup", "minutes": 10}]);
        }
        if !calendar.primary {
            body["dataOwner"] = json!(calendar.owner);
        }
        if let Some(text) = &self.summary_override {
            body["summaryOverride"] = json!(text);
        }
        for (name, on) in [("selected", self.selected), ("hidden", self.hidden), ("deleted", self.deleted)] {
            if on {
                body[name] = json!(true);
            }
        }
        body
    }
}
