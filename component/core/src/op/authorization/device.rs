//! `start-device-flow` and `poll-device-flow`: connecting an account where there is no browser
//! (RFC 8628). A person types a short code on another device, and the caller polls meanwhile.
//!
//! The device code is worth as much as the tokens: it stays in the token store under the hash of a
//! `state`, and the caller has only that `state`.

mod poll;

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{Provider, UserId};
use crate::error::{Error, Kind};
use crate::http::retry::Replay;
use crate::oauth::device::pending::PendingDevice;
use crate::oauth::endpoint::Endpoints;
use crate::oauth::fault::{self, Step};
use crate::oauth::grant::Account;
use crate::oauth::{device, scope, state};
use crate::ports::{TokenStoreError, World};
use crate::session::{configured, grants, token_endpoint};

pub use poll::poll_device_flow;

/// A record is kept this much longer than its code lives, so that a late poll is told that the
/// code expired and not that it is unknown.
const GRACE: TimeDelta = TimeDelta::minutes(5);

/// What a person needs to approve this device. `Debug` shows neither code nor `state`.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// What the person types.
    pub user_code: String,
    /// The page to type it on.
    pub verification_uri: String,
    /// A sentence with both.
    pub message: String,
    /// The code ends then.
    pub expires_at: DateTime<Utc>,
    /// The wait before each poll.
    pub interval: TimeDelta,
    /// Names this authorization in [`poll_device_flow`].
    pub state: String,
}

impl std::fmt::Debug for DeviceAuthorization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceAuthorization").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What a poll found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceStatus {
    /// The person has not decided: poll again after this long.
    Pending(TimeDelta),
    /// The person approved, and the grant is stored.
    Connected(Account),
}

/// Begins connecting an account without a browser here. Show the code only to the person who asked:
/// whoever talks another one into typing it gets that person's calendar.
///
/// # Errors
/// `Unsupported` (Google, and a provider that is not configured), `AdminConsentRequired`,
/// `Unavailable`, `Timeout`, `RateLimited`, `DeniedByHost`, `Storage`, `Protocol`.
pub async fn start_device_flow(
    world: World<'_>,
    user: &UserId,
    provider: Provider,
) -> Result<DeviceAuthorization, Error> {
    if provider == Provider::Google {
        return Err(no_device_flow());
    }
    let client = configured(&world, provider)?;
    let endpoints = Endpoints::of(provider, &client)?;
    let url = endpoints.device_code.as_deref().ok_or_else(no_device_flow)?;
    let request = device::request(url, &client, &scope::parameter(provider, &endpoints.api));
    let response = token_endpoint::ask(&world, provider, &request, Replay::Safe).await?;
    let now = world.clock.now();
    if response.status != 200 {
        return Err(fault::of_answer(provider, Step::Device, &response, now).error);
    }
    let found = device::parse(provider, &response, now)?;
    let state = state::token(&world.random.bytes(state::RANDOM_BYTES));
    let pending = PendingDevice {
        user: user.clone(),
        provider,
        client_id: client.id,
        origins: endpoints.origins(),
        token_url: endpoints.token,
        device_code: found.device_code,
        interval: found.interval.num_seconds(),
        next_poll_at: (now + found.interval).timestamp(),
        expires_at: found.expires_at.timestamp(),
    };
    save(&world, &state::key(user, &state), &pending, None)?
        .ok_or_else(|| Error::new(Kind::Internal, "the random bytes of a device authorization came up before"))?;
    Ok(DeviceAuthorization {
        user_code: found.user_code,
        verification_uri: found.verification_uri,
        message: found.message,
        expires_at: found.expires_at,
        interval: found.interval,
        state,
    })
}

fn no_device_flow() -> Error {
    let what = "Google grants no calendar permission by device code";
    Error::new(Kind::Unsupported, what).with_remedy("Connect the Google account in a browser.").at(Provider::Google)
}

/// Stores the record if the stored version is still `expected` (none = it must not exist) and
/// returns the new version. None = somebody else was faster.
fn save(world: &World<'_>, key: &str, pending: &PendingDevice, expected: Option<i64>) -> Result<Option<i64>, Error> {
    let value = serde_json::to_vec(pending)
        .map_err(|_| Error::new(Kind::Internal, "a device authorization cannot be written as JSON"))?;
    let forgotten_at = DateTime::from_timestamp(pending.expires_at, 0).map(|end| end + GRACE);
    match world.tokens.save(key, &value, expected, forgotten_at) {
        Ok(version) => Ok(Some(version)),
        Err(TokenStoreError::VersionMismatch) => Ok(None),
        Err(error) => Err(grants::storage(error)),
    }
}

#[cfg(test)]
mod tests;
