//! `booking-store` on the state: who holds which time. One change at a time, so no time is held twice.

use crate::bindings::calendar::scheduling::types::TimeRange;
use crate::bindings::exports::calendar::scheduling::booking_store::{
    Booking, BookingError, BookingState, EventRecord, Reservation, ReserveOutcome,
};
use crate::holds;
use crate::state::{Kept, State};

/// How long a reservation that was never committed keeps others out, in seconds.
const HOLD: i64 = 600;
/// 9999-12-31T23:59:59Z, the last instant of the interface.
const LAST_INSTANT: i64 = 253_402_300_799;

impl Kept {
    pub(crate) fn is(&self, user: &str, key: &str) -> bool {
        self.user == user && self.booking.key == key
    }

    /// Whether its time is taken at `now`.
    pub(crate) fn blocks(&self, now: i64) -> bool {
        match self.booking.state {
            BookingState::Committed => true,
            BookingState::Cancelled => false,
            BookingState::Held | BookingState::Reserved => self.booking.expires_at.is_some_and(|end| end > now),
        }
    }
}

/// Holds a time if nothing of the same user is in the way.
///
/// # Errors
/// `denied`: the reservation is malformed.
pub fn reserve(state: &mut State, wanted: &Reservation, now: i64) -> Result<ReserveOutcome, BookingError> {
    if !is_proper(wanted) {
        return Err(BookingError::Denied);
    }
    let expires_at = Some(now.saturating_add(HOLD));
    let position = state.bookings.iter().position(|kept| kept.is(&wanted.user_id, &wanted.key));
    let present = position.and_then(|position| state.bookings.get(position));
    let generation = match present {
        None => 0,
        Some(kept) if kept.booking.state == BookingState::Cancelled => kept.booking.generation.saturating_add(1),
        Some(kept) if kept.booking.state == BookingState::Held || kept.booking.fingerprint != wanted.fingerprint => {
            return Ok(ReserveOutcome::KeyConflict(kept.booking.clone()));
        }
        Some(kept) if kept.booking.state == BookingState::Committed => {
            return Ok(ReserveOutcome::Committed(kept.booking.clone()));
        }
        Some(kept) => {
            // An earlier attempt: it goes on with its own time, unless that lapsed and others took it.
            let earlier = kept.booking.clone();
            let taken = if kept.blocks(now) {
                Vec::new()
            } else {
                in_the_way(state, wanted, (earlier.time, earlier.blocked), now)
            };
            if !taken.is_empty() {
                return Ok(ReserveOutcome::Overlap(taken));
            }
            if let Some(kept) = position.and_then(|position| state.bookings.get_mut(position)) {
                kept.booking.expires_at = expires_at;
            }
            holds::end(state, &wanted.user_id, wanted.hold.as_deref());
            return Ok(ReserveOutcome::Resumed(earlier));
        }
    };
    let taken = in_the_way(state, wanted, (wanted.time, wanted.blocked), now);
    if !taken.is_empty() {
        return Ok(ReserveOutcome::Overlap(taken));
    }
    holds::end(state, &wanted.user_id, wanted.hold.as_deref());
    let booking = reserved(wanted, generation, now);
    state.bookings.retain(|kept| !kept.is(&wanted.user_id, &wanted.key));
    state.bookings.push(Kept { user: wanted.user_id.clone(), booking: booking.clone() });
    Ok(ReserveOutcome::Reserved(booking))
}

fn reserved(wanted: &Reservation, generation: u32, now: i64) -> Booking {
    Booking {
        key: wanted.key.clone(),
        fingerprint: wanted.fingerprint.clone(),
        state: BookingState::Reserved,
        generation,
        account: wanted.account.clone(),
        provider: wanted.provider,
        calendar: wanted.calendar.clone(),
        time: wanted.time,
        blocked: wanted.blocked,
        event: None,
        created_at: now,
        expires_at: Some(now.saturating_add(HOLD)),
    }
}

/// Times of the user's other bookings that are in the way of a meeting at a time that wants another with buffers, by start.
fn in_the_way(state: &State, wanted: &Reservation, free: (TimeRange, TimeRange), now: i64) -> Vec<TimeRange> {
    let is_taken =
        |booking: &Booking| booking.state == BookingState::Held && Some(&booking.key) == wanted.hold.as_ref();
    let is_other = |booking: &Booking| {
        booking.key != wanted.key && Some(&booking.key) != wanted.replaces.as_ref() && !is_taken(booking)
    };
    taken(state, &wanted.user_id, free, now).into_iter().filter(is_other).map(|booking| booking.time).collect()
}

