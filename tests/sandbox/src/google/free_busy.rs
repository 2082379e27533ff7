//! `freeBusy.query`: taken time per calendar, with errors per calendar inside a good answer.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query>

use super::calendar::Calendar;
use super::error::{Failure, Outcome};
use super::event::Event;
use super::instances;
use super::store::Store;
use super::view;
use super::when::parse_bound;
use crate::zone::Zone;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value, json};

/// Most calendars in one answer.
const MOST_CALENDARS: u64 = 50;

type Span = (DateTime<Utc>, DateTime<Utc>);

/// Answers a query.
///
/// # Errors
/// 400 for missing or bad members, an empty window, or one that is too long.
pub fn query(store: &Store, viewer: &str, body: &Value) -> Outcome<Value> {
    if !body.is_object() {
        return Err(Failure::new(400, "parseError", "Parse Error"));
    }
    let bound = |name: &str| match body.get(name).and_then(Value::as_str) {
        Some(text) => parse_bound(text, name),
        None => Err(Failure::required(format!("Missing {name} parameter.")).at(name)),
    };
    let (from, to) = (bound("timeMin")?, bound("timeMax")?);
    if to <= from {
        return Err(Failure::empty_range());
    }
    if to - from > TimeDelta::days(store.switches.free_busy_days.into()) {
        let long = Failure::new(400, "timeRangeTooLong", "The requested time range is too long.");
        return Err(Failure { domain: "calendar", ..long }.at("timeMax"));
    }
    let zone = match body.get("timeZone").and_then(Value::as_str) {
        None => Zone::utc(),
        Some(name) => {
            Zone::get(name).ok_or_else(|| Failure::invalid(format!("Invalid time zone: {name}")).at("timeZone"))?
        }
    };
    let most = match body.get("calendarExpansionMax") {
        None | Some(Value::Null) => MOST_CALENDARS,
        Some(value) => {
            let count = value.as_u64().filter(|count| (1..=MOST_CALENDARS).contains(count));
            count
                .ok_or_else(|| Failure::invalid("Invalid value for: calendarExpansionMax").at("calendarExpansionMax"))?
        }
    };
    let items = body.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut calendars = Map::new();
    for item in items {
        let id = item
            .get("id")
            .and_then(Value::as_str)
            .ok_or_else(|| Failure::required("Missing calendar id.").at("items"))?;
        if calendars.contains_key(id) {
            continue;
        }
        let failed = |domain: &str, reason: &str| json!({"errors": [{"domain": domain, "reason": reason}], "busy": []});
        let full = u64::try_from(calendars.len()).unwrap_or(u64::MAX) >= most;
        let answer = match store.calendar(id, viewer) {
            _ if full => failed("calendar", "tooManyCalendarsRequested"),
            Err(_) => failed("global", "notFound"),
            Ok((calendar, _)) if store.switches.free_busy_internal_errors.contains(&calendar.id) => {
                failed("global", "internalError")
            }
            Ok((calendar, _)) => {
                let show = |at: DateTime<Utc>| json!(zone.local(at).to_rfc3339_opts(SecondsFormat::Secs, true));
                let spans = spans(calendar, from, to, store.switches.raw_free_busy);
                json!({"busy": spans.iter().map(|(start, end)| json!({"start": show(*start), "end": show(*end)})).collect::<Vec<_>>()})
            }
        };
        calendars.insert(id.to_owned(), answer);
    }
    Ok(json!({
        "kind": "calendar#freeBusy", "timeMin": view::stamp(from), "timeMax": view::stamp(to),
        "groups": {}, "calendars": calendars,
    }))
}

/// Taken time that overlaps `[from, to)`: cut to it, sorted and merged, unless raw.
fn spans(calendar: &Calendar, from: DateTime<Utc>, to: DateTime<Utc>, raw: bool) -> Vec<Span> {
    let zone = calendar.zone();
    let mut spans: Vec<Span> = Vec::new();
    let mut add = |event: &Event| {
        let (start, end) = event.span(&zone);
        if event.blocks(&calendar.id) && start < to && end > from && start < end {
            spans.push((start, end));
        }
    };
    for event in calendar.events.values() {
        if event.is_series() {
            instances::of_series(calendar, event, from, to).iter().for_each(&mut add);
        } else if event.instance_of.as_ref().is_none_or(|(of, _)| !calendar.events.contains_key(of)) {
            add(event);
        }
    }
    if raw {
        spans.reverse();
        return spans;
    }
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::new();
    for (start, end) in spans {
        let (start, end) = (start.max(from), end.min(to));
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}
