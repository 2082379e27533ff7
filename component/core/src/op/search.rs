//! `check-availability` and `find-next-available-slot`: read all calendars in one step, then ask
//! the slot engine.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::sources::{self, BusyRead, Selection, UnknownSource};
use super::target::ledger_error;
use crate::account::UserId;
use crate::booking::{Booking, BookingState};
use crate::calendar::Detail;
use crate::error::Error;
use crate::ports::World;
use crate::schedule::availability::{Availability, Busy, Unknown};
use crate::schedule::interval::{Interval, merge};
use crate::schedule::policy::{BusyKind, Treatment};
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
    let sources = sources::open(world, user, &query.selection).await?;
    let sources = sources.require_any()?.narrow(&query.selection)?;
    let known = query.rules.fetch_range(query.range).grown(TimeDelta::zero(), BEYOND);
    let read = sources.busy(known, detail(&query.rules)).await;
    let bookings = world.bookings.list(user, known).map_err(ledger_error)?;
    let availability = availability(&read, &bookings, known);
    let question = Query {
        max_slots: query.max_slots,
        alternatives: NEAREST,
        explain: Explain::Summary,
        ..Query::new(query.range, query.rules.clone(), availability)
    };
    Ok((question, read.unknown))
}

/// Merged times are enough unless the rules treat tentative entries in their own way.
pub(super) fn detail(rules: &Rules) -> Detail {
    match rules.statuses.all.tentative {
        Treatment::Block => Detail::Merged,
        Treatment::Allow | Treatment::Penalise => Detail::Events,
    }
}

/// What was read, with own bookings and holds, as the engine wants it. A source that is unknown is
/// unknown for the whole of `known`. Recorded bookings bring their own buffers as long as the live
/// calendars still show their time as busy; reservations under way count as held.
#[must_use]
pub fn availability(read: &BusyRead, bookings: &[Booking], known: Interval) -> Availability {
    let mut busy: Vec<Busy> = Vec::with_capacity(read.entries.len());
    for entry in &read.entries {
        let kind = if entry.event.is_tentative { BusyKind::Tentative } else { BusyKind::Busy };
        let calendar: Arc<str> = Arc::from(entry.calendar.as_str());
        busy.push(Busy::from(entry.event.interval).of_kind(kind).on_calendar(calendar));
    }
    let live = merge(read.entries.iter().map(|entry| entry.event.interval).collect());
    for booking in bookings {
        let before = booking.time.start - booking.blocked.start;
        let after = booking.blocked.end - booking.time.end;
        let kind = match booking.state {
            BookingState::Reserved => BusyKind::Held,
            BookingState::Committed if live.iter().any(|one| one.covers(booking.time)) => BusyKind::Booking,
            BookingState::Committed | BookingState::Cancelled => continue,
        };
        busy.push(Busy::from(booking.time).of_kind(kind).with_buffers(before, after));
    }
    let unknown = read.unknown.iter().map(|source| Unknown {
        interval: known,
        calendar: source.calendar.as_ref().map(|id| Arc::from(id.as_str())),
        cause: Arc::from(source.error.message.as_str()),
        since: None,
    });
    Availability { busy, unknown: unknown.collect(), known: Some(known) }
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
    let Some(range) = Interval::new(range.start.max(now), range.end) else { return Vec::new() };
    let query = Query::new(range, rules.clone(), availability.clone());
    slots::nearest(&query, around, count, now).unwrap_or_default()
}
