//! Why a start is not offered.
//!
//! Codes are ordered: the first that applies is the primary one. Reasons carry a witness (the event, the calendar,
//! the limit), titles only where the input has them.
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::interval::Interval;
use super::limits::Limit;
use super::zone::Zone;

/// The kind of a reason, in order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReasonCode {
    /// The wall time is skipped by a clock change.
    NonexistentLocalTime,
    /// Earlier than the minimum notice allows.
    BeforeNotice,
    /// Later than the horizon allows.
    BeyondHorizon,
    /// A date override closes it.
    Closed,
    /// Not inside working hours.
    OutsideHours,
    /// A holiday or a whole day out of office.
    TimeOff,
    /// Something busy.
    Busy,
    /// A hold of somebody else, its buffers included.
    Held,
    /// Only buffers collide.
    Buffer,
    /// A tentative or unanswered event that blocks.
    Tentative,
    /// A calendar could not be read.
    UnknownAvailability,
    /// Too few members of a group can come.
    QuorumNotMet,
    /// The day, week or month is booked up.
    LimitReached,
    /// None of the candidates can take it.
    NoAssignee,
}

impl ReasonCode {
    /// Every code, in order of precedence.
    pub const ALL: [ReasonCode; 14] = [
        ReasonCode::NonexistentLocalTime,
        ReasonCode::BeforeNotice,
        ReasonCode::BeyondHorizon,
        ReasonCode::Closed,
        ReasonCode::OutsideHours,
        ReasonCode::TimeOff,
        ReasonCode::Busy,
        ReasonCode::Held,
        ReasonCode::Buffer,
        ReasonCode::Tentative,
        ReasonCode::UnknownAvailability,
        ReasonCode::QuorumNotMet,
        ReasonCode::LimitReached,
        ReasonCode::NoAssignee,
    ];

    /// The stable name, such as `outside_hours`.
    pub fn as_str(self) -> &'static str {
        match self {
            ReasonCode::NonexistentLocalTime => "nonexistent_local_time",
            ReasonCode::BeforeNotice => "before_notice",
            ReasonCode::BeyondHorizon => "beyond_horizon",
            ReasonCode::Closed => "closed",
            ReasonCode::OutsideHours => "outside_hours",
            ReasonCode::TimeOff => "time_off",
            ReasonCode::Busy => "busy",
            ReasonCode::Held => "held",
            ReasonCode::Buffer => "buffer",
            ReasonCode::Tentative => "tentative",
            ReasonCode::UnknownAvailability => "unknown_availability",
            ReasonCode::QuorumNotMet => "quorum_not_met",
            ReasonCode::LimitReached => "limit_reached",
            ReasonCode::NoAssignee => "no_assignee",
        }
    }

    /// Whether somebody's time is taken or unknown, as opposed to a rule about when meetings are wanted.
    pub fn is_collision(self) -> bool {
        use ReasonCode::{Buffer, Busy, Held, Tentative, TimeOff, UnknownAvailability};
        matches!(self, TimeOff | Busy | Held | Buffer | Tentative | UnknownAvailability)
    }
}

/// One reason, with whose it is and its witness.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The kind.
    pub code: ReasonCode,
    /// The person it is about, in group questions: of what all members of a group share, the first of them.
    pub participant: Option<Arc<str>>,
    /// The witness.
    pub detail: Detail,
}

impl Reason {
    /// A reason about nobody in particular.
    pub fn new(code: ReasonCode, detail: Detail) -> Reason {
        Reason { code, participant: None, detail }
    }
}

/// What proves a reason.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// The rule itself.
    None,
    /// A wall time that does not exist.
    Local {
        /// The wall time.
        local: NaiveDateTime,
        /// Its zone.
        zone: Zone,
    },
    /// The first start the notice allows.
    Earliest(DateTime<Utc>),
    /// The first start beyond the horizon.
    Latest(DateTime<Utc>),
    /// Something that occupies time.
    Item {
        /// When.
        interval: Interval,
        /// On which calendar.
        calendar: Option<Arc<str>>,
        /// Its title, if the reader may see it.
        title: Option<Arc<str>>,
    },
    /// A calendar that could not be read.
    Unread {
        /// When nothing is known.
        interval: Interval,
        /// Which calendar.
        calendar: Option<Arc<str>>,
        /// Why.
        cause: Arc<str>,
        /// Since when.
        since: Option<DateTime<Utc>>,
    },
    /// A day off of the rules.
    Holiday {
        /// From midnight to midnight, with the days off next to it.
        interval: Interval,
    },
    /// A group too small.
    Quorum {
        /// Which of the quorums, from 0; none: the round robin.
        quorum: Option<usize>,
        /// Its name.
        name: Arc<str>,
        /// How many can come.
        have: usize,
        /// How many must.
        need: usize,
    },
    /// A period that is booked up.
    Limit {
        /// The limit.
        limit: Limit,
        /// The first local date of the period.
        bucket: NaiveDate,
    },
}

/// How many starts were refused for a primary reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonCount {
    /// The primary reason.
    pub code: ReasonCode,
    /// The number of candidate starts.
    pub count: usize,
}

/// A candidate start that is not offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The start; for a wall time that does not exist, the first instant after it.
    pub start: DateTime<Utc>,
    /// All reasons, the primary one first; never empty.
    pub reasons: Vec<Reason>,
}

/// Something that can say why it refuses a start. Starts must be asked in ascending order.
pub trait GiveReasons {
    /// The primary reason against `start`, in seconds since 1970-01-01T00:00:00Z; `None` when it is acceptable.
    fn primary(&mut self, start: i64) -> Option<ReasonCode>;

    /// All reasons against `start`, primary first; empty when it is acceptable.
    fn reasons(&mut self, start: DateTime<Utc>) -> Vec<Reason>;
}

/// Counts primary reasons.
#[derive(Debug, Clone, Default)]
pub struct Histogram([usize; ReasonCode::ALL.len()]);

impl Histogram {
    /// Counts one refusal.
    pub fn add(&mut self, code: ReasonCode) {
        if let Some(count) = self.0.get_mut(code as usize) {
            *count += 1;
        }
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|count| *count == 0)
    }

    /// The counts in order of precedence.
    pub fn into_counts(self) -> Vec<ReasonCount> {
        let counts = ReasonCode::ALL.into_iter().zip(self.0).map(|(code, count)| ReasonCount { code, count });
        counts.filter(|one| one.count > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_counted_and_comes_back_in_order_of_precedence() {
        let mut histogram = Histogram::default();
        assert!(histogram.is_empty());
        for (index, code) in ReasonCode::ALL.into_iter().enumerate().rev() {
            (0..=index).for_each(|_| histogram.add(code));
        }
        let counts: Vec<_> = histogram.into_counts().into_iter().map(|one| (one.code, one.count)).collect();
        assert_eq!(counts, ReasonCode::ALL.into_iter().zip(1..).collect::<Vec<_>>());
        assert!(ReasonCode::ALL.is_sorted());
    }
}
