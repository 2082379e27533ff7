//! One method of [`CalendarHost`] per exported operation of the component. Each call runs in a
//! fresh instance under the configured limits; what goes wrong in the host becomes an
//! [`Error`] like any other.

use crate::CalendarHost;
use crate::types::{
    Account, AuthorizationRequest, BookingRequest, BusyTimes, CalendarList, DeviceAuthorization, DeviceStatus,
    Disconnection, Error, EventLocator, FindQuery, FoundSlots, Meeting, MeetingChanges, MeetingList, PersonSchedule,
    Preferences, ProposalQuery, Proposals, Provider, QuickBookingRequest, Selection, SlotQuery, Slots, TimeRange,
};

/// On whose behalf a call runs that is about nobody. The runtime refuses an empty user id; such a
/// call asks no store, and this name owns nothing.
const NOBODY: &str = "nobody";

/// Bytes that an answer of the pure slot search may take: more than other answers, because it
/// explains every refused start.
const ANSWER_BYTES: usize = 32 << 20;

/// Begins a call, runs one exported function of one interface, turns failures into [`Error`].
macro_rules! operation {
    ($host:ident, $user:ident, $name:literal, $interface:ident.$function:ident($($argument:expr),*)) => {{
        let mut call = $host.runtime().begin($user, $name).await?;
        let answer = call.guest.$interface().$function(&mut call.store, $user, $($argument),*);
        let outcome = call.watch.run(answer).await;
        call.conclude(outcome)
    }};
}

impl CalendarHost {
    /// Begins connecting an account: the address of the consent page. `redirect_uri`: `None` = the
    /// configured one; another one only on loopback. `login_hint`: the address to pre-select.
    ///
    /// # Errors
    /// `invalid-argument`, `unsupported` (provider is not configured), `storage`.
    pub async fn start_oauth_flow(
        &self,
        user: &str,
        provider: Provider,
        redirect_uri: Option<&str>,
        login_hint: Option<&str>,
    ) -> Result<AuthorizationRequest, Error> {
        operation!(
            self,
            user,
            "start-oauth-flow",
            calendar_scheduling_authorization.call_start_oauth_flow(provider, redirect_uri, login_hint)
        )
    }

    /// Ends what [`start_oauth_flow`](Self::start_oauth_flow) began with the whole callback
    /// address, and stores the grant.
    ///
    /// # Errors
    /// `invalid-argument` (malformed, unknown, used or expired state), `permission-denied`,
    /// `admin-consent-required`, `reauthorization-required`, `unavailable`, `timeout`, `storage`,
    /// `protocol`.
    pub async fn complete_oauth_flow(&self, user: &str, callback_url: &str) -> Result<Account, Error> {
        operation!(
            self,
            user,
            "complete-oauth-flow",
            calendar_scheduling_authorization.call_complete_oauth_flow(callback_url)
        )
    }

    /// Begins connecting an account without a browser here: the code that a person types on another
    /// device. Show it only to the person who asked. Outlook only.
    ///
    /// # Errors
    /// `unsupported` (Google; provider is not configured), `admin-consent-required`, `rate-limited`,
    /// `unavailable`, `timeout`, `storage`, `protocol`.
    pub async fn start_device_flow(&self, user: &str, provider: Provider) -> Result<DeviceAuthorization, Error> {
        operation!(self, user, "start-device-flow", calendar_scheduling_authorization.call_start_device_flow(provider))
    }

    /// Asks whether the person has decided, at most as often as the provider wants, and stores the
    /// grant when they approved.
    ///
    /// # Errors
    /// `invalid-argument` (unknown or finished `state`), `reauthorization-required` (the code
    /// expired: start again), `permission-denied`, `admin-consent-required`, `unsupported`,
    /// `storage`; after `rate-limited`, `unavailable`, `timeout`, `denied-by-host` and `protocol`
    /// polling may go on.
    pub async fn poll_device_flow(&self, user: &str, state: &str) -> Result<DeviceStatus, Error> {
        operation!(self, user, "poll-device-flow", calendar_scheduling_authorization.call_poll_device_flow(state))
    }

    /// Whether at least one account (of `provider`, if given) is active. Asks the store only.
    ///
    /// # Errors
    /// `storage`.
    pub async fn is_authenticated(&self, user: &str, provider: Option<Provider>) -> Result<bool, Error> {
        operation!(self, user, "is-authenticated", calendar_scheduling_authorization.call_is_authenticated(provider))
    }

