//! What tests and demonstrations may look at and change in Microsoft's side, in the vendor's own JSON.

use super::error::GraphError;
use super::mailbox::calendar::Calendar;
use super::mailbox::draft::Draft;
use super::mailbox::event::{Attendee, Reply};
use super::mailbox::occurrence::Item;
use super::mailbox::owner::{Mailbox, Target};
use super::mailbox::render::{View, properties};
use super::odata::body;
use super::odata::prefer::Prefer;
use super::switches::Switches;
use super::time::zones;
use crate::error::Error;
use crate::person::Person;
use crate::state::State;
use crate::vendor::Vendor;
use serde_json::{Value, json};
use std::sync::Arc;

/// A handle on Microsoft's side; clones share it.
#[derive(Debug, Clone)]
pub struct Control {
    state: Arc<State>,
}

impl Control {
    /// A handle on a state.
    pub fn new(state: Arc<State>) -> Self {
        Self { state }
    }

    /// Adds an account with an empty mailbox. `zone` is a name Graph accepts, such as `W. Europe Standard Time`.
    ///
    /// # Errors
    /// `Invalid` for an unknown zone.
    pub fn insert_user(&self, email: &str, name: &str, zone: &str, personal: bool) -> Result<(), Error> {
        add_person(&self.state, email, name, zone, personal)
    }

    /// Removes an account and its mailbox; `false` when there was none.
    pub fn remove_user(&self, email: &str) -> bool {
        self.state.people.remove(Vendor::Microsoft, email);
        self.state.microsoft().remove_mailbox(email)
    }

    /// Adds a secondary calendar and answers its immutable id. One that cannot be edited belongs to `owner`.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub fn insert_calendar(&self, user: &str, name: &str, owner: Option<(&str, &str)>) -> Result<String, Error> {
        let mut store = self.state.microsoft();
        let mailbox = store.mailbox_mut(user).ok_or_else(|| Error::NotFound(format!("user {user}")))?;
        let who = owner.unwrap_or((&mailbox.name, &mailbox.address));
        let who = (who.0.to_owned(), who.1.to_owned());
        let providers = if owner.is_some() {
            Vec::new()
        } else {
            mailbox.default_calendar().map(|one| one.providers.clone()).unwrap_or_default()
        };
        let serial = mailbox.next_serial();
        let calendar = Calendar {
            serial,
            name: name.to_owned(),
            is_default: false,
            can_edit: owner.is_none(),
            owner: who,
            providers,
        };
        let id = calendar.id(mailbox.tag(), true);
        mailbox.calendars.push(calendar);
        Ok(id)
    }

    /// Puts an event into a calendar (`None`: the default one), as if it had always been there: no message, no rule about roles.
    /// Beyond what a create takes, `organizer`, `responseStatus` and `isCancelled` are honoured. Answers the event.
    ///
    /// # Errors
    /// `NotFound` for an unknown user or calendar, `Invalid` for an event Graph would refuse.
    pub fn insert_event(&self, user: &str, calendar: Option<&str>, event: &Value) -> Result<Value, Error> {
        insert_event(&self.state, user, calendar, event)
    }

    /// Everything stored in a calendar (`None`: in all of them): single events, series and exceptions, Deleted Items included and
    /// marked by `"@sandbox.deleted": true`. Times are UTC, ids immutable, extended properties included.
    pub fn events(&self, user: &str, calendar: Option<&str>) -> Vec<Value> {
        let store = self.state.microsoft();
        let Some(mailbox) = store.mailbox(user) else { return Vec::new() };
        let wanted = calendar.and_then(|id| mailbox.calendar_by_id(id).ok()).map(|one| one.serial);
        if calendar.is_some() && wanted.is_none() {
            return Vec::new();
        }
        let all = mailbox.events.values().filter(|event| wanted.is_none_or(|wanted| wanted == event.calendar));
        all.map(|event| {
            let item = mailbox.whole(event);
            let mut shown = show(mailbox, &item, &store.switches, self.state.clock.now());
            shown["singleValueExtendedProperties"] = properties(&item);
            shown["@sandbox.deleted"] = json!(event.is_deleted);
            shown
        })
        .collect()
    }

    /// Moves an event to Deleted Items without a message.
    ///
    /// # Errors
    /// `NotFound` for an unknown user or event.
    pub fn remove_event(&self, user: &str, id: &str) -> Result<(), Error> {
        let mut store = self.state.microsoft();
        let target = store.require(user).and_then(|mailbox| mailbox.target(id, None)).map_err(not_found)?;
        store.remove(user, target, self.state.clock.now()).map(drop).map_err(not_found)
    }

    /// Moves an event to another calendar of its mailbox, as its owner does in Outlook: Graph has no request for it.
    ///
    /// # Errors
    /// `NotFound` for an unknown user, event or calendar.
    pub fn move_event(&self, user: &str, id: &str, calendar: &str) -> Result<(), Error> {
        let now = self.state.clock.now();
        let mut store = self.state.microsoft();
        let version = store.next_version();
        let mailbox = store.require_mut(user).map_err(not_found)?;
        let calendar = mailbox.calendar_by_id(calendar).map_err(not_found)?.serial;
        let serial = mailbox.target(id, None).map_err(not_found)?.serial;
        if let Some(event) = mailbox.events.get_mut(&serial) {
            (event.calendar, event.version, event.modified) = (calendar, version, now);
        }
        Ok(())
    }

    /// The resources of a user's calendars, with immutable ids.
    pub fn calendars(&self, user: &str) -> Vec<Value> {
        let store = self.state.microsoft();
        store
            .mailbox(user)
            .map(|mailbox| mailbox.calendars.iter().map(|one| one.json(mailbox.tag(), true)).collect())
            .unwrap_or_default()
    }

    /// The present switches.
    pub fn switches(&self) -> Switches {
        self.state.microsoft().switches.clone()
    }

    /// Changes the switches.
    pub fn set_switches(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut self.state.microsoft().switches);
    }

    /// Changes a mailbox: working hours, zone, whether titles are shared, providers of online meetings.
    ///
    /// # Errors
    /// `NotFound` for an unknown user.
    pub fn set_mailbox(&self, user: &str, change: impl FnOnce(&mut Mailbox)) -> Result<(), Error> {
        let mut store = self.state.microsoft();
        change(store.mailbox_mut(user).ok_or_else(|| Error::NotFound(format!("user {user}")))?);
        Ok(())
    }
}

