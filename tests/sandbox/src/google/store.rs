//! All Google calendars and everybody's list of them. It only keeps and finds; what operations mean is said elsewhere.

use super::calendar::{Calendar, Entry, Role};
use super::error::{Failure, Outcome};
use super::event::Event;
use super::switches::Switches;
use std::collections::BTreeMap;

/// All Google calendars.
#[derive(Debug, Default)]
pub struct Store {
    /// Calendars by id, lower case.
    pub(super) calendars: BTreeMap<String, Calendar>,
    /// Every account's list, by address in lower case.
    pub(super) lists: BTreeMap<String, Vec<Entry>>,
    /// What tests have switched.
    pub(super) switches: Switches,
    tick: u64,
}

impl Store {
    /// The next tick: every change has its own.
    pub(super) fn tick(&mut self) -> u64 {
        self.tick += 1;
        self.tick
    }

    /// The tick of the latest change.
    pub(super) fn latest(&self) -> u64 {
        self.tick
    }

    /// The calendar behind an id or the word `primary`, with the account's role.
    ///
    /// # Errors
    /// 404 when there is none the account may know of.
    pub(super) fn calendar(&self, id: &str, viewer: &str) -> Outcome<(&Calendar, Role)> {
        let calendar = self.calendars.get(&key(id, viewer)).ok_or_else(Failure::not_found)?;
        let role = calendar.role(viewer).ok_or_else(Failure::not_found)?;
        Ok((calendar, role))
    }

    /// The same, for a change of its events.
    ///
    /// # Errors
    /// 404 as above, 403 `requiredAccessLevel` when the role does not admit it.
    pub(super) fn writable(&mut self, id: &str, viewer: &str) -> Outcome<&mut Calendar> {
        let calendar = self.calendars.get_mut(&key(id, viewer)).ok_or_else(Failure::not_found)?;
        match calendar.role(viewer) {
            None => Err(Failure::not_found()),
            Some(role) if role < Role::WriterWithoutPrivateAccess => Err(Failure::access_level("writer")),
            Some(_) => Ok(calendar),
        }
    }

    /// An account's main calendar.
    pub(super) fn primary(&mut self, email: &str) -> Option<&mut Calendar> {
        self.calendars.get_mut(&email.to_lowercase()).filter(|calendar| calendar.primary)
    }

    /// Whether an account of ours has that address.
    pub(super) fn knows(&self, email: &str) -> bool {
        self.lists.contains_key(&email.to_lowercase())
    }

    /// Puts an event into a calendar with a new tick, replacing the one with its id. Answers it as stored.
    pub(super) fn put(&mut self, calendar: &str, mut event: Event) -> Event {
        event.change = self.tick();
        if let Some(calendar) = self.calendars.get_mut(&calendar.to_lowercase()) {
            calendar.events.insert(event.id.clone(), event.clone());
        }
        event
    }
}

/// The key of a calendar id as written in a path.
pub(super) fn key(id: &str, viewer: &str) -> String {
    if id == "primary" { viewer.to_lowercase() } else { id.to_lowercase() }
}
