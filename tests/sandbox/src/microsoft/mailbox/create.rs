//! Making an event, and the rules every event must keep whether new or changed.

use super::draft::{Draft, defaults};
use super::event::{Event, Kind, Online, Reply};
use super::guests;
use super::letter::Letter;
use super::owner::Mailbox;
use super::transaction::{self, Used, Verdict};
use crate::microsoft::error::GraphError;
use crate::microsoft::store::Store;
use crate::microsoft::time::moment::Moment;
use crate::microsoft::time::pattern::Recurrence;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::BTreeSet;

/// The event a create led to.
#[derive(Debug, Clone, PartialEq)]
pub struct Created {
    /// Its number.
    pub serial: u64,
    /// What would be sent; nothing when it existed already.
    pub letters: Vec<Letter>,
}

impl Store {
    /// Makes an event in a calendar, or finds the one the transaction id already made.
    ///
    /// # Errors
    /// 400 for a draft that breaks a rule, 400 or 409 for a transaction id used with other content, 403 for a calendar that may
    /// only be read, 404 for an unknown mailbox or calendar.
    pub fn create(
        &mut self,
        address: &str,
        calendar: u64,
        sent: &Value,
        now: DateTime<Utc>,
    ) -> Result<Created, GraphError> {
        let draft = Draft::read(sent)?;
        let content = transaction::content(calendar, sent);
        let mailbox = self.require(address)?;
        if !mailbox.calendar(calendar).ok_or_else(GraphError::not_found)?.can_edit {
            return Err(GraphError::access_denied());
        }
        if let Some(id) = &draft.transaction {
            let id_of = |serial: u64| {
                let found = mailbox.events.get(&serial).filter(|event| !event.is_deleted)?;
                Some(super::render::event_id(mailbox, &mailbox.whole(found), false))
            };
            if let Verdict::Repeated(serial) =
                transaction::judge(&self.transactions, address, id, &content, now, &self.switches, id_of)?
            {
                return Ok(Created { serial, letters: Vec::new() });
            }
        }
        let mut event = blank(mailbox, calendar, &draft, now)?;
        apply(&mut event, &draft, mailbox, now)?;
        event.version = self.next_version();
        let serial = event.serial;
        let transaction = event.transaction.clone();
        let letters = guests::letters(None, &event, address);
        self.require_mut(address)?.events.insert(serial, event);
        if let Some(id) = transaction {
            self.transactions.push(Used { mailbox: address.to_lowercase(), id, content, serial, at: now });
        }
        self.share(address, serial, &[], now);
        Ok(Created { serial, letters })
    }
}

fn blank(mailbox: &Mailbox, calendar: u64, draft: &Draft, now: DateTime<Utc>) -> Result<Event, GraphError> {
    let (Some(start), Some(end)) = (draft.start.clone(), draft.end.clone()) else {
        return Err(GraphError::property("An event needs a start and an end."));
    };
    Ok(Event {
        serial: mailbox.next_serial(),
        calendar,
        is_deleted: false,
        uid: uuid::Uuid::new_v4().as_u128(),
        version: 0,
        created: now,
        modified: now,
        start,
        end,
        is_all_day: false,
        is_cancelled: false,
        kind: Kind::Single,
        organizer: mailbox.owner(),
        is_organizer: true,
        response: Reply::of("organizer"),
        attendees: Vec::new(),
        online: None,
        transaction: draft.transaction.clone(),
        properties: Default::default(),
        facts: defaults(),
    })
}

