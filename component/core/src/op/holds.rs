//! `holds`: a time is held in the ledger for a short while, so that a person can decide before it is
//! booked. Not here: the booking that takes a hold (`book_meeting`).

use chrono::{DateTime, TimeDelta, Utc};

use super::fingerprint;
use super::recheck::{self, Live};
use super::sources::{self, Selection};
use super::target::{self, ledger_error};
use crate::account::UserId;
use crate::booking::{Booking, BookingState, Hold, HoldOutcome, HoldRequest};
use crate::error::{Error, Kind};
use crate::ports::World;
use crate::schedule::interval::Interval;
use crate::schedule::rules::Rules;

/// Keys of holds begin with it, so that they are nobody else's idempotency keys by chance.
const PREFIX: &str = "hold-";
/// Random bytes of a key that nobody chose.
const RANDOM: usize = 12;

/// A time to be held.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotRequest {
    /// The meeting that may follow.
    pub time: Interval,
    /// Free time demanded before.
    pub buffer_before: TimeDelta,
    /// Free time demanded after.
    pub buffer_after: TimeDelta,
    /// How long, in seconds; 1 to 3600.
    pub ttl_seconds: u32,
    /// The calendar that is going to be written to.
    pub target: Selection,
    /// Key; none = a hold of its own.
    pub key: Option<String>,
    /// Rules of the alternatives offered when the time is taken.
    pub alternatives: Rules,
}

/// Holds a time in the ledger, then reads the live calendars: what is busy there is not held.
///
/// # Errors
/// `Conflict` (taken, with alternatives; or the key holds another time), `Unavailable` (a calendar
/// could not be checked), `Storage`, and whatever refuses the calendar that is to be written to.
pub async fn hold_slot(world: World<'_>, user: &UserId, request: &SlotRequest) -> Result<Hold, Error> {
    if request.time.start() <= world.clock.now() {
        return Err(Error::invalid("time", "a time in the past cannot be held"));
    }
    let sources = sources::open(world, user, &Selection::default()).await?.require_any()?;
    let (_, calendar) = target::calendar(&sources, &request.target)?;
    let wanted = ledger_request(world, user, request);
    let live = Live {
        world,
        user,
        calendar: &calendar.id,
        rules: &request.alternatives,
        time: request.time,
        blocked: wanted.blocked,
        own_key: Some(wanted.key.clone()),
        own_event: None,
        keeps_limits: false,
    };
    let earlier = world.bookings.get(user, &wanted.key).map_err(ledger_error)?;
    let was_held = earlier.is_some_and(|one| is_alive(&one, world.clock.now()));
    let hold = match recheck::hold(world, &wanted).await? {
        HoldOutcome::Held(hold) => hold,
        HoldOutcome::Overlap(taken) => return Err(live.conflict(&sources, &taken).await),
        HoldOutcome::KeyConflict => {
            let kind = Kind::Conflict { alternatives: Vec::new() };
            return Err(Error::new(kind, "key: the key was used for another time")
                .with_remedy("Use a new key, or release the other hold first."));
        }
    };
    match live.check(&sources).await {
        Ok(()) => Ok(hold),
        // Only a calendar that cannot be read leaves an earlier hold alone.
        Err(refusal) if was_held && !matches!(refusal.kind, Kind::Conflict { .. }) => Err(refusal),
        Err(refusal) => {
            // If that fails, too, it ends by itself.
            let _ = world.bookings.release(user, &wanted.key);
            Err(refusal)
        }
    }
}

/// Ends a hold. True = it was alive.
///
/// # Errors
/// `Storage`.
pub fn release_hold(world: World<'_>, user: &UserId, id: &str) -> Result<bool, Error> {
    world.bookings.release(user, id).map_err(ledger_error)
}

/// The holds that are alive, by start.
///
/// # Errors
/// `Storage`.
pub fn list_holds(world: World<'_>, user: &UserId) -> Result<Vec<Hold>, Error> {
    let now = world.clock.now();
    // A meeting that has begun may still be held until its hold ends.
    let Some(range) = Interval::new(now - TimeDelta::days(2), last_instant(now)) else { return Ok(Vec::new()) };
    let listed = world.bookings.list(user, range).map_err(ledger_error)?;
    Ok(listed.into_iter().filter(|one| is_alive(one, now)).filter_map(of_booking).collect())
}

/// Whether a ledger entry is a hold that lives.
#[must_use]
pub(super) fn is_alive(booking: &Booking, now: DateTime<Utc>) -> bool {
    booking.state == BookingState::Held && booking.expires_at.is_none_or(|end| now < end)
}

fn of_booking(booking: Booking) -> Option<Hold> {
    let expires_at = booking.expires_at?;
    Some(Hold { key: booking.key, time: booking.time, blocked: booking.blocked, expires_at })
}

/// 9999-12-31T23:59:59Z, the last instant of the interface.
fn last_instant(now: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(now)
}

fn ledger_request(world: World<'_>, user: &UserId, request: &SlotRequest) -> HoldRequest {
    let blocked = request.time.grown(request.buffer_before, request.buffer_after);
    let key = match &request.key {
        Some(key) => key.clone(),
        None => world.random.bytes(RANDOM).iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    let ends = [request.time.start(), request.time.end(), blocked.start(), blocked.end()];
    let mut parts = vec!["hold".to_owned()];
    parts.extend(ends.iter().map(|end| end.timestamp().to_string()));
    parts.extend(fingerprint::of_selection(&request.target));
    HoldRequest {
        user: user.clone(),
        key: format!("{PREFIX}{key}"),
        fingerprint: fingerprint::of_parts(parts.iter().map(String::as_str)),
        time: request.time,
        blocked,
        ttl_seconds: request.ttl_seconds,
    }
}

#[cfg(test)]
mod tests;
