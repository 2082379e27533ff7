//! `POST /me/calendars/{id}/events`, once: the retry key makes the service recognise a repetition,
//! the marks in the event let us find it. Invitations leave by themselves.
//! Not here: whether the time is free (`op`).
//!
//! ```text
//! resumed       -> find by mark: there -> compare -> done | conflict
//! POST 201      -> verify times -> done; cannot be read -> as lost
//! lost, 5xx     -> find twice, 1 s apart: there -> compare; not there -> POST again, same retry key
//! duplicate     -> the named event, else find: same -> done, other -> conflict, none -> outcome open
//! 409           -> as lost: another writer was in the way
//! other refusal -> failed; after a lost attempt: outcome open
//! ```
//! <https://learn.microsoft.com/graph/api/calendar-post-events>

mod attempt;

use super::find::{Mark, find_twice};
use super::{fault, find as search, transaction};
use crate::account::Provider;
use crate::calendar::{Access, Calendar};
use crate::error::{Error, Kind};
use crate::meeting::{Meeting, NewEvent};
use crate::oauth::scope::Feature;
use crate::session::{CallError, Session};
use attempt::Attempt;

/// How often the event is posted at most.
const POSTS: u32 = 3;

/// Creates the event once: the same key and generation again find the first one, even when
/// somebody moved it meanwhile (the answer tells the time it has).
///
/// The times are sent in UTC, so that only our zone data decides what they mean; guests see them
/// in their own zone, and `time_zone` of the answer is what the service notes.
///
/// # Errors
/// `Failed`: certainly no event was made by this call; `Conflict` when the key was used for
/// something else or its event was cancelled. `Unknown`: there may be one; the same call again
/// finds out.
pub async fn create(session: &Session<'_>, calendar: &Calendar, event: &NewEvent) -> Result<Meeting, CallError> {
    session.require(Feature::WriteEvents)?;
    if calendar.access < Access::Write {
        let what = format!("calendar \"{}\" is read-only", calendar.name);
        let error = Error::new(Kind::PermissionDenied, what).at(Provider::Outlook);
        return Err(error.with_remedy("Choose a calendar the account can edit.").into());
    }
    let transaction = transaction::id(&event.key, calendar.id.as_str(), event.generation);
    let mark = Mark { key: &event.key, transaction: &transaction };
    let attempt = Attempt { session, calendar, event, transaction: &transaction };
    if event.is_resumed {
        let found = search::find(session, &calendar.id, &mark).await;
        if let Some(found) = found.map_err(CallError::Unknown)? {
            return attempt.accept(found).await;
        }
    }
    let mut open: Option<Error> = None;
    for _ in 0..POSTS {
        let lost = match attempt.post().await {
            Ok(response) if response.is_success() => match attempt.created(&response) {
                Ok(event) => return attempt.verified(event),
                // It was made: looked for, but never asked for again.
                Err(unreadable) => {
                    return match find_twice(session, &calendar.id, &mark).await {
                        Ok(Some(found)) => attempt.accept(found).await,
                        Ok(None) | Err(_) => Err(CallError::Unknown(unreadable)),
                    };
                }
            },
            Ok(response) if fault::is_duplicate_transaction(&response) => {
                let found = attempt.existing(&response, &mark).await?;
                return attempt.accept(found).await;
            }
            Ok(response) => {
                let failure = reconsidered(fault::call_error("new event", &response));
                attempt.wait_as_asked(&failure).await;
                failure
            }
            Err(failure) => failure,
        };
        let lost = match (lost, open.take()) {
            (CallError::Failed(error), None) => return Err(CallError::Failed(error)),
            (CallError::Failed(error), Some(_)) => return Err(CallError::Unknown(error)),
            (CallError::Unknown(error), _) => error,
        };
        match find_twice(session, &calendar.id, &mark).await {
            Ok(Some(found)) => return attempt.accept(found).await,
            Ok(None) => open = Some(lost),
            Err(_) => return Err(CallError::Unknown(lost)),
        }
    }
    Err(CallError::Unknown(open.unwrap_or_else(nothing_found)))
}

/// The event an earlier `create` with the same key and generation made, whatever it was asked to
/// hold; none = there is none, or it was cancelled since.
///
/// # Errors
/// Whatever made it impossible to tell.
pub async fn find(session: &Session<'_>, calendar: &Calendar, event: &NewEvent) -> Result<Option<Meeting>, Error> {
    session.require(Feature::ReadEvents)?;
    let transaction = transaction::id(&event.key, calendar.id.as_str(), event.generation);
    let mark = Mark { key: &event.key, transaction: &transaction };
    let found = search::find(session, &calendar.id, &mark).await?;
    let Some(found) = found.filter(|found| found.is_cancelled != Some(true)) else {
        return Ok(None);
    };
    let attempt = Attempt { session, calendar, event, transaction: &transaction };
    Ok(Some(attempt.found(found).await?))
}

/// A refusal because of another writer says nothing against a new event: look, then post again.
fn reconsidered(failure: CallError) -> CallError {
    match failure {
        CallError::Failed(error) if error.kind == Kind::PreconditionFailed => {
            CallError::Unknown(Error { kind: Kind::Unavailable { retry_after: None }, ..error })
        }
        failure => failure,
    }
}

/// The service knows the retry key, but there is no event with it.
fn nothing_found() -> Error {
    let what = "an event was made with this idempotency key, and it cannot be found any more";
    Error::new(Kind::Conflict { alternatives: Vec::new() }, what)
        .at(Provider::Outlook)
        .with_remedy("Look for the meeting in the calendar; book again with a new idempotency key.")
}

/// The event made with this key was called off.
fn cancelled_meanwhile() -> Error {
    let what = "the meeting booked with this idempotency key was cancelled";
    Error::new(Kind::Conflict { alternatives: Vec::new() }, what)
        .at(Provider::Outlook)
        .with_remedy("Book again with a new idempotency key.")
}

/// The key belongs to another meeting.
fn key_used() -> Error {
    let what = "the idempotency key was used for another meeting";
    Error::new(Kind::Conflict { alternatives: Vec::new() }, what)
        .at(Provider::Outlook)
        .with_remedy("Use a new idempotency key, or change the existing meeting.")
}

#[cfg(test)]
mod tests;
