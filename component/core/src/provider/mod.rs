//! One verb per function, one match per verb: the operations speak to any provider through here.
//! `google/` and `outlook/` have the same file names, so that a diff shows the difference.

pub mod cached;
pub mod google;
pub mod outlook;

use self::cached::Forget;
use crate::account::{CalendarId, Email, EventId, Provider};
use crate::calendar::{Calendar, CalendarBusy, Detail};
use crate::error::Error;
use crate::meeting::{Changes, Meeting, NewEvent};
use crate::person::Schedule;
use crate::schedule::interval::Interval;
use crate::session::{CallError, Session};

/// All calendars of the account, primary first, then by name.
///
/// # Errors
/// Whatever made the list unreadable; never a part of the list.
pub async fn calendars(session: &Session<'_>) -> Result<Vec<Calendar>, Error> {
    match session.provider() {
        Provider::Google => google::calendars::list(session).await,
        Provider::Outlook => outlook::calendars::list(session).await,
    }
}

/// Busy times of `calendars` (all of this account) overlapping `range`: one answer per calendar,
/// in the same order, all requests in flight together as far as the vendor allows.
pub async fn busy(session: &Session<'_>, calendars: &[Calendar], range: Interval, detail: Detail) -> Vec<CalendarBusy> {
    match session.provider() {
        Provider::Google => google::busy::read(session, calendars, range, detail).await,
        Provider::Outlook => outlook::busy::read(session, calendars, range, detail).await,
    }
}

/// The time of `people` in `range` as the account may see it: one answer per address, in the same
/// order, all requests of a round in flight together as far as the vendor allows.
pub async fn schedules(session: &Session<'_>, people: &[Email], range: Interval) -> Vec<Result<Schedule, Error>> {
    match session.provider() {
        Provider::Google => google::schedule::read(session, people, range).await,
        Provider::Outlook => outlook::schedule::read(session, people, range).await,
    }
}

/// Events of one calendar overlapping `range`, series expanded, by start, at most `max`,
/// cancelled and declined ones neither listed nor counted.
///
/// # Errors
/// Whatever made the calendar unreadable.
pub async fn events(
    session: &Session<'_>,
    calendar: &Calendar,
    range: Interval,
    max: usize,
) -> Result<Vec<Meeting>, Error> {
    match session.provider() {
        Provider::Google => google::events::list(session, calendar, range, max).await,
        Provider::Outlook => outlook::events::list(session, calendar, range, max).await,
    }
}

/// One event as it is now; a cancelled one only where the vendor still shows it.
///
/// # Errors
/// `NotFound` and whatever made it unreadable.
pub async fn get(session: &Session<'_>, calendar: &CalendarId, event: &EventId) -> Result<Meeting, Error> {
    match session.provider() {
        Provider::Google => google::events::get(session, calendar, event).await,
        Provider::Outlook => outlook::events::get(session, calendar, event).await,
    }
}

/// The event an earlier, interrupted `create` with the same key and generation made, if it did
/// (and it was not cancelled since). The same key and generation count, whatever was changed since.
///
/// # Errors
/// Whatever made it impossible to tell.
pub async fn find(session: &Session<'_>, calendar: &Calendar, event: &NewEvent) -> Result<Option<Meeting>, Error> {
    match session.provider() {
        Provider::Google => google::create::find(session, calendar, event).await,
        Provider::Outlook => outlook::create::find(session, calendar, event).await,
    }
}

/// Creates the event once: the same key and generation again find the first one.
///
/// # Errors
/// `Failed`: certainly no event was made by this call. `Unknown`: there may be one; the same call
/// again finds out.
pub async fn create(session: &Session<'_>, calendar: &Calendar, event: &NewEvent) -> Result<Meeting, CallError> {
    let _forget = Forget::new(session);
    match session.provider() {
        Provider::Google => google::create::create(session, calendar, event).await,
        Provider::Outlook => outlook::create::create(session, calendar, event).await,
    }
}

/// Changes an event, guests notified, everything not named in `changes` left as it is.
///
/// # Errors
/// `Failed(PreconditionFailed)` when `if_match` is given and outdated; others as in `create`.
pub async fn update(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    changes: &Changes,
    if_match: Option<&str>,
) -> Result<Meeting, CallError> {
    let _forget = Forget::new(session);
    match session.provider() {
        Provider::Google => google::update::update(session, calendar, event, changes, if_match).await,
        Provider::Outlook => outlook::update::update(session, calendar, event, changes, if_match).await,
    }
}

/// How an event is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The account organises it, or it is not known who does.
    Cancel,
    /// It is somebody else's: declined, if that is still to be said, and removed from the account's calendar.
    Leave,
}

/// Cancels an event the account organises (guests are told), or declines and removes the account's copy of
/// somebody else's. An event that is gone already is success.
///
/// # Errors
/// As in `update`.
pub async fn cancel(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    ending: Ending,
    comment: Option<&str>,
    if_match: Option<&str>,
) -> Result<(), CallError> {
    let _forget = Forget::new(session);
    match session.provider() {
        Provider::Google if ending == Ending::Leave => {
            google::cancel::leave(session, calendar, event, comment, if_match).await
        }
        Provider::Google => google::cancel::cancel(session, calendar, event, if_match).await,
        // Graph is asked who organises it in any case.
        Provider::Outlook => outlook::cancel::cancel(session, calendar, event, comment, if_match).await,
    }
}
