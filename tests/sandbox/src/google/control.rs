//! What a test or demonstration can do to Google's side besides speaking the API.

use super::api::post_all;
use super::calendar::{Audience, Calendar, Entry, Role};
use super::guests::SendUpdates;
use super::store::Store;
use super::switches::Switches;
use super::view::Viewer;
use super::write::Order;
use crate::error::Error;
use crate::person::Person;
use crate::random;
use crate::state::State;
use crate::vendor::Vendor;
use crate::zone::Zone;
use serde_json::{Value, json};
use std::sync::Arc;

/// A handle on Google's side; clones share it.
#[derive(Debug, Clone)]
pub struct Control {
    state: Arc<State>,
}

impl Control {
    /// A handle on the state.
    pub fn new(state: Arc<State>) -> Self {
        Self { state }
    }

    /// The switches as they are.
    pub fn switches(&self) -> Switches {
        self.state.google().switches.clone()
    }

    /// Changes switches.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut self.state.google().switches);
    }

    /// Adds an account with its main calendar, which its domain may see as free or busy.
    ///
    /// # Errors
    /// `Invalid` for a zone that does not exist.
    pub fn insert_user(&self, email: &str, name: &str, zone: &str) -> Result<(), Error> {
        insert_user(&self.state, email, name, zone)
    }

    /// Removes an account, its calendars and its list. `false` when there was none.
    pub fn remove_user(&self, email: &str) -> bool {
        let mut store = self.state.google();
        store.calendars.retain(|_, calendar| !calendar.owner.eq_ignore_ascii_case(email));
        store.lists.remove(&email.to_lowercase());
        drop(store);
        self.state.people.remove(Vendor::Google, email)
    }

    /// Adds a secondary calendar of an account and answers its id.
    ///
    /// # Errors
    /// `NotFound` for an unknown account, `Invalid` for a zone that does not exist.
    pub fn insert_calendar(&self, owner: &str, summary: &str, zone: &str) -> Result<String, Error> {
        insert_calendar(&self.state, owner, summary, zone)
    }

    /// Removes a calendar with all its events. `false` when there was none.
    pub fn remove_calendar(&self, id: &str) -> bool {
        let mut store = self.state.google();
        for list in store.lists.values_mut() {
            list.retain(|entry| !entry.calendar.eq_ignore_ascii_case(id));
        }
        store.calendars.remove(&id.to_lowercase()).is_some()
    }

    /// Shares a calendar with an account and puts it into that account's list.
    ///
    /// # Errors
    /// `NotFound` for an unknown calendar.
    pub fn share(&self, calendar: &str, with: &str, role: Role) -> Result<(), Error> {
        let mut store = self.state.google();
        let tick = store.tick();
        share(&mut store, calendar, with, role, tick)
    }

    /// Changes a calendar: title, zone, Meet, working hours, shares.
    ///
    /// # Errors
    /// `NotFound` for an unknown calendar.
    pub fn change_calendar(&self, id: &str, change: impl FnOnce(&mut Calendar)) -> Result<(), Error> {
        let mut store = self.state.google();
        let tick = store.tick();
        let calendar =
            store.calendars.get_mut(&id.to_lowercase()).ok_or_else(|| Error::NotFound(format!("calendar {id}")))?;
        change(calendar);
        calendar.change = tick;
        Ok(())
    }

    /// Puts an event into a calendar as if `user` had inserted it, telling nobody. `organizer.email` may name somebody else:
    /// then it is an invitation. Types that clients cannot make, such as `fromGmail`, are admitted.
    ///
    /// # Errors
    /// `Invalid` with Google's words for the cause.
    pub fn insert_event(&self, user: &str, calendar: &str, body: &Value) -> Result<Value, Error> {
        insert_event(&self.state, user, calendar, body)
    }

    /// All events stored in a calendar, tombstones and exceptions included, as their owner would see them.
    pub fn events(&self, user: &str, calendar: &str) -> Vec<Value> {
        let store = self.state.google();
        let Ok((calendar, _)) = store.calendar(calendar, user) else { return Vec::new() };
        let (zone, now) = (calendar.zone(), self.state.clock.now());
        let viewer = Viewer { calendar, email: user, role: Role::Owner, zone, most_attendees: None, now };
        calendar.events.values().map(|event| viewer.show(event)).collect()
    }

    /// Removes an event without a trace: not even a tombstone stays. `false` when there was none.
    pub fn forget_event(&self, user: &str, calendar: &str, id: &str) -> bool {
        let mut store = self.state.google();
        store.writable(calendar, user).is_ok_and(|calendar| calendar.events.remove(id).is_some())
    }

    /// Moves an event from a calendar of `user` to another one, as the user does in the web calendar, telling nobody.
    ///
    /// # Errors
    /// `Invalid` with Google's words for the cause.
    pub fn move_event(&self, user: &str, calendar: &str, event: &str, destination: &str) -> Result<(), Error> {
        let now = self.state.clock.now();
        let order =
            Order { actor: user, calendar, send: SendUpdates::None, conference_version: 0, if_match: None, now };
        let moved = self.state.google().move_event(&order, event, destination);
        moved.map(drop).map_err(|failure| Error::Invalid(failure.message))
    }

    /// A guest's answer to an invitation in his main calendar, as he would give it himself.
    ///
    /// # Errors
    /// `Invalid` with Google's words for the cause.
    pub fn respond(&self, guest: &str, event: &str, response: &str) -> Result<(), Error> {
        let now = self.state.clock.now();
        let mut store = self.state.google();
        let copy = store.primary(guest).and_then(|calendar| calendar.events.get(event).cloned());
        let copy = copy.ok_or_else(|| Error::NotFound(format!("event {event}")))?;
        let mut attendees = copy.attendees.clone();
        for one in attendees.iter_mut().filter(|one| one.is(guest)) {
            one.response_status = response.to_owned();
        }
        let order =
            Order { actor: guest, calendar: guest, send: SendUpdates::All, conference_version: 0, if_match: None, now };
        let done = store.change(&order, event, &json!({"attendees": attendees}), false);
        drop(store);
        let (_, notices) = done.map_err(|failure| Error::Invalid(failure.message))?;
        post_all(&self.state, notices);
        Ok(())
    }

    /// Makes every sync token of a calendar dead.
    pub fn expire_sync_tokens(&self, calendar: &str) {
        if let Some(calendar) = self.state.google().calendars.get_mut(&calendar.to_lowercase()) {
            calendar.sync_epoch += 1;
        }
    }
}

