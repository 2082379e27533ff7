//! `update-event`: changes an event; a new time is reserved and checked like a new booking, the
//! event itself excluded.

use super::book_meeting::event_record;
use super::fingerprint;
use super::recheck::{self, Live};
use super::sources::{self, Selection};
use super::target::{self, EventLocator, Located, ledger_error};
use crate::account::UserId;
use crate::booking::{BookingState, Reservation, ReserveOutcome};
use crate::error::{Error, Kind};
use crate::meeting::{Changes, Meeting};
use crate::ports::World;
use crate::provider;
use crate::schedule::hours::WeeklyHours;
use crate::schedule::interval::Interval;
use crate::schedule::rules::Rules;
use crate::schedule::zone::Zone;
use crate::session::CallError;

/// Changes an event and returns it as it is then.
///
/// # Errors
/// `Conflict` (the new time is taken, with alternatives), `PreconditionFailed`, `NotFound`,
/// `PermissionDenied`; `Timeout` or `Unavailable` when the outcome is unknown: the same call again
/// is safe.
pub async fn update_event(
    world: World<'_>,
    user: &UserId,
    locator: &EventLocator,
    changes: &Changes,
    if_match: Option<&str>,
) -> Result<Meeting, Error> {
    let located = target::event(world, user, locator).await?;
    let Some(meeting) = &located.meeting else {
        let place = target::place(located.session.account(), &located.calendar);
        return Err(Error::new(Kind::NotFound, format!("event_id: `{}` is no longer in {place}", locator.event_id)));
    };
    let moved = changes.time.filter(|time| *time != meeting.time);
    // An event that is as wanted already is no other version: an earlier call made it so.
    if moved.is_some() && if_match.is_some_and(|wanted| meeting.etag.as_deref() != Some(wanted)) {
        return Err(Error::new(Kind::PreconditionFailed, "the event changed since it was read").at(meeting.provider));
    }
    let is_rezoned = changes.time_zone.is_some() && changes.time_zone != meeting.time_zone;
    if meeting.is_series && (moved.is_some() || is_rezoned) {
        return Err(whole_series(meeting));
    }
    let hold = match moved {
        Some(time) => Some(hold(world, user, &located, meeting, time).await?),
        None => None,
    };
    let updated = provider::update(&located.session, &located.calendar, &locator.event_id, changes, if_match).await;
    let updated = match updated {
        Ok(updated) => updated,
        Err(error) => {
            if let (CallError::Failed(_), Some(hold)) = (&error, &hold) {
                let _ = world.bookings.abort(user, &hold.key);
            }
            return Err(error.into());
        }
    };
    let recorded = record(world, user, &located, &updated);
    if let Some(time) = changes.time {
        // The new time is on the live calendar now. A hold left over, also by an earlier call whose outcome was unknown,
        // would only expire later.
        let _ = world.bookings.abort(user, &reservation(user, &located, meeting, time).key);
    }
    recorded?;
    Ok(updated)
}

/// One time says nothing of all the others: they would move over other meetings, and over changes of the clock.
fn whole_series(meeting: &Meeting) -> Error {
    Error::new(Kind::Unsupported, "time: a whole series cannot be moved")
        .at(meeting.provider)
        .with_remedy("Move single occurrences, by their own ids; or the series in the provider's own calendar.")
}

/// Reserves and checks the new time.
async fn hold(
    world: World<'_>,
    user: &UserId,
    located: &Located<'_>,
    meeting: &Meeting,
    time: Interval,
) -> Result<Reservation, Error> {
    if time.start() <= world.clock.now() {
        return Err(Error::invalid("time", "a meeting cannot be moved into the past"));
    }
    let reservation = reservation(user, located, meeting, time);
    let sources = sources::open(world, user, &Selection::default()).await?.require_any()?;
    let zone = meeting.time_zone.as_deref().and_then(|name| Zone::parse(name).ok());
    let around_the_clock =
        Rules { zone: zone.unwrap_or_else(Zone::utc), hours: WeeklyHours::always(), ..Rules::default() };
    let live = Live {
        world,
        user,
        calendar: &located.calendar,
        rules: &around_the_clock,
        time,
        blocked: reservation.blocked,
        own_key: Some(reservation.key.clone()),
        own_event: Some(meeting),
        keeps_limits: false,
    };
    match recheck::reserve(world, user, &reservation).await? {
        ReserveOutcome::Reserved(_) | ReserveOutcome::Resumed(_) => {}
        ReserveOutcome::Overlap(taken) => return Err(live.conflict(&sources, &taken).await),
        ReserveOutcome::Committed(_) | ReserveOutcome::KeyConflict(_) => {
            return Err(Error::new(Kind::Internal, "the ledger mixed up a move with a booking"));
        }
    }
    match live.check(&sources).await {
        Ok(()) => Ok(reservation),
        Err(error) => {
            let _ = world.bookings.abort(user, &reservation.key);
            Err(error)
        }
    }
}

fn reservation(user: &UserId, located: &Located<'_>, meeting: &Meeting, time: Interval) -> Reservation {
    let blocked = located.booking.as_ref().map_or(time, |booking| booking.blocked_at(time));
    let (start, end) = (time.start().timestamp().to_string(), time.end().timestamp().to_string());
    let account = located.session.account();
    let parts = ["move", account.as_str(), located.calendar.as_str(), meeting.event_id.as_str(), &start, &end];
    let fingerprint = fingerprint::of_parts(parts);
    Reservation {
        user: user.clone(),
        key: fingerprint::move_key(&fingerprint),
        fingerprint,
        account: account.clone(),
        provider: located.session.provider(),
        calendar: located.calendar.clone(),
        time,
        blocked,
        replaces: located.booking.as_ref().map(|booking| booking.key.clone()),
        hold: None,
    }
}

/// Brings the ledger up to date, if the meeting was booked here.
fn record(world: World<'_>, user: &UserId, located: &Located<'_>, updated: &Meeting) -> Result<(), Error> {
    // One that was cancelled here, and restored by a person since, is an event like any other.
    let Some(booking) = located.booking.as_ref().filter(|one| one.state != BookingState::Cancelled) else {
        return Ok(());
    };
    let blocked = booking.blocked_at(updated.time);
    world.bookings.commit(user, &booking.key, &event_record(updated), blocked).map_err(|error| {
        ledger_error(error)
            .context("the meeting is changed, but that could not be recorded")
            .with_remedy("Repeat the same call: it records the change.")
    })?;
    Ok(())
}

#[cfg(test)]
mod tests;
