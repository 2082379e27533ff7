//! Who is asked to slow down (429 with `Retry-After`) sends nothing for the account until then, not only the request
//! that was refused: <https://learn.microsoft.com/graph/throttling>. The host's cache tells the calls that follow. Not
//! here: a server that failed (503) and may have acted; whether it did is asked at once.

use std::cell::Cell;

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::AccountId;
use crate::http::response::Response;
use crate::http::retry::Attempt;
use crate::http::url::encode;
use crate::ports::{Cache, World};

/// Until when an account's provider wants no requests for it.
pub(super) struct Pause<'w> {
    cache: &'w dyn Cache,
    key: String,
    until: Cell<DateTime<Utc>>,
}

impl<'w> Pause<'w> {
    /// As it was learned by this or an earlier call.
    pub(super) fn of(world: &World<'w>, account: &AccountId) -> Self {
        let key = format!("pause/{}", encode(account.as_str()));
        let kept = world.cache.get(&key).and_then(|value| String::from_utf8(value).ok()?.parse().ok());
        let until = kept.and_then(DateTime::from_timestamp_millis).unwrap_or(DateTime::UNIX_EPOCH);
        Self { cache: world.cache, key, until: Cell::new(until) }
    }

    /// The answer that stands for the provider's while the pause lasts: 429, with what is left of it.
    pub(super) fn answer(&self, now: DateTime<Utc>) -> Option<Response> {
        let left = self.until.get() - now;
        let seconds = left.num_seconds() + i64::from(left.subsec_nanos() > 0);
        let headers = || vec![("retry-after".to_owned(), seconds.to_string())];
        (left > TimeDelta::zero()).then(|| Response { status: 429, headers: headers(), body: Vec::new() })
    }

    /// Remembers what a refusal asks for.
    pub(super) fn heed(&self, attempt: Attempt, now: DateTime<Utc>) {
        let Attempt::Throttled { retry_after: Some(wait) } = attempt else { return };
        let until = now + wait;
        if until > self.until.get() && wait > TimeDelta::zero() {
            self.until.set(until);
            self.cache.put(&self.key, until.timestamp_millis().to_string().as_bytes(), wait);
        }
    }
}
