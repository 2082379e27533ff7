//! The instances of a series: what its rules give, less what exceptions replace, plus the exceptions themselves.

use super::calendar::Calendar;
use super::error::{Failure, Outcome};
use super::event::Event;
use super::when::When;
use crate::recurrence::Instance;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// The instances of `master` that overlap `[from, to)`, exceptions and cancelled exceptions included, sorted by start.
pub fn of_series(calendar: &Calendar, master: &Event, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Event> {
    let zone = calendar.zone();
    let exceptions: Vec<&Event> = exceptions(calendar, &master.id).collect();
    let replaced = |id: &str| exceptions.iter().any(|one| one.id == id);
    let generated = master.series(&zone).instances(from, to).unwrap_or_default();
    let mut all: Vec<Event> =
        generated.iter().map(|one| make(master, one)).filter(|event| !replaced(&event.id)).collect();
    let inside = |event: &&Event| {
        let (start, end) = event.span(&zone);
        start < to && (end > from || (start == end && start >= from))
    };
    all.extend(exceptions.iter().copied().filter(inside).cloned());
    all.sort_by_key(|event| event.start.instant(&zone));
    all
}

/// The stored exceptions of a series.
pub fn exceptions<'a>(calendar: &'a Calendar, master: &'a str) -> impl Iterator<Item = &'a Event> {
    calendar.events.values().filter(move |event| event.instance_of.as_ref().is_some_and(|(of, _)| of == master))
}

/// Finds an event by id: a stored one, or an instance that exists only by its series' rules.
///
/// # Errors
/// 404 when there is none.
pub fn find(calendar: &Calendar, id: &str) -> Outcome<Event> {
    if let Some(event) = calendar.events.get(id) {
        return Ok(event.clone());
    }
    let (master, stamp) = id.rsplit_once('_').ok_or_else(Failure::not_found)?;
    let master = calendar.events.get(master).filter(|event| event.is_series()).ok_or_else(Failure::not_found)?;
    let zone = calendar.zone();
    let series = master.series(&zone);
    let wall = match stamp.strip_suffix('Z') {
        Some(text) => {
            NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok().map(|utc| series.zone.wall(utc.and_utc()))
        }
        None => NaiveDate::parse_from_str(stamp, "%Y%m%d").ok().and_then(|date| date.and_hms_opt(0, 0, 0)),
    };
    let found = wall.and_then(|wall| series.at(wall).ok().flatten()).ok_or_else(Failure::not_found)?;
    Some(make(master, &found)).filter(|event| event.id == id).ok_or_else(Failure::not_found)
}

/// An instance as the series' rules make it.
fn make(master: &Event, instance: &Instance) -> Event {
    let (start, end) = match (&master.start, &master.end) {
        (When::Date(first), When::Date(last)) => {
            let date = instance.original.date();
            (When::Date(date), When::Date(date + (*last - *first)))
        }
        (first, last) => {
            let zone = |when: &When| match when {
                When::Time { zone, .. } => zone.clone(),
                When::Date(_) => None,
            };
            (When::Time { at: instance.start, zone: zone(first) }, When::Time { at: instance.end, zone: zone(last) })
        }
    };
    let id = format!("{}_{}", master.id, start.stamp());
    let instance_of = Some((master.id.clone(), start.clone()));
    Event { id, start, end, recurrence: Vec::new(), instance_of, ..master.clone() }
}
