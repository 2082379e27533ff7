//! What getSchedule says of one address -> the person's time, or why it is not known.
//!
//! Times come from `scheduleItems`. The digits of `availabilityView` are the check: where they say
//! more than the items explain (items withheld by the owner's sharing, or cut), the digit counts,
//! a quarter of an hour each. Not here: the codes of refusals (`refusal`).
//!
//! <https://learn.microsoft.com/graph/api/resources/scheduleinformation>

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::super::event::bad_time;
use super::super::fault;
use super::super::time::{BadTime, DateTimeTimeZone, timed};
use super::{STEP_MINUTES, hours, refusal};
use crate::account::{Email, Provider};
use crate::error::{Error, Kind};
use crate::person::{Item, Schedule, Status};
use crate::schedule::availability::Busy;
use crate::schedule::availability_view::availability_view;
use crate::schedule::interval::Interval;
use crate::schedule::policy::BusyKind;

/// What is said of one address.
pub enum Entry {
    /// Its time in the window, uncut and unsorted.
    Known(Schedule),
    /// More entries than the service lists: a shorter window may be answered.
    TooMany(Error),
    /// Nothing that could be relied on.
    Unknown(Error),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Information {
    availability_view: Option<String>,
    schedule_items: Option<Vec<ScheduleItem>>,
    working_hours: Option<Value>,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScheduleItem {
    status: Option<String>,
    start: Option<DateTimeTimeZone>,
    end: Option<DateTimeTimeZone>,
}

/// What `found` says of `person` in `window`, which begins and ends on quarters of an hour.
#[must_use]
pub fn read(person: &Email, found: &[Value], window: Interval, now: DateTime<Utc>) -> Entry {
    let what = format!("the schedule of `{person}`");
    let is_asked = |one: &&Value| one.get("scheduleId").and_then(Value::as_str).is_some_and(|id| person.same_as(id));
    let Some(entry) = found.iter().find(is_asked) else {
        return Entry::Unknown(fault::protocol(&what, "does not hold it"));
    };
    let Ok(entry) = Information::deserialize(entry) else {
        return Entry::Unknown(fault::protocol(&what, "is not of the documented shape"));
    };
    if let Some(error) = entry.error {
        return refusal::entry(&what, &error);
    }
    match times(&what, entry.schedule_items.unwrap_or_default(), entry.availability_view.as_deref(), window) {
        Ok(items) => {
            let hours = entry.working_hours.and_then(|hours| hours::read(hours, now));
            Entry::Known(Schedule { items, hours })
        }
        Err(error) => Entry::Unknown(error),
    }
}

fn times(what: &str, listed: Vec<ScheduleItem>, view: Option<&str>, window: Interval) -> Result<Vec<Item>, Error> {
    let mut items = Vec::with_capacity(listed.len());
    for one in listed {
        items.extend(item(one).map_err(|bad| bad_time(what, bad))?);
    }
    match view.filter(|view| !view.is_empty()) {
        Some(view) => {
            let unexplained = unexplained(what, view, window, &items)?;
            items.extend(unexplained);
            Ok(items)
        }
        // Items may be withheld or cut: without the view nobody knows.
        None => Err(fault::protocol(what, "has no view of the time")),
    }
}

/// None = it takes no time.
fn item(one: ScheduleItem) -> Result<Option<Item>, BadTime> {
    let status = match one.status.unwrap_or_default().to_ascii_lowercase().as_str() {
        "free" => return Ok(None),
        "tentative" => Status::Tentative,
        "oof" => Status::OutOfOffice,
        "workingelsewhere" => Status::WorkingElsewhere,
        _ => Status::Busy,
    };
    let (start, end) = one.start.zip(one.end).ok_or(BadTime::Malformed)?;
    Ok(timed(&start, &end)?.map(|time| Item { time, status }))
}

/// The steps of which the view says more than the items do, as items.
fn unexplained(what: &str, view: &str, window: Interval, items: &[Item]) -> Result<Vec<Item>, Error> {
    let step = TimeDelta::minutes(STEP_MINUTES);
    let explained = strip(window, step, items, kind);
    let touched = strip(window, step, items, |_| BusyKind::Busy);
    if view.len() < explained.len() {
        return Err(fault::protocol(what, "has a view that ends before the time asked for"));
    }
    let mut more = Vec::new();
    let steps = view.bytes().zip(explained.bytes()).zip(touched.bytes());
    for (((said, known), touched), at) in steps.zip(0_i64..) {
        let status = match said {
            b'0' => continue,
            b'1' => Status::Tentative,
            b'2' => Status::Busy,
            b'3' => Status::OutOfOffice,
            b'4' if touched != b'0' => continue,
            b'4' => return Err(no_data(what)),
            _ => return Err(fault::protocol(what, "has a view with an unknown digit")),
        };
        if said > known {
            let start = window.start_second() + at * step.num_seconds();
            more.extend(Interval::of_seconds(start, start + step.num_seconds()).map(|time| Item { time, status }));
        }
    }
    Ok(more)
}

fn strip(window: Interval, step: TimeDelta, items: &[Item], kind: fn(Status) -> BusyKind) -> String {
    let busy: Vec<Busy> = items.iter().map(|item| Busy::from(item.time).of_kind(kind(item.status))).collect();
    availability_view(window, step, &busy)
}

fn kind(status: Status) -> BusyKind {
    match status {
        Status::WorkingElsewhere => BusyKind::WorkingElsewhere,
        Status::Tentative => BusyKind::Tentative,
        Status::Busy => BusyKind::Busy,
        Status::OutOfOffice => BusyKind::OutOfOffice,
    }
}

/// `4` without an item that explains it: some servers write it for "no data".
fn no_data(what: &str) -> Error {
    let message = format!("{what}: Outlook has no data for a part of the time");
    Error::new(Kind::Unavailable { retry_after: None }, message).at(Provider::Outlook)
}
