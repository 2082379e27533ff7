//! `GET .../events/{id}/instances?startDateTime=&endDateTime=`: the instances and exceptions of one series.
//! <https://learn.microsoft.com/graph/api/event-list-instances>

use super::calendars::resolve;
use super::collection;
use crate::microsoft::call::{Call, Outcome};
use crate::microsoft::error::GraphError;
use crate::microsoft::mailbox::event::Kind;
use crate::microsoft::route::Place;
use crate::microsoft::scopes;
use crate::microsoft::time::range::Range;
use crate::state::State;

/// The instances of a series in a range.
///
/// # Errors
/// 400 for an event that is no series or a bad range, 403 without a reading scope, 404 for an unknown event.
pub fn list(state: &State, call: &Call, place: Place<'_>, id: &str) -> Outcome {
    call.need(scopes::READ)?;
    let range = Range::read(&call.query)?;
    let store = state.microsoft();
    let mailbox = store.require(&call.grant.user_email)?;
    let target = mailbox.target(id, resolve(mailbox, place)?)?;
    let event = mailbox
        .events
        .get(&target.serial)
        .filter(|event| matches!(event.kind, Kind::Master { .. }) && target.original.is_none());
    let event = event.ok_or_else(|| GraphError::bad("ErrorInvalidRequest", "The event is not a series master."))?;
    collection::answer(call, &store.switches, mailbox, mailbox.instances_of(event, range), true)
}
