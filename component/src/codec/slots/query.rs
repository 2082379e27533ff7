//! A query of the pure slot search as the engine's question. The engine answers a question about one person in a
//! simpler way, but every query is read as one about a group.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar_core::error::Error;
use calendar_core::schedule::caps::Caps;
use calendar_core::schedule::group::{GroupQuery, Participant, Role};
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::slots::Explain;
use calendar_core::schedule::zones::Zones;
use chrono::{DateTime, TimeDelta, Utc};

use super::super::{instant, max_slots, range, rules};
use super::names::Names;
use super::{busy, participant, quorum, wit};
use crate::bindings::calendar::scheduling::types::TimeRange;
use crate::bindings::exports::calendar::scheduling::availability::SlotRules;

/// Longest range in days.
const LONGEST_RANGE: u32 = 366;
/// Most overrides, windows of those, days off and stays of all participants together.
const MOST_DATES: usize = 100_000;
/// Most participants.
const MOST_PERSONS: usize = 200;

/// A valid query.
pub(super) struct Asked {
    /// The question.
    pub query: GroupQuery,
    /// What its parts are called.
    pub names: Names,
    /// The present.
    pub now: DateTime<Utc>,
}

/// Decodes a query.
pub(super) fn query(given: wit::FindQuery) -> Result<Asked, Error> {
    let max_slots = max_slots(given.max_slots)?;
    let now = instant("now", given.now)?;
    let range = long_range(given.range)?;
    if given.participants.is_empty() || given.participants.len() > MOST_PERSONS {
        let reason = format!("must be 1 to {MOST_PERSONS}, not {}", given.participants.len());
        return Err(Error::invalid("participants", reason));
    }
    busy::check_totals(&given.participants)?;
    // Whoever has no own rules has the meeting's: they count for each of them.
    let of = |one: &wit::Participant| dates(one.rules.as_ref().unwrap_or(&given.rules));
    let dates: usize = given.participants.iter().map(of).fold(0, usize::saturating_add);
    if dates > MOST_DATES {
        let reason = format!("{dates} overrides, windows of those, holidays and stays; at most {MOST_DATES}");
        return Err(Error::invalid("participants.rules", reason));
    }
    let mut zones = Zones::default();
    let meeting = rules::rules("rules.", given.rules, &mut zones)?;
    let own: Vec<bool> = given.participants.iter().map(|one| one.rules.is_some()).collect();
    let participants = participant::participants(given.participants, &meeting, &mut zones)?;
    check_fit(&meeting, &participants, &own, range)?;
    let positions = positions(&participants)?;
    let quorums = quorum::quorums(given.quorums, &positions)?;
    let round_robin = given.round_robin.map(|one| quorum::round_robin(one, &positions)).transpose()?;
    let is_needed = participants.iter().any(|one| one.role == Role::Required);
    if !is_needed && quorums.is_empty() && round_robin.is_none() {
        return Err(Error::invalid("participants", "at least one must be required, or a quorum or the round robin"));
    }
    let names = Names::new(&meeting, &participants, &own, &quorums, round_robin.as_ref());
    let mut query = GroupQuery::new(range, meeting, participants);
    query.quorums = quorums;
    query.round_robin = round_robin;
    query.max_slots = max_slots;
    query.explain = match given.explain {
        Some(wit::Explain::None) => Explain::Nothing,
        None | Some(wit::Explain::Summary) => Explain::Summary,
        Some(wit::Explain::Full) => Explain::Full,
    };
    query.caps = Caps { days: LONGEST_RANGE, persons: MOST_PERSONS, events: busy::MOST_APART, ..Caps::default() };
    Ok(Asked { query, names, now })
}

/// The rules of a participant without own ones. Notice and horizon are the meeting's already: left out here, no reason
/// is given twice.
pub(super) fn inherited(meeting: &Rules) -> Rules {
    Rules { minimum_notice: TimeDelta::zero(), horizon: None, ..meeting.clone() }
}

/// Whether nothing in the rules of `participant` differs from the meeting's.
pub(super) fn inherits(participant: &Participant, meeting: &Rules) -> bool {
    participant.rules == inherited(meeting)
}

/// Dates, and windows of dates, in rules.
fn dates(rules: &SlotRules) -> usize {
    let windows: usize = rules.overrides.iter().map(|one| one.windows.len()).sum();
    rules.overrides.len() + windows + rules.holidays.len() + rules.travel.len()
}

fn long_range(given: TimeRange) -> Result<Interval, Error> {
    let parsed = range("range", given)?;
    if parsed.length() > TimeDelta::days(i64::from(LONGEST_RANGE)) {
        return Err(Error::invalid("range", format!("must not be longer than {LONGEST_RANGE} days")));
    }
    Ok(parsed)
}

/// Whoever must come can never do so when the meeting is longer than any of their windows.
fn check_fit(meeting: &Rules, participants: &[Participant], own: &[bool], range: Interval) -> Result<(), Error> {
    if own.contains(&false) && !rules::fit::fits(meeting, meeting.duration, range) {
        return Err(Error::invalid("rules.duration-minutes", "the meeting is longer than any working window"));
    }
    for (index, (one, has_own)) in participants.iter().zip(own).enumerate() {
        if *has_own && one.role == Role::Required && !rules::fit::fits(&one.rules, meeting.duration, range) {
            let field = format!("participants[{index}].rules.working-hours");
            return Err(Error::invalid(&field, "the meeting is longer than any of these windows"));
        }
    }
    Ok(())
}

/// Which participant an id names.
fn positions(participants: &[Participant]) -> Result<BTreeMap<Arc<str>, usize>, Error> {
    let mut positions = BTreeMap::new();
    for (index, one) in participants.iter().enumerate() {
        if let Some(first) = positions.insert(one.id.clone(), index) {
            let field = format!("participants[{index}].id");
            return Err(Error::invalid(&field, format!("is that of participants[{first}], too")));
        }
    }
    Ok(positions)
}
