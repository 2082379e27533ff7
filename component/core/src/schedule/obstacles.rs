//! What blocks one person's time, as the starts it refuses; each obstacle keeps a number, so that a refusal can name it.
use std::iter;

use chrono::{DateTime, TimeDelta, Utc};

use super::availability::{Availability, Busy, BusySet, Reservation};
use super::hours;
use super::interval::{Interval, merge};
use super::policy::{BusyKind, Treatment};
use super::reason::Detail;
use super::rules::{LONGEST, ValidRules};

/// Something that blocks.
#[derive(Debug, Clone, Copy)]
pub struct Obstacle {
    /// Its number.
    pub number: usize,
    /// What kind of thing it is.
    pub kind: BusyKind,
    /// The starts at which the meeting itself would overlap it.
    pub direct: Interval,
    /// The starts it refuses, buffers included.
    pub grown: Interval,
}

/// Lengths in seconds that decide which starts an interval refuses.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    duration: i64,
    before: i64,
    after: i64,
}

impl Reach {
    /// The reach of a meeting of length `duration` under `rules`.
    pub fn new(rules: &ValidRules<'_>, duration: TimeDelta) -> Reach {
        let rules = rules.get();
        let (before, after) = (rules.buffer_before.num_seconds(), rules.buffer_after.num_seconds());
        Reach { duration: duration.num_seconds(), before, after }
    }

    /// The starts at which the meeting itself would overlap `interval`.
    pub fn direct(&self, interval: Interval) -> Interval {
        interval.grown_by(self.duration - 1, 0)
    }

    /// The starts `interval` refuses, buffers included.
    pub fn grown(&self, interval: Interval) -> Interval {
        interval.grown_by(self.duration - 1 + self.after, self.before)
    }

    /// The same of a reservation: each gap must hold the longer of the two buffers that meet in it.
    fn grown_reserved(&self, interval: Interval, own: Reservation) -> Interval {
        let seconds = |buffer: TimeDelta| buffer.min(LONGEST).num_seconds();
        let (before, after) = (seconds(own.buffer_before), seconds(own.buffer_after));
        interval.grown_by(self.duration - 1 + self.after.max(before), self.before.max(after))
    }
}

/// All obstacles of one person.
#[derive(Debug, Clone)]
pub struct Obstacles<'a> {
    rules: ValidRules<'a>,
    availability: &'a Availability,
    reach: Reach,
    now: DateTime<Utc>,
    time_off: Vec<Interval>,
    sets: Vec<Merged<'a>>,
}

/// A set of busy times that blocks, as a sorted list without overlaps.
#[derive(Debug, Clone)]
struct Merged<'a> {
    set: &'a BusySet,
    intervals: Vec<Interval>,
}

impl<'a> Obstacles<'a> {
    /// What can refuse a start in `span`.
    pub fn new(
        rules: ValidRules<'a>,
        availability: &'a Availability,
        reach: Reach,
        span: Interval,
        now: DateTime<Utc>,
    ) -> Obstacles<'a> {
        let touching = span.grown(LONGEST, LONGEST + LONGEST);
        let time_off = hours::time_off(&rules, touching);
        let mut obstacles = Obstacles { rules, availability, reach, now, time_off, sets: Vec::new() };
        obstacles.sets = obstacles.merged_sets(Treatment::Block, touching);
        obstacles
    }

    /// Every obstacle; those of one set, and the holidays, by start.
    pub fn iter(&self) -> impl Iterator<Item = Obstacle> {
        let items = self.items(Treatment::Block).map(|(number, item)| {
            let grown = item
                .reservation
                .map_or_else(|| self.reach.grown(item.interval), |own| self.reach.grown_reserved(item.interval, own));
            Obstacle { number, kind: item.kind, direct: self.reach.direct(item.interval), grown }
        });
        let merged = iter::once((BusyKind::TimeOff, &self.time_off))
            .chain(self.sets.iter().map(|one| (one.set.kind, &one.intervals)))
            .flat_map(|(kind, intervals)| intervals.iter().map(move |interval| (kind, *interval)));
        let merged = merged.enumerate().map(|(index, (kind, interval))| Obstacle {
            number: self.availability.busy.len() + index,
            kind,
            direct: self.reach.direct(interval),
            grown: self.reach.grown(interval),
        });
        items.chain(merged)
    }

    /// At most how many there are.
    pub fn count(&self) -> usize {
        let sets: usize = self.sets.iter().map(|one| one.intervals.len()).sum();
        self.availability.busy.len() + self.time_off.len() + sets
    }

    /// The obstacle with that number, as the witness of a refusal.
    pub fn witness(&self, number: usize) -> Option<Detail> {
        let items = &self.availability.busy;
        if let Some(Busy { interval, calendar, title, .. }) = items.get(number) {
            return Some(Detail::Item { interval: *interval, calendar: calendar.clone(), title: title.clone() });
        }
        let mut index = number.checked_sub(items.len())?;
        if let Some(interval) = self.time_off.get(index) {
            return Some(Detail::Holiday { interval: *interval });
        }
        index = index.checked_sub(self.time_off.len())?;
        for Merged { set, intervals } in &self.sets {
            if let Some(interval) = intervals.get(index) {
                return Some(Detail::Item { interval: *interval, calendar: set.calendar.clone(), title: None });
            }
            index = index.checked_sub(intervals.len())?;
        }
        None
    }

    /// What does not block but counts against a start that overlaps it, as far as it touches `span`.
    pub fn penalised(&self, span: Interval) -> Vec<Interval> {
        let items = self.items(Treatment::Penalise).map(|(_, item)| item.interval);
        let sets = self.merged_sets(Treatment::Penalise, span).into_iter().flat_map(|one| one.intervals);
        items.filter(|interval| interval.overlaps(span)).chain(sets).collect()
    }

    fn items(&self, wanted: Treatment) -> impl Iterator<Item = (usize, &'a Busy)> {
        let statuses = &self.rules.get().statuses;
        self.availability.busy.iter().enumerate().filter(move |(_, item)| {
            statuses.treatment(item.kind, item.calendar.as_ref()) == wanted && !item.has_expired(self.now)
        })
    }

    fn merged_sets(&self, wanted: Treatment, touching: Interval) -> Vec<Merged<'a>> {
        let statuses = &self.rules.get().statuses;
        let wanted = |set: &&BusySet| statuses.treatment(set.kind, set.calendar.as_ref()) == wanted;
        let merged = |set: &'a BusySet| {
            let mut intervals = Vec::with_capacity(set.intervals.len());
            intervals.extend(set.intervals.iter().copied().filter(|interval| interval.overlaps(touching)));
            Merged { set, intervals: merge(intervals) }
        };
        self.availability.sets.iter().filter(wanted).map(merged).collect()
    }
}
