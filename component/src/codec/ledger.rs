//! Records of the host's booking store. Inbound values come from the host: one that breaks the
//! interface's rules makes the whole answer unusable (`None`), never a guess.

use calendar_core::account::{AccountId, CalendarId, EventId};
use calendar_core::booking::{
    Booking, BookingState, EventRecord, Hold, HoldOutcome, HoldRequest, Reservation, ReserveOutcome,
};
use calendar_core::schedule::interval::Interval;

use super::{instant, provider, provider_out, range, range_out};
use crate::bindings::calendar::scheduling::booking_store as wit;
use crate::bindings::calendar::scheduling::types::TimeRange;

/// A reservation, outbound.
#[must_use]
pub fn reservation(reservation: &Reservation) -> wit::Reservation {
    wit::Reservation {
        user_id: reservation.user.as_str().to_owned(),
        key: reservation.key.clone(),
        fingerprint: reservation.fingerprint.clone(),
        account: reservation.account.as_str().to_owned(),
        provider: provider_out(reservation.provider),
        calendar: reservation.calendar.as_str().to_owned(),
        time: range_out(reservation.time),
        blocked: range_out(reservation.blocked),
        replaces: reservation.replaces.clone(),
        hold: reservation.hold.clone(),
    }
}

/// A request to hold a time, outbound.
#[must_use]
pub fn hold_request(request: &HoldRequest) -> wit::HoldRequest {
    wit::HoldRequest {
        user_id: request.user.as_str().to_owned(),
        key: request.key.clone(),
        fingerprint: request.fingerprint.clone(),
        time: range_out(request.time),
        blocked: range_out(request.blocked),
        ttl_seconds: request.ttl_seconds,
    }
}

/// What became of it.
#[must_use]
pub fn hold_outcome(outcome: wit::HoldOutcome) -> Option<HoldOutcome> {
    Some(match outcome {
        wit::HoldOutcome::Held(hold) => HoldOutcome::Held(Hold {
            key: hold.key,
            time: interval(hold.time)?,
            blocked: interval(hold.blocked)?,
            expires_at: instant("expires-at", hold.expires_at).ok()?,
        }),
        wit::HoldOutcome::Overlap(ranges) => HoldOutcome::Overlap(intervals(ranges)?),
        wit::HoldOutcome::KeyConflict => HoldOutcome::KeyConflict,
    })
}

/// What became of it.
#[must_use]
pub fn outcome(outcome: wit::ReserveOutcome) -> Option<ReserveOutcome> {
    Some(match outcome {
        wit::ReserveOutcome::Reserved(one) => ReserveOutcome::Reserved(booking(one)?),
        wit::ReserveOutcome::Resumed(one) => ReserveOutcome::Resumed(booking(one)?),
        wit::ReserveOutcome::Committed(one) => ReserveOutcome::Committed(booking(one)?),
        wit::ReserveOutcome::KeyConflict(one) => ReserveOutcome::KeyConflict(booking(one)?),
        wit::ReserveOutcome::Overlap(ranges) => ReserveOutcome::Overlap(intervals(ranges)?),
    })
}

/// A recorded booking.
#[must_use]
pub fn booking(booking: wit::Booking) -> Option<Booking> {
    Some(Booking {
        key: booking.key,
        fingerprint: booking.fingerprint,
        state: match booking.state {
            wit::BookingState::Held => BookingState::Held,
            wit::BookingState::Reserved => BookingState::Reserved,
            wit::BookingState::Committed => BookingState::Committed,
            wit::BookingState::Cancelled => BookingState::Cancelled,
        },
        generation: booking.generation,
        account: AccountId::new(booking.account),
        provider: provider(booking.provider),
        calendar: CalendarId::new(booking.calendar),
        time: interval(booking.time)?,
        blocked: interval(booking.blocked)?,
        event: match booking.event {
            Some(event) => Some(event_in(event)?),
            None => None,
        },
        created_at: instant("created-at", booking.created_at).ok()?,
        expires_at: match booking.expires_at {
            Some(end) => Some(instant("expires-at", end).ok()?),
            None => None,
        },
    })
}

/// A booking that may not exist; the outer none = unusable.
#[must_use]
pub fn maybe(found: Option<wit::Booking>) -> Option<Option<Booking>> {
    match found {
        Some(one) => booking(one).map(Some),
        None => Some(None),
    }
}

fn interval(value: TimeRange) -> Option<Interval> {
    range("ledger", value).ok()
}

fn intervals(ranges: Vec<TimeRange>) -> Option<Vec<Interval>> {
    ranges.into_iter().map(interval).collect()
}

fn event_in(event: wit::EventRecord) -> Option<EventRecord> {
    Some(EventRecord {
        event_id: EventId::new(event.event_id),
        title: event.title,
        time: interval(event.time)?,
        attendees: event.attendees,
        location: event.location,
        description: event.description,
        conferencing_link: event.conferencing_link,
        status: event.status,
    })
}

/// Facts of an event, outbound.
#[must_use]
pub fn event_out(event: &EventRecord) -> wit::EventRecord {
    wit::EventRecord {
        event_id: event.event_id.as_str().to_owned(),
        title: event.title.clone(),
        time: range_out(event.time),
        attendees: event.attendees.clone(),
        location: event.location.clone(),
        description: event.description.clone(),
        conferencing_link: event.conferencing_link.clone(),
        status: event.status.clone(),
    }
}
