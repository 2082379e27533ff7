//! Busy times of a selection, one round trip deep: the calendars of the last list are read while the
//! list itself is read anew. The new list decides: what it does not name is dropped, and what the
//! last one lacked, or had otherwise, is read in a second step. What was read a moment ago comes from
//! the host's cache; the list never does.

use futures_util::future::{join, join_all};

use super::sources::{self, Selection, Sources, UnknownSource};
use crate::account::{AccountId, CalendarId, UserId};
use crate::calendar::{BusyEvent, Calendar, CalendarBusy, Detail};
use crate::error::Error;
use crate::ports::World;
use crate::provider::cached;
use crate::schedule::interval::Interval;
use crate::session::Session;
use crate::session::known::Known;

/// One busy entry and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The account.
    pub account: AccountId,
    /// The calendar.
    pub calendar: CalendarId,
    /// The entry.
    pub event: BusyEvent,
}

/// What was read, and what could not be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BusyRead {
    /// Busy entries, unsorted.
    pub entries: Vec<Entry>,
    /// The calendars that were read completely.
    pub calendars: Vec<(AccountId, CalendarId)>,
    /// What is unknown.
    pub unknown: Vec<UnknownSource>,
}

impl BusyRead {
    /// Puts together what the readable accounts answered, in their order.
    pub(super) fn of(sources: &Sources<'_>, answers: Vec<Vec<CalendarBusy>>) -> BusyRead {
        let mut read = BusyRead { unknown: sources.unknown.clone(), ..BusyRead::default() };
        for (source, answers) in sources.readable.iter().zip(answers) {
            let account = source.session.account();
            for answer in answers {
                match answer.busy {
                    Ok(events) => {
                        read.entries.extend(events.into_iter().map(|event| Entry {
                            account: account.clone(),
                            calendar: answer.calendar.clone(),
                            event,
                        }));
                        read.calendars.push((account.clone(), answer.calendar));
                    }
                    Err(error) => read.unknown.push(UnknownSource {
                        account: account.clone(),
                        calendar: Some(answer.calendar),
                        error,
                    }),
                }
            }
        }
        read
    }
}

/// What was read of calendars before it was certain that they count.
struct Early {
    calendars: Vec<Calendar>,
    answers: Vec<CalendarBusy>,
}

/// Opens the accounts of a selection, lists their calendars, and reads the busy times in `range` of
/// those the selection means.
///
/// # Errors
/// `NotAuthenticated`, `NotFound`; an account's failure when none could be read, or when a named
/// calendar may be there.
pub async fn read<'a>(
    world: World<'a>,
    user: &UserId,
    selection: &Selection,
    range: Interval,
    detail: Detail,
) -> Result<(Sources<'a>, BusyRead), Error> {
    let (mut sources, sessions) = sources::accounts(world, user, selection)?;
    let asked = join_all(sessions.iter().map(|session| ask(session, selection, range, detail))).await;
    let mut early = Vec::new();
    for (session, (list, read)) in sessions.into_iter().zip(asked) {
        if sources.add(session, list) {
            early.push(read);
        }
    }
    let sources = sources.require_any()?.narrow(selection)?;
    let rest = sources.readable.iter().zip(early).map(|(source, early)| async move {
        let is_new = |one: &&Calendar| !early.calendars.contains(one);
        let new: Vec<Calendar> = source.calendars.iter().filter(is_new).cloned().collect();
        let late = cached::busy(&source.session, &new, range, detail).await;
        chosen(&source.calendars, early, late)
    });
    let answers = join_all(rest).await;
    let read = BusyRead::of(&sources, answers);
    Ok((sources, read))
}

/// The list of an account, and at the same time the busy times of what the last list makes likely.
async fn ask(
    session: &Session<'_>,
    selection: &Selection,
    range: Interval,
    detail: Detail,
) -> (Result<Vec<Calendar>, Error>, Early) {
    let known: Known = session.known_calendars();
    let likely: Vec<Calendar> = known.calendars().iter().filter(|one| selection.means(one)).cloned().collect();
    let read = cached::busy(session, &likely, range, detail);
    let (list, answers) = join(sources::list(session, &known), read).await;
    (list, Early { calendars: likely, answers })
}

/// The answers about `calendars`, in their order. Each is among the early ones or was read late.
fn chosen(calendars: &[Calendar], early: Early, late: Vec<CalendarBusy>) -> Vec<CalendarBusy> {
    let early = early.calendars.iter().zip(early.answers).filter(|(calendar, _)| calendars.contains(calendar));
    let mut answers: Vec<_> = early.map(|(_, answer)| answer).chain(late).collect();
    answers.sort_by_key(|answer| calendars.iter().position(|one| one.id == answer.calendar));
    answers
}

#[cfg(test)]
mod tests;
