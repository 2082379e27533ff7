//! The wall times that the clock of a series skips. RFC 5545 section 3.3.10: an instance at such a time is not counted.
//! Many calendars keep it all the same, moved by the length of the gap. So it stays taken, and COUNT goes on for one
//! more: by neither reading anything that is taken looks free.

use std::cell::Cell;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::clock::Clock;

/// The gaps of a clock.
#[derive(Debug)]
pub(super) struct Gaps<'a> {
    clock: Option<&'a Clock>,
    /// The last date asked for, and whether the clock skips a part of it.
    last: Cell<Option<(NaiveDate, bool)>>,
}

impl<'a> Gaps<'a> {
    /// Those of `clock`.
    pub(super) fn of(clock: &'a Clock) -> Self {
        Self { clock: Some(clock), last: Cell::default() }
    }

    /// No gaps: of whole days, or where no clock is asked.
    pub(super) fn none() -> Self {
        Self { clock: None, last: Cell::default() }
    }

    /// Whether `wall` is skipped.
    pub(super) fn contain(&self, wall: NaiveDateTime) -> bool {
        let Some(clock) = self.clock else { return false };
        let date = wall.date();
        let is_short = match self.last.get() {
            Some((last, is_short)) if last == date => is_short,
            _ => clock.skips_some_of(date),
        };
        self.last.set(Some((date, is_short)));
        is_short && clock.skips(wall)
    }

    /// How long those between two wall times are together.
    pub(super) fn between(&self, from: NaiveDateTime, to: NaiveDateTime) -> TimeDelta {
        self.clock.map_or(TimeDelta::zero(), |clock| clock.skipped_between(from, to))
    }
}
