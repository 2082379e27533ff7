//! Turning one instance of a series into an event of its own, and the rule that it stays between its neighbours.

use super::event::{Event, Kind};
use super::occurrence::Item;
use super::owner::{Mailbox, Target};
use crate::microsoft::error::GraphError;
use crate::microsoft::time::moment::Moment;
use crate::microsoft::time::range::Range;
use chrono::{NaiveDate, TimeDelta};

impl Mailbox {
    /// A copy of the target to change: for a plain instance a new exception with the series' content.
    pub fn editable(&self, target: Target) -> Option<Event> {
        let item = self.item(target)?;
        let Some(original) = item.original else { return Some(item.event.clone()) };
        let mut event = item.event.clone();
        event.serial = self.next_serial();
        event.kind = Kind::Exception { master: target.serial, original };
        event.transaction = None;
        let (start_zone, end_zone) = (event.start.zone(), event.end.zone());
        let length = event.end.wall.date() - event.start.wall.date();
        let end = if event.is_all_day { original + length } else { end_zone.wall(item.end) };
        let start = if event.is_all_day { original } else { start_zone.wall(item.start) };
        event.start = Moment { wall: start, ..event.start };
        event.end = Moment { wall: end, ..event.end };
        Some(event)
    }

    /// Checks that an exception lies on a day after its predecessor's and before its successor's.
    ///
    /// # Errors
    /// 400 `ErrorOccurrenceCrossingBoundary`.
    pub fn check_neighbours(&self, exception: &Event) -> Result<(), GraphError> {
        let Kind::Exception { master, original } = exception.kind else { return Ok(()) };
        let Some(series) = self.events.get(&master) else { return Ok(()) };
        let middle = exception.start.instant();
        let range = Range { from: middle - TimeDelta::days(1_500), to: middle + TimeDelta::days(1_500) };
        let all = self.instances_of(series, range);
        let before = all.iter().rev().find(|item| item.series_time().is_some_and(|time| time < original));
        let after = all.iter().find(|item| item.series_time().is_some_and(|time| time > original));
        let zone = if series.is_all_day { self.zone() } else { series.start.zone() };
        let day = |item: &Item<'_>| zone.wall(item.start).date();
        let own: NaiveDate = if exception.is_all_day { exception.start.wall.date() } else { zone.wall(middle).date() };
        if before.is_some_and(|item| own <= day(item)) || after.is_some_and(|item| own >= day(item)) {
            let message = "Modified occurrence is crossing or overlapping adjacent occurrence.";
            return Err(GraphError::bad("ErrorOccurrenceCrossingBoundary", message));
        }
        Ok(())
    }
}
