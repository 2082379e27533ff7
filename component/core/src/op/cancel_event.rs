//! `cancel-event`: cancels what the user organises, removes the user's copy of the rest.

use super::target::{self, EventLocator, ledger_error};
use crate::account::UserId;
use crate::booking::{Booking, BookingState, EventRecord};
use crate::error::{Error, Kind};
use crate::meeting::{Attendee, Conferencing, Meeting, Participation, Status};
use crate::ports::World;
use crate::provider;

/// Cancels an event and returns it as cancelled. An event booked here that is gone already is
/// success.
///
/// # Errors
/// `PreconditionFailed` when `if_match` is given and outdated; `NotFound` for an event that was never seen;
/// `PermissionDenied`; whatever kept the provider
/// from doing it: then the ledger is unchanged, and the same call again is safe.
pub async fn cancel_event(
    world: World<'_>,
    user: &UserId,
    locator: &EventLocator,
    comment: Option<&str>,
    if_match: Option<&str>,
) -> Result<Meeting, Error> {
    let located = target::event(world, user, locator).await?;
    let is_open = located.booking.as_ref().is_some_and(|one| one.state != BookingState::Cancelled);
    // One that was booked here and is not where it was may have been moved to another calendar.
    let is_standing = located.meeting.as_ref().map_or(is_open, |one| one.status != Status::Cancelled);
    // The copy of a meeting that its organizer called off may still be there.
    let is_copy = located.meeting.as_ref().is_some_and(|one| !one.is_organizer);
    if is_standing || is_copy {
        let etag = located.meeting.as_ref().map(|one| one.etag.as_deref());
        if if_match.is_some() && etag.is_some_and(|etag| etag != if_match) {
            let provider = located.session.provider();
            return Err(Error::new(Kind::PreconditionFailed, "the event changed since it was read").at(provider));
        }
        let end = if is_copy { provider::Ending::Leave } else { provider::Ending::Cancel };
        provider::cancel(&located.session, &located.calendar, &locator.event_id, end, comment, if_match).await?;
    }
    if let Some(booking) = &located.booking {
        record_cancelled(world, user, booking)?;
    }
    let meeting = located.meeting.or_else(|| located.booking.as_ref().and_then(from_ledger));
    let Some(mut meeting) = meeting else {
        return Err(Error::new(Kind::NotFound, format!("event_id: no event `{}`", locator.event_id)));
    };
    meeting.status = Status::Cancelled;
    Ok(meeting)
}

fn record_cancelled(world: World<'_>, user: &UserId, booking: &Booking) -> Result<(), Error> {
    let Some(event) = &booking.event else { return Ok(()) };
    let event = EventRecord { status: Status::Cancelled.as_str().to_owned(), ..event.clone() };
    world.bookings.commit(user, &booking.key, &event, booking.blocked).map_err(ledger_error)?;
    Ok(())
}

/// What the ledger remembers of an event that is gone at the provider.
fn from_ledger(booking: &Booking) -> Option<Meeting> {
    let event = booking.event.as_ref()?;
    let attendee = |email: &String| Attendee {
        email: email.clone(),
        name: None,
        participation: Participation::NeedsAction,
        is_optional: false,
    };
    Some(Meeting {
        event_id: event.event_id.clone(),
        account: booking.account.clone(),
        provider: booking.provider,
        calendar: booking.calendar.clone(),
        title: event.title.clone(),
        time: event.time,
        is_all_day: false,
        time_zone: None,
        attendees: event.attendees.iter().map(attendee).collect(),
        organizer: None,
        is_organizer: true,
        location: event.location.clone(),
        description: event.description.clone(),
        conferencing: Conferencing::None,
        status: Status::Cancelled,
        is_declined: false,
        web_link: None,
        series_id: None,
        is_series: false,
        idempotency_key: Some(booking.key.clone()),
        etag: None,
    })
}
