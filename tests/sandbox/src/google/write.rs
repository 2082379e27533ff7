//! Insert, patch, update, delete and move: what happens to the calendars. No HTTP here.

use super::conference::{Conference, Wish};
use super::draft::{self, Draft};
use super::error::{Failure, Outcome};
use super::event::{Event, Status};
use super::guests::{Notice, SendUpdates};
use super::instances;
use super::rules::{check_etag, check_type, own_id, same_but_own};
use super::store::Store;
use crate::random;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// A change ordered by an account.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// Address of the account.
    pub actor: &'a str,
    /// Calendar id as in the path.
    pub calendar: &'a str,
    /// Who hears of it.
    pub send: SendUpdates,
    /// `conferenceDataVersion`.
    pub conference_version: u8,
    /// `If-Match`, if sent.
    pub if_match: Option<&'a str>,
    /// The sandbox's present instant.
    pub now: DateTime<Utc>,
}

/// The event as stored afterwards, and the messages to log.
pub type Written = (Event, Vec<Notice>);

impl Store {
    /// `events.insert`.
    ///
    /// # Errors
    /// 400 for a bad body, 403 and 404 by role, 409 `duplicate` when the id is or was taken.
    pub fn insert(&mut self, order: &Order<'_>, body: &Value) -> Outcome<Written> {
        let calendar = self.writable(order.calendar, order.actor)?;
        let (calendar_id, zone, primary) = (calendar.id.clone(), calendar.zone(), calendar.primary);
        let zone_name = calendar.zone_name.clone();
        let id = match text(body, "id") {
            Some(id) => own_id(id)?,
            None => random::base32hex(26),
        };
        if text(body, "id").is_some() && text(body, "iCalUID").is_some() {
            return Err(Failure::invalid("Only one of id and iCalUID may be given."));
        }
        if calendar.events.contains_key(&id) {
            return Err(Failure::new(409, "duplicate", "The requested identifier already exists."));
        }
        let ical_uid = text(body, "iCalUID").map_or_else(|| format!("{id}@google.com"), str::to_owned);
        let draft = Draft::parse(body, &zone)?;
        check_type(&draft, primary)?;
        let mut event = Event {
            id,
            ical_uid,
            status: draft.status,
            start: draft.start.zoned(&zone_name),
            end: draft.end.zoned(&zone_name),
            recurrence: draft.recurrence,
            instance_of: None,
            organizer: calendar_id.clone(),
            creator: order.actor.to_owned(),
            attendees: draft.attendees,
            conference: None,
            members: draft.members,
            sequence: 0,
            created: order.now,
            updated: order.now,
            change: 0,
        };
        self.confer(&mut event, &calendar_id, body, order)?;
        let event = self.put(&calendar_id, event);
        let notices = self.spread(None, &event, order.send);
        Ok((event, notices))
    }

    /// `events.patch` (`whole` false) and `events.update` (`whole` true).
    ///
    /// # Errors
    /// 400 for a bad body, 403 by role and for guests, 404, 412 when the etag is outdated.
    pub fn change(&mut self, order: &Order<'_>, id: &str, body: &Value, whole: bool) -> Outcome<Written> {
        let calendar = self.writable(order.calendar, order.actor)?;
        let (calendar_id, zone, zone_name) = (calendar.id.clone(), calendar.zone(), calendar.zone_name.clone());
        let before = instances::find(calendar, id)?;
        check_etag(&before, order.if_match)?;
        if !body.is_object() {
            return Err(Failure::new(400, "parseError", "Parse Error"));
        }
        let mut resource = if whole { body.clone() } else { draft::resource(&before) };
        if !whole {
            draft::merge(&mut resource, body);
        }
        if body.get("attendeesOmitted") == Some(&json!(true)) {
            resource["attendees"] = draft::own_answer(&before, &calendar_id, body);
        }
        if before.is_cancelled() && text(body, "status").is_none() {
            resource["status"] = json!("cancelled");
        }
        let draft = Draft::parse(&resource, &zone)?;
        let kind = draft.members.get("eventType").and_then(Value::as_str).unwrap_or("default");
        if kind != before.event_type() {
            return Err(Failure::new(400, "eventTypeRestriction", "The event type cannot be changed."));
        }
        if before.instance_of.is_some() && !draft.recurrence.is_empty() {
            return Err(Failure::invalid("An instance of a series cannot recur itself."));
        }
        let mut after = before.clone();
        after.status = draft.status;
        after.start = draft.start.zoned(&zone_name);
        after.end = draft.end.zoned(&zone_name);
        after.recurrence = draft.recurrence;
        after.attendees = draft.attendees;
        after.members = draft.members;
        self.confer(&mut after, &calendar_id, body, order)?;
        if !before.organizer.eq_ignore_ascii_case(&calendar_id) {
            return self.change_copy(order, &calendar_id, &before, after);
        }
        self.settle(&before, &mut after, order.now);
        let after = self.put(&calendar_id, after);
        let notices = self.spread(Some(&before), &after, order.send);
        if after.start != before.start || after.recurrence != before.recurrence {
            self.drop_lost_exceptions(&calendar_id, &after);
            for guest in &after.attendees {
                self.drop_lost_exceptions(&guest.email, &after);
            }
        }
        Ok((after, notices))
    }

