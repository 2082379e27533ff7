//! The wall clock a time is read from: an IANA or Windows zone, else the file's own VTIMEZONE, else unknown. The rules of
//! IANA win over a VTIMEZONE of the same name: exporters copy old or shortened tables, the name says what is meant.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use calendar_core::provider::outlook::zones;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::zone::{Civil, Zone};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::component::Component;
use super::vtimezone::Table;
use super::work::Work;

/// The clock of a wall time.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Clock {
    /// A zone with known rules.
    Zone(Zone),
    /// The rules of a VTIMEZONE.
    Table(Rc<Table>),
    /// A name without known rules.
    Unmapped(String),
}

/// The clocks of one calendar.
#[derive(Debug)]
pub(super) struct Clocks {
    /// That of times without a zone, and of whole days.
    pub(super) floating: Zone,
    own: BTreeMap<String, Clock>,
    found: RefCell<BTreeMap<String, Clock>>,
}

impl Clocks {
    /// Reads the time zones of `calendar`. `ceiling` is the last instant of interest.
    pub(super) fn new(calendar: &Component, floating: &Zone, ceiling: NaiveDateTime, work: &Work) -> Self {
        let mut own: BTreeMap<String, Clock> = BTreeMap::new();
        for part in calendar.parts("VTIMEZONE") {
            let Some(name) = part.value("TZID").map(bare) else { continue };
            let located = part.value("X-LIC-LOCATION").and_then(|location| zones::parse(bare(location)));
            let clock = match (located, Table::read(part, ceiling, work)) {
                // A property that the RFC does not know says where it is, the rules that it does say something else.
                (Some(zone), Ok(table)) if !table.agrees(&zone, ceiling) => unmapped(name),
                (Some(zone), _) => Clock::Zone(zone),
                (None, Ok(table)) => Clock::Table(Rc::new(table)),
                (None, Err(_)) => unmapped(name),
            };
            // Two different ones of the same name: nobody knows which is meant.
            let clock = if own.get(name).is_some_and(|other| *other != clock) { unmapped(name) } else { clock };
            own.insert(name.to_owned(), clock);
        }
        Self { floating: floating.clone(), own, found: RefCell::default() }
    }

    /// The clock of a `TZID`: an IANA or Windows name, alone or behind a prefix such as `/example.com/Europe/Berlin`, or
    /// the name of a VTIMEZONE.
    pub(super) fn named(&self, name: &str) -> Clock {
        let name = bare(name);
        if let Some(clock) = self.found.borrow().get(name) {
            return clock.clone();
        }
        let clock = self.search(name);
        self.found.borrow_mut().insert(name.to_owned(), clock.clone());
        clock
    }

    fn search(&self, name: &str) -> Clock {
        let tail = |parts: usize| {
            let mut split: Vec<&str> = name.rsplitn(parts + 1, '/').take(parts).collect();
            split.reverse();
            zones::parse(&split.join("/"))
        };
        let prefixed = || (name.starts_with('/')).then(|| tail(3).or_else(|| tail(2))).flatten();
        let known = zones::parse(name).or_else(prefixed).map(Clock::Zone);
        known.or_else(|| self.own.get(name).cloned()).unwrap_or_else(|| unmapped(name))
    }

    /// The clock of whole days and floating times.
    pub(super) fn floating(&self) -> Clock {
        Clock::Zone(self.floating.clone())
    }
}

/// What a jump of the clock by so many seconds skips.
fn forward(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds.max(0))
}

fn bare(name: &str) -> &str {
    name.trim().trim_matches('"').trim()
}

fn unmapped(name: &str) -> Clock {
    Clock::Unmapped(name.chars().take(80).collect())
}

impl Clock {
    /// Why its times are unknown; none = they are known.
    pub(super) fn unknown(&self) -> Option<String> {
        match self {
            Clock::Unmapped(name) => Some(format!("time zone {name:?} is not known")),
            Clock::Zone(_) | Clock::Table(_) => None,
        }
    }

    /// How far its instants may be off. Nothing is known of an unmapped zone, but no clock is further than that from
    /// UTC, whose times it is given.
    pub(super) fn slack(&self) -> TimeDelta {
        if matches!(self, Clock::Unmapped(_)) { TimeDelta::hours(26) } else { TimeDelta::zero() }
    }

