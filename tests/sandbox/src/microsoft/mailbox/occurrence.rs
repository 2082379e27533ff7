//! From stored events to what a calendar shows: single events, series as a whole, their instances and exceptions.

use super::event::{Event, Kind};
use super::owner::{Mailbox, Target};
use crate::microsoft::time::range::Range;
use crate::recurrence::{Instance, Length, Series};
use chrono::{DateTime, NaiveDateTime, Utc};

/// One thing a calendar shows.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// The stored event: for a plain instance that of the series.
    pub event: &'a Event,
    /// Start.
    pub start: DateTime<Utc>,
    /// End, exclusive.
    pub end: DateTime<Utc>,
    /// For a plain instance: the wall time the series gives it.
    pub original: Option<NaiveDateTime>,
}

impl Item<'_> {
    /// Graph's `type`.
    pub fn kind(&self) -> &'static str {
        match (&self.event.kind, self.original) {
            (_, Some(_)) => "occurrence",
            (Kind::Single, _) => "singleInstance",
            (Kind::Master { .. }, _) => "seriesMaster",
            (Kind::Exception { .. }, _) => "exception",
        }
    }

    /// The wall time the series gave this instance or exception.
    pub fn series_time(&self) -> Option<NaiveDateTime> {
        self.original.or_else(|| self.event.original())
    }
}

impl Mailbox {
    /// The span of an event itself, all-day events from midnight to midnight of the mailbox.
    pub fn span(&self, event: &Event) -> (DateTime<Utc>, DateTime<Utc>) {
        if event.is_all_day {
            let zone = self.zone();
            return (zone.start_of_day(event.start.wall.date()), zone.start_of_day(event.end.wall.date()));
        }
        (event.start.instant(), event.end.instant())
    }

    /// A stored event as it is: a series as a whole.
    pub fn whole<'a>(&self, event: &'a Event) -> Item<'a> {
        let (start, end) = self.span(event);
        Item { event, start, end, original: None }
    }

    /// What an id leads to.
    pub fn item(&self, target: Target) -> Option<Item<'_>> {
        let event = self.events.get(&target.serial)?;
        match target.original {
            None => Some(self.whole(event)),
            Some(original) => {
                let found = self.instance(event, original)?;
                Some(Item { event, start: found.start, end: found.end, original: Some(original) })
            }
        }
    }

    /// The instance a series gives at a wall time, unless it was taken out.
    pub fn instance(&self, event: &Event, original: NaiveDateTime) -> Option<Instance> {
        let Kind::Master { removed, .. } = &event.kind else { return None };
        if removed.contains(&original) {
            return None;
        }
        self.series(event, |series| series.at(original).ok().flatten()).flatten()
    }

    /// Everything a calendar shows that overlaps a range, by start: instances instead of series.
    pub fn view(&self, calendar: u64, range: Range) -> Vec<Item<'_>> {
        let mut found = Vec::new();
        for event in self.events.values().filter(|one| one.calendar == calendar && !one.is_deleted) {
            found.extend(self.expand(event, range));
        }
        found.sort_by_key(|item| (item.start, item.event.serial));
        found
    }

    /// What one stored event shows in a range; exceptions are stored events of their own.
    pub fn expand<'a>(&self, event: &'a Event, range: Range) -> Vec<Item<'a>> {
        let Kind::Master { removed, .. } = &event.kind else {
            let item = self.whole(event);
            return if range.meets(item.start, item.end) { vec![item] } else { Vec::new() };
        };
        let instances =
            self.series(event, |series| series.instances(range.from, range.to).unwrap_or_default()).unwrap_or_default();
        let plain = instances.into_iter().filter(|one| {
            !removed.contains(&one.original)
                && self.exception(event.serial, one.original).is_none()
                && range.meets(one.start, one.end)
        });
        plain.map(|one| Item { event, start: one.start, end: one.end, original: Some(one.original) }).collect()
    }

    /// A series and its exceptions in a range, by the wall time the series gives.
    pub fn instances_of<'a>(&'a self, master: &'a Event, range: Range) -> Vec<Item<'a>> {
        let mut found = self.expand(master, range);
        for exception in self.events.values().filter(|one| !one.is_deleted && one.is_exception_of(master.serial)) {
            found.extend(self.expand(exception, range));
        }
        found.sort_by_key(Item::series_time);
        found
    }

    fn series<T>(&self, event: &Event, use_it: impl FnOnce(&Series<'_>) -> T) -> Option<T> {
        let Kind::Master { recurrence, .. } = &event.kind else { return None };
        let (start, end) = self.span(event);
        let (zone, length) = if event.is_all_day {
            (self.zone(), Length::Days((event.end.wall.date() - event.start.wall.date()).num_days()))
        } else {
            (event.start.zone(), Length::Elapsed(end - start))
        };
        let lines = [recurrence.line.clone()];
        Some(use_it(&Series { start: event.start.wall, zone, length, lines: &lines }))
    }
}