    /// A guest's change of his copy: only what is his own, unless guests may modify.
    fn change_copy(&mut self, order: &Order<'_>, calendar: &str, before: &Event, mut after: Event) -> Outcome<Written> {
        if after.is_cancelled() && !before.is_cancelled() {
            return self.leave(order.now, calendar, before);
        }
        let mine = after.attendee(calendar).cloned();
        let may_modify = before.members.get("guestsCanModify") == Some(&json!(true));
        let others =
            |event: &Event| -> Vec<_> { event.attendees.iter().filter(|one| !one.is(calendar)).cloned().collect() };
        let shared = others(before) != others(&after)
            || mine.is_none() && before.attendee(calendar).is_some()
            || !same_but_own(before, &after);
        if shared && !may_modify {
            return Err(Failure::not_organizer());
        }
        self.settle(before, &mut after, order.now);
        after.sequence = before.sequence;
        let after = self.put(calendar, after);
        let answered = mine.filter(|mine| before.attendee(calendar) != Some(mine));
        let notices = match answered {
            Some(mine) => self.answer(&after, &mine, order.send),
            None => Vec::new(),
        };
        Ok((after, notices))
    }

    /// `events.delete`.
    ///
    /// # Errors
    /// 403 by role, 404 for an id never used, 410 for one already deleted, 412 when the etag is outdated.
    pub fn delete(&mut self, order: &Order<'_>, id: &str) -> Outcome<Vec<Notice>> {
        let calendar = self.writable(order.calendar, order.actor)?;
        let calendar_id = calendar.id.clone();
        let before = instances::find(calendar, id)?;
        if before.is_cancelled() {
            return Err(Failure::deleted());
        }
        check_etag(&before, order.if_match)?;
        if !before.organizer.eq_ignore_ascii_case(&calendar_id) {
            return self.leave(order.now, &calendar_id, &before).map(|(_, notices)| notices);
        }
        let mut after = before.clone();
        after.status = Status::Cancelled;
        self.settle(&before, &mut after, order.now);
        let after = self.put(&calendar_id, after);
        let mut notices = self.spread(Some(&before), &after, order.send);
        notices.extend(self.end_exceptions(&calendar_id, &after, order));
        Ok(notices)
    }

    /// A guest removes his copy: gone from his calendar, and nothing more is said of it.
    fn leave(&mut self, now: DateTime<Utc>, calendar: &str, before: &Event) -> Outcome<Written> {
        let mut after = before.clone();
        after.status = Status::Cancelled;
        after.updated = now;
        Ok((self.put(calendar, after), Vec::new()))
    }

    /// `events.move`.
    ///
    /// # Errors
    /// 400 for an event that cannot be moved, 403 by role and for guests, 404, 409 when the destination has the id.
    pub fn move_event(&mut self, order: &Order<'_>, id: &str, destination: &str) -> Outcome<Written> {
        let target = self.writable(destination, order.actor)?;
        let (target_id, taken) = (target.id.clone(), target.events.contains_key(id));
        let source = self.writable(order.calendar, order.actor)?;
        let source_id = source.id.clone();
        let before = source.events.get(id).cloned().ok_or_else(Failure::not_found)?;
        if before.is_cancelled() {
            return Err(Failure::deleted());
        }
        if before.event_type() != "default" || before.instance_of.is_some() {
            return Err(Failure::new(400, "eventTypeRestriction", "Only whole default events can be moved."));
        }
        if !before.organizer.eq_ignore_ascii_case(&source_id) {
            return Err(Failure::not_organizer());
        }
        if taken {
            return Err(Failure::new(409, "duplicate", "The requested identifier already exists."));
        }
        let mut after = before.clone();
        after.organizer = target_id.clone();
        after.sequence += 1;
        after.updated = order.now;
        let children: Vec<Event> = self.exceptions(&source_id, id);
        let mut stub = before.clone();
        stub.organizer = target_id.clone();
        if before.attendee(&source_id).is_none() {
            stub.status = Status::Cancelled;
        }
        self.put(&source_id, stub);
        let after = self.put(&target_id, after);
        for mut child in children {
            child.organizer = target_id.clone();
            self.put(&target_id, child);
        }
        let notices = self.spread(Some(&before), &after, order.send);
        Ok((after, notices))
    }

    /// Carries out what the body asks about the conference.
    fn confer(&mut self, event: &mut Event, calendar: &str, body: &Value, order: &Order<'_>) -> Outcome<()> {
        let allowed = self.calendars.get(&calendar.to_lowercase()).is_some_and(|calendar| calendar.meet);
        match Wish::parse(body, order.conference_version)? {
            Wish::Keep => {}
            Wish::Remove => event.conference = None,
            Wish::Create(id) if !allowed || event.conference.as_ref().is_some_and(|old| old.is_from(&id)) => {}
            Wish::Create(id) => {
                let ready = order.now + TimeDelta::seconds(self.switches.meet_delay_seconds.into());
                event.conference = Some(Conference::request(&id, ready, self.switches.meet_fails));
            }
        }
        Ok(())
    }

    /// Sets `updated` and `sequence` by what has changed.
    fn settle(&self, before: &Event, after: &mut Event, now: DateTime<Utc>) {
        let bare = |event: &Event| {
            let mut copy = event.clone();
            copy.members.remove("reminders");
            copy
        };
        if bare(before) != bare(after) {
            after.updated = now;
        }
        let moved = before.start != after.start || before.end != after.end || before.recurrence != after.recurrence;
        if moved || before.status != after.status {
            after.sequence += 1;
        }
    }
}

fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}
