//! A pointer into a sorted list of intervals that only moves forward, so that a walk over many instants is linear.
use chrono::{DateTime, Utc};

use super::interval::Interval;

/// Something that occupies an interval.
pub trait Spans {
    /// The interval.
    fn span(&self) -> Interval;
}

impl Spans for Interval {
    fn span(&self) -> Interval {
        *self
    }
}

/// A position in a sorted list without overlaps; seconds must be asked in ascending order, always of the same list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cursor {
    position: usize,
}

impl Cursor {
    /// The member of `set` containing a second, if any.
    pub fn at<'a, T: Spans>(&mut self, set: &'a [T], second: i64) -> Option<&'a T> {
        loop {
            let member = set.get(self.position)?;
            let span = member.span();
            if span.end_second() > second {
                return (span.start_second() <= second).then_some(member);
            }
            self.position += 1;
        }
    }

    /// How many members it has passed.
    pub fn steps(self) -> usize {
        self.position
    }
}

/// The member of a sorted set containing `instant`, if any, by bisection.
pub fn member_at<T: Spans>(set: &[T], instant: DateTime<Utc>) -> Option<&T> {
    let second = instant.timestamp();
    let first = set.partition_point(|member| member.span().end_second() <= second);
    set.get(first).filter(|member| member.span().start_second() <= second)
}
