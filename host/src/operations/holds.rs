//! Times that are held for a while.

use crate::CalendarHost;
use crate::types::{Error, Hold, HoldRequest};

impl CalendarHost {
    /// Holds a time for a while, so that somebody can decide before it is booked. A booking takes it
    /// by its id ([`BookingRequest::hold`](crate::types::BookingRequest::hold)).
    ///
    /// # Errors
    /// `conflict` (with alternatives), `unavailable`, and otherwise as [`book_meeting`](Self::book_meeting).
    pub async fn hold_slot(&self, user: &str, request: &HoldRequest) -> Result<Hold, Error> {
        operation!(self, user, "hold-slot", holds.call_hold_slot(request))
    }

    /// Ends a hold; whether it was alive.
    ///
    /// # Errors
    /// `invalid-argument`, `storage`.
    pub async fn release_hold(&self, user: &str, id: &str) -> Result<bool, Error> {
        operation!(self, user, "release-hold", holds.call_release_hold(id))
    }

    /// The holds that are alive, by start. Asks the store only.
    ///
    /// # Errors
    /// `storage`.
    pub async fn list_holds(&self, user: &str) -> Result<Vec<Hold>, Error> {
        operation!(self, user, "list-holds", holds.call_list_holds())
    }
}