/// Lays a draft over an event and checks the result. The transaction id never changes.
///
/// # Errors
/// 400 for an end before the start, an all-day event not from midnight to midnight in one zone, or a bad recurrence.
pub fn apply(event: &mut Event, draft: &Draft, mailbox: &Mailbox, now: DateTime<Utc>) -> Result<(), GraphError> {
    event.facts.extend(draft.facts.clone());
    event.is_all_day = draft.is_all_day.unwrap_or(event.is_all_day);
    event.start = draft.start.clone().unwrap_or_else(|| event.start.clone());
    event.end = draft.end.clone().unwrap_or_else(|| event.end.clone());
    for (id, value) in &draft.properties {
        let key = event.properties.keys().find(|key| same_property(key, id)).cloned().unwrap_or_else(|| id.clone());
        event.properties.insert(key, value.clone());
    }
    if let Some(sent) = &draft.attendees {
        event.attendees = guests::merge(&event.attendees, sent);
    }
    check_times(event)?;
    match &draft.recurrence {
        Some(Some(sent)) => start_series(event, sent)?,
        Some(None) => event.kind = Kind::Single,
        None if draft.start.is_some() => anchor_series(event)?,
        None => {}
    }
    make_online(event, draft, mailbox, now);
    event.modified = now;
    Ok(())
}

fn same_property(one: &str, other: &str) -> bool {
    use crate::microsoft::odata::filter::property_id;
    property_id(one) == property_id(other)
}

fn check_times(event: &Event) -> Result<(), GraphError> {
    if event.end.instant() < event.start.instant() {
        let message = "The start date should be before the end date.";
        return Err(GraphError::bad("ErrorCalendarEndDateIsEarlierThanStartDate", message));
    }
    if !event.is_all_day {
        return Ok(());
    }
    if !event.start.is_midnight() || !event.end.is_midnight() || event.start.zone_name != event.end.zone_name {
        return Err(GraphError::property(
            "The start and end of an all-day event must be midnight in the same time zone.",
        ));
    }
    if event.end.wall <= event.start.wall {
        return Err(GraphError::property("The duration of an event marked as all day must be at least 24 hours."));
    }
    Ok(())
}

/// Turns an event into a series. A start that the pattern does not give moves to the first time it gives.
fn start_series(event: &mut Event, sent: &Value) -> Result<(), GraphError> {
    let recurrence = Recurrence::read(sent, event.start.wall.date(), &event.start.zone_name)?;
    let first =
        recurrence.first(event.start.wall).ok_or_else(|| GraphError::property("The recurrence has no occurrence."))?;
    let moved = first - event.start.wall;
    event.start = Moment { wall: first, ..event.start.clone() };
    event.end = Moment { wall: event.end.wall + moved, ..event.end.clone() };
    let removed = match &event.kind {
        Kind::Master { removed, recurrence: before } if before.line == recurrence.line => removed.clone(),
        _ => BTreeSet::new(),
    };
    event.kind = Kind::Master { recurrence, removed };
    Ok(())
}

/// Lets a series that was given another start begin there.
fn anchor_series(event: &mut Event) -> Result<(), GraphError> {
    let Kind::Master { recurrence, .. } = &event.kind else { return Ok(()) };
    let mut shown = recurrence.shown.clone();
    shown["range"]["startDate"] = Value::String(event.start.wall.date().to_string());
    start_series(event, &shown)
}

/// Asks for an online meeting where the calendar allows it. Once online, always online, with the same provider.
fn make_online(event: &mut Event, draft: &Draft, mailbox: &Mailbox, now: DateTime<Utc>) {
    let wanted = draft.is_online == Some(true)
        || (draft.is_online.is_none() && draft.provider.as_deref().is_some_and(|name| name != "unknown"));
    let Some(calendar) =
        mailbox.calendar(event.calendar).filter(|_| wanted && event.online.is_none() && event.is_organizer)
    else {
        return;
    };
    let default = calendar.providers.first().cloned().unwrap_or_default();
    let provider = draft.provider.clone().filter(|name| name != "unknown").unwrap_or(default);
    if calendar.allows(&provider) {
        let join_url =
            format!("https://teams.microsoft.com/l/meetup-join/19%3ameeting_{:032x}%40thread.v2/0", event.uid);
        event.online = Some(Online { provider, since: now, join_url });
    }
}
