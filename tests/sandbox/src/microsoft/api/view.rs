//! `GET .../calendarView?startDateTime=&endDateTime=`: what overlaps a range, series expanded.
//! <https://learn.microsoft.com/graph/api/calendar-list-calendarview>

use super::calendars::resolve_one;
use super::collection;
use crate::microsoft::call::{Call, Outcome};
use crate::microsoft::error::GraphError;
use crate::microsoft::route::Place;
use crate::microsoft::scopes;
use crate::microsoft::time::range::Range;
use crate::state::State;

/// Most items a caller may ask for on one page.
const LARGEST_TOP: usize = 1_000;

/// Single events, instances and exceptions of one calendar.
///
/// # Errors
/// 400 for a bad range or option, 403 without a reading scope, 404 for an unknown calendar.
pub fn list(state: &State, call: &Call, place: Place<'_>) -> Outcome {
    call.need(scopes::READ)?;
    let range = Range::read(&call.query)?;
    if call.query.count("$top", 1)?.is_some_and(|top| top > LARGEST_TOP) {
        return Err(GraphError::bad("ErrorInvalidUrlQuery", "The value of $top must lie between 1 and 1000."));
    }
    let store = state.microsoft();
    let mailbox = store.require(&call.grant.user_email)?;
    let calendar = resolve_one(mailbox, place)?;
    collection::answer(call, &store.switches, mailbox, mailbox.view(calendar, range), true)
}
