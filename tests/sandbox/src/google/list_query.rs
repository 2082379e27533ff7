//! What `events.list` can be asked for, and which events it fits.

use super::error::{Failure, Outcome};
use super::event::Event;
use super::query::{Query, invalid};
use chrono::{DateTime, Utc};

/// Everything a list can be asked for.
pub(super) struct Wish {
    pub(super) single: bool,
    pub(super) show_deleted: Option<bool>,
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) to: Option<DateTime<Utc>>,
    pub(super) updated_min: Option<DateTime<Utc>>,
    pub(super) order: Option<String>,
    pub(super) text: Option<String>,
    pub(super) ical_uid: Option<String>,
    pub(super) types: Vec<String>,
    pub(super) private: Vec<(String, String)>,
    pub(super) shared: Vec<(String, String)>,
}

impl Wish {
    /// Reads the query.
    pub(super) fn parse(query: &Query) -> Outcome<Self> {
        let pairs = |name: &str| -> Outcome<Vec<(String, String)>> {
            let split = |text: &str| text.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
            query.all(name).into_iter().map(|text| split(text).ok_or_else(|| invalid(name, text))).collect()
        };
        let wish = Self {
            single: query.flag("singleEvents")?,
            show_deleted: query.get("showDeleted").map(|_| query.flag("showDeleted")).transpose()?,
            from: query.instant("timeMin")?,
            to: query.instant("timeMax")?,
            updated_min: query.instant("updatedMin")?,
            order: query.get("orderBy").map(str::to_owned),
            text: query.get("q").map(str::to_lowercase),
            ical_uid: query.get("iCalUID").map(str::to_owned),
            types: query.all("eventTypes").into_iter().map(str::to_owned).collect(),
            private: pairs("privateExtendedProperty")?,
            shared: pairs("sharedExtendedProperty")?,
        };
        query.flag("showHiddenInvitations")?;
        if wish.from.zip(wish.to).is_some_and(|(from, to)| to <= from) {
            return Err(Failure::empty_range());
        }
        match wish.order.as_deref() {
            None | Some("updated") => {}
            Some("startTime") if wish.single => {}
            Some("startTime") => {
                let message = "The requested ordering is not available for the particular query.";
                return Err(Failure::new(400, "badRequest", message).at("orderBy"));
            }
            Some(other) => return Err(invalid("orderBy", other)),
        }
        const TYPES: [&str; 6] = ["birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation"];
        if let Some(other) = wish.types.iter().find(|kind| !TYPES.contains(&kind.as_str())) {
            return Err(invalid("eventTypes", other));
        }
        Ok(wish)
    }

    /// Conditions that do not depend on time.
    pub(super) fn fits(&self, event: &Event) -> bool {
        let property = |part: &str, (key, value): &(String, String)| {
            let found = event.members.get("extendedProperties").and_then(|all| all.get(part)?.get(key)?.as_str());
            found == Some(value.as_str())
        };
        let mentions = |word: &String| {
            let own = ["summary", "description", "location"].into_iter().filter_map(|name| event.text(name));
            let guests = event.attendees.iter().flat_map(|one| [Some(one.email.as_str()), one.display_name.as_deref()]);
            own.chain(guests.flatten()).any(|text| text.to_lowercase().contains(word.as_str()))
        };
        self.ical_uid.as_ref().is_none_or(|uid| *uid == event.ical_uid)
            && (self.types.is_empty() || self.types.iter().any(|kind| kind == event.event_type()))
            && self.private.iter().all(|pair| property("private", pair))
            && self.shared.iter().all(|pair| property("shared", pair))
            && self.text.as_ref().is_none_or(mentions)
            && self.updated_min.is_none_or(|min| event.updated >= min)
    }
}
