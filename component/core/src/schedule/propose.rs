//! Proposals: the best few slots of a group, spread over dates and parts of the day.
use chrono::{DateTime, TimeDelta, Utc};

use super::group::{self, GroupQuery, GroupSlot};
use super::rank::{Preferences, Ranked, Ranking};
use super::reason::ReasonCount;
use super::rules::InvalidRule;
use super::slots::{bounded_range, checked_range};
use super::spread::spread;
use super::team::Team;

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposals {
    /// In the order of choice: the first is the best, the next ones trade rank for variety.
    pub proposals: Vec<Ranked>,
    /// Primary reasons of the refused candidates, counted.
    pub reasons: Vec<ReasonCount>,
    /// When there is no slot: the slots outside the range nearest to it, nearest first.
    pub nearest: Vec<GroupSlot>,
    /// Where the search ended, when a bound cut it short: later slots were not considered.
    pub truncated: Option<DateTime<Utc>>,
}

/// Up to `count` proposals; `max_slots` of the query is not used, its bound on slots is.
///
/// # Errors
/// [`InvalidRule`] when a rule, the range, a group, preferred hours or a bound is invalid.
pub fn propose(
    query: &GroupQuery,
    preferences: &Preferences,
    count: usize,
    now: DateTime<Utc>,
) -> Result<Proposals, InvalidRule> {
    let caps = query.caps.bounded();
    let found = group::find_up_to(query, caps.slots, now)?;
    let mut proposals = Vec::new();
    if let (Some(first), Some(last)) = (found.slots.first(), found.slots.last()) {
        let (first, last) = (first.interval, last.interval);
        let (range, _) = bounded_range(checked_range(query.range, caps.slots, now)?, caps);
        // Whether a gap is short shows within one length of the meeting, also beyond the ends of the range.
        let duration = query.meeting.duration;
        let team = Team::new(query, query.range, range.grown(duration, duration), now)?;
        let span = first.grown(TimeDelta::zero(), last.end() - first.end());
        let ranking = Ranking::new(&team, preferences, span, first.start())?;
        let ranked = found.slots.into_iter().map(|slot| ranking.rank(slot)).collect();
        let zone = preferences.invitee_zone.as_ref().unwrap_or(&query.meeting.zone);
        proposals = spread(ranked, zone, count);
    }
    Ok(Proposals { proposals, reasons: found.reasons, nearest: found.nearest, truncated: found.truncated })
}
