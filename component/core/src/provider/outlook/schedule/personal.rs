//! Personal Microsoft accounts have no getSchedule: the account's own time comes from its default
//! calendar (calendarView); other people's time cannot be read. The own time of every other account comes from there, too,
//! where getSchedule refuses it.
//!
//! <https://learn.microsoft.com/graph/api/calendar-getschedule#permissions>

use super::super::{busy, calendars};
use crate::account::{Email, Provider};
use crate::calendar::{BusyEvent, Detail};
use crate::error::{Error, Kind};
use crate::oauth::id_token::PERSONAL_TENANT;
use crate::person::{Item, Schedule, Status, layered};
use crate::schedule::interval::Interval;
use crate::schedule::policy::BusyKind;
use crate::session::Session;

/// Whether the account is a personal one; the tenant is part of its id.
#[must_use]
pub fn is_personal(session: &Session<'_>) -> bool {
    let tenant = session.account().as_str().split_once(':').and_then(|(_, subject)| subject.split_once('.'));
    tenant.is_some_and(|(tenant, _)| tenant == PERSONAL_TENANT)
}

/// Reads the account's own time from its calendar where getSchedule did not tell it. What keeps a calendar from being
/// read, too, stays as it is.
pub async fn fill_own(
    session: &Session<'_>,
    people: &[Email],
    range: Interval,
    results: &mut [Result<Schedule, Error>],
) {
    let is_refusal = |error: &Error| {
        !matches!(
            error.kind,
            Kind::RateLimited { .. } | Kind::Timeout | Kind::DeniedByHost | Kind::ReauthorizationRequired
        )
    };
    let refused: Vec<_> = people
        .iter()
        .zip(results)
        .filter(|(person, result)| is_own(session, person) && result.as_ref().is_err_and(is_refusal))
        .map(|(_, result)| result)
        .collect();
    if refused.is_empty() {
        return;
    }
    let Ok(own) = own_time(session, range).await else { return };
    for result in refused {
        *result = Ok(own.clone());
    }
}

fn is_own(session: &Session<'_>, person: &Email) -> bool {
    session.email().is_some_and(|own| person.same_as(own))
}

/// As `schedule::read`.
pub async fn read(session: &Session<'_>, people: &[Email], range: Interval) -> Vec<Result<Schedule, Error>> {
    let own = match people.iter().any(|person| is_own(session, person)) {
        true => Some(own_time(session, range).await),
        false => None,
    };
    let answer = |person: &Email| match own.as_ref().filter(|_| is_own(session, person)) {
        Some(own) => own.clone(),
        None => Err(refused(person)),
    };
    people.iter().map(answer).collect()
}

async fn own_time(session: &Session<'_>, range: Interval) -> Result<Schedule, Error> {
    let mut calendars = calendars::list(session).await?;
    calendars.retain(|calendar| calendar.is_primary);
    let read = busy::read(session, &calendars, range, Detail::Events).await;
    let Some(default) = read.into_iter().next() else {
        return Err(Error::new(Kind::NotFound, "the mailbox has no default calendar").at(Provider::Outlook));
    };
    let items: Vec<Item> = default.busy?.iter().map(item).collect();
    Ok(Schedule { items: layered(&items, range), hours: None })
}

fn item(event: &BusyEvent) -> Item {
    let status = match event.kind {
        BusyKind::WorkingElsewhere | BusyKind::WorkingLocation | BusyKind::Birthday => Status::WorkingElsewhere,
        BusyKind::Tentative | BusyKind::NotAnswered => Status::Tentative,
        BusyKind::OutOfOffice | BusyKind::TimeOff => Status::OutOfOffice,
        BusyKind::Busy
        | BusyKind::FocusTime
        | BusyKind::AllDay
        | BusyKind::Private
        | BusyKind::Unrecognised
        | BusyKind::Held
        | BusyKind::Booking => Status::Busy,
    };
    Item { time: event.interval, status }
}

fn refused(person: &Email) -> Error {
    let message =
        format!("the schedule of `{person}`: a personal Microsoft account cannot read when other people are busy");
    Error::new(Kind::Unsupported, message)
        .with_remedy("Connect a work or school account, or ask the person.")
        .at(Provider::Outlook)
}
