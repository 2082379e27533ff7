//! Slots of several persons: all of them, k of n, optional guests, round robin.
//!
//! Each participant brings own hours, buffers, limits and availability; length, grid, notice and horizon are the
//! meeting's. A room is a participant; "any room of the pool" is a quorum of one.
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::assign::RoundRobin;
use super::availability::Availability;
use super::caps::{Caps, Work};
use super::grid::Grid;
use super::interval::Interval;
use super::reason::{ReasonCount, Refusal};
use super::rules::{Anchor, InvalidRule, Rules};
use super::slots::{ALTERNATIVE_DAYS, Silent, anchored_span, bounded_range, checked_range, decided_range};
use super::team::Team;
use super::team_explain::TeamExplainer;
use super::walk::{Explain, Walk, Walked, closest};

/// What a participant's presence means for the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// No meeting without them.
    #[default]
    Required,
    /// Welcome; their absence only lowers the rank.
    Optional,
    /// Counts only in the groups or the round robin that name them.
    Member,
}

/// A person or a resource.
#[derive(Debug, Clone)]
pub struct Participant {
    /// The id reasons and slots use; unique.
    pub id: Arc<str>,
    /// What their presence means.
    pub role: Role,
    /// Their own rules; `duration`, `step`, `offset`, `anchor` and `grid_zone` are ignored.
    pub rules: Rules,
    /// What is known about their time.
    pub availability: Availability,
}

/// At least `need` of `members` must be free from beginning to end.
#[derive(Debug, Clone)]
pub struct Quorum {
    /// What reasons call it.
    pub name: Arc<str>,
    /// How many, at least 1.
    pub need: usize,
    /// Ids of participants.
    pub members: Vec<Arc<str>>,
}

/// A question about several persons.
#[derive(Debug, Clone)]
pub struct GroupQuery {
    /// The starts asked for; a meeting may end after it.
    pub range: Interval,
    /// The meeting: `duration`, `step`, `offset`, `anchor`, `grid_zone`, `zone`, `travel` (of the grid),
    /// `minimum_notice`, `horizon`. Hours, buffers and limits are ignored: they are the participants'.
    pub meeting: Rules,
    /// Who is asked.
    pub participants: Vec<Participant>,
    /// Groups of which some must come.
    pub quorums: Vec<Quorum>,
    /// Candidates of whom exactly one takes it.
    pub round_robin: Option<RoundRobin>,
    /// Most slots wanted, at least 1.
    pub max_slots: usize,
    /// How much to explain.
    pub explain: Explain,
    /// How many alternatives outside the range to offer when it has no slot.
    pub alternatives: usize,
    /// The bounds.
    pub caps: Caps,
}

impl GroupQuery {
    /// A question with defaults: up to 100 slots, a summary of reasons, three alternatives, default bounds.
    pub fn new(range: Interval, meeting: Rules, participants: Vec<Participant>) -> GroupQuery {
        GroupQuery {
            range,
            meeting,
            participants,
            quorums: Vec::new(),
            round_robin: None,
            max_slots: 100,
            explain: Explain::Summary,
            alternatives: 3,
            caps: Caps::default(),
        }
    }

    /// The span of a participant's time that decides about starts in `range`: what to ask their calendars for.
    pub fn fetch_range_of(&self, participant: &Participant, range: Interval) -> Interval {
        let Rules { buffer_before, buffer_after, .. } = participant.rules;
        let (duration, anchor) = (self.meeting.duration, self.meeting.anchor);
        Rules { buffer_before, buffer_after, duration, anchor, ..Rules::default() }.fetch_range(range)
    }
}

/// Whether an optional participant can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// Yes.
    Free,
    /// No.
    Unavailable,
    /// A calendar of theirs could not be read.
    Unknown,
}

/// A slot of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSlot {
    /// When.
    pub interval: Interval,
    /// Optional participants, in the order given.
    pub optional: Vec<(Arc<str>, Presence)>,
    /// Who takes it, in a round robin.
    pub assignee: Option<Arc<str>>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupOutcome {
    /// Slots, ascending by start.
    pub slots: Vec<GroupSlot>,
    /// Primary reasons of the refused candidates, counted, in order of precedence.
    pub reasons: Vec<ReasonCount>,
    /// Refused candidates, ascending; only when asked for in full.
    pub refused: Vec<Refusal>,
    /// When there is no slot: the slots outside the range nearest to it, nearest first.
    pub nearest: Vec<GroupSlot>,
    /// Where to continue, when the answer was cut short by a bound or by `max_slots`.
    pub truncated: Option<DateTime<Utc>>,
    /// What it took.
    pub work: Work,
}

