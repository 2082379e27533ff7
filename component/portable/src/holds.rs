//! Times that are held for a while: bookings without a meeting.

use crate::bindings::calendar::scheduling::types::Provider;
use crate::bindings::exports::calendar::scheduling::booking_store::{
    Booking, BookingError, BookingState, HeldTime, HoldOutcome, HoldRequest,
};
use crate::ledger::{is_range, taken};
use crate::state::{Kept, State};

/// The longest hold, in seconds.
const LONGEST: u32 = 3600;

/// Holds a time if nothing of the same user is in the way.
///
/// # Errors
/// `denied`: the request is malformed.
pub fn hold(state: &mut State, wanted: &HoldRequest, now: i64) -> Result<HoldOutcome, BookingError> {
    let is_proper = is_range(wanted.time) && is_range(wanted.blocked) && (1..=LONGEST).contains(&wanted.ttl_seconds);
    if !is_proper || wanted.user_id.is_empty() || wanted.key.is_empty() || wanted.fingerprint.is_empty() {
        return Err(BookingError::Denied);
    }
    match state.bookings.iter().find(|kept| kept.is(&wanted.user_id, &wanted.key)) {
        Some(kept) if kept.booking.state != BookingState::Held => return Ok(HoldOutcome::KeyConflict),
        Some(kept) if kept.blocks(now) => {
            return Ok(match kept.booking.fingerprint == wanted.fingerprint {
                true => HoldOutcome::Held(held(&kept.booking)),
                false => HoldOutcome::KeyConflict,
            });
        }
        _ => {}
    }
    let taken = taken(state, &wanted.user_id, (wanted.time, wanted.blocked), now);
    if !taken.is_empty() {
        return Ok(HoldOutcome::Overlap(taken.into_iter().map(|booking| booking.time).collect()));
    }
    let booking = Booking {
        key: wanted.key.clone(),
        fingerprint: wanted.fingerprint.clone(),
        state: BookingState::Held,
        generation: 0,
        account: String::new(),
        provider: Provider::Google,
        calendar: String::new(),
        time: wanted.time,
        blocked: wanted.blocked,
        event: None,
        created_at: now,
        expires_at: Some(now.saturating_add(wanted.ttl_seconds.into())),
    };
    let outcome = HoldOutcome::Held(held(&booking));
    end(state, &wanted.user_id, Some(&wanted.key));
    state.bookings.push(Kept { user: wanted.user_id.clone(), booking });
    Ok(outcome)
}

/// Ends a hold; whether it was alive.
pub fn release(state: &mut State, user: &str, key: &str, now: i64) -> bool {
    let is_hold = |kept: &&Kept| kept.is(user, key) && kept.booking.state == BookingState::Held;
    let was_alive = state.bookings.iter().find(is_hold).is_some_and(|kept| kept.blocks(now));
    end(state, user, Some(key));
    was_alive
}

/// Forgets the hold with this key, if it is one.
pub(crate) fn end(state: &mut State, user: &str, key: Option<&str>) {
    if let Some(key) = key {
        state.bookings.retain(|kept| !(kept.is(user, key) && kept.booking.state == BookingState::Held));
    }
}

fn held(booking: &Booking) -> HeldTime {
    HeldTime {
        key: booking.key.clone(),
        time: booking.time,
        blocked: booking.blocked,
        expires_at: booking.expires_at.unwrap_or(booking.created_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::calendar::scheduling::types::TimeRange;
    use crate::bindings::exports::calendar::scheduling::booking_store::{Reservation, ReserveOutcome};
    use crate::ledger::{list, reserve};

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange { start, end }
    }

    fn wanted(key: &str, start: i64, end: i64) -> HoldRequest {
        HoldRequest {
            user_id: "ana".to_owned(),
            key: key.to_owned(),
            fingerprint: format!("{start} to {end}"),
            time: range(start, end),
            blocked: range(start, end),
            ttl_seconds: 60,
        }
    }

    fn reservation(hold: Option<&str>) -> Reservation {
        Reservation {
            user_id: "ana".to_owned(),
            key: "booking".to_owned(),
            fingerprint: "f".to_owned(),
            account: "google:1".to_owned(),
            provider: Provider::Google,
            calendar: "ana@example.com".to_owned(),
            time: range(100, 200),
            blocked: range(100, 200),
            replaces: None,
            hold: hold.map(str::to_owned),
        }
    }

    #[test]
    fn a_hold_keeps_others_out_until_it_ends() {
        let mut state = State::default();
        assert!(matches!(hold(&mut state, &wanted("h", 100, 200), 0), Ok(HoldOutcome::Held(_))));
        let taken = HoldOutcome::Overlap(vec![range(100, 200)]);
        assert_eq!(hold(&mut state, &wanted("i", 150, 250), 59), Ok(taken));
        assert_eq!(reserve(&mut state, &reservation(None), 59), Ok(ReserveOutcome::Overlap(vec![range(100, 200)])));
        assert!(matches!(hold(&mut state, &wanted("i", 150, 250), 60), Ok(HoldOutcome::Held(_))));
        assert!(!release(&mut state, "ana", "h", 60), "it had expired");
        assert!(release(&mut state, "ana", "i", 61));
        assert_eq!(state, State::default());
    }

    #[test]
    fn a_booking_takes_the_hold_it_names() {
        let mut state = State::default();
        hold(&mut state, &wanted("h", 100, 200), 0).unwrap();
        assert!(matches!(reserve(&mut state, &reservation(Some("h")), 1), Ok(ReserveOutcome::Reserved(_))));
        assert!(!release(&mut state, "ana", "h", 2), "the booking ended it");
        assert_eq!(list(&state, "ana", range(0, 1000), 2).len(), 1);
    }

    #[test]
    fn the_same_request_again_is_the_same_hold_and_another_one_a_conflict() {
        let mut state = State::default();
        let first = hold(&mut state, &wanted("h", 100, 200), 0);
        assert_eq!(hold(&mut state, &wanted("h", 100, 200), 30), first, "not prolonged");
        assert_eq!(hold(&mut state, &wanted("h", 300, 400), 30), Ok(HoldOutcome::KeyConflict));
        reserve(&mut state, &reservation(Some("h")), 30).unwrap();
        assert_eq!(hold(&mut state, &wanted("booking", 500, 600), 30), Ok(HoldOutcome::KeyConflict));
        let long = HoldRequest { ttl_seconds: LONGEST + 1, ..wanted("x", 700, 800) };
        assert_eq!(hold(&mut state, &long, 30), Err(BookingError::Denied));
    }
}
