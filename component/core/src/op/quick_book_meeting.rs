//! `quick-book-meeting`: the first free slot of a query, booked.

use super::book_meeting::{BookingRequest, Intent, book_as, in_the_past};
use super::fingerprint;
use super::search::{SlotQuery, check_availability};
use super::target::ledger_error;
use crate::account::UserId;
use crate::booking::BookingState;
use crate::error::{Error, Kind};
use crate::meeting::Meeting;
use crate::ports::World;
use crate::schedule::interval::Interval;
use crate::schedule::rules::Rules;
use crate::schedule::zone::Zone;

/// How many slots are tried when somebody else takes the first ones meanwhile.
const TRIES: usize = 3;

/// A meeting to be booked at the first free slot.
#[derive(Debug, Clone, PartialEq)]
pub struct QuickBookingRequest {
    /// Where to search.
    pub query: SlotQuery,
    /// What to book; its `time` is replaced by the slot, its rules and buffers by the query's.
    pub booking: BookingRequest,
}

/// Books the first free slot. The same key again returns the meeting that was booked, whatever
/// slot that was.
///
/// # Errors
/// As `book_meeting`; `Conflict` with the nearest slots outside the range when there is none.
pub async fn quick_book_meeting(
    world: World<'_>,
    user: &UserId,
    request: &QuickBookingRequest,
) -> Result<Meeting, Error> {
    let fingerprint = fingerprint(request);
    let key = request.booking.key.clone().unwrap_or_else(|| fingerprint::derived_key(&fingerprint));
    let intent = Intent { key, fingerprint, keeps_limits: true };
    let earlier = world.bookings.get(user, &intent.key).map_err(ledger_error)?;
    if let Some(booking) = earlier.filter(|one| one.state != BookingState::Cancelled) {
        let again = at(request, booking.time);
        let outcome = book_as(world, user, &again, intent.clone()).await;
        match outcome {
            // An unfinished attempt lost its slot, or the slot has begun: search again.
            Err(error) if booking.state == BookingState::Reserved && (is_taken(&error) || is_past(&error)) => {}
            other => return other,
        }
    }
    let query = SlotQuery { max_slots: TRIES, ..request.query.clone() };
    let found = check_availability(world, user, &query).await?;
    let mut last = none_free(&found.nearest, &found.unknown);
    for slot in found.slots {
        let outcome = book_as(world, user, &at(request, slot), intent.clone()).await;
        match outcome {
            Err(error) if is_taken(&error) => last = error,
            other => return other,
        }
    }
    Err(last)
}

/// Refused for its time, which no caller named.
fn is_past(error: &Error) -> bool {
    *error == in_the_past()
}

fn is_taken(error: &Error) -> bool {
    matches!(error.kind, Kind::Conflict { .. }) && error.provider.is_none()
}

fn none_free(nearest: &[Interval], unknown: &[super::sources::UnknownSource]) -> Error {
    match unknown.first() {
        Some(unknown) => unknown.as_error().context("no slot can be called free"),
        None => Error::new(Kind::Conflict { alternatives: nearest.to_vec() }, "no free slot in the range")
            .with_remedy("Widen the range or the working hours, or shorten the meeting."),
    }
}

fn at(request: &QuickBookingRequest, time: Interval) -> BookingRequest {
    let rules = &request.query.rules;
    BookingRequest {
        time,
        buffer_before: rules.buffer_before,
        buffer_after: rules.buffer_after,
        alternatives: rules.clone(),
        ..request.booking.clone()
    }
}

/// The rules that most questions leave alone, those that this one does not.
fn refinements(rules: &Rules) -> impl Iterator<Item = String> {
    let plain = Rules::default();
    let zones: Vec<_> = rules.travel.iter().map(|stay| (stay.from, stay.until, stay.zone.name())).collect();
    let grid = rules.grid_zone.as_ref().map(Zone::name);
    let all = [
        (rules.buffers_inside_window, "buffers inside window".to_owned()),
        (rules.anchor != plain.anchor, format!("anchor {:?}", rules.anchor)),
        (grid.is_some(), format!("grid {grid:?}")),
        (!rules.overrides.is_empty(), format!("overrides {:?}", rules.overrides)),
        (!rules.holidays.is_empty(), format!("holidays {:?}", rules.holidays)),
        (!rules.travel.is_empty(), format!("travel {zones:?}")),
        (!rules.limits.is_empty(), format!("limits {:?}", rules.limits)),
        (rules.statuses != plain.statuses, format!("statuses {:?}", rules.statuses)),
    ];
    all.into_iter().filter(|(is_said, _)| *is_said).map(|(_, text)| text)
}

/// What makes two calls the same: who, what and the question, not the slot it led to.
fn fingerprint(request: &QuickBookingRequest) -> String {
    let rules = &request.query.rules;
    let mut parts = vec![
        "quick-book".to_owned(),
        request.booking.title.clone(),
        request.query.range.start().timestamp().to_string(),
        request.query.range.end().timestamp().to_string(),
        rules.zone.name().to_owned(),
        format!("{:?} {:?}", rules.horizon, rules.statuses.all.tentative),
    ];
    let lengths =
        [rules.duration, rules.buffer_before, rules.buffer_after, rules.minimum_notice, rules.step, rules.offset];
    parts.extend(lengths.iter().map(|length| length.num_seconds().to_string()));
    parts.extend(rules.hours.days().map(|(day, windows)| format!("{day} {windows:?}")));
    parts.extend(refinements(rules));
    parts.extend(fingerprint::of_selection(&request.query.selection));
    parts.extend(fingerprint::guests(&request.booking.attendees));
    parts.extend(fingerprint::of_selection(&request.booking.target));
    fingerprint::of_parts(parts.iter().map(String::as_str))
}

#[cfg(test)]
mod tests;
