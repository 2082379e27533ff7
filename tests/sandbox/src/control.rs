//! The handle by which a test or demonstration looks into the sandbox and changes it. None of its methods waits.

use crate::fault::Fault;
use crate::mail::Mail;
use crate::oauth::access::Grant;
use crate::oauth::client::{self, Client};
use crate::person::Person;
use crate::record::Exchange;
use crate::state::State;
use crate::vendor::Vendor;
use crate::{google, microsoft};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;

/// A handle on a running sandbox; clones share it.
#[derive(Debug, Clone)]
pub struct Control {
    state: Arc<State>,
}

impl Control {
    pub(crate) fn new(state: Arc<State>) -> Self {
        Self { state }
    }

    /// The shared state itself.
    pub fn state(&self) -> &Arc<State> {
        &self.state
    }

    /// Google's calendars and switches.
    pub fn google(&self) -> google::Control {
        google::Control::new(self.state.clone())
    }

    /// Microsoft's mailboxes and switches.
    pub fn microsoft(&self) -> microsoft::Control {
        microsoft::Control::new(self.state.clone())
    }

    /// The sandbox's present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    /// Sets the clock; it runs on from `at`.
    pub fn set_clock(&self, at: DateTime<Utc>) {
        self.state.clock.set(at);
    }

    /// Sets the clock and stops it.
    pub fn freeze_clock(&self, at: DateTime<Utc>) {
        self.state.clock.freeze(at);
    }

    /// Back to real time.
    pub fn reset_clock(&self) {
        self.state.clock.reset();
    }

    /// Moves the clock.
    pub fn advance_clock(&self, by: TimeDelta) {
        self.state.clock.advance(by);
    }

    /// Orders a fault.
    pub fn fault(&self, fault: Fault) {
        self.state.faults.add(fault);
    }

    /// Faults not yet used up.
    pub fn faults(&self) -> Vec<Fault> {
        self.state.faults.all()
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.state.faults.clear();
    }

    /// Every exchange so far, in order of their end.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.state.record.all()
    }

    /// Forgets the exchanges.
    pub fn clear_exchanges(&self) {
        self.state.record.clear();
    }

    /// Messages that would have been sent.
    pub fn mails(&self) -> Vec<Mail> {
        self.state.mail.all()
    }

    /// Forgets the messages.
    pub fn clear_mails(&self) {
        self.state.mail.clear();
    }

    /// Who can sign in at a vendor.
    pub fn people(&self, vendor: Vendor) -> Vec<Person> {
        self.state.people.of(vendor)
    }

    /// Whether the consent page answers by itself.
    pub fn auto_approve(&self, on: bool) {
        self.state.oauth.set_auto_approve(on);
    }

    /// Seconds between two polls for device codes issued from now on; RFC 8628 leaves them to the server, and 5 are usual.
    pub fn device_interval(&self, seconds: u32) {
        self.state.oauth.set_device_interval(seconds);
    }

    /// Life of access tokens issued from now on.
    pub fn token_lifetime(&self, lifetime: TimeDelta) {
        self.state.oauth.set_lifetime(lifetime);
    }

    /// Ends the time of every access token of a vendor; refresh tokens stay good.
    pub fn expire_access_tokens(&self, vendor: Vendor) {
        self.state.oauth.expire_access_tokens(vendor, self.now());
    }

    /// Ends all grants of an account, as its owner would on the vendor's page. Answers how many tokens died.
    pub fn revoke(&self, vendor: Vendor, email: &str) -> usize {
        self.state.oauth.revoke(vendor, email)
    }

    /// Answers a device code as a person would: `email` allows, `None` declines. `false` when no such code is waiting.
    pub fn answer_device(&self, user_code: &str, email: Option<&str>) -> bool {
        self.state.oauth.answer_device(user_code, email)
    }

    /// Registers a client, or replaces the one with the same vendor and id: the way to change secrets and redirects.
    pub fn register_client(&self, client: Client) {
        self.state.oauth.register(client);
    }

    /// An access token for an account, without any consent, issued to the vendor's default client.
    pub fn access_token(&self, vendor: Vendor, email: &str, scopes: &[&str]) -> String {
        let client_id = match vendor {
            Vendor::Google => client::GOOGLE_CLIENT_ID,
            Vendor::Microsoft => client::OUTLOOK_CLIENT_ID,
        };
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let grant = Grant { vendor, user_email: email.to_owned(), client_id: client_id.to_owned(), scopes };
        self.state.oauth.issue_access(grant, self.now())
    }
}
