//! Which calendar a booking is written to, and which event a locator names.

use futures_util::future::join_all;

use super::sources::{self, Selection, Sources};
use super::{authorization, moved};
use crate::account::{AccountId, CalendarId, EventId, Provider, UserId};
use crate::booking::Booking;
use crate::calendar::{Access, Calendar};
use crate::error::{Error, Kind};
use crate::meeting::{Meeting, Status};
use crate::oauth::scope::Feature;
use crate::ports::{BookingStoreError, World};
use crate::provider;
use crate::session::Session;

/// Names one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLocator {
    /// The provider's id.
    pub event_id: EventId,
    /// Its provider, if known.
    pub provider: Option<Provider>,
    /// Its account, if known.
    pub account: Option<String>,
    /// Its calendar, if known.
    pub calendar: Option<CalendarId>,
}

/// An event that was found, with what is needed to act on it.
pub struct Located<'a> {
    /// Its account, authorized.
    pub session: Session<'a>,
    /// Its calendar.
    pub calendar: CalendarId,
    /// The event as it is now; none = booked here, but gone at the provider.
    pub meeting: Option<Meeting>,
    /// Its entry in the ledger, if it was booked here.
    pub booking: Option<Booking>,
}

/// The calendar to write to: the named one, or the primary one of the first account that has one.
///
/// # Errors
/// `NotFound` / `PermissionDenied` when there is none that can be written to.
pub fn calendar<'s, 'a>(
    sources: &'s Sources<'a>,
    target: &Selection,
) -> Result<(&'s Session<'a>, &'s Calendar), Error> {
    let fitting = sources.readable.iter().filter(|source| {
        let session = &source.session;
        target.provider.is_none_or(|provider| provider == session.provider())
            && target.account.as_deref().is_none_or(|wanted| {
                session.account().as_str() == wanted
                    || session.email().is_some_and(|email| email.eq_ignore_ascii_case(wanted))
            })
    });
    let wanted = target.calendars.first();
    let found = fitting
        .flat_map(|source| source.calendars.iter().map(move |one| (&source.session, one)))
        .find(|(_, one)| wanted.map_or(one.is_primary, |id| one.id == *id));
    let Some((session, calendar)) = found else {
        if let Some(unknown) = sources.unknown.first() {
            return Err(unknown.as_error());
        }
        let what = wanted.map_or_else(|| "primary calendar".to_owned(), |id| format!("calendar `{id}`"));
        return Err(Error::new(Kind::NotFound, format!("target: no account has the {what}"))
            .with_remedy("List the calendars and choose one of them."));
    };
    if calendar.access < Access::Write {
        let message = format!("target: calendar `{}` of {} is read-only", calendar.name, calendar.account);
        return Err(Error::new(Kind::PermissionDenied, message)
            .at(calendar.provider)
            .with_remedy("Choose a calendar that can be written to, or ask its owner for write access."));
    }
    session.require(Feature::WriteEvents)?;
    Ok((session, calendar))
}

/// Finds an event: by the ledger, else by the locator's own words, else by asking every account's
/// primary calendar.
///
/// # Errors
/// `NotFound`; the failure of an account that might hold it.
pub async fn event<'a>(world: World<'a>, user: &UserId, locator: &EventLocator) -> Result<Located<'a>, Error> {
    let booking = world.bookings.find_event(user, locator.event_id.as_str()).map_err(ledger_error)?;
    let named =
        locator.account.as_deref().map(|wanted| authorization::account_status(world, user, wanted)).transpose()?;
    let fits_account = |booking: &Booking| named.as_ref().is_none_or(|one| one.id == booking.account);
    if let Some(booking) = booking.clone().filter(|booking| fits(booking, locator) && fits_account(booking)) {
        let session = Session::open(world, user, &booking.account)?;
        let (calendar, meeting) = moved::booked(&session, &booking, &locator.event_id).await?;
        return Ok(Located { session, calendar, meeting, booking: Some(booking) });
    }
    let selection = Selection { provider: locator.provider, account: locator.account.clone(), calendars: Vec::new() };
    let sources = sources::open(world, user, &selection).await?.require_any()?;
    let located = search(sources, locator).await?;
    // Named with the calendar it was moved to.
    let is_ours = located.meeting.as_ref().is_some_and(|meeting| meeting.is_organizer);
    let booking = booking.filter(|booking| is_ours && booking.account == *located.session.account());
    Ok(Located { booking, ..located })
}

async fn search<'a>(sources: Sources<'a>, locator: &EventLocator) -> Result<Located<'a>, Error> {
    let candidates: Vec<_> = sources
        .readable
        .into_iter()
        .filter_map(|source| {
            let calendar = source.calendars.iter().find(|one| match &locator.calendar {
                Some(id) => one.id == *id,
                None => one.is_primary,
            })?;
            let id = calendar.id.clone();
            Some((source.session, id))
        })
        .collect();
    let answers =
        join_all(candidates.iter().map(|(session, calendar)| provider::get(session, calendar, &locator.event_id)))
            .await;
    let mut failure = sources.unknown.first().map(super::sources::UnknownSource::as_error);
    let mut best: Option<(Standing, Located<'a>)> = None;
    for ((session, calendar), answer) in candidates.into_iter().zip(answers) {
        match found(answer) {
            Ok(Some(meeting)) => {
                let standing = Standing::of(&meeting);
                if best.as_ref().is_none_or(|(other, _)| *other < standing) {
                    best = Some((standing, Located { session, calendar, meeting: Some(meeting), booking: None }));
                }
            }
            Ok(None) => {}
            // An id of the other vendor is not well-formed here: not a failure, just not here.
            Err(error) if error.kind == Kind::InvalidArgument => {}
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    match (best, failure) {
        // It may stand where nobody could look.
        (Some((Standing::Over, _)) | None, Some(failure)) => Err(failure),
        (Some((_, located)), _) => Ok(located),
        (None, None) => Err(Error::new(Kind::NotFound, format!("event_id: no event `{}`", locator.event_id))
            .with_remedy("Check the id; for another calendar than the primary one name the calendar, too.")),
    }
}

/// Which of several copies of an event is meant: at Google, the organizer's and the guests' share their id, and one person
/// may have both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// Cancelled, or removed.
    Over,
    /// Somebody else's, as it is in the account.
    Copy,
    /// The account organises it.
    Own,
}

impl Standing {
    fn of(meeting: &Meeting) -> Self {
        match (meeting.status, meeting.is_organizer) {
            (Status::Cancelled, _) => Self::Over,
            (_, false) => Self::Copy,
            (_, true) => Self::Own,
        }
    }
}

/// An event that is gone is none.
///
/// # Errors
/// Every other failure.
pub fn found(answer: Result<Meeting, Error>) -> Result<Option<Meeting>, Error> {
    match answer {
        Ok(meeting) => Ok(Some(meeting)),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn fits(booking: &Booking, locator: &EventLocator) -> bool {
    locator.provider.is_none_or(|one| one == booking.provider)
        && locator.calendar.as_ref().is_none_or(|one| *one == booking.calendar)
}

/// The ledger's failures in the interface's words.
#[must_use]
pub fn ledger_error(error: BookingStoreError) -> Error {
    Error::new(Kind::Storage, error.to_string())
}

/// The account of a located event, for messages.
#[must_use]
pub fn place(account: &AccountId, calendar: &CalendarId) -> String {
    format!("calendar {calendar} of account {account}")
}
