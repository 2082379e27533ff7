//! Meetings: booked, read, changed, cancelled.

use crate::CalendarHost;
use crate::types::{
    BookingRequest, Error, EventLocator, Meeting, MeetingChanges, MeetingList, QuickBookingRequest, Selection,
    TimeRange,
};

impl CalendarHost {
    /// Books at a fixed time. The same call again, with the same key, gives the same meeting.
    ///
    /// # Errors
    /// `conflict` (with alternatives), `unavailable`, `invalid-argument`, `not-authenticated`,
    /// `permission-denied`, `not-found`, `rate-limited`, `timeout` and `storage` (outcome unknown:
    /// repeat the same call).
    pub async fn book_meeting(&self, user: &str, request: &BookingRequest) -> Result<Meeting, Error> {
        operation!(self, user, "book-meeting", meetings.call_book_meeting(request))
    }

    /// Books the first free slot of a query.
    ///
    /// # Errors
    /// As [`book_meeting`](Self::book_meeting); `conflict` when there is no free slot.
    pub async fn quick_book_meeting(&self, user: &str, request: &QuickBookingRequest) -> Result<Meeting, Error> {
        operation!(self, user, "quick-book-meeting", meetings.call_quick_book_meeting(request))
    }

    /// One event as it is now.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn get_event(&self, user: &str, event: &EventLocator) -> Result<Meeting, Error> {
        operation!(self, user, "get-event", meetings.call_get_event(event))
    }

    /// Changes an event; guests are notified.
    ///
    /// # Errors
    /// `conflict`, `precondition-failed`, `not-found`, `permission-denied`.
    pub async fn update_event(
        &self,
        user: &str,
        event: &EventLocator,
        changes: &MeetingChanges,
    ) -> Result<Meeting, Error> {
        operation!(self, user, "update-event", meetings.call_update_event(event, changes))
    }

    /// Cancels an event the user organises, or declines and removes the user's copy of somebody else's; with `if_match`
    /// only while it is still that version.
    ///
    /// # Errors
    /// `not-found`, `permission-denied`, `precondition-failed`.
    pub async fn cancel_event(
        &self,
        user: &str,
        event: &EventLocator,
        comment: Option<&str>,
        if_match: Option<&str>,
    ) -> Result<Meeting, Error> {
        operation!(self, user, "cancel-event", meetings.call_cancel_event(event, comment, if_match))
    }

    /// Meetings that overlap `range` (at most 62 days), at most `max` (1 to 1000; `None` = 250).
    ///
    /// # Errors
    /// `invalid-argument`, `not-authenticated`, `not-found`.
    pub async fn get_upcoming_meetings(
        &self,
        user: &str,
        range: TimeRange,
        selection: &Selection,
        max: Option<u32>,
    ) -> Result<MeetingList, Error> {
        operation!(self, user, "get-upcoming-meetings", meetings.call_get_upcoming_meetings(range, selection, max))
    }
}
