//! Candidate starts.
//!
//! Counted from local midnight, a candidate is every instant at which the wall clock shows `offset + k * step`: a wall
//! time in a gap gives none, one in an overlap gives two, each instant comes once. Counted from windows or gaps,
//! candidates are elapsed steps. Does not know what is free.
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::interval::Interval;
use super::rules::ValidRules;
use super::zone::Zone;

const DAY_SECONDS: i64 = 86_400;

/// Candidate starts over a span; enumerated lazily.
#[derive(Debug, Clone)]
pub struct Grid {
    runs: Vec<Run>,
    step: i64,
    offset: i64,
}

/// A stretch of time in which candidates are evenly spaced (within a local day).
#[derive(Debug, Clone)]
struct Run {
    interval: Interval,
    /// The zone and its offset in seconds; `None`: counted from the beginning of the run.
    local: Option<(Zone, i64)>,
}

impl Run {
    /// Where the local day of an instant ends; counted from the beginning of the run, days do not matter.
    fn day_end(&self, instant: i64) -> i64 {
        let Some((_, offset)) = self.local else { return i64::MAX };
        ((instant + offset).div_euclid(DAY_SECONDS) + 1) * DAY_SECONDS - offset
    }
}

/// A wall time of the grid that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The first instant after the gap.
    pub transition: DateTime<Utc>,
    /// The wall time.
    pub local: NaiveDateTime,
    /// The zone.
    pub zone: Zone,
}

impl Grid {
    /// Wall times `offset + k * step` over `span`, in the grid zone of the rules or the person's zone on each date.
    pub fn local_midnight(rules: &ValidRules<'_>, span: Interval) -> Grid {
        let mut runs = Vec::new();
        // One second more, so that a clock change at the very beginning is seen as one.
        let span = span.grown(TimeDelta::seconds(1), TimeDelta::zero());
        for (part, zone) in zone_spans(rules, span) {
            runs.extend(zone.stretches(part).into_iter().map(|stretch| Run {
                interval: stretch.interval,
                local: Some((zone.clone(), i64::from(stretch.offset_seconds))),
            }));
        }
        Grid { runs, step: rules.get().step.num_seconds().max(1), offset: rules.get().offset.num_seconds() }
    }

    /// Elapsed steps from the beginning of each interval of `set`.
    pub fn elapsed(set: &[Interval], step: TimeDelta) -> Grid {
        let runs = set.iter().map(|interval| Run { interval: *interval, local: None }).collect();
        Grid { runs, step: step.num_seconds().max(1), offset: 0 }
    }

    /// The candidates inside `bounds`, ascending, in seconds since 1970-01-01T00:00:00Z.
    pub fn points(&self, bounds: Interval) -> impl Iterator<Item = i64> {
        let first = self.runs.partition_point(|run| run.interval.end() <= bounds.start());
        let runs = self.runs.iter().skip(first).take_while(move |run| run.interval.start() < bounds.end());
        runs.flat_map(move |run| {
            let part = run.interval.intersection(bounds).unwrap_or(run.interval);
            let candidates = self.candidates(run, part.start_second());
            candidates.take_while(move |candidate| *candidate < part.end_second())
        })
    }

    /// The candidates at or after `from`, without end: one step apart until the local day ends.
    fn candidates<'a>(&'a self, run: &'a Run, from: i64) -> impl Iterator<Item = i64> + 'a {
        let counted = |candidate: i64| (candidate, run.day_end(candidate));
        let after = move |(last, day_end): &(i64, i64)| {
            let next = last + self.step;
            Some(if next < *day_end { (next, *day_end) } else { counted(self.next_in(run, last + 1)) })
        };
        std::iter::successors(Some(counted(self.next_in(run, from))), after).map(|(candidate, _)| candidate)
    }

    /// The wall times of the grid that a forward clock change inside `bounds` skips, ascending.
    pub fn skipped(&self, bounds: Interval) -> Vec<Skipped> {
        let mut skipped = Vec::new();
        for (one, next) in self.runs.iter().zip(self.runs.iter().skip(1)) {
            let (Some((zone, before)), Some((next_zone, after))) = (&one.local, &next.local) else { continue };
            let transition = next.interval.start();
            if zone != next_zone || one.interval.end() != transition || !bounds.contains(transition) {
                continue;
            }
            let (mut local, end) = (transition.timestamp() + before, transition.timestamp() + after);
            loop {
                local = self.next_local(local);
                if local >= end {
                    break;
                }
                let civil = DateTime::from_timestamp(local, 0).map(|shown| shown.naive_utc());
                skipped.extend(civil.map(|local| Skipped { transition, local, zone: zone.clone() }));
                local += 1;
            }
        }
        skipped
    }

    /// The first candidate at or after `from`, counted as in `run`.
    fn next_in(&self, run: &Run, from: i64) -> i64 {
        match run.local {
            Some((_, offset)) => self.next_local(from + offset) - offset,
            None => {
                let start = run.interval.start().timestamp();
                start + ceiling(from - start, self.step) * self.step
            }
        }
    }

    /// The first wall time of the grid at or after `local`, both as seconds of a clock without zone.
    fn next_local(&self, local: i64) -> i64 {
        let midnight = local.div_euclid(DAY_SECONDS) * DAY_SECONDS;
        let steps = ceiling(local - midnight - self.offset, self.step).max(0);
        let since_midnight = self.offset + steps * self.step;
        if since_midnight < DAY_SECONDS { midnight + since_midnight } else { midnight + DAY_SECONDS + self.offset }
    }
}

/// `numerator / denominator` rounded up, for a positive denominator.
fn ceiling(numerator: i64, denominator: i64) -> i64 {
    -(-numerator).div_euclid(denominator)
}

/// `span` cut into the parts spent in each zone. Who goes on from one stay to the next keeps the zone of the first until
/// the second begins: nobody is at home in between.
fn zone_spans<'a>(rules: &ValidRules<'a>, span: Interval) -> Vec<(Interval, &'a Zone)> {
    if let Some(zone) = &rules.get().grid_zone {
        return vec![(span, zone)];
    }
    let home = &rules.get().zone;
    let (mut spans, mut start) = (Vec::new(), span.start());
    let mut stays = rules.stays().peekable();
    while let Some(stay) = stays.next() {
        let next = stays.peek().filter(|next| next.from == stay.until);
        let goes_on = next.map(|next| next.zone.start_of_day(next.from));
        let begins = stay.zone.start_of_day(stay.from).clamp(start, span.end());
        let ends = stay.zone.start_of_day(stay.until).max(goes_on.unwrap_or(DateTime::<Utc>::MIN_UTC));
        let ends = ends.clamp(begins, span.end());
        spans.extend(Interval::new(start, begins).map(|part| (part, home)));
        spans.extend(Interval::new(begins, ends).map(|part| (part, &stay.zone)));
        start = ends;
    }
    spans.extend(Interval::new(start, span.end()).map(|part| (part, home)));
    spans
}
