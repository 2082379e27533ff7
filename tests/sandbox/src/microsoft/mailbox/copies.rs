//! Guests who have a mailbox here get their own copy of a meeting, and it follows the organizer's.

use super::event::{Attendee, Event, Kind, Reply};
use super::guests;
use crate::microsoft::store::Store;
use chrono::{DateTime, Utc};
use serde_json::json;

/// Members of a copy that belong to the guest.
const OWN: &[&str] = &["showAs", "isReminderOn", "reminderMinutesBeforeStart", "categories"];

impl Store {
    /// Brings the guests' copies in line with an organizer's event; `before` are the guests it had.
    pub fn share(&mut self, organizer: &str, serial: u64, before: &[Attendee], now: DateTime<Utc>) {
        let Some(mailbox) = self.mailbox(organizer) else { return };
        let Some(event) = mailbox.events.get(&serial).filter(|event| event.is_organizer) else { return };
        if let Kind::Exception { master, .. } = event.kind {
            return self.share(organizer, master, before, now);
        }
        let event = event.clone();
        let exceptions: Vec<Event> =
            mailbox.events.values().filter(|one| !one.is_deleted && one.is_exception_of(serial)).cloned().collect();
        let ended = event.is_deleted || event.is_cancelled;
        for guest in before
            .iter()
            .filter(|old| ended || !event.guests().any(|one| one.who.address.eq_ignore_ascii_case(&old.who.address)))
        {
            self.withdraw(&guest.who.address, organizer, event.uid, now);
        }
        let guests: Vec<String> = event.guests().map(|one| one.who.address.clone()).collect();
        for guest in guests {
            if ended {
                self.withdraw(&guest, organizer, event.uid, now);
            } else {
                self.deliver(&guest, &event, &exceptions);
            }
        }
    }

    /// Marks a guest's copy as cancelled.
    fn withdraw(&mut self, guest: &str, organizer: &str, uid: u128, now: DateTime<Utc>) {
        let version = self.next_version();
        let Some(mailbox) = self.mailbox_mut(guest).filter(|mailbox| !mailbox.address.eq_ignore_ascii_case(organizer))
        else {
            return;
        };
        for copy in mailbox.events.values_mut().filter(|one| one.uid == uid && !one.is_deleted && !one.is_cancelled) {
            let subject = format!("Canceled: {}", copy.subject());
            copy.is_cancelled = true;
            copy.version = version;
            copy.modified = now;
            copy.facts.insert("subject".to_owned(), json!(subject));
            copy.facts.insert("showAs".to_owned(), json!("free"));
        }
    }

    /// Makes or renews a guest's copy, exceptions included.
    fn deliver(&mut self, guest: &str, event: &Event, exceptions: &[Event]) {
        let version = self.next_version();
        let Some(mailbox) = self.mailbox_mut(guest) else { return };
        let Some(default) = mailbox.default_calendar().map(|calendar| calendar.serial) else { return };
        let old = mailbox.by_uid(event.uid).cloned();
        let mut copy = copy_of(event, old.as_ref(), guest);
        copy.serial = old.as_ref().map_or_else(|| mailbox.next_serial(), |old| old.serial);
        copy.calendar = old.as_ref().map_or(default, |old| old.calendar);
        copy.version = version;
        let (serial, calendar) = (copy.serial, copy.calendar);
        mailbox.events.insert(serial, copy);
        let earlier: Vec<Event> = mailbox.events.values().filter(|one| one.is_exception_of(serial)).cloned().collect();
        mailbox.events.retain(|_, one| !one.is_exception_of(serial));
        for exception in exceptions {
            let before = earlier.iter().find(|one| one.original() == exception.original());
            let mut copy = copy_of(exception, before.or(old.as_ref()), guest);
            if let Kind::Exception { original, .. } = exception.kind {
                copy.kind = Kind::Exception { master: serial, original };
            }
            copy.serial = mailbox.next_serial();
            copy.calendar = calendar;
            copy.version = version;
            mailbox.events.insert(copy.serial, copy);
        }
    }
}

/// A guest's copy, keeping what is his own unless the meeting moved.
fn copy_of(event: &Event, old: Option<&Event>, guest: &str) -> Event {
    let mut copy = event.clone();
    copy.is_organizer = false;
    copy.transaction = None;
    copy.properties = Default::default();
    copy.response = Reply::of("notResponded");
    if event.fact("showAs") != "free" {
        copy.facts.insert("showAs".to_owned(), json!("tentative"));
    }
    if event.facts.get("hideAttendees") == Some(&json!(true)) {
        copy.attendees.retain(|one| one.who.address.eq_ignore_ascii_case(guest));
    }
    if let Some(old) = old {
        copy.properties = old.properties.clone();
        let keeps_answer = !guests::moved(old, event)
            || matches!(event.kind, Kind::Exception { .. }) && old.original() == event.original();
        for name in OWN.iter().filter(|name| keeps_answer || **name != "showAs") {
            if let Some(value) = old.facts.get(*name) {
                copy.facts.insert((*name).to_owned(), value.clone());
            }
        }
        if keeps_answer {
            copy.response = old.response.clone();
        }
    }
    copy
}
