//! `get-upcoming-meetings`: the agenda of all selected calendars.

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};

use super::sources::{self, Selection, UnknownSource};
use crate::account::UserId;
use crate::calendar::Access;
use crate::error::Error;
use crate::meeting::{Meeting, Status};
use crate::ports::World;
use crate::provider;
use crate::schedule::interval::Interval;

/// Requests in flight per account: Microsoft allows four per mailbox.
const PER_ACCOUNT: usize = 4;

/// Meetings overlapping `range` by start, cancelled and declined ones left out, at most `max`;
/// and what could not be read. Calendars that show busy times only hold no meetings to list.
///
/// # Errors
/// `NotAuthenticated`, `NotFound`; an account's failure when none could be read.
pub async fn get_upcoming_meetings(
    world: World<'_>,
    user: &UserId,
    range: Interval,
    selection: &Selection,
    max: usize,
) -> Result<(Vec<Meeting>, Vec<UnknownSource>), Error> {
    let sources = sources::open(world, user, selection).await?.require_any()?.narrow(selection)?;
    let reads = sources.readable.iter().map(|source| {
        let calendars = source.calendars.iter().filter(|one| one.access > Access::FreeBusy);
        stream::iter(calendars)
            .map(move |calendar| async move {
                (calendar, provider::events(&source.session, calendar, range, max).await)
            })
            .buffered(PER_ACCOUNT)
            .collect::<Vec<_>>()
    });
    let answers = join_all(reads).await;
    let mut unknown = sources.unknown;
    let mut meetings = Vec::new();
    for (calendar, answer) in answers.into_iter().flatten() {
        match answer {
            Ok(found) => meetings.extend(found),
            Err(error) => unknown.push(UnknownSource {
                account: calendar.account.clone(),
                calendar: Some(calendar.id.clone()),
                error,
            }),
        }
    }
    meetings.retain(|one: &Meeting| one.status != Status::Cancelled && !one.is_declined);
    meetings.sort_by(|a, b| (a.time, &a.account, &a.event_id).cmp(&(b.time, &b.account, &b.event_id)));
    meetings.truncate(max);
    Ok((meetings, unknown))
}
