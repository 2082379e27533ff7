//! Where a booked event is now: people move events between their calendars, and both vendors keep the id. The calendar
//! that an event has left shows it as cancelled, or not at all, just like one that was called off.

use futures_util::future::join_all;

use super::target::found;
use crate::account::{CalendarId, EventId};
use crate::booking::{Booking, BookingState};
use crate::calendar::Access;
use crate::error::{Error, Kind};
use crate::meeting::{Meeting, Status};
use crate::provider;
use crate::session::Session;

/// The event of `booking` as it is now, and its calendar; none = gone from every calendar of the account that can be
/// written to. The other calendars are asked only when the recorded one does not show a standing event, and the ledger
/// does not know that it was cancelled here.
///
/// # Errors
/// Whatever made it impossible to tell.
pub async fn booked(
    session: &Session<'_>,
    booking: &Booking,
    event: &EventId,
) -> Result<(CalendarId, Option<Meeting>), Error> {
    let here = found(provider::get(session, &booking.calendar, event).await)?;
    let is_standing = here.as_ref().is_some_and(|meeting| meeting.status != Status::Cancelled);
    if is_standing || booking.state == BookingState::Cancelled {
        return Ok((booking.calendar.clone(), here));
    }
    match elsewhere(session, &booking.calendar, event).await? {
        Some((calendar, meeting)) => Ok((calendar, Some(meeting))),
        None => Ok((booking.calendar.clone(), here)),
    }
}

/// A guest's copy, which may have the same id, is not the event.
async fn elsewhere(
    session: &Session<'_>,
    left: &CalendarId,
    event: &EventId,
) -> Result<Option<(CalendarId, Meeting)>, Error> {
    let calendars = provider::calendars(session).await;
    let calendars = calendars.map_err(|error| error.context("the event may be in another calendar now"))?;
    let others: Vec<_> =
        calendars.into_iter().filter(|one| one.id != *left && one.access >= Access::Write).map(|one| one.id).collect();
    let answers = join_all(others.iter().map(|calendar| provider::get(session, calendar, event))).await;
    let mut failure = None;
    for (calendar, answer) in others.into_iter().zip(answers) {
        match answer {
            Ok(meeting) if meeting.is_organizer && meeting.status != Status::Cancelled => {
                return Ok(Some((calendar, meeting)));
            }
            Ok(_) => {}
            Err(error) if error.kind == Kind::NotFound => {}
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    failure.map_or(Ok(None), Err)
}
