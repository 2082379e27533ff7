//! Slots of one person: find them, check one, and offer the nearest instead.
//!
//! ```
//! use calendar_core::schedule::availability::{Availability, Busy};
//! use calendar_core::schedule::interval::Interval;
//! use calendar_core::schedule::rules::Rules;
//! use calendar_core::schedule::slots::{Query, find};
//! use calendar_core::schedule::zone::Zone;
//! use chrono::{DateTime, TimeDelta, Utc};
//!
//! let utc = |text: &str| text.parse::<DateTime<Utc>>().map_err(|error| error.to_string());
//! let zone = Zone::parse("America/New_York")?;
//! let rules = Rules { zone, duration: TimeDelta::hours(1), step: TimeDelta::hours(1), ..Rules::default() };
//! // A Wednesday, 09:00 to 17:00 -0400; busy 10:30 to 15:00.
//! let range = Interval::new(utc("2026-06-10T04:00:00Z")?, utc("2026-06-11T04:00:00Z")?).ok_or("empty")?;
//! let busy = Busy::new(utc("2026-06-10T14:30:00Z")?, utc("2026-06-10T19:00:00Z")?).into_iter().collect();
//! let query = Query::new(range, rules, Availability { busy, ..Availability::default() });
//!
//! let outcome = find(&query, utc("2026-06-01T00:00:00Z")?)?;
//! let starts: Vec<String> = outcome.slots.iter().map(|slot| slot.start().format("%H:%MZ").to_string()).collect();
//! assert_eq!(starts, ["13:00Z", "19:00Z", "20:00Z"]);
//! let reasons: Vec<_> = outcome.reasons.iter().map(|one| (one.code.as_str(), one.count)).collect();
//! assert_eq!(reasons, [("outside_hours", 16), ("busy", 5)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
use chrono::{DateTime, TimeDelta, Utc};

use super::availability::Availability;
use super::caps::{Caps, Work};
use super::explain::Explainer;
use super::grid::Grid;
use super::interval::{Interval, next_whole_second};
use super::reason::{GiveReasons, Reason, ReasonCode, ReasonCount, Refusal};
use super::rules::{Anchor, InvalidRule, LOOK_BACK, Rules, ValidRules, valid_instant};
use super::starts::{Agenda, Question};
use super::walk::{Walk, Walked, closest};

pub use super::walk::Explain;

/// How far on either side of the range alternatives are sought, in days of 24 hours.
pub const ALTERNATIVE_DAYS: i64 = 31;

/// A question about one person.
#[derive(Debug, Clone)]
pub struct Query {
    /// The starts asked for; a meeting may end after it. Whole seconds: an [`Interval`] has no fractions.
    pub range: Interval,
    /// The rules.
    pub rules: Rules,
    /// What is known about the person's time.
    pub availability: Availability,
    /// Most slots wanted, at least 1.
    pub max_slots: usize,
    /// How much to explain.
    pub explain: Explain,
    /// How many alternatives outside the range to offer when it has no slot.
    pub alternatives: usize,
    /// The bounds.
    pub caps: Caps,
}

impl Query {
    /// A question with defaults: up to 100 slots, a summary of reasons, three alternatives, default bounds.
    pub fn new(range: Interval, rules: Rules, availability: Availability) -> Query {
        let (explain, caps) = (Explain::Summary, Caps::default());
        Query { range, rules, availability, max_slots: 100, explain, alternatives: 3, caps }
    }

