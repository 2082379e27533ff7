//! Changing an event: what its owner may change, what a change of a series does to its exceptions, and what is sent.

use super::create::apply;
use super::draft::Draft;
use super::event::{Event, Kind};
use super::guests;
use super::letter::Letter;
use super::owner::Target;
use crate::microsoft::error::GraphError;
use crate::microsoft::store::Store;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

/// The event after a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Updated {
    /// Number of the changed event; a plain instance becomes an exception with a number of its own.
    pub serial: u64,
    /// What would be sent.
    pub letters: Vec<Letter>,
}

impl Store {
    /// Changes an event.
    ///
    /// # Errors
    /// 400 for a change that breaks a rule or that only the organizer may make; 403 in a calendar that may only be read.
    pub fn update(
        &mut self,
        address: &str,
        target: Target,
        draft: &Draft,
        now: DateTime<Utc>,
    ) -> Result<Updated, GraphError> {
        let delay = TimeDelta::seconds(self.switches.join_url_delay_seconds.into());
        let mailbox = self.require(address)?;
        let before = mailbox.editable(target).ok_or_else(GraphError::not_found)?;
        if !mailbox.calendar(before.calendar).is_some_and(|calendar| calendar.can_edit) {
            return Err(GraphError::access_denied());
        }
        if !before.is_organizer && is_organizers_affair(draft) {
            let message = "Your request can't be completed. You need to be an organizer to change this meeting.";
            return Err(GraphError::bad("ErrorInvalidRequest", message));
        }
        if matches!(before.kind, Kind::Exception { .. }) && draft.recurrence.is_some() {
            return Err(GraphError::property("An occurrence cannot have a recurrence of its own."));
        }
        let mut after = before.clone();
        drop_broken_link(&mut after, draft, now - delay);
        apply(&mut after, draft, mailbox, now)?;
        mailbox.check_neighbours(&after)?;
        let series_moved = matches!(before.kind, Kind::Master { .. }) && guests::moved(&before, &after);
        if let (true, Kind::Master { removed, .. }) = (series_moved, &mut after.kind) {
            *removed = BTreeSet::new();
        }
        let letters = guests::letters(Some(&before), &after, address);
        after.version = self.next_version();
        let (serial, version) = (after.serial, after.version);
        let mailbox = self.require_mut(address)?;
        mailbox.events.insert(serial, after.clone());
        if series_moved {
            for exception in mailbox.events.values_mut().filter(|one| one.is_exception_of(serial)) {
                exception.is_deleted = true;
                exception.version = version;
            }
        } else {
            inherit(mailbox.events.values_mut().filter(|one| one.is_exception_of(serial)), &before, &after);
        }
        self.share(address, serial, &before.attendees, now);
        Ok(Updated { serial, letters })
    }
}

/// Whether a draft touches what belongs to the organizer.
fn is_organizers_affair(draft: &Draft) -> bool {
    draft.start.is_some()
        || draft.end.is_some()
        || draft.is_all_day.is_some()
        || draft.recurrence.is_some()
        || draft.attendees.is_some()
        || draft.is_online == Some(true)
        || ["location", "responseRequested", "allowNewTimeProposals", "hideAttendees"]
            .iter()
            .any(|name| draft.facts.contains_key(*name))
}

/// A new body without the meeting's link ends the online meeting, once the link is out.
fn drop_broken_link(event: &mut Event, draft: &Draft, ready_before: DateTime<Utc>) {
    let Some(body) = draft.facts.get("body") else { return };
    let content = body.get("content").and_then(|content| content.as_str()).unwrap_or_default();
    let lost =
        event.online.as_ref().is_some_and(|online| online.since <= ready_before && !content.contains(&online.join_url));
    if lost {
        event.online = None;
    }
}

/// Exceptions follow their series in everything they had not changed.
fn inherit<'a>(exceptions: impl Iterator<Item = &'a mut Event>, before: &Event, after: &Event) {
    for exception in exceptions {
        for (name, value) in &after.facts {
            if before.facts.get(name) == exception.facts.get(name) {
                exception.facts.insert(name.clone(), value.clone());
            }
        }
        if before.attendees == exception.attendees {
            exception.attendees = after.attendees.clone();
        }
        if before.online == exception.online {
            exception.online = after.online.clone();
        }
    }
}