    /// The instant of a wall time: the first of two; one that the clock skips by the offset before the gap (RFC 5545
    /// section 3.3.5).
    pub(super) fn first(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        let zone = match self {
            Clock::Zone(zone) => zone,
            Clock::Table(table) => return table.instants(wall).0,
            Clock::Unmapped(_) => return wall.and_utc(),
        };
        match zone.resolve(wall) {
            Civil::Single(at) | Civil::Overlap { earlier: at, .. } => at,
            Civil::Gap { transition } => {
                let before = zone.offset_seconds(transition - TimeDelta::seconds(1));
                wall.and_utc() - TimeDelta::seconds(i64::from(before))
            }
        }
    }

    /// The second instant of a wall time that occurs twice.
    pub(super) fn second(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self {
            Clock::Zone(zone) => match zone.resolve(wall) {
                Civil::Overlap { later, .. } => Some(later),
                Civil::Single(_) | Civil::Gap { .. } => None,
            },
            Clock::Table(table) => table.instants(wall).1,
            Clock::Unmapped(_) => None,
        }
    }

    /// Whether no instant shows this wall time.
    pub(super) fn skips(&self, wall: NaiveDateTime) -> bool {
        match self {
            Clock::Zone(zone) => matches!(zone.resolve(wall), Civil::Gap { .. }),
            Clock::Table(table) => table.skips(wall),
            Clock::Unmapped(_) => false,
        }
    }

    /// Whether it may skip some wall time of this date.
    pub(super) fn skips_some_of(&self, date: NaiveDate) -> bool {
        match self {
            Clock::Zone(zone) => {
                let (start, end) = zone.day(date);
                end - start < TimeDelta::days(1)
            }
            Clock::Table(_) => true,
            Clock::Unmapped(_) => false,
        }
    }

    /// How much wall time it skips between two wall times.
    pub(super) fn skipped_between(&self, from: NaiveDateTime, to: NaiveDateTime) -> TimeDelta {
        match self {
            Clock::Zone(zone) => {
                // A change at the very end counts.
                let end = self.first(to) + TimeDelta::seconds(1);
                let stretches = Interval::new(self.first(from), end).map(|span| zone.stretches(span));
                let stretches = stretches.unwrap_or_default();
                let jumps = stretches.iter().zip(stretches.iter().skip(1));
                jumps.map(|(one, next)| forward(i64::from(next.offset_seconds) - i64::from(one.offset_seconds))).sum()
            }
            Clock::Table(table) => table.jumps(from, to).map(forward).sum(),
            Clock::Unmapped(_) => TimeDelta::zero(),
        }
    }

    /// The wall time of an instant.
    pub(super) fn civil(&self, at: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Clock::Zone(zone) => zone.civil(at),
            Clock::Table(table) => table.civil(at),
            Clock::Unmapped(_) => at.naive_utc(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::input::busy::ics::stamp::Stamp;

    fn clocks() -> Clocks {
        Clocks { floating: Zone::utc(), own: BTreeMap::new(), found: RefCell::default() }
    }

    #[test]
    fn zones_are_known_by_iana_windows_and_prefixed_names() {
        let name = |text| match clocks().named(text) {
            Clock::Zone(zone) => zone.name().to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(name("Australia/Lord_Howe"), "Australia/Lord_Howe");
        assert_eq!(name("W. Europe Standard Time"), "Europe/Berlin");
        assert_eq!(name("/example.com/Europe/Berlin"), "Europe/Berlin");
        assert_eq!(name("/example.com/20260101_1/America/Argentina/Salta"), "America/Argentina/Salta");
        assert_eq!(name("Office"), "Unmapped(\"Office\")");
    }

    #[test]
    fn a_skipped_time_moves_by_the_length_of_the_gap() {
        let clock = clocks().named("Australia/Lord_Howe");
        let wall = Stamp::parse("20261004T021500").expect("a time").civil();
        assert_eq!(clock.civil(clock.first(wall)).to_string(), "2026-10-04 02:45:00");
    }
}
