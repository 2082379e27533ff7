//! Half-open intervals of instants and the set operations on sorted lists of them.
//!
//! A *set* here is a list that is sorted, without overlaps and without touching neighbours, as [`merge`] returns it.
//! Every operation but the sort inside `merge` is linear. Knows no zones and no calendars.
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::{dense, order};

/// The whole seconds from `start` to before `end`. Ordered by start, then end.
///
/// Fractions of a second are rounded outwards, so that an interval never shrinks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    start: i64,
    end: i64,
}

/// The first and the last second that [`DateTime`] can represent.
const FIRST: i64 = DateTime::<Utc>::MIN_UTC.timestamp();
const LAST: i64 = DateTime::<Utc>::MAX_UTC.timestamp();

impl Interval {
    /// Everything that can be represented.
    pub const ALWAYS: Interval = Interval { start: FIRST, end: LAST };

    /// `[start, end)`, or `None` when that is empty.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Option<Interval> {
        (start < end).then(|| Interval { start: start.timestamp(), end: next_whole_second(end).timestamp() })
    }

    /// `[start, end)` in seconds since 1970-01-01T00:00:00Z, cut to what can be represented, or `None` when that is
    /// empty.
    pub fn of_seconds(start: i64, end: i64) -> Option<Interval> {
        let (start, end) = (start.max(FIRST), end.min(LAST));
        (start < end).then_some(Interval { start, end })
    }

    /// `[start, start + length)`, or `None` when that is empty or cannot be represented.
    pub fn starting(start: DateTime<Utc>, length: TimeDelta) -> Option<Interval> {
        Interval::new(start, start.checked_add_signed(length)?)
    }

    /// The first instant.
    pub fn start(&self) -> DateTime<Utc> {
        instant(self.start)
    }

    /// The first instant after it.
    pub fn end(&self) -> DateTime<Utc> {
        instant(self.end)
    }

    /// The first instant in seconds since 1970-01-01T00:00:00Z.
    pub fn start_second(&self) -> i64 {
        self.start
    }

    /// The first instant after it in seconds since 1970-01-01T00:00:00Z.
    pub fn end_second(&self) -> i64 {
        self.end
    }

    /// How long it is.
    pub fn length(&self) -> TimeDelta {
        TimeDelta::seconds(self.end - self.start)
    }

    /// Whether `instant` is inside.
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.contains_second(instant.timestamp())
    }

    /// Whether the second is inside.
    pub fn contains_second(&self, second: i64) -> bool {
        self.start <= second && second < self.end
    }

    /// Whether `other` lies inside completely.
    pub fn covers(&self, other: Interval) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share an instant; touching is not sharing.
    pub fn overlaps(&self, other: Interval) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The common part.
    pub fn intersection(&self, other: Interval) -> Option<Interval> {
        Interval::of_seconds(self.start.max(other.start), self.end.min(other.end))
    }

    /// Longer by `before` at the start and by `after` at the end, both whole seconds, as far as that can be
    /// represented.
    pub fn grown(&self, before: TimeDelta, after: TimeDelta) -> Interval {
        self.grown_by(before.num_seconds(), after.num_seconds())
    }

    /// The same, in seconds.
    pub fn grown_by(&self, before: i64, after: i64) -> Interval {
        let (start, end) = (self.start.saturating_sub(before), self.end.saturating_add(after));
        Interval { start: start.max(FIRST), end: end.min(LAST) }
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}..{:?}", self.start(), self.end())
    }
}

/// The instant so many seconds after 1970-01-01T00:00:00Z, or the nearest that can be represented.
pub fn instant(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second.clamp(FIRST, LAST), 0).unwrap_or_default()
}

/// `instant` itself when it is a whole second, else the next one.
pub fn next_whole_second(instant: DateTime<Utc>) -> DateTime<Utc> {
    if instant.timestamp_subsec_nanos() == 0 {
        return instant;
    }
    DateTime::from_timestamp(instant.timestamp().saturating_add(1), 0).unwrap_or(instant)
}

/// The union as a set: sorted, overlapping and touching intervals joined.
pub fn merge(mut intervals: Vec<Interval>) -> Vec<Interval> {
    if !intervals.is_sorted_by_key(|interval| interval.start) {
        if let Some(merged) = dense::merge(&intervals) {
            return merged;
        }
        order::sort(&mut intervals);
    }
    intervals.dedup_by(|next, current| {
        let joins = next.start <= current.end;
        if joins {
            current.end = current.end.max(next.end);
        }
        joins
    });
    intervals
}

/// The part of the set `from` outside the set `remove`.
pub fn subtract(from: &[Interval], remove: &[Interval]) -> Vec<Interval> {
    let mut rest = Vec::with_capacity(from.len());
    let mut removals = remove.iter().copied().peekable();
    for interval in from {
        let mut start = interval.start;
        while let Some(removal) = removals.peek().copied() {
            if removal.start >= interval.end {
                break;
            }
            if removal.end > start {
                rest.extend(Interval::of_seconds(start, removal.start));
                start = start.max(removal.end);
            }
            if removal.end > interval.end {
                break;
            }
            removals.next();
        }
        rest.extend(Interval::of_seconds(start, interval.end));
    }
    rest
}

/// The common part of two sets.
pub fn intersect(left: &[Interval], right: &[Interval]) -> Vec<Interval> {
    let mut common = Vec::new();
    let (mut lefts, mut rights) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(one), Some(other)) = (lefts.peek(), rights.peek()) {
        common.extend(one.intersection(**other));
        if one.end <= other.end {
            lefts.next();
        } else {
            rights.next();
        }
    }
    common
}

/// The part of a set inside `bounds`.
pub fn clip(set: &[Interval], bounds: Interval) -> Vec<Interval> {
    let first = set.partition_point(|interval| interval.end <= bounds.start);
    set.iter()
        .skip(first)
        .take_while(|interval| interval.start < bounds.end)
        .filter_map(|interval| interval.intersection(bounds))
        .collect()
}

/// The instants contained in at least `need` of the sets; `need` 0 counts as 1.
pub fn at_least(sets: &[&[Interval]], need: usize) -> Vec<Interval> {
    // Twice the second of each border, and one more where a set begins.
    let mut borders = Vec::with_capacity(sets.iter().map(|set| 2 * set.len()).sum());
    borders.extend(sets.iter().flat_map(|set| set.iter().flat_map(|one| [2 * one.start + 1, 2 * one.end])));
    // The stable sort merges what is in order already: each set is.
    borders.sort();
    let (mut covered, mut count, mut open) = (Vec::new(), 0_usize, None);
    let need = need.max(1);
    let mut borders = borders.into_iter().map(|border: i64| (border.div_euclid(2), border % 2 != 0)).peekable();
    while let Some((at, opens)) = borders.next() {
        count = if opens { count + 1 } else { count.saturating_sub(1) };
        if borders.peek().is_some_and(|(next, _)| *next == at) {
            continue;
        }
        match open {
            None if count >= need => open = Some(at),
            Some(start) if count < need => {
                covered.extend(Interval::of_seconds(start, at));
                open = None;
            }
            _ => {}
        }
    }
    covered
}

#[cfg(test)]
mod tests;
