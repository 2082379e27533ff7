//! `check-availability` and `find-next-available-slot`: read all calendars in one step, then ask
//! the slot engine.

use chrono::{DateTime, TimeDelta, Utc};

use super::sources::{Selection, UnknownSource};
use super::{availability, busy_read};
use crate::account::UserId;
use crate::error::Error;
use crate::ports::World;
use crate::schedule::availability::Availability;
use crate::schedule::interval::Interval;
use crate::schedule::reason::ReasonCount;
use crate::schedule::rules::{InvalidRule, Rules};
use crate::schedule::slots::{self, Explain, Query};

/// How far after the range the nearest slots are looked for when it has none.
const BEYOND: TimeDelta = TimeDelta::days(7);
/// How many of them are offered.
pub(super) const NEAREST: usize = 3;

/// A search for free slots.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotQuery {
    /// Slots start inside it.
    pub range: Interval,
    /// What makes a slot.
    pub rules: Rules,
    /// Which calendars must be free.
    pub selection: Selection,
    /// Stop after this many.
    pub max_slots: usize,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Slots {
    /// Free slots.
    pub slots: Vec<Interval>,
    /// What could not be read.
    pub unknown: Vec<UnknownSource>,
    /// Why other candidates were refused.
    pub reasons: Vec<ReasonCount>,
    /// The nearest slots after the range when there are none inside.
    pub nearest: Vec<Interval>,
    /// Where to continue when the answer was cut short.
    pub truncated_at: Option<DateTime<Utc>>,
}

impl From<InvalidRule> for Error {
    fn from(rule: InvalidRule) -> Self {
        Error::invalid(&rule.field, rule.reason)
    }
}

/// All free slots of a query, by start.
///
/// # Errors
/// `InvalidArgument`, `NotAuthenticated`, `NotFound`; an account's failure when none could be read.
pub async fn check_availability(world: World<'_>, user: &UserId, query: &SlotQuery) -> Result<Slots, Error> {
    let (question, unknown) = question(world, user, query).await?;
    let outcome = slots::find(&question, world.clock.now())?;
    Ok(Slots {
        slots: outcome.slots,
        unknown,
        reasons: outcome.reasons,
        nearest: outcome.nearest,
        truncated_at: outcome.truncated,
    })
}

/// The first free slot only.
///
/// # Errors
/// As [`check_availability`].
pub async fn find_next_available_slot(world: World<'_>, user: &UserId, query: &SlotQuery) -> Result<Slots, Error> {
    let first = SlotQuery { max_slots: 1, ..query.clone() };
    let found = check_availability(world, user, &first).await?;
    Ok(Slots { truncated_at: None, ..found })
}

/// Reads everything the query needs and puts it to the engine's terms.
pub(super) async fn question(
    world: World<'_>,
    user: &UserId,
    query: &SlotQuery,
) -> Result<(Query, Vec<UnknownSource>), Error> {
    query.rules.validate()?;
    let known = query.rules.fetch_range(query.range).grown(TimeDelta::zero(), BEYOND);
    let detail = availability::detail(&query.rules);
    let (sources, read) = busy_read::read(world, user, &query.selection, known, detail).await?;
    let bookings = availability::own_bookings(world, user, &sources, &query.rules, known)?;
    let availability = availability::availability(&read, &bookings, known);
    let question = Query {
        max_slots: query.max_slots,
        alternatives: NEAREST,
        explain: Explain::Summary,
        ..Query::new(query.range, query.rules.clone(), availability)
    };
    Ok((question, read.unknown))
}

/// The free slots of `range` closest to `around`, for a conflict's alternatives. None when the
/// rules cannot be followed: a conflict must not turn into another error.
#[must_use]
pub fn alternatives(
    rules: &Rules,
    availability: &Availability,
    range: Interval,
    around: DateTime<Utc>,
    count: usize,
    now: DateTime<Utc>,
) -> Vec<Interval> {
    let Some(range) = Interval::new(range.start().max(now), range.end()) else { return Vec::new() };
    let query = Query::new(range, rules.clone(), availability.clone());
    slots::nearest(&query, around, count, now).unwrap_or_default()
}

#[cfg(test)]
mod tests;