/// Bookings in the way of a meeting at `time` that wants `blocked` for itself: a gap between two meetings must hold the
/// longer of the two buffers that meet in it.
pub(crate) fn taken(state: &State, user: &str, (time, blocked): (TimeRange, TimeRange), now: i64) -> Vec<Booking> {
    let mut near = list(state, user, blocked, now);
    near.retain(|one| overlap(one.time, blocked) || overlap(one.blocked, time));
    near
}

fn overlap(one: TimeRange, other: TimeRange) -> bool {
    one.start < other.end && other.start < one.end
}

/// Records the event of a reservation, or the newest facts of a committed booking.
///
/// # Errors
/// As the interface says.
pub fn commit(
    state: &mut State,
    user: &str,
    key: &str,
    event: EventRecord,
    blocked: TimeRange,
) -> Result<Booking, BookingError> {
    let is_known = ["confirmed", "tentative", "cancelled"].contains(&event.status.as_str());
    if !is_known || event.event_id.is_empty() || !is_range(event.time) || !is_range(blocked) {
        return Err(BookingError::Denied);
    }
    let kept = state.bookings.iter_mut().find(|kept| kept.is(user, key)).ok_or(BookingError::NotFound)?;
    let is_cancelled = event.status == "cancelled";
    let is_over = kept.booking.state == BookingState::Cancelled && !is_cancelled;
    if is_over || kept.booking.state == BookingState::Held {
        return Err(BookingError::WrongState);
    }
    kept.booking.state = if is_cancelled { BookingState::Cancelled } else { BookingState::Committed };
    kept.booking.time = event.time;
    kept.booking.blocked = blocked;
    kept.booking.event = Some(event);
    kept.booking.expires_at = None;
    Ok(kept.booking.clone())
}

/// Gives a reservation up; whether there was one. One of a later generation is kept as cancelled, so that no
/// generation is given out twice.
///
/// # Errors
/// `wrong-state`: it is committed.
pub fn abort(state: &mut State, user: &str, key: &str) -> Result<bool, BookingError> {
    let Some(kept) = state.bookings.iter_mut().find(|kept| kept.is(user, key)) else { return Ok(false) };
    match kept.booking.state {
        BookingState::Committed | BookingState::Held => Err(BookingError::WrongState),
        BookingState::Cancelled => Ok(false),
        BookingState::Reserved if kept.booking.generation > 0 => {
            kept.booking.state = BookingState::Cancelled;
            kept.booking.expires_at = None;
            Ok(true)
        }
        BookingState::Reserved => {
            state.bookings.retain(|kept| !kept.is(user, key));
            Ok(true)
        }
    }
}

/// The booking with this key.
#[must_use]
pub fn get(state: &State, user: &str, key: &str) -> Option<Booking> {
    state.bookings.iter().find(|kept| kept.is(user, key)).map(|kept| kept.booking.clone())
}

/// The booking that holds this event; one that stands before one that was cancelled.
#[must_use]
pub fn find_event(state: &State, user: &str, event_id: &str) -> Option<Booking> {
    let holds =
        |kept: &&Kept| kept.user == user && kept.booking.event.as_ref().is_some_and(|event| event.event_id == event_id);
    let found = state.bookings.iter().filter(holds).map(|kept| &kept.booking);
    found.min_by_key(|booking| (booking.state == BookingState::Cancelled, -booking.created_at)).cloned()
}

/// What holds time inside `range`, by start.
#[must_use]
pub fn list(state: &State, user: &str, range: TimeRange, now: i64) -> Vec<Booking> {
    let found = state.bookings.iter().filter(|kept| kept.user == user && kept.blocks(now));
    let mut bookings: Vec<Booking> =
        found.filter(|kept| overlap(kept.booking.blocked, range)).map(|kept| kept.booking.clone()).collect();
    bookings.sort_by(|a, b| (a.blocked.start, &a.key).cmp(&(b.blocked.start, &b.key)));
    bookings
}

fn is_proper(wanted: &Reservation) -> bool {
    let texts = [&wanted.user_id, &wanted.key, &wanted.fingerprint, &wanted.account, &wanted.calendar];
    texts.iter().all(|text| !text.is_empty())
        && is_range(wanted.time)
        && is_range(wanted.blocked)
        && wanted.blocked.start <= wanted.time.start
        && wanted.time.end <= wanted.blocked.end
}

/// Inside the years of the interface, and not empty.
pub(crate) fn is_range(range: TimeRange) -> bool {
    0 <= range.start && range.start < range.end && range.end <= LAST_INSTANT
}

#[cfg(test)]
mod tests;
