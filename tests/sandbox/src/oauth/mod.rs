//! OAuth 2.0 as both vendors speak it: authorization with a consent page, tokens, revocation, device codes.
//!
//! `Server` keeps what both share; `google` and `entra` are the vendors' endpoints. It signs id tokens with a key nobody
//! knows: the sandbox is no identity provider.

pub mod access;
mod choice;
pub mod client;
mod code;
mod credentials;
mod device;
mod entra;
mod entra_error;
mod entra_token;
mod form;
pub mod google;
mod google_token;
mod id_token;
mod page;
mod pkce;
mod router;

pub use router::{error_response, router};

use crate::config::Config;
use crate::vendor::Vendor;
use access::{Grant, Tokens, Unauthorized};
use chrono::{DateTime, TimeDelta, Utc};
use client::Client;
use code::Codes;
use device::Devices;
use http::HeaderMap;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard};

/// What is kept behind the lock.
pub(crate) struct Inner {
    clients: Vec<Client>,
    tokens: Tokens,
    codes: Codes,
    devices: Devices,
    consents: HashMap<(Vendor, String, String), BTreeSet<String>>,
    auto_approve: bool,
    lifetime: TimeDelta,
    /// Seconds between two polls for a device code.
    interval: u32,
}

impl Inner {
    /// A registered client.
    fn client(&self, vendor: Vendor, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.vendor == vendor && client.id == id)
    }

    /// The scopes an account has allowed a client so far.
    fn consented(&self, vendor: Vendor, client_id: &str, email: &str) -> BTreeSet<String> {
        self.consents.get(&consent_key(vendor, client_id, email)).cloned().unwrap_or_default()
    }

    /// Remembers that an account allowed a client these scopes.
    fn consent(&mut self, vendor: Vendor, client_id: &str, email: &str, scopes: &[String]) {
        self.consents.entry(consent_key(vendor, client_id, email)).or_default().extend(scopes.iter().cloned());
    }

    /// Ends all grants of an account and forgets its consents. Answers how many tokens died.
    fn revoke(&mut self, vendor: Vendor, email: &str) -> usize {
        self.consents.retain(|(of, _, who), _| *of != vendor || !who.eq_ignore_ascii_case(email));
        self.tokens.revoke(vendor, email)
    }
}

fn consent_key(vendor: Vendor, client_id: &str, email: &str) -> (Vendor, String, String) {
    (vendor, client_id.to_owned(), email.to_ascii_lowercase())
}

/// The authorization servers' common memory.
pub struct Server(Mutex<Inner>);

impl std::fmt::Debug for Server {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Server(****)")
    }
}

impl Server {
    /// A server with the default clients of both vendors.
    pub fn new(config: &Config) -> Self {
        let google = Client {
            vendor: Vendor::Google,
            id: client::GOOGLE_CLIENT_ID.into(),
            secrets: vec![client::GOOGLE_CLIENT_SECRET.into()],
            redirect_uris: vec![config.google_redirect_uri.clone()],
        };
        let outlook = Client {
            vendor: Vendor::Microsoft,
            id: client::OUTLOOK_CLIENT_ID.into(),
            secrets: vec![client::OUTLOOK_CLIENT_SECRET.into()],
            redirect_uris: vec![config.outlook_redirect_uri.clone()],
        };
        let public = Client { id: client::OUTLOOK_PUBLIC_CLIENT_ID.into(), secrets: vec![], ..outlook.clone() };
        Self(Mutex::new(Inner {
            clients: vec![google, outlook, public],
            tokens: Tokens::default(),
            codes: Codes::default(),
            devices: Devices::default(),
            consents: HashMap::new(),
            auto_approve: config.auto_approve,
            lifetime: TimeDelta::seconds(config.token_lifetime_seconds.into()),
            interval: 5,
        }))
    }

    /// Who a request speaks for.
    ///
    /// # Errors
    /// Why the token is not accepted.
    pub fn authenticate(&self, vendor: Vendor, headers: &HeaderMap, now: DateTime<Utc>) -> Result<Grant, Unauthorized> {
        self.lock().tokens.authenticate(vendor, headers, now)
    }

    /// The account behind a request's token, good or not; for records.
    pub fn user_of(&self, headers: &HeaderMap) -> Option<String> {
        self.lock().tokens.user_of(headers)
    }

    /// Issues an access token without any consent, for tests.
    pub fn issue_access(&self, grant: Grant, now: DateTime<Utc>) -> String {
        let mut inner = self.lock();
        let expires = now + inner.lifetime;
        inner.tokens.issue_access(grant, expires)
    }

    /// Ends the time of every access token of a vendor.
    pub fn expire_access_tokens(&self, vendor: Vendor, now: DateTime<Utc>) {
        self.lock().tokens.expire_access(vendor, now);
    }

    /// Ends all grants of an account, as its owner would on the vendor's page. Answers how many tokens died.
    pub fn revoke(&self, vendor: Vendor, email: &str) -> usize {
        self.lock().revoke(vendor, email)
    }

    /// Answers a device code as a person would: `email` allows, `None` declines. `false` when no such code is waiting.
    pub fn answer_device(&self, user_code: &str, email: Option<&str>) -> bool {
        self.lock().devices.answer(user_code, email)
    }

    /// Sets the life of access tokens issued from now on.
    pub fn set_lifetime(&self, lifetime: TimeDelta) {
        self.lock().lifetime = lifetime;
    }

    /// Sets the seconds between two polls for device codes issued from now on.
    pub fn set_device_interval(&self, seconds: u32) {
        self.lock().interval = seconds;
    }

    /// Whether the consent page answers by itself.
    pub fn set_auto_approve(&self, on: bool) {
        self.lock().auto_approve = on;
    }

    /// Registers a client, or replaces the one with the same vendor and id.
    pub fn register(&self, client: Client) {
        let mut inner = self.lock();
        inner.clients.retain(|other| other.vendor != client.vendor || other.id != client.id);
        inner.clients.push(client);
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("oauth lock")
    }
}
