//! The walk along the grid: what is offered, what is refused and why, and where the answer was cut short.
use chrono::{DateTime, TimeDelta, Utc};

use super::caps::Caps;
use super::cursor::Cursor;
use super::grid::{Grid, Skipped};
use super::interval::{Interval, clip, instant};
use super::reason::{Detail, GiveReasons, Histogram, Reason, ReasonCode, Refusal};

/// How much a refusal is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Explain {
    /// Not at all: only feasible stretches are visited.
    Nothing,
    /// A count of primary reasons.
    #[default]
    Summary,
    /// Every refused start with all its reasons, as many starts as slots are allowed and not many more than
    /// [`MOST_REASONS`] reasons, and the count.
    Full,
}

/// What a walk needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Walk<'a> {
    /// The candidates.
    pub grid: &'a Grid,
    /// The feasible starts.
    pub starts: &'a [Interval],
    /// The starts asked for.
    pub range: Interval,
    /// How many slots to offer.
    pub most: usize,
    /// How much to explain.
    pub explain: Explain,
    /// The bounds.
    pub caps: Caps,
    /// How many persons each candidate is about.
    pub persons: usize,
}

/// Candidates times persons visited in one answer that explains.
const MOST_EXPLAINED: usize = 20_000_000;
/// Reasons spelled out in one answer.
pub const MOST_REASONS: usize = 20_000;

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walked {
    /// Offered starts, ascending.
    pub offered: Vec<DateTime<Utc>>,
    /// Primary reasons counted.
    pub histogram: Histogram,
    /// Refused starts with reasons.
    pub refused: Vec<Refusal>,
    /// The first candidate that no longer fitted into the answer.
    pub truncated: Option<DateTime<Utc>>,
    /// Candidates visited.
    pub grid_points: usize,
    /// Steps of the pointer into the feasible starts.
    pub steps: usize,
    reasons_given: usize,
}

impl Walk<'_> {
    /// Walks; `reasons` is asked only when something is to be explained.
    pub fn run(&self, reasons: &mut dyn GiveReasons) -> Walked {
        match self.explain {
            Explain::Nothing => self.feasible_only(),
            Explain::Summary | Explain::Full => self.everything(reasons),
        }
    }

    fn feasible_only(&self) -> Walked {
        let mut walked = Walked::default();
        for run in clip(self.starts, self.range) {
            walked.steps += 1;
            for point in self.grid.points(run) {
                if walked.offered.len() >= self.most {
                    walked.truncated = Some(instant(point));
                    return walked;
                }
                walked.grid_points += 1;
                walked.offered.push(instant(point));
            }
        }
        walked
    }

    fn everything(&self, explain: &mut dyn GiveReasons) -> Walked {
        let mut walked = Walked::default();
        let mut skipped = self.grid.skipped(self.range).into_iter().peekable();
        let mut feasible = Cursor::default();
        let most_points = MOST_EXPLAINED / self.persons.max(1);
        for point in self.grid.points(self.range) {
            while let Some(gap) = skipped.next_if(|gap| gap.transition.timestamp() <= point) {
                self.refuse_skipped(&mut walked, gap);
            }
            let is_feasible = feasible.at(self.starts, point).is_some();
            let is_full = is_feasible && walked.offered.len() >= self.most;
            if is_full || walked.grid_points >= most_points {
                walked.truncated = Some(instant(point));
                break;
            }
            walked.grid_points += 1;
            if is_feasible {
                walked.offered.push(instant(point));
            } else {
                self.refuse(&mut walked, point, explain);
            }
        }
        if walked.truncated.is_none() {
            skipped.for_each(|gap| self.refuse_skipped(&mut walked, gap));
        }
        walked.steps += feasible.steps();
        walked
    }

    fn refuse_skipped(&self, walked: &mut Walked, gap: Skipped) {
        let detail = Detail::Local { local: gap.local, zone: gap.zone };
        let reason = Reason::new(ReasonCode::NonexistentLocalTime, detail);
        walked.histogram.add(reason.code);
        if self.spells_out(walked) {
            walked.reasons_given += 1;
            walked.refused.push(Refusal { start: gap.transition, reasons: vec![reason] });
        }
    }

    fn refuse(&self, walked: &mut Walked, start: i64, explain: &mut dyn GiveReasons) {
        if !self.spells_out(walked) {
            explain.primary(start).into_iter().for_each(|code| walked.histogram.add(code));
            return;
        }
        let start = instant(start);
        let reasons = explain.reasons(start);
        let Some(primary) = reasons.first() else { return };
        walked.histogram.add(primary.code);
        walked.reasons_given += reasons.len();
        walked.refused.push(Refusal { start, reasons });
    }

    /// Whether one more refusal is to be given with all its reasons.
    fn spells_out(&self, walked: &Walked) -> bool {
        let has_room = walked.refused.len() < self.caps.slots && walked.reasons_given < MOST_REASONS;
        self.explain == Explain::Full && has_room
    }
}

/// The up to `count` offered starts closest to `around`: nearest first, the earlier of two equally near first.
pub fn closest(
    grid: &Grid,
    starts: &[Interval],
    span: Interval,
    around: DateTime<Utc>,
    count: usize,
) -> Vec<DateTime<Utc>> {
    let after = Interval::new(around.max(span.start()), span.end());
    let before = Interval::new(span.start(), around.min(span.end()));
    let mut found: Vec<DateTime<Utc>> = after.map_or_else(Vec::new, |after| {
        clip(starts, after).into_iter().flat_map(|run| grid.points(run)).map(instant).take(count).collect()
    });
    found.extend(before.map_or_else(Vec::new, |before| last(grid, starts, before, count)));
    found.sort_unstable_by_key(|start| (start.signed_duration_since(around).abs(), *start));
    found.truncate(count);
    found
}

/// The last up to `count` offered starts inside `span`, found day by day from its end.
fn last(grid: &Grid, starts: &[Interval], span: Interval, count: usize) -> Vec<DateTime<Utc>> {
    let mut found: Vec<DateTime<Utc>> = Vec::new();
    let mut end = span.end();
    while found.len() < count && end > span.start() {
        let start = end.checked_sub_signed(TimeDelta::days(1)).map_or(span.start(), |start| start.max(span.start()));
        let part = Interval::new(start, end).map_or_else(Vec::new, |part| clip(starts, part));
        let mut points: Vec<_> = part.into_iter().flat_map(|run| grid.points(run)).map(instant).collect();
        points.reverse();
        found.extend(points);
        end = start;
    }
    found.truncate(count);
    found
}