/// See `Control::insert_user`.
pub(super) fn insert_user(state: &State, email: &str, name: &str, zone: &str) -> Result<(), Error> {
    check_zone(zone)?;
    state.people.add(Person::google(email, name));
    let mut store = state.google();
    let tick = store.tick();
    let domain = email.split_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
    let calendar = Calendar {
        id: email.to_owned(),
        owner: email.to_owned(),
        summary: name.to_owned(),
        zone_name: zone.to_owned(),
        primary: true,
        meet: true,
        working_hours: None,
        shares: vec![(Audience::Domain(domain), Role::FreeBusyReader)],
        events: std::collections::BTreeMap::new(),
        change: tick,
        sync_epoch: 0,
    };
    let entry = Entry { calendar: email.to_owned(), selected: true, change: tick, ..Entry::default() };
    store.calendars.insert(email.to_lowercase(), calendar);
    store.lists.insert(email.to_lowercase(), vec![entry]);
    Ok(())
}

/// See `Control::insert_calendar`.
pub(super) fn insert_calendar(state: &State, owner: &str, summary: &str, zone: &str) -> Result<String, Error> {
    check_zone(zone)?;
    let mut store = state.google();
    if !store.knows(owner) {
        return Err(Error::NotFound(format!("account {owner}")));
    }
    let tick = store.tick();
    let id = format!("c_{}@group.calendar.google.com", random::base32hex(32));
    let calendar = Calendar {
        id: id.clone(),
        owner: owner.to_owned(),
        summary: summary.to_owned(),
        zone_name: zone.to_owned(),
        primary: false,
        meet: true,
        working_hours: None,
        shares: Vec::new(),
        events: std::collections::BTreeMap::new(),
        change: tick,
        sync_epoch: 0,
    };
    store.calendars.insert(id.to_lowercase(), calendar);
    let entry = Entry { calendar: id.clone(), selected: true, change: tick, ..Entry::default() };
    store.lists.entry(owner.to_lowercase()).or_default().push(entry);
    Ok(id)
}

/// See `Control::share`.
pub(super) fn share(store: &mut Store, calendar: &str, with: &str, role: Role, tick: u64) -> Result<(), Error> {
    let found = store.calendars.get_mut(&calendar.to_lowercase());
    let found = found.ok_or_else(|| Error::NotFound(format!("calendar {calendar}")))?;
    found.shares.retain(|(audience, _)| *audience != Audience::User(with.to_owned()));
    found.shares.push((Audience::User(with.to_owned()), role));
    let id = found.id.clone();
    let list = store.lists.entry(with.to_lowercase()).or_default();
    list.retain(|entry| !entry.calendar.eq_ignore_ascii_case(&id));
    list.push(Entry { calendar: id, selected: true, change: tick, ..Entry::default() });
    Ok(())
}

/// See `Control::insert_event`.
pub(super) fn insert_event(state: &State, user: &str, calendar: &str, body: &Value) -> Result<Value, Error> {
    let now = state.clock.now();
    let order = Order { actor: user, calendar, send: SendUpdates::None, conference_version: 1, if_match: None, now };
    let organizer = body.pointer("/organizer/email").and_then(Value::as_str);
    let kind = body.get("eventType").and_then(Value::as_str);
    let mut plain = body.clone();
    if matches!(kind, Some("fromGmail" | "birthday")) {
        plain["eventType"] = json!("default");
    }
    let mut store = state.google();
    let refused = |failure: super::error::Failure| Error::Invalid(failure.message);
    let (mut event, _) = store.insert(&order, &plain).map_err(refused)?;
    let id = store.calendar(calendar, user).map_err(refused)?.0.id.clone();
    if let Some(organizer) = organizer {
        event.organizer = organizer.to_owned();
        event.creator = organizer.to_owned();
    }
    if let Some(kind) = kind.filter(|kind| *kind != "default") {
        event.members.insert("eventType".to_owned(), json!(kind));
    }
    let event = store.put(&id, event);
    let (calendar, role) = store.calendar(calendar, user).map_err(refused)?;
    Ok(Viewer { calendar, email: user, role, zone: calendar.zone(), most_attendees: None, now }.show(&event))
}

fn check_zone(zone: &str) -> Result<(), Error> {
    Zone::get(zone).map(|_| ()).ok_or_else(|| Error::Invalid(format!("unknown zone {zone}")))
}
