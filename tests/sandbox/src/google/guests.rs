//! Guests' copies and the mail about them: what happens elsewhere when an organizer changes an event, or a guest answers.

use super::attendee::Attendee;
use super::event::{Event, OWN_MEMBERS, Status};
use super::instances;
use super::store::Store;
use crate::mail::MailKind;
use serde_json::Value;

/// Whom `sendUpdates` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendUpdates {
    /// Every guest.
    All,
    /// Guests who have no account here.
    ExternalOnly,
    /// Nobody.
    None,
}

/// A message to be logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it tells.
    pub kind: MailKind,
    /// Address it goes to.
    pub to: String,
    /// The organizer.
    pub organizer: String,
    /// The event.
    pub event_id: String,
    /// Its title.
    pub subject: String,
}

impl Store {
    /// Brings guests' copies up to date after the organizer changed `before` into `after`, and tells who hears of it.
    pub(super) fn spread(&mut self, before: Option<&Event>, after: &Event, send: SendUpdates) -> Vec<Notice> {
        let ended = after.is_cancelled();
        let was_live = before.is_some_and(|event| !event.is_cancelled());
        let empty = Vec::new();
        let old: &Vec<Attendee> = before.filter(|_| was_live).map_or(&empty, |event| &event.attendees);
        let mut notices = Vec::new();
        let changed = before.is_none_or(|event| tells_guests(event, after));
        for guest in &after.attendees {
            if guest.is(&after.organizer) {
                continue;
            }
            let known = old.iter().any(|other| other.is(&guest.email));
            let kind = match (ended, known) {
                (true, true) => Some(MailKind::Cancellation),
                (true, false) => None,
                (false, false) => Some(MailKind::Invitation),
                (false, true) => changed.then_some(MailKind::Update),
            };
            self.copy(after, &guest.email, ended);
            notices.extend(kind.map(|kind| self.notice(kind, &guest.email, after)));
        }
        for guest in old.iter().filter(|guest| after.attendee(&guest.email).is_none() && !guest.is(&after.organizer)) {
            self.copy(after, &guest.email, true);
            notices.push(self.notice(MailKind::Cancellation, &guest.email, after));
        }
        let hears = |notice: &Notice| match send {
            SendUpdates::All => true,
            SendUpdates::ExternalOnly => !self.knows(&notice.to),
            SendUpdates::None => false,
        };
        notices.retain(hears);
        notices
    }

    fn notice(&self, kind: MailKind, to: &str, event: &Event) -> Notice {
        Notice {
            kind,
            to: to.to_owned(),
            organizer: event.organizer.clone(),
            event_id: event.id.clone(),
            subject: event.text("summary").unwrap_or_default().to_owned(),
        }
    }

    /// Writes a guest's copy, if the guest has an account here. What the guest set for himself stays.
    fn copy(&mut self, event: &Event, guest: &str, ended: bool) {
        let Some(calendar) = self.primary(guest) else { return };
        let id = calendar.id.clone();
        let existing = instances::find(calendar, &event.id).ok();
        if existing.is_none() && ended {
            return;
        }
        let mut copy = event.clone();
        let private = existing.as_ref().and_then(|old| old.members.get("extendedProperties")?.get("private").cloned());
        for name in OWN_MEMBERS {
            copy.members.remove(name);
            if let Some(value) = existing.as_ref().and_then(|old| old.members.get(name)) {
                copy.members.insert(name.to_owned(), value.clone());
            }
        }
        if let Some(properties) = copy.members.get_mut("extendedProperties").and_then(Value::as_object_mut) {
            properties.remove("private");
            properties.extend(private.map(|value| ("private".to_owned(), value)));
        }
        if ended {
            copy.status = Status::Cancelled;
        }
        self.put(&id, copy);
    }

    /// A guest's answer, or a guest leaving, reaches the organizer and every other copy.
    pub(super) fn answer(&mut self, copy: &Event, guest: &Attendee, send: SendUpdates) -> Vec<Notice> {
        let organizer = copy.organizer.to_lowercase();
        let original = self.calendars.get(&organizer).and_then(|calendar| instances::find(calendar, &copy.id).ok());
        if let Some(mut event) = original.filter(|event| !event.is_cancelled()) {
            match event.attendees.iter_mut().find(|one| one.is(&guest.email)) {
                Some(entry) => *entry = guest.clone(),
                None => event.attendees.push(guest.clone()),
            }
            event.updated = copy.updated;
            let event = self.put(&organizer, event);
            for other in event.attendees.iter().filter(|one| !one.is(&guest.email) && !one.is(&organizer)) {
                self.copy(&event, &other.email, false);
            }
        }
        if send == SendUpdates::None || guest.is(&copy.organizer) {
            return Vec::new();
        }
        vec![self.notice(MailKind::Response, &copy.organizer, copy)]
    }
}

/// Whether a change is one that guests are told of: not private members, not answers.
fn tells_guests(before: &Event, after: &Event) -> bool {
    before.start != after.start
        || before.end != after.end
        || before.recurrence != after.recurrence
        || before.status != after.status
        || before.shared_members() != after.shared_members()
        || (after.conference.is_some() && before.conference.is_none())
}
