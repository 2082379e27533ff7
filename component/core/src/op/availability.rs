//! What was read of the live calendars and what the ledger holds, put together for the engine. Not
//! here: reading either (`busy_read`), and the questions (`search`, `recheck`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::busy_read::BusyRead;
use super::sources::Sources;
use super::target::ledger_error;
use crate::account::{AccountId, CalendarId, EventId, UserId};
use crate::booking::{Booking, BookingState};
use crate::calendar::{Detail, takes_time_by_default};
use crate::error::Error;
use crate::ports::World;
use crate::schedule::availability::{Availability, Busy, Unknown};
use crate::schedule::interval::{Interval, merge};
use crate::schedule::policy::{BusyKind, StatusPolicy};
use crate::schedule::rules::Rules;

/// How much the calendars must tell: kinds only when some status is treated in its own way.
#[must_use]
pub fn detail(rules: &Rules) -> Detail {
    let common = StatusPolicy::default();
    let is_common = rules.statuses.all == common && rules.statuses.by_calendar.values().all(|one| *one == common);
    if is_common { Detail::Merged } else { Detail::Events }
}

/// The own bookings and reservations that matter to starts in `known`: those in it, and those of
/// all periods that the limits count. Meetings booked in an account that is no longer connected do
/// not count, as in `recheck::reserve`.
///
/// # Errors
/// `Storage`.
pub fn own_bookings(
    world: World<'_>,
    user: &UserId,
    sources: &Sources<'_>,
    rules: &Rules,
    known: Interval,
) -> Result<Vec<Booking>, Error> {
    let counted = rules.counted_range(known);
    let mut bookings = world.bookings.list(user, counted).map_err(ledger_error)?;
    bookings.retain(|one| one.state != BookingState::Committed || sources.connected.contains(&one.account));
    Ok(bookings)
}

/// What was read, with own bookings and holds, as the engine wants it. A source that is unknown is
/// unknown for the whole of `known`. Holds and reservations under way count as held. Recorded bookings count
/// with their own buffers, unless their own calendar was read and does not show them: then they
/// were moved or deleted there.
#[must_use]
pub fn availability(read: &BusyRead, bookings: &[Booking], known: Interval) -> Availability {
    let mut busy: Vec<Busy> = Vec::with_capacity(read.entries.len());
    for entry in &read.entries {
        let calendar: Arc<str> = Arc::from(entry.calendar.as_str());
        busy.push(Busy::from(entry.event.interval).of_kind(entry.event.kind).on_calendar(calendar));
    }
    let shown = Shown::new(read, known);
    for booking in bookings {
        let (time, kind) = match booking.state {
            BookingState::Held | BookingState::Reserved => (Some(booking.time), BusyKind::Held),
            BookingState::Committed => (shown.time_of(booking), BusyKind::Booking),
            BookingState::Cancelled => (None, BusyKind::Booking),
        };
        let (before, after) = booking.buffers();
        busy.extend(time.map(|time| Busy::from(time).of_kind(kind).with_buffers(before, after)));
    }
    let unknown = read.unknown.iter().map(|source| Unknown {
        interval: known,
        calendar: source.calendar.as_ref().map(|id| Arc::from(id.as_str())),
        cause: Arc::from(source.error.message.as_str()),
        since: None,
    });
    Availability { busy, sets: Vec::new(), unknown: unknown.collect(), known: Some(known) }
}

/// What the calendars that were read show, by account and calendar.
struct Shown<'r> {
    calendars: BTreeMap<(&'r AccountId, &'r CalendarId), Calendar<'r>>,
    known: Interval,
}

/// What one calendar shows.
#[derive(Default)]
struct Calendar<'r> {
    events: BTreeMap<&'r EventId, Interval>,
    taken: Vec<Interval>,
}

impl<'r> Shown<'r> {
    fn new(read: &'r BusyRead, known: Interval) -> Shown<'r> {
        let calendars = read.calendars.iter().map(|(account, id)| ((account, id), Calendar::default()));
        let mut calendars: BTreeMap<_, _> = calendars.collect();
        for entry in read.entries.iter().filter(|entry| takes_time_by_default(entry.event.kind)) {
            let Some(calendar) = calendars.get_mut(&(&entry.account, &entry.calendar)) else { continue };
            calendar.events.extend(entry.event.event_id.as_ref().map(|id| (id, entry.event.interval)));
            calendar.taken.push(entry.event.interval);
        }
        for calendar in calendars.values_mut() {
            calendar.taken = merge(std::mem::take(&mut calendar.taken));
        }
        Shown { calendars, known }
    }

    /// When a recorded booking is: where its own calendar shows its event, else where something
    /// there takes its whole time (merged times name no events), else nowhere. As the ledger says
    /// when that calendar, or that time, was not read.
    fn time_of(&self, booking: &Booking) -> Option<Interval> {
        let Some(calendar) = self.calendars.get(&(&booking.account, &booking.calendar)) else {
            return Some(booking.time);
        };
        let Some(visible) = booking.time.intersection(self.known) else { return Some(booking.time) };
        let event = booking.event.as_ref().and_then(|event| calendar.events.get(&event.event_id));
        if let Some(time) = event {
            return Some(*time);
        }
        let begun = calendar.taken.partition_point(|one| one.start() <= visible.start());
        let last = begun.checked_sub(1).and_then(|index| calendar.taken.get(index));
        last.is_some_and(|one| one.covers(visible)).then_some(booking.time)
    }
}

#[cfg(test)]
mod tests;