    /// The span of time that decides the answer: what to ask the calendars for.
    pub fn fetch_range(&self) -> Interval {
        self.rules.fetch_range(self.range)
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Slots, ascending by start.
    pub slots: Vec<Interval>,
    /// Primary reasons of the refused candidates, counted, in order of precedence.
    pub reasons: Vec<ReasonCount>,
    /// Refused candidates, ascending; only when asked for in full.
    pub refused: Vec<Refusal>,
    /// When there is no slot: the slots outside the range nearest to it, nearest first.
    pub nearest: Vec<Interval>,
    /// Where to continue, when the answer was cut short by a bound or by `max_slots`.
    pub truncated: Option<DateTime<Utc>>,
    /// What it took.
    pub work: Work,
}

/// Finds the slots of a range.
///
/// # Errors
/// [`InvalidRule`] when a rule, the range or a bound is invalid.
pub fn find(query: &Query, now: DateTime<Utc>) -> Result<Outcome, InvalidRule> {
    let rules = query.rules.validate()?;
    let range = checked_range(query.range, query.max_slots, now)?;
    let caps = query.caps.bounded();
    let (range, cut) = bounded_range(range, caps);
    let agenda = agenda(query, rules, range, now);
    let (range, cut) = decided_range(range, cut, agenda.decided_until)?;
    let grid = grid(&agenda, range);
    let most = query.max_slots.min(caps.slots);
    let walk = Walk { grid: &grid, starts: &agenda.starts, range, most, explain: query.explain, caps, persons: 1 };
    let (mut walked, steps) = explained(&agenda, &walk);
    if walked.offered.is_empty() && walked.histogram.is_empty() && query.rules.anchor != Anchor::LocalMidnight {
        let grid = Grid::local_midnight(&agenda.rules, range);
        let (reasons, _) = explained(&agenda, &Walk { grid: &grid, ..walk });
        (walked.histogram, walked.refused) = (reasons.histogram, reasons.refused);
    }
    let truncated = walked.truncated.or(cut);
    // Of a range that was not searched to its end nobody knows that it has no slot.
    let is_empty = walked.offered.is_empty() && truncated.is_none();
    let nearest = if is_empty { alternatives(query, range, now)? } else { Vec::new() };
    let mut work = agenda.work;
    work.add(Work { grid_points: walked.grid_points, steps: steps + walked.steps, ..Work::default() });
    Ok(Outcome {
        slots: slots(&walked.offered, query.rules.duration),
        reasons: walked.histogram.into_counts(),
        refused: walked.refused,
        nearest,
        truncated,
        work,
    })
}

/// The reasons against one exact start, wherever it lies and whether or not the grid has it; empty when it is free.
/// Where the availability is not known, as outside the range unless it says so, it is unknown.
///
/// The caller decides which reasons matter: see [`super::reason::ReasonCode::is_collision`].
///
/// # Errors
/// [`InvalidRule`] when a rule is invalid or `start` is not a whole second.
pub fn reasons_against(query: &Query, start: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<Reason>, InvalidRule> {
    let rules = query.rules.validate()?;
    valid_instant("now", now)?;
    valid_instant("start", start)?;
    if start != next_whole_second(start) {
        return Err(InvalidRule::new("start", "must be a whole second"));
    }
    let Some(instant) = Interval::starting(start, TimeDelta::seconds(1)) else { return Ok(Vec::new()) };
    let question = Question {
        span: instant,
        duration: query.rules.duration,
        known: query.fetch_range(),
        now,
        caps: query.caps.bounded(),
    };
    let agenda = Agenda::new(rules, &query.availability, question);
    Ok(Explainer::new(&agenda).reasons(start))
}

/// The up to `count` slots of the range closest to `around`, nearest first, the earlier of two equally near first.
///
/// # Errors
/// As [`find`].
pub fn nearest(
    query: &Query,
    around: DateTime<Utc>,
    count: usize,
    now: DateTime<Utc>,
) -> Result<Vec<Interval>, InvalidRule> {
    let rules = query.rules.validate()?;
    let (range, _) = bounded_range(checked_range(query.range, query.max_slots, now)?, query.caps.bounded());
    let agenda = agenda(query, rules, range, now);
    let count = count.min(query.caps.bounded().slots);
    let starts = closest(&grid(&agenda, range), &agenda.starts, range, around, count);
    Ok(slots(&starts, query.rules.duration))
}

/// The slots outside the range nearest to it, as far as the availability is known there.
fn alternatives(query: &Query, range: Interval, now: DateTime<Utc>) -> Result<Vec<Interval>, InvalidRule> {
    let Some(_) = query.availability.known.filter(|_| query.alternatives > 0) else { return Ok(Vec::new()) };
    let reach = TimeDelta::days(ALTERNATIVE_DAYS);
    let wide = range.grown(reach, reach);
    let agenda = agenda(query, query.rules.validate()?, wide, now);
    let grid = grid(&agenda, wide);
    let count = query.alternatives.min(query.caps.bounded().slots);
    let before = Interval::new(wide.start(), range.start());
    let after = Interval::new(range.end(), wide.end());
    let mut found = Vec::new();
    for (side, border) in [(before, range.start()), (after, range.end())] {
        let Some(side) = side else { continue };
        found.extend(closest(&grid, &agenda.starts, side, border, count).into_iter().map(|start| {
            let distance = start.signed_duration_since(border).abs();
            (distance, start)
        }));
    }
    found.sort_unstable();
    let starts: Vec<_> = found.into_iter().map(|(_, start)| start).take(count).collect();
    Ok(slots(&starts, query.rules.duration))
}

/// Checks the range.
pub(super) fn checked_range(range: Interval, most: usize, now: DateTime<Utc>) -> Result<Interval, InvalidRule> {
    valid_instant("now", now)?;
    valid_instant("range", range.start())?;
    valid_instant("range", range.end())?;
    if most == 0 {
        return Err(InvalidRule::new("max_slots", "must be at least 1"));
    }
    Ok(range)
}

/// The range cut to the longest allowed, and where it was cut.
pub(super) fn bounded_range(range: Interval, caps: Caps) -> (Interval, Option<DateTime<Utc>>) {
    let longest = Interval::starting(range.start(), TimeDelta::days(i64::from(caps.days)));
    match longest.filter(|longest| longest.end() < range.end()) {
        Some(longest) => (longest, Some(longest.end())),
        None => (range, None),
    }
}

/// The range cut to where all events were counted, and where it was cut.
///
/// # Errors
/// [`InvalidRule`] when not even those before the range could be counted.
pub(super) fn decided_range(
    range: Interval,
    cut: Option<DateTime<Utc>>,
    decided_until: Option<DateTime<Utc>>,
) -> Result<(Interval, Option<DateTime<Utc>>), InvalidRule> {
    match decided_until.filter(|until| *until < range.end()) {
        None => Ok((range, cut)),
        Some(until) => Interval::new(range.start(), until)
            .map(|decided| (decided, Some(until)))
            .ok_or_else(|| InvalidRule::new("busy", "has too many separate times before the range begins")),
    }
}

/// `starts` as slots.
pub(super) fn slots(starts: &[DateTime<Utc>], duration: TimeDelta) -> Vec<Interval> {
    starts.iter().filter_map(|start| Interval::starting(*start, duration)).collect()
}

/// The starts an anchor has to look at to know the candidates of `range`.
pub(super) fn anchored_span(anchor: Anchor, range: Interval) -> Interval {
    match anchor {
        Anchor::LocalMidnight => range,
        Anchor::WindowStart | Anchor::Packed => range.grown(LOOK_BACK, TimeDelta::zero()),
    }
}

fn agenda<'a>(query: &'a Query, rules: ValidRules<'a>, range: Interval, now: DateTime<Utc>) -> Agenda<'a> {
    let question = Question {
        span: anchored_span(query.rules.anchor, range),
        duration: query.rules.duration,
        known: query.fetch_range(),
        now,
        caps: query.caps.bounded(),
    };
    Agenda::new(rules, &query.availability, question)
}

fn grid(agenda: &Agenda<'_>, range: Interval) -> Grid {
    let rules = agenda.rules.get();
    match rules.anchor {
        Anchor::LocalMidnight => Grid::local_midnight(&agenda.rules, range),
        Anchor::WindowStart => Grid::elapsed(&agenda.windows, rules.step),
        Anchor::Packed => Grid::elapsed(&agenda.free, rules.step),
    }
}

fn explained(agenda: &Agenda<'_>, walk: &Walk<'_>) -> (Walked, usize) {
    if walk.explain == Explain::Nothing {
        return (walk.run(&mut Silent), 0);
    }
    let mut explainer = Explainer::new(agenda);
    let walked = walk.run(&mut explainer);
    (walked, explainer.steps())
}

/// Explains nothing.
pub(super) struct Silent;

impl GiveReasons for Silent {
    fn primary(&mut self, _: i64) -> Option<ReasonCode> {
        None
    }

    fn reasons(&mut self, _: DateTime<Utc>) -> Vec<Reason> {
        Vec::new()
    }
}