/// Adds an account with an empty mailbox.
///
/// # Errors
/// `Invalid` for an unknown zone.
pub fn add_person(state: &State, email: &str, name: &str, zone: &str, personal: bool) -> Result<(), Error> {
    if zones::find(zone).is_none() {
        return Err(Error::Invalid(format!("time zone {zone}")));
    }
    let person = Person::microsoft(email, name, personal);
    state.microsoft().add(Mailbox::new(email, name, &person.subject, personal, zone));
    state.people.add(person);
    Ok(())
}

/// As `Control::insert_event`.
///
/// # Errors
/// As there.
pub fn insert_event(state: &State, user: &str, calendar: Option<&str>, event: &Value) -> Result<Value, Error> {
    let now = state.clock.now();
    let mut store = state.microsoft();
    let mailbox = store.mailbox(user).ok_or_else(|| Error::NotFound(format!("user {user}")))?;
    let place = match calendar {
        Some(id) => mailbox.calendar_by_id(id).map_err(not_found)?,
        None => mailbox.default_calendar().ok_or_else(|| Error::NotFound("calendar".to_owned()))?,
    };
    let (serial, can_edit) = (place.serial, place.can_edit);
    // A meeting somebody else called has guests who got their copies from him.
    let caller = body::member(event, "organizer")
        .and_then(|one| body::member(one, "emailAddress"))
        .and_then(|email| body::text(email, "address"));
    let is_foreign = caller.is_some_and(|address| !address.eq_ignore_ascii_case(user));
    let mut sent = event.clone();
    if let Some(members) = sent.as_object_mut().filter(|_| is_foreign) {
        members.retain(|name, _| !name.eq_ignore_ascii_case("attendees"));
    }
    let guests = Draft::read(event).map_err(|error| Error::Invalid(error.message))?.attendees;
    set_editable(&mut store, user, serial, true);
    let created = store.create(user, serial, &sent, now);
    set_editable(&mut store, user, serial, can_edit);
    let created = created.map_err(|error| Error::Invalid(error.message))?;
    let mailbox = store.mailbox_mut(user).ok_or_else(|| Error::NotFound(format!("user {user}")))?;
    if let Some(stored) = mailbox.events.get_mut(&created.serial) {
        stored.is_cancelled = body::boolean(event, "isCancelled").unwrap_or(false);
        let organizer = body::member(event, "organizer").and_then(|one| body::member(one, "emailAddress"));
        if let Some(address) = caller.filter(|_| is_foreign) {
            stored.organizer.address = address.to_owned();
            stored.organizer.name = organizer.and_then(|email| body::text(email, "name")).unwrap_or(address).to_owned();
            stored.is_organizer = false;
            stored.response = Reply::of("notResponded");
            stored.attendees = guests.unwrap_or_default();
        }
        if let Some(response) = body::member(event, "responseStatus").and_then(|status| body::text(status, "response"))
        {
            stored.response = Reply { response: response.to_owned(), at: Some(now) };
        }
        let own = stored.response.clone();
        let mine = |one: &&mut Attendee| one.who.address.eq_ignore_ascii_case(user);
        if let Some(attendee) = stored.attendees.iter_mut().find(mine).filter(|_| own.response != "organizer") {
            attendee.reply = own;
        }
    }
    let mailbox = store.mailbox(user).ok_or_else(|| Error::NotFound(format!("user {user}")))?;
    let item = mailbox.item(Target { serial: created.serial, original: None });
    item.map(|item| show(mailbox, &item, &store.switches, now)).ok_or_else(|| Error::NotFound("event".to_owned()))
}

fn set_editable(store: &mut super::Store, user: &str, serial: u64, can_edit: bool) {
    let calendar =
        store.mailbox_mut(user).and_then(|mailbox| mailbox.calendars.iter_mut().find(|one| one.serial == serial));
    if let Some(calendar) = calendar {
        calendar.can_edit = can_edit;
    }
}

fn show(mailbox: &Mailbox, item: &Item<'_>, switches: &Switches, now: chrono::DateTime<chrono::Utc>) -> Value {
    let prefer = Prefer { immutable_ids: true, ..Prefer::default() };
    View { mailbox, prefer: &prefer, switches, now }.json(item)
}

fn not_found(error: GraphError) -> Error {
    Error::NotFound(error.code)
}