    /// One account, by id or e-mail address.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn account_status(&self, user: &str, account: &str) -> Result<Account, Error> {
        operation!(self, user, "account-status", calendar_scheduling_authorization.call_account_status(account))
    }

    /// All connected accounts, by id. Asks the store only.
    ///
    /// # Errors
    /// `storage`.
    pub async fn list_accounts(&self, user: &str) -> Result<Vec<Account>, Error> {
        operation!(self, user, "list-accounts", calendar_scheduling_authorization.call_list_accounts())
    }

    /// Ends the grant at the provider where that is possible, and always locally.
    ///
    /// # Errors
    /// `not-found`, `storage`.
    pub async fn disconnect(&self, user: &str, account: &str) -> Result<Disconnection, Error> {
        operation!(self, user, "disconnect", calendar_scheduling_authorization.call_disconnect(account))
    }

    /// Calendars of all accounts that `selection` covers.
    ///
    /// # Errors
    /// `not-authenticated`, `invalid-argument`, `not-found`.
    pub async fn list_calendars(&self, user: &str, selection: &Selection) -> Result<CalendarList, Error> {
        operation!(self, user, "list-calendars", calendar_scheduling_calendars.call_list_calendars(selection))
    }

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
        operation!(self, user, "get-busy-times", calendar_scheduling_availability.call_get_busy_times(range, selection))
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
        operation!(
            self,
            user,
            "get-schedule",
            calendar_scheduling_availability.call_get_schedule(emails, range, selection)
        )
    }

    /// All free slots of a query, with reasons for what is not free.
    ///
    /// # Errors
    /// `invalid-argument`, `not-authenticated`, `not-found`.
    pub async fn check_availability(&self, user: &str, query: &SlotQuery) -> Result<Slots, Error> {
        operation!(self, user, "check-availability", calendar_scheduling_availability.call_check_availability(query))
    }

    /// The first free slot only: one entry or none.
    ///
    /// # Errors
    /// `invalid-argument`, `not-authenticated`, `not-found`.
    pub async fn find_next_available_slot(&self, user: &str, query: &SlotQuery) -> Result<Slots, Error> {
        operation!(
            self,
            user,
            "find-next-available-slot",
            calendar_scheduling_availability.call_find_next_available_slot(query)
        )
    }

    /// A few free slots, spread over days and times of day, in order of preference.
    ///
    /// # Errors
    /// `invalid-argument`, `not-authenticated`, `not-found`.
    pub async fn propose_meeting_times(&self, user: &str, proposal: &ProposalQuery) -> Result<Slots, Error> {
        operation!(
            self,
            user,
            "propose-meeting-times",
            calendar_scheduling_availability.call_propose_meeting_times(proposal)
        )
    }

    /// Free slots of times that the query brings along: one person, or several with roles. For
    /// callers who have the calendars already. No user, no account, no network; the same query
    /// gives the same answer.
    ///
    /// # Errors
    /// `invalid-argument`; the message names the field.
    pub async fn find_slots(&self, query: &FindQuery) -> Result<FoundSlots, Error> {
        let mut call = self.runtime().begin(NOBODY, "find-slots").await?;
        call.store.set_hostcall_fuel(ANSWER_BYTES);
        let answer = call.guest.calendar_scheduling_slots().call_find_slots(&mut call.store, query);
        let outcome = call.watch.run(answer).await;
        call.conclude(outcome)
    }

    /// A few free slots of times that the query brings along, spread over days and times of day,
    /// the best first: what to offer to somebody who shall choose. As
    /// [`find_slots`](Self::find_slots) it is about nobody.
    ///
    /// # Errors
    /// `invalid-argument`; the message names the field.
    pub async fn propose_slots(&self, query: &FindQuery, preferences: &Preferences) -> Result<Proposals, Error> {
        let mut call = self.runtime().begin(NOBODY, "propose-slots").await?;
        call.store.set_hostcall_fuel(ANSWER_BYTES);
        let answer = call.guest.calendar_scheduling_slots().call_propose_slots(&mut call.store, query, preferences);
        let outcome = call.watch.run(answer).await;
        call.conclude(outcome)
    }

    /// Books at a fixed time. The same call again, with the same key, gives the same meeting.
    ///
    /// # Errors
    /// `conflict` (with alternatives), `unavailable`, `invalid-argument`, `not-authenticated`,
    /// `permission-denied`, `not-found`, `rate-limited`, `timeout` and `storage` (outcome unknown:
    /// repeat the same call).
    pub async fn book_meeting(&self, user: &str, request: &BookingRequest) -> Result<Meeting, Error> {
        operation!(self, user, "book-meeting", calendar_scheduling_meetings.call_book_meeting(request))
    }

    /// Books the first free slot of a query.
    ///
    /// # Errors
    /// As [`book_meeting`](Self::book_meeting); `conflict` when there is no free slot.
    pub async fn quick_book_meeting(&self, user: &str, request: &QuickBookingRequest) -> Result<Meeting, Error> {
        operation!(self, user, "quick-book-meeting", calendar_scheduling_meetings.call_quick_book_meeting(request))
    }

    /// One event as it is now.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn get_event(&self, user: &str, event: &EventLocator) -> Result<Meeting, Error> {
        operation!(self, user, "get-event", calendar_scheduling_meetings.call_get_event(event))
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
        operation!(self, user, "update-event", calendar_scheduling_meetings.call_update_event(event, changes))
    }

    /// Cancels an event the user organises, or removes the user's copy of somebody else's.
    ///
    /// # Errors
    /// `not-found`, `permission-denied`.
    pub async fn cancel_event(
        &self,
        user: &str,
        event: &EventLocator,
        comment: Option<&str>,
    ) -> Result<Meeting, Error> {
        operation!(self, user, "cancel-event", calendar_scheduling_meetings.call_cancel_event(event, comment))
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
        operation!(
            self,
            user,
            "get-upcoming-meetings",
            calendar_scheduling_meetings.call_get_upcoming_meetings(range, selection, max)
        )
    }
}
