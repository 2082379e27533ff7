//! What an operation needs of the world, as traits: the shell implements them on WASI and the
//! host's interfaces, tests by script. Nothing else in this crate does input or output.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{Provider, UserId};
use crate::booking::{Booking, EventRecord, HoldOutcome, HoldRequest, Reservation, ReserveOutcome};
use crate::http::request::Request;
use crate::http::response::{Response, TransportError};
use crate::schedule::interval::Interval;
use crate::secret::Secret;

/// A future that stays on this thread.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Outbound HTTP.
pub trait Http {
    /// Sends one request and reads the whole answer, within `limit` and the size cap.
    fn send(&self, request: Request, limit: TimeDelta) -> Pending<'_, Result<Response, TransportError>>;
}

/// The time.
pub trait Clock {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;
    /// Waits.
    fn sleep(&self, duration: TimeDelta) -> Pending<'_, ()>;
}

/// Cryptographically secure random bytes.
pub trait Random {
    /// `count` bytes.
    fn bytes(&self, count: usize) -> Vec<u8>;
}

/// A stored value and its version.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub value: Vec<u8>,
    /// For compare-and-set.
    pub version: i64,
}

/// Why the token store did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenStoreError {
    /// Somebody else saved or deleted in the meantime.
    #[error("the stored version changed")]
    VersionMismatch,
    /// Malformed key, or another user's.
    #[error("the token store denied the key")]
    Denied,
    /// Value too large.
    #[error("the value is too large for the token store")]
    TooLarge,
    /// The value cannot be opened.
    #[error("the stored value cannot be opened; was the encryption key replaced?")]
    Unreadable,
    /// The store is out of order.
    #[error("the token store is out of order")]
    Unavailable,
}

/// The sealed store of grants and pending authorizations; see `wit/token-store.wit`.
pub trait Tokens {
    /// The value, if any.
    ///
    /// # Errors
    /// See [`TokenStoreError`].
    fn load(&self, key: &str) -> Result<Option<Entry>, TokenStoreError>;
    /// Compare-and-set; the new version.
    ///
    /// # Errors
    /// `VersionMismatch` when the present version is not `expected`.
    fn save(
        &self,
        key: &str,
        value: &[u8],
        expected: Option<i64>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<i64, TokenStoreError>;
    /// True = it existed.
    ///
    /// # Errors
    /// `VersionMismatch` when the present version is not `expected`.
    fn delete(&self, key: &str, expected: Option<i64>) -> Result<bool, TokenStoreError>;
    /// Keys that begin with `prefix`, sorted.
    ///
    /// # Errors
    /// See [`TokenStoreError`].
    fn list(&self, prefix: &str) -> Result<Vec<String>, TokenStoreError>;
}

/// One registered OAuth client, with replaced addresses; see `wit/secrets.wit`.
#[derive(Debug, Clone)]
pub struct OAuthClient {
    /// `client_id`.
    pub id: String,
    /// `client_secret`; none = public client.
    pub secret: Option<Secret>,
    /// The registered `redirect_uri`.
    pub redirect_uri: String,
    /// Entra tenant; none = `common`.
    pub tenant: Option<String>,
    /// Replaces the authorization page.
    pub authorize_url: Option<String>,
    /// Replaces the token endpoint.
    pub token_url: Option<String>,
    /// Replaces the revocation endpoint.
    pub revoke_url: Option<String>,
    /// Replaces the device authorization endpoint.
    pub device_code_url: Option<String>,
    /// Replaces the API base.
    pub api_url: Option<String>,
}

/// The host's configuration.
pub trait Secrets {
    /// The client registered with a provider, if configured.
    fn oauth_client(&self, provider: Provider) -> Option<OAuthClient>;
}

/// Why the booking store did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookingStoreError {
    /// No such booking.
    #[error("the booking store has no such booking")]
    NotFound,
    /// Not in a state that allows this.
    #[error("the booking is not in a state that allows this")]
    WrongState,
    /// Another user's, or malformed.
    #[error("the booking store denied the request")]
    Denied,
    /// Out of order.
    #[error("the booking store is out of order")]
    Unavailable,
}

/// The ledger of own bookings; see `wit/booking-store.wit`.
pub trait Bookings {
    /// Holds a time, atomically.
    ///
    /// # Errors
    /// See [`BookingStoreError`].
    fn reserve(&self, reservation: &Reservation) -> Result<ReserveOutcome, BookingStoreError>;
    /// Records the event.
    ///
    /// # Errors
    /// See [`BookingStoreError`].
    fn commit(
        &self,
        user: &UserId,
        key: &str,
        event: &EventRecord,
        blocked: Interval,
    ) -> Result<Booking, BookingStoreError>;
    /// Gives a reservation up.
    ///
    /// # Errors
    /// See [`BookingStoreError`].
    fn abort(&self, user: &UserId, key: &str) -> Result<bool, BookingStoreError>;
    /// The booking with this key.
    ///
    /// # Errors
    /// See [`BookingStoreError`].
    fn get(&self, user: &UserId, key: &str) -> Result<Option<Booking>, BookingStoreError>;
    /// The booking that holds this event.
    ///
    /// # Errors
    /// See [`BookingStoreError`].
    fn find_event(&self, user: &UserId, event: &str) -> Result<Option<Booking>, BookingStoreError>;
    /// Bookings that block time inside `range`, by start.
    ///
    /// # Errors
    /// See [`BookingStoreError`].
    fn list(&self, user: &UserId, range: Interval) -> Result<Vec<Booking>, BookingStoreError>;
    /// Holds a time for a while, atomically.
    ///
    /// # Errors
    /// See [`BookingStoreError`].
    fn hold(&self, request: &HoldRequest) -> Result<HoldOutcome, BookingStoreError>;
    /// Ends a hold; true = it was alive.
    ///
    /// # Errors
    /// See [`BookingStoreError`].
    fn release(&self, user: &UserId, key: &str) -> Result<bool, BookingStoreError>;
}

/// Answers that may be used again for a short while; see `wit/cache.wit`. Nothing depends on it.
pub trait Cache {
    /// What was kept under this key, if it still is.
    fn get(&self, key: &str) -> Option<Vec<u8>>;
    /// Keeps a value for `life` at most.
    fn put(&self, key: &str, value: &[u8], life: TimeDelta);
    /// Forgets what was kept under keys that begin with `prefix`.
    fn invalidate(&self, prefix: &str);
}

/// Everything an operation may touch, and until when.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// Outbound HTTP.
    pub http: &'a dyn Http,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Random bytes.
    pub random: &'a dyn Random,
    /// Grants and pending authorizations.
    pub tokens: &'a dyn Tokens,
    /// Registered clients.
    pub secrets: &'a dyn Secrets,
    /// Own bookings.
    pub bookings: &'a dyn Bookings,
    /// Answers of a moment ago.
    pub cache: &'a dyn Cache,
    /// No request is begun after this instant.
    pub deadline: DateTime<Utc>,
}

impl World<'_> {
    /// A uniform 16-bit number, for jitter.
    #[must_use]
    pub fn random_u16(&self) -> u16 {
        self.random.bytes(2).iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte))
    }
}
