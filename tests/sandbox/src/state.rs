//! Everything the sandbox knows, shared by all its parts. Each part guards its own data; this only holds them together.

use crate::clock::Clock;
use crate::config::Config;
use crate::error::Error;
use crate::fault::Faults;
use crate::mail::{Mail, MailKind, MailLog};
use crate::oauth::access::{Grant, Unauthorized};
use crate::person::People;
use crate::record::Recorder;
use crate::vendor::Vendor;
use crate::{google, microsoft, oauth};
use http::HeaderMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

/// The sandbox's whole state.
#[derive(Debug)]
pub struct State {
    /// The clock everything is judged by.
    pub clock: Clock,
    /// Who can sign in.
    pub people: People,
    /// Faults in force.
    pub faults: Faults,
    /// Messages that would have been sent.
    pub mail: MailLog,
    /// Exchanges so far.
    pub record: Recorder,
    /// Clients, codes and tokens of both vendors.
    pub oauth: oauth::Server,
    google: Mutex<google::Store>,
    microsoft: Mutex<microsoft::Store>,
    base_url: String,
    born: Instant,
}

impl State {
    /// A state with the configured clients and nobody in it.
    ///
    /// # Errors
    /// `Record` when the folder for recordings cannot be made.
    pub fn new(config: &Config, base_url: String) -> Result<Self, Error> {
        Ok(Self {
            clock: Clock::default(),
            people: People::default(),
            faults: Faults::default(),
            mail: MailLog::default(),
            record: Recorder::new(config.record_dir.clone())?,
            oauth: oauth::Server::new(config),
            google: Mutex::default(),
            microsoft: Mutex::default(),
            base_url,
            born: Instant::now(),
        })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end: the root of all absolute links.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Google's calendars. Never held while `microsoft()` is asked for.
    pub fn google(&self) -> MutexGuard<'_, google::Store> {
        self.google.lock().expect("google lock")
    }

    /// Microsoft's mailboxes. Never held while `google()` is asked for.
    pub fn microsoft(&self) -> MutexGuard<'_, microsoft::Store> {
        self.microsoft.lock().expect("microsoft lock")
    }

    /// Monotonic nanoseconds since the sandbox started.
    pub fn nanoseconds(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Who a request speaks for, by its bearer token.
    ///
    /// # Errors
    /// Why the token is not accepted.
    pub fn authenticate(&self, vendor: Vendor, headers: &HeaderMap) -> Result<Grant, Unauthorized> {
        self.oauth.authenticate(vendor, headers, self.clock.now())
    }

    /// Logs a message that would have been sent.
    pub fn send_mail(&self, vendor: Vendor, kind: MailKind, to: &str, organizer: &str, event_id: &str, subject: &str) {
        let own = str::to_owned;
        let (to, organizer, event_id, subject) = (own(to), own(organizer), own(event_id), own(subject));
        self.mail.push(Mail { at: self.clock.now(), vendor, kind, to, organizer, event_id, subject });
    }
}
