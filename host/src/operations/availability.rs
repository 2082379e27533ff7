//! Free and busy, of the user and of others.

use crate::CalendarHost;
use crate::types::{BusyTimes, Error, PersonSchedule, ProposalQuery, Selection, SlotQuery, Slots, TimeRange};

impl CalendarHost {
    /// Busy times inside `range` (at most 62 days).
    ///
    /// # Errors
    /// `invalid-argument`, `not-authenticated`, `not-found`.
    pub async fn get_busy_times(
        &self,
        user: &str,
        range: TimeRange,
        selection: &Selection,
    ) -> Result<BusyTimes, Error> {
        operation!(self, user, "get-busy-times", availability.call_get_busy_times(range, selection))
    }

    /// When other people are busy inside `range` (at most 62 days), by e-mail address (1 to 50), as
    /// far as they share it with the user's accounts: one entry per address. One that cannot be
    /// read says why in `unknown`, and spoils none of the others.
    ///
    /// # Errors
    /// `invalid-argument`, `not-authenticated`, `not-found`.
    pub async fn get_schedule(
        &self,
        user: &str,
        emails: &[String],
        range: TimeRange,
        selection: &Selection,
    ) -> Result<Vec<PersonSchedule>, Error> {
        operation!(self, user, "get-schedule", availability.call_get_schedule(emails, range, selection))
    }

    /// All free slots of a query, with reasons for what is not free.
    ///
    /// # Errors
    /// `invalid-argument`, `not-authenticated`, `not-found`.
    pub async fn check_availability(&self, user: &str, query: &SlotQuery) -> Result<Slots, Error> {
        operation!(self, user, "check-availability", availability.call_check_availability(query))
    }

    /// The first free slot only: one entry or none.
    ///
    /// # Errors
    /// `invalid-argument`, `not-authenticated`, `not-found`.
    pub async fn find_next_available_slot(&self, user: &str, query: &SlotQuery) -> Result<Slots, Error> {
        operation!(self, user, "find-next-available-slot", availability.call_find_next_available_slot(query))
    }

    /// A few free slots, spread over days and times of day, in order of preference.
    ///
    /// # Errors
    /// `invalid-argument`, `not-authenticated`, `not-found`.
    pub async fn propose_meeting_times(&self, user: &str, proposal: &ProposalQuery) -> Result<Slots, Error> {
        operation!(self, user, "propose-meeting-times", availability.call_propose_meeting_times(proposal))
    }
}
