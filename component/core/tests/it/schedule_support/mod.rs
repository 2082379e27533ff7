//! Short notations for the slot engine's tests.
pub mod cases;
pub mod group_oracle;
pub mod oracle;
pub mod questions;
pub mod scan;

use calendar_core::schedule::availability::{Availability, Busy};
use calendar_core::schedule::hours::WeeklyHours;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::slots::{Outcome, Query, find, reasons_against};
use calendar_core::schedule::zone::Zone;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// `2026-03-08T06:30Z`, seconds optional.
pub fn utc(text: &str) -> DateTime<Utc> {
    let text = text.trim().trim_end_matches('Z');
    let format = if text.len() > 16 { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M" };
    NaiveDateTime::parse_from_str(text, format).unwrap_or_else(|error| panic!("{text}: {error}")).and_utc()
}

/// `2026-03-08 02:30`.
pub fn civil(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

/// `10:05` as minutes from midnight; `30:00` is allowed.
pub fn minutes(text: &str) -> u16 {
    let (hours, minutes) = text.split_once(':').unwrap();
    hours.parse::<u16>().unwrap() * 60 + minutes.parse::<u16>().unwrap()
}

/// `09:00-17:00` as a window.
pub fn window(text: &str) -> (u16, u16) {
    let (from, to) = text.split_once('-').unwrap();
    (minutes(from), minutes(to))
}

pub fn every_day(text: &str) -> WeeklyHours {
    let (from, to) = window(text);
    WeeklyHours::every_day(from, to)
}

pub fn minute(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

/// `[start, end)` from two instants as text.
pub fn between(start: &str, end: &str) -> Interval {
    Interval::new(utc(start), utc(end)).unwrap()
}

/// The local dates `from` to `until` (exclusive) in a zone.
pub fn local_days(zone: &Zone, from: &str, until: &str) -> Interval {
    Interval::new(zone.start_of_day(date(from)), zone.start_of_day(date(until))).unwrap()
}

/// A busy interval by local times `10:05-10:50` of a date in a zone.
pub fn busy_on(zone: &Zone, day: &str, times: &str) -> Busy {
    let (from, to) = times.split_once('-').unwrap();
    let at = |time: &str| zone.earlier(civil(&format!("{day} {time}")));
    Busy::new(at(from), at(to)).unwrap()
}

pub fn availability(busy: Vec<Busy>) -> Availability {
    Availability { busy, ..Availability::default() }
}

/// Rules with a zone, hours every day, length and step in minutes.
pub fn rules(zone_name: &str, hours: &str, duration: i64, step: i64) -> Rules {
    Rules {
        zone: zone(zone_name),
        hours: every_day(hours),
        duration: minute(duration),
        step: minute(step),
        ..Rules::default()
    }
}

/// A present long before every example.
pub fn long_ago() -> DateTime<Utc> {
    utc("2000-01-01T00:00Z")
}

pub fn ask(range: Interval, rules: Rules, busy: Vec<Busy>) -> Outcome {
    find(&Query::new(range, rules, availability(busy)), long_ago()).unwrap()
}

/// Whether nothing is against one exact start.
pub fn is_free(query: &Query, start: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    reasons_against(query, start, now).unwrap().is_empty()
}

/// The starts of an outcome in UTC, `2026-03-08T06:30Z`.
pub fn starts(outcome: &Outcome) -> Vec<String> {
    outcome.slots.iter().map(|slot| slot.start().format("%Y-%m-%dT%H:%MZ").to_string()).collect()
}

/// The starts of an outcome as wall times in a zone, `09:30`.
pub fn wall_starts(outcome: &Outcome, zone: &Zone) -> Vec<String> {
    outcome.slots.iter().map(|slot| zone.civil(slot.start()).format("%H:%M").to_string()).collect()
}

/// Words separated by blanks.
pub fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
