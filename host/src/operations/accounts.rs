//! Accounts: connecting, states, disconnecting, and the calendars they have.

use crate::CalendarHost;
use crate::types::{
    Account, AuthorizationRequest, CalendarList, DeviceAuthorization, DeviceStatus, Disconnection, Error, Provider,
    Selection,
};

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
            authorization.call_start_oauth_flow(provider, redirect_uri, login_hint)
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
        operation!(self, user, "complete-oauth-flow", authorization.call_complete_oauth_flow(callback_url))
    }

    /// Begins connecting an account without a browser here: the code that a person types on another
    /// device. Show it only to the person who asked. Outlook only.
    ///
    /// # Errors
    /// `unsupported` (Google; provider is not configured), `admin-consent-required`, `rate-limited`,
    /// `unavailable`, `timeout`, `storage`, `protocol`.
    pub async fn start_device_flow(&self, user: &str, provider: Provider) -> Result<DeviceAuthorization, Error> {
        operation!(self, user, "start-device-flow", authorization.call_start_device_flow(provider))
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
        operation!(self, user, "poll-device-flow", authorization.call_poll_device_flow(state))
    }

    /// Whether at least one account (of `provider`, if given) is active. Asks the store only.
    ///
    /// # Errors
    /// `storage`.
    pub async fn is_authenticated(&self, user: &str, provider: Option<Provider>) -> Result<bool, Error> {
        operation!(self, user, "is-authenticated", authorization.call_is_authenticated(provider))
    }

    /// One account, by id or e-mail address.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn account_status(&self, user: &str, account: &str) -> Result<Account, Error> {
        operation!(self, user, "account-status", authorization.call_account_status(account))
    }

    /// All connected accounts, by id. Asks the store only.
    ///
    /// # Errors
    /// `storage`.
    pub async fn list_accounts(&self, user: &str) -> Result<Vec<Account>, Error> {
        operation!(self, user, "list-accounts", authorization.call_list_accounts())
    }

    /// Ends the grant at the provider where that is possible, and always locally; what was recorded of meetings booked in
    /// the account goes with it. The meetings stay in the calendar.
    ///
    /// # Errors
    /// `not-found`, `storage`.
    pub async fn disconnect(&self, user: &str, account: &str) -> Result<Disconnection, Error> {
        operation!(self, user, "disconnect", authorization.call_disconnect(account), async |ended: Result<_, Error>| {
            self.forget_disconnected(user, account, &ended).await?;
            ended
        })
    }

    /// Calendars of all accounts that `selection` covers.
    ///
    /// # Errors
    /// `not-authenticated`, `invalid-argument`, `not-found`.
    pub async fn list_calendars(&self, user: &str, selection: &Selection) -> Result<CalendarList, Error> {
        operation!(self, user, "list-calendars", calendars.call_list_calendars(selection))
    }
}
