//! A mailbox: its owner, settings, calendars and events.

use super::calendar::Calendar;
use super::event::{Address, Event, Kind};
use super::ids;
use crate::microsoft::error::GraphError;
use crate::microsoft::time::zones;
use crate::zone::Zone;
use chrono::NaiveDateTime;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One mailbox.
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// Address of the owner.
    pub address: String,
    /// Name of the owner.
    pub name: String,
    /// The owner's id in the directory.
    pub subject: String,
    /// Whether it belongs to a personal account.
    pub personal: bool,
    /// The zone in the settings, as a name Graph accepts.
    pub zone_name: String,
    /// The `workingHours` in the settings.
    pub working_hours: Value,
    /// Whether colleagues see titles and places in free/busy answers.
    pub shares_details: bool,
    /// Calendars, the default one first.
    pub calendars: Vec<Calendar>,
    /// Events by number.
    pub events: BTreeMap<u64, Event>,
}

/// What an event's id leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Number of the stored event: single, series, or exception.
    pub serial: u64,
    /// For an instance without an event of its own: the wall time the series gives it.
    pub original: Option<NaiveDateTime>,
}

impl Mailbox {
    /// A mailbox with one default calendar and office hours.
    pub fn new(address: &str, name: &str, subject: &str, personal: bool, zone_name: &str) -> Self {
        let owner = (name.to_owned(), address.to_owned());
        let providers = if personal { Vec::new() } else { vec!["teamsForBusiness".to_owned()] };
        let calendar =
            Calendar { serial: 1, name: "Calendar".to_owned(), is_default: true, can_edit: true, owner, providers };
        Self {
            address: address.to_owned(),
            name: name.to_owned(),
            subject: subject.to_owned(),
            personal,
            zone_name: zone_name.to_owned(),
            working_hours: json!({
                "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                "startTime": "08:00:00.0000000",
                "endTime": "17:00:00.0000000",
                "timeZone": {"name": zone_name},
            }),
            shares_details: false,
            calendars: vec![calendar],
            events: BTreeMap::new(),
        }
    }

    /// The number in this mailbox's ids.
    pub fn tag(&self) -> [u8; 5] {
        ids::tag(&self.address)
    }

    /// The owner as a person.
    pub fn owner(&self) -> Address {
        Address { name: self.name.clone(), address: self.address.clone() }
    }

    /// The zone in which all-day events begin and end.
    pub fn zone(&self) -> Zone {
        zones::find(&self.zone_name).unwrap_or_else(Zone::utc)
    }

    /// The default calendar.
    pub fn default_calendar(&self) -> Option<&Calendar> {
        self.calendars.iter().find(|one| one.is_default)
    }

    /// A calendar by its number.
    pub fn calendar(&self, serial: u64) -> Option<&Calendar> {
        self.calendars.iter().find(|one| one.serial == serial)
    }

    /// A calendar by its id.
    ///
    /// # Errors
    /// 400 for a malformed id, 404 when there is none.
    pub fn calendar_by_id(&self, id: &str) -> Result<&Calendar, GraphError> {
        let named = self.read_id(id)?;
        self.calendar(named.serial).ok_or_else(GraphError::not_found)
    }

    /// What an event's id leads to, in any calendar or only in one.
    ///
    /// # Errors
    /// 400 for a malformed id; 404 when the event is not there, lies in Deleted Items, has moved since, or is in another calendar.
    pub fn target(&self, id: &str, calendar: Option<u64>) -> Result<Target, GraphError> {
        let named = self.read_id(id)?;
        let event = self.events.get(&named.serial).ok_or_else(GraphError::not_found)?;
        let moved = named.folder.is_some_and(|folder| folder != event.calendar);
        if event.is_deleted || moved || calendar.is_some_and(|wanted| wanted != event.calendar) {
            return Err(GraphError::not_found());
        }
        let Some(original) = named.original else { return Ok(Target { serial: named.serial, original: None }) };
        if let Some(exception) = self.exception(named.serial, original) {
            return Ok(Target { serial: exception.serial, original: None });
        }
        if self.instance(event, original).is_none() {
            return Err(GraphError::not_found());
        }
        Ok(Target { serial: named.serial, original: Some(original) })
    }

    /// The exception of a series at a wall time the series gives.
    pub fn exception(&self, series: u64, original: NaiveDateTime) -> Option<&Event> {
        self.events
            .values()
            .find(|one| !one.is_deleted && one.is_exception_of(series) && one.original() == Some(original))
    }

    /// The copy of a meeting by its shared number.
    pub fn by_uid(&self, uid: u128) -> Option<&Event> {
        self.events
            .values()
            .find(|one| one.uid == uid && !one.is_deleted && !matches!(one.kind, Kind::Exception { .. }))
    }

    /// A number no calendar or event of this mailbox has.
    pub fn next_serial(&self) -> u64 {
        let calendars = self.calendars.iter().map(|one| one.serial).max().unwrap_or(0);
        calendars.max(self.events.keys().next_back().copied().unwrap_or(0)).max(100) + 1
    }

    fn read_id(&self, id: &str) -> Result<ids::Named, GraphError> {
        if let Some(named) = ids::read(self.tag(), id) {
            return Ok(named);
        }
        // An id of another mailbox has the right form: it is merely not found here.
        if id.starts_with("AAMk") || id.starts_with("AAk") {
            return Err(GraphError::not_found());
        }
        Err(GraphError::bad("ErrorInvalidIdMalformed", "Id is malformed."))
    }
}
