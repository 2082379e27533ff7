//! EXDATE and RECURRENCE-ID: values that point at an instance of a series, often written on another clock or as a date
//! alone.

use std::cmp::Ordering;

use super::clock::Clock;
use super::period::instant;
use super::series::{Instance, Series};
use super::stamp::Stamp;

/// A value with the clock it was written on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    pub(super) stamp: Stamp,
    pub(super) clock: Clock,
}

impl Mark {
    /// How `instance` of `series` lies to the mark. None = nobody knows: one of the two clocks is not known.
    ///
    /// A date alone means the instances of that date. In a series of whole days a time means the date that begins then,
    /// in UTC or on the clock of the series. A wall time shown twice means the first time (RFC 5545 section 3.3.5).
    pub(super) fn order(&self, instance: &Instance, series: &Series) -> Option<Ordering> {
        let midnight = chrono::NaiveTime::MIN;
        let wall = instance.wall;
        match self.stamp {
            Stamp::Date(date) => Some(wall.date().cmp(&date)),
            Stamp::Utc(at) if series.is_all_day && at.time() == midnight => Some(wall.cmp(&at)),
            Stamp::Wall(at) if series.is_all_day => Some(wall.cmp(&at)),
            Stamp::Wall(at) if self.clock == series.clock => {
                Some(wall.cmp(&at).then_with(|| instance.start.cmp(&self.clock.first(at))))
            }
            Stamp::Utc(_) if series.clock.unknown().is_some() => None,
            Stamp::Wall(_) if series.clock.unknown().is_some() || self.clock.unknown().is_some() => None,
            stamp => Some(instance.start.cmp(&instant(stamp, &self.clock))),
        }
    }
}
