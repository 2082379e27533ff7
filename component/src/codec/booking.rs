//! What a caller wants booked or changed.

use calendar_core::account::{CalendarId, EventId};
use calendar_core::error::Error;
use calendar_core::meeting::Changes;
use calendar_core::op::book_meeting::BookingRequest;
use calendar_core::op::quick_book_meeting::QuickBookingRequest;
use calendar_core::op::sources::Selection;
use calendar_core::op::target::EventLocator;
use calendar_core::schedule::hours::WeeklyHours;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::rules::Rules;
use chrono::TimeDelta;

use super::{emails, minutes, provider, query, range, selection, text, zone};
use crate::bindings::calendar::scheduling::types::TimeRange;
use crate::bindings::exports::calendar::scheduling::meetings as wit;

const TITLE: usize = 1024;
const LOCATION: usize = 1024;
const DESCRIPTION: usize = 8192;
const DAY: u32 = 1440;

/// A booking at a fixed time.
pub fn booking(request: wit::BookingRequest) -> Result<BookingRequest, Error> {
    let time = meeting_time(request.time)?;
    let time_zone = zone("time-zone", request.time_zone.as_deref().unwrap_or("UTC"))?;
    let alternatives = match request.alternatives {
        Some(rules) => query::rules(rules, time)?,
        None => Rules { zone: time_zone.clone(), hours: WeeklyHours::always(), ..Rules::default() },
    };
    Ok(BookingRequest {
        title: title(request.title)?,
        time,
        time_zone: time_zone.name().to_owned(),
        attendees: emails("attendees", request.attendees)?,
        description: optional("description", request.description, DESCRIPTION)?,
        location: optional("location", request.location, LOCATION)?,
        video: request.video,
        target: target(request.target)?,
        key: key("idempotency-key", request.idempotency_key)?,
        buffer_before: buffer("buffer-before-minutes", request.buffer_before_minutes)?,
        buffer_after: buffer("buffer-after-minutes", request.buffer_after_minutes)?,
        alternatives,
        hold: request.hold.map(|id| hold_id("hold", id)).transpose()?,
    })
}

/// A time at which a meeting can be booked.
pub(super) fn meeting_time(time: TimeRange) -> Result<Interval, Error> {
    let time = range("time", time)?;
    if time.length() < TimeDelta::minutes(1) || time.length() > TimeDelta::days(1) {
        return Err(Error::invalid("time", "a meeting must be 1 minute to 24 hours long"));
    }
    Ok(time)
}

/// Free time before or after a meeting.
pub(super) fn buffer(field: &str, value: Option<u32>) -> Result<TimeDelta, Error> {
    minutes(field, value.unwrap_or(0), 0, DAY)
}

/// The name of a hold.
pub(super) fn hold_id(field: &str, id: String) -> Result<String, Error> {
    match (1..=256).contains(&id.chars().count()) && !id.chars().any(char::is_control) {
        true => Ok(id),
        false => Err(Error::invalid(field, "must be the id of a hold: 1 to 256 characters without control characters")),
    }
}

/// A booking at the first free slot.
pub fn quick_booking(request: wit::QuickBookingRequest) -> Result<QuickBookingRequest, Error> {
    let query = query::slot_query(request.query)?;
    let booking = BookingRequest {
        title: title(request.title)?,
        time: query.range,
        time_zone: query.rules.zone.name().to_owned(),
        attendees: emails("attendees", request.attendees)?,
        description: optional("description", request.description, DESCRIPTION)?,
        location: optional("location", request.location, LOCATION)?,
        video: request.video,
        target: target(request.target)?,
        key: key("idempotency-key", request.idempotency_key)?,
        buffer_before: query.rules.buffer_before,
        buffer_after: query.rules.buffer_after,
        alternatives: query.rules.clone(),
        hold: None,
    };
    Ok(QuickBookingRequest { query, booking })
}

/// The name of one event.
pub fn locator(event: wit::EventLocator) -> Result<EventLocator, Error> {
    let is_clean = !event.event_id.chars().any(char::is_control);
    if event.event_id.is_empty() || event.event_id.len() > 1024 || !is_clean {
        return Err(Error::invalid("event-id", "must be 1 to 1024 bytes without control characters"));
    }
    Ok(EventLocator {
        event_id: EventId::new(event.event_id),
        provider: event.provider.map(provider),
        account: event.account,
        calendar: event.calendar.map(CalendarId::new),
    })
}

/// What to change; at least one thing.
pub fn changes(given: wit::MeetingChanges) -> Result<Changes, Error> {
    let time = given.time.map(|time| range("time", time)).transpose()?;
    if time.is_some_and(|time| time.length() < TimeDelta::minutes(1)) {
        return Err(Error::invalid("time", "a meeting must be at least 1 minute long"));
    }
    if given.time_zone.is_some() && time.is_none() {
        return Err(Error::invalid("time-zone", "can be changed only together with time"));
    }
    let changes = Changes {
        title: given.title.map(title).transpose()?,
        time,
        time_zone: given.time_zone.map(|name| zone("time-zone", &name)).transpose()?.map(|zone| zone.name().to_owned()),
        add_attendees: emails("add-attendees", given.add_attendees)?,
        remove_attendees: emails("remove-attendees", given.remove_attendees)?,
        description: optional("description", given.description, DESCRIPTION)?,
        location: optional("location", given.location, LOCATION)?,
    };
    if let Some(both) = changes
        .add_attendees
        .iter()
        .find(|added| changes.remove_attendees.iter().any(|removed| removed.same_as(added.as_str())))
    {
        return Err(Error::invalid("remove-attendees", format!("`{both}` is also in add-attendees")));
    }
    if changes == Changes::default() {
        return Err(Error::invalid("changes", "name at least one thing to change"));
    }
    Ok(changes)
}

/// How many meetings an agenda lists.
pub fn agenda_length(max: Option<u32>) -> Result<usize, Error> {
    match max.unwrap_or(250) {
        max @ 1..=1000 => Ok(usize::try_from(max).unwrap_or(usize::MAX)),
        max => Err(Error::invalid("max", format!("must be 1 to 1000, not {max}"))),
    }
}

fn title(title: String) -> Result<String, Error> {
    if title.trim().is_empty() {
        return Err(Error::invalid("title", "must not be empty"));
    }
    text("title", title, TITLE)
}

fn optional(field: &str, value: Option<String>, most: usize) -> Result<Option<String>, Error> {
    value.map(|value| text(field, value, most)).transpose()
}

/// A key that the caller chose.
pub(super) fn key(field: &str, key: Option<String>) -> Result<Option<String>, Error> {
    let well_formed = |key: &String| (1..=128).contains(&key.chars().count()) && !key.chars().any(char::is_control);
    match key {
        Some(key) if !well_formed(&key) => {
            Err(Error::invalid(field, "must be 1 to 128 characters without control characters"))
        }
        key => Ok(key),
    }
}

/// The calendar to write to.
pub(super) fn target(target: crate::bindings::calendar::scheduling::types::Selection) -> Result<Selection, Error> {
    let target = selection(target)?;
    if target.calendars.len() > 1 {
        return Err(Error::invalid("target", "a meeting is written to one calendar: name at most one"));
    }
    Ok(target)
}