/// Finds the slots of a group.
///
/// # Errors
/// [`InvalidRule`] when a rule, the range, a group or a bound is invalid.
pub fn find(query: &GroupQuery, now: DateTime<Utc>) -> Result<GroupOutcome, InvalidRule> {
    find_up_to(query, query.max_slots, now)
}

/// The same with another bound on slots.
pub(super) fn find_up_to(query: &GroupQuery, most: usize, now: DateTime<Utc>) -> Result<GroupOutcome, InvalidRule> {
    let range = checked_range(query.range, most, now)?;
    let caps = query.caps.bounded();
    let (range, cut) = bounded_range(range, caps);
    let team = Team::new(query, query.range, anchored_span(query.meeting.anchor, range), now)?;
    let (range, cut) = decided_range(range, cut, team.decided_until())?;
    let (grid, starts) = (grid(&team, range), team.starts());
    let most = most.min(caps.slots);
    let persons = query.participants.len() + query.quorums.iter().map(|quorum| quorum.members.len()).sum::<usize>();
    let walk = Walk { grid: &grid, starts: &starts, range, most, explain: query.explain, caps, persons };
    let (mut walked, steps) = explained(&team, &walk);
    if walked.offered.is_empty() && walked.histogram.is_empty() && query.meeting.anchor != Anchor::LocalMidnight {
        let grid = Grid::local_midnight(team.meeting(), range);
        let (reasons, _) = explained(&team, &Walk { grid: &grid, ..walk });
        (walked.histogram, walked.refused) = (reasons.histogram, reasons.refused);
    }
    let truncated = walked.truncated.or(cut);
    // Of a range that was not searched to its end nobody knows that it has no slot.
    let is_empty = walked.offered.is_empty() && truncated.is_none();
    let nearest = if is_empty { alternatives(query, range, now)? } else { Vec::new() };
    let mut work = team.work();
    work.add(Work { grid_points: walked.grid_points, steps: steps + walked.steps, ..Work::default() });
    Ok(GroupOutcome {
        slots: walked.offered.iter().filter_map(|start| team.slot(*start)).collect(),
        reasons: walked.histogram.into_counts(),
        refused: walked.refused,
        nearest,
        truncated,
        work,
    })
}

/// The slots outside the range nearest to it, as far as everybody's availability is known there.
fn alternatives(query: &GroupQuery, range: Interval, now: DateTime<Utc>) -> Result<Vec<GroupSlot>, InvalidRule> {
    if query.alternatives == 0 || query.participants.iter().all(|one| one.availability.known.is_none()) {
        return Ok(Vec::new());
    }
    let reach = TimeDelta::days(ALTERNATIVE_DAYS);
    let wide = range.grown(reach, reach);
    let team = Team::new(query, query.range, anchored_span(query.meeting.anchor, wide), now)?;
    let (grid, starts) = (grid(&team, wide), team.starts());
    let count = query.alternatives.min(query.caps.bounded().slots);
    let mut found = Vec::new();
    for (side, border) in [
        (Interval::new(wide.start(), range.start()), range.start()),
        (Interval::new(range.end(), wide.end()), range.end()),
    ] {
        let Some(side) = side else { continue };
        let starts = closest(&grid, &starts, side, border, count).into_iter();
        found.extend(starts.map(|start| (start.signed_duration_since(border).abs(), start)));
    }
    found.sort_unstable();
    Ok(found.into_iter().take(count).filter_map(|(_, start)| team.slot(start)).collect())
}

fn grid(team: &Team<'_>, range: Interval) -> Grid {
    let meeting = team.meeting().get();
    match meeting.anchor {
        Anchor::LocalMidnight => Grid::local_midnight(team.meeting(), range),
        Anchor::WindowStart => Grid::elapsed(&team.combined(|agenda| &agenda.windows), meeting.step),
        Anchor::Packed => Grid::elapsed(&team.combined(|agenda| &agenda.free), meeting.step),
    }
}

fn explained(team: &Team<'_>, walk: &Walk<'_>) -> (Walked, usize) {
    if walk.explain == Explain::Nothing {
        return (walk.run(&mut Silent), 0);
    }
    let mut explainer = TeamExplainer::new(team);
    let walked = walk.run(&mut explainer);
    (walked, explainer.steps())
}
