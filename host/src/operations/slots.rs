//! Searches over times that the caller brings along: about nobody, of nothing recorded.

use crate::CalendarHost;
use crate::types::{Error, FindQuery, FoundSlots, Preferences, Proposals};

impl CalendarHost {
    /// Free slots of times that the query brings along: one person, or several with roles. For
    /// callers who have the calendars already. No user, no account, no network; the same query
    /// gives the same answer.
    ///
    /// # Errors
    /// `invalid-argument`; the message names the field.
    pub async fn find_slots(&self, query: &FindQuery) -> Result<FoundSlots, Error> {
        search!(self, "find-slots", call_find_slots(query))
    }

    /// A few free slots of times that the query brings along, spread over days and times of day, the best first: what
    /// to offer to somebody who shall choose. As [`find_slots`](Self::find_slots) it is about nobody.
    ///
    /// # Errors
    /// `invalid-argument`; the message names the field.
    pub async fn propose_slots(&self, query: &FindQuery, preferences: &Preferences) -> Result<Proposals, Error> {
        search!(self, "propose-slots", call_propose_slots(query, preferences))
    }
}
