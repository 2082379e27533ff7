//! The core's ports over WASI clocks, random and our imports, on wstd's executor. One of the two
//! files that touch WASI.

use calendar_core::account::{Provider, UserId};
use calendar_core::booking::{Booking, EventRecord, HoldOutcome, HoldRequest, Reservation, ReserveOutcome};
use calendar_core::error::Error;
use calendar_core::http::request::Request;
use calendar_core::http::response::{Response, TransportError};
use calendar_core::ports::{
    BookingStoreError, Bookings, Cache, Clock, Entry, Http, OAuthClient, Pending, Random, Secrets, TokenStoreError,
    Tokens, World,
};
use calendar_core::schedule::interval::Interval;
use chrono::{DateTime, TimeDelta, Utc};
use wstd::future::FutureExt;

use crate::bindings::calendar::scheduling::{booking_store, cache, secrets, token_store};
use crate::codec;
use crate::outbound;

/// Longest time of one operation. Hosts should allow a little more.
const OPERATION: TimeDelta = TimeDelta::seconds(45);

/// Everything the core needs, by WASI and the host's interfaces.
struct Wasi;

/// Runs one operation to its end, at most [`OPERATION`] long.
pub fn run<T, F>(operation: impl FnOnce(World<'static>) -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    static WASI: Wasi = Wasi;
    let deadline = WASI.now() + OPERATION;
    let world = World {
        http: &WASI,
        clock: &WASI,
        random: &WASI,
        tokens: &WASI,
        secrets: &WASI,
        bookings: &WASI,
        cache: &WASI,
        deadline,
    };
    wstd::runtime::block_on(operation(world))
}

fn nanoseconds(duration: TimeDelta) -> u64 {
    duration.num_nanoseconds().and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
}

impl Http for Wasi {
    fn send(&self, request: Request, limit: TimeDelta) -> Pending<'_, Result<Response, TransportError>> {
        let limit = nanoseconds(limit);
        Box::pin(async move {
            let host = calendar_core::http::url::origin(&request.url).unwrap_or_default();
            match outbound::send(request, limit).timeout(wstd::time::Duration::from_nanos(limit)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(TransportError::Timeout(host)),
            }
        })
    }
}

impl Clock for Wasi {
    fn now(&self) -> DateTime<Utc> {
        let now = wasip2::clocks::wall_clock::now();
        i64::try_from(now.seconds)
            .ok()
            .and_then(|seconds| DateTime::from_timestamp(seconds, now.nanoseconds))
            .unwrap_or_default()
    }

    fn sleep(&self, duration: TimeDelta) -> Pending<'_, ()> {
        let duration = wstd::time::Duration::from_nanos(nanoseconds(duration));
        Box::pin(async move {
            wstd::task::sleep(duration).await;
        })
    }
}

impl Random for Wasi {
    fn bytes(&self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        wstd::rand::get_random_bytes(&mut bytes);
        bytes
    }
}

fn token_error(error: token_store::StoreError) -> TokenStoreError {
    match error {
        token_store::StoreError::VersionMismatch => TokenStoreError::VersionMismatch,
        token_store::StoreError::Denied => TokenStoreError::Denied,
        token_store::StoreError::TooLarge => TokenStoreError::TooLarge,
        token_store::StoreError::Unreadable => TokenStoreError::Unreadable,
        token_store::StoreError::Unavailable => TokenStoreError::Unavailable,
    }
}

impl Tokens for Wasi {
    fn load(&self, key: &str) -> Result<Option<Entry>, TokenStoreError> {
        let entry = token_store::load(key).map_err(token_error)?;
        Ok(entry.map(|entry| Entry { value: entry.value, version: entry.version }))
    }

    fn save(
        &self,
        key: &str,
        value: &[u8],
        expected: Option<i64>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<i64, TokenStoreError> {
        let expires_at = expires_at.map(|at| at.timestamp());
        token_store::save(key, value, expected, expires_at).map_err(token_error)
    }

    fn delete(&self, key: &str, expected: Option<i64>) -> Result<bool, TokenStoreError> {
        token_store::delete(key, expected).map_err(token_error)
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, TokenStoreError> {
        token_store::list(prefix).map_err(token_error)
    }
}

impl Secrets for Wasi {
    fn oauth_client(&self, provider: Provider) -> Option<OAuthClient> {
        secrets::get_oauth_client(codec::provider_out(provider)).map(codec::account::oauth_client)
    }
}

fn booking_error(error: booking_store::BookingError) -> BookingStoreError {
    match error {
        booking_store::BookingError::NotFound => BookingStoreError::NotFound,
        booking_store::BookingError::WrongState => BookingStoreError::WrongState,
        booking_store::BookingError::Denied => BookingStoreError::Denied,
        booking_store::BookingError::Unavailable => BookingStoreError::Unavailable,
    }
}

impl Bookings for Wasi {
    fn reserve(&self, reservation: &Reservation) -> Result<ReserveOutcome, BookingStoreError> {
        let reservation = codec::ledger::reservation(reservation);
        let outcome = booking_store::reserve(&reservation).map_err(booking_error)?;
        codec::ledger::outcome(outcome).ok_or(BookingStoreError::Unavailable)
    }

    fn commit(
        &self,
        user: &UserId,
        key: &str,
        event: &EventRecord,
        blocked: Interval,
    ) -> Result<Booking, BookingStoreError> {
        let (event, blocked) = (codec::ledger::event_out(event), codec::range_out(blocked));
        let booking = booking_store::commit(user.as_str(), key, &event, blocked);
        codec::ledger::booking(booking.map_err(booking_error)?).ok_or(BookingStoreError::Unavailable)
    }

    fn abort(&self, user: &UserId, key: &str) -> Result<bool, BookingStoreError> {
        booking_store::abort(user.as_str(), key).map_err(booking_error)
    }

    fn get(&self, user: &UserId, key: &str) -> Result<Option<Booking>, BookingStoreError> {
        let found = booking_store::get(user.as_str(), key).map_err(booking_error)?;
        codec::ledger::maybe(found).ok_or(BookingStoreError::Unavailable)
    }

    fn find_event(&self, user: &UserId, event: &str) -> Result<Option<Booking>, BookingStoreError> {
        let found = booking_store::find_event(user.as_str(), event).map_err(booking_error)?;
        codec::ledger::maybe(found).ok_or(BookingStoreError::Unavailable)
    }

    fn list(&self, user: &UserId, range: Interval) -> Result<Vec<Booking>, BookingStoreError> {
        let found = booking_store::list(user.as_str(), codec::range_out(range)).map_err(booking_error)?;
        found.into_iter().map(|one| codec::ledger::booking(one).ok_or(BookingStoreError::Unavailable)).collect()
    }

    fn hold(&self, request: &HoldRequest) -> Result<HoldOutcome, BookingStoreError> {
        let outcome = booking_store::hold(&codec::ledger::hold_request(request)).map_err(booking_error)?;
        codec::ledger::hold_outcome(outcome).ok_or(BookingStoreError::Unavailable)
    }

    fn release(&self, user: &UserId, key: &str) -> Result<bool, BookingStoreError> {
        booking_store::release(user.as_str(), key).map_err(booking_error)
    }
}

impl Cache for Wasi {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        cache::get(key)
    }

    fn put(&self, key: &str, value: &[u8], life: TimeDelta) {
        cache::put(key, value, u32::try_from(life.num_seconds()).unwrap_or(0));
    }

    fn invalidate(&self, prefix: &str) {
        cache::invalidate(prefix);
    }
}
