//! `poll-device-flow`: one question to the token endpoint, never too early and never two at once.
//!
//! ```text
//! record ─ expired? ─ too early? ─ claim (compare-and-set) ─> token endpoint ─┬ go on: wait, ask again
//!                                     └ lost: somebody else asks              ├ approved: grant
//!                                                                             └ refused: record deleted
//! ```

use chrono::TimeDelta;

use super::{DeviceStatus, save};
use crate::account::UserId;
use crate::error::{Error, Kind};
use crate::http::date;
use crate::http::response::Response;
use crate::http::retry::Replay;
use crate::oauth::device::pending::PendingDevice;
use crate::oauth::device::{self, Progress};
use crate::oauth::endpoint::Endpoints;
use crate::oauth::fault::{self, Step};
use crate::oauth::{state, token};
use crate::op::authorization::connected::SignIn;
use crate::op::authorization::record;
use crate::ports::{OAuthClient, World};
use crate::session::{configured, token_endpoint};

/// A poll that never comes back blocks others this long: longer than one request may take.
const CLAIM: TimeDelta = TimeDelta::seconds(30);

/// Asks whether the person has decided, at most as often as the provider wants: a call that comes
/// too early is answered without a request. After a refusal the authorization is gone; after
/// `Unavailable`, `Timeout`, `RateLimited` and `DeniedByHost` polling may go on, and after
/// `Protocol`, too, unless it was the approval itself that made no sense.
///
/// # Errors
/// `InvalidArgument` (a `state` that is unknown, finished, or another user's),
/// `ReauthorizationRequired` (the code expired or is no longer known: start again),
/// `PermissionDenied` (the person said no, or allowed nothing useful), `AdminConsentRequired`,
/// `Unsupported` (configuration), `Unavailable`, `Timeout`, `RateLimited`, `DeniedByHost`,
/// `Storage`, `Protocol`.
pub async fn poll_device_flow(world: World<'_>, user: &UserId, state: &str) -> Result<DeviceStatus, Error> {
    let key = state::key(user, state);
    let (pending, version) = find(&world, user, &key)?;
    let now = world.clock.now();
    if pending.is_expired(now) {
        forget(&world, &key);
        return Err(fault::expired_device_code(pending.provider));
    }
    if let Some(wait) = pending.wait(now) {
        return Ok(DeviceStatus::Pending(wait));
    }
    let client = configured(&world, pending.provider)?;
    let endpoints = Endpoints::of(pending.provider, &client)?;
    let is_same = client.id == pending.client_id && endpoints.token == pending.token_url;
    if !is_same || endpoints.origins() != pending.origins {
        return Err(unknown("was started with another client or other addresses than the configured ones"));
    }
    let claimed = PendingDevice { next_poll_at: (now + CLAIM).timestamp(), ..pending.clone() };
    let Some(version) = save(&world, &key, &claimed, Some(version))? else {
        // Somebody else asks at this moment.
        return Ok(DeviceStatus::Pending(TimeDelta::seconds(pending.interval.max(1))));
    };
    let turn = Turn { world: &world, key: &key, version, pending };
    let request = token::device_request(&endpoints.token, &client, &turn.pending.device_code);
    match token_endpoint::ask(&world, turn.pending.provider, &request, Replay::Never).await {
        Ok(response) => turn.conclude(user, (&client, &endpoints), &response),
        Err(error) => {
            // RFC 8628 section 3.5: after a time-out polls come less often.
            let progress = if error.kind == Kind::Timeout { Progress::SlowDown } else { Progress::Pending };
            turn.go_on(progress, error.retry_after())?;
            Err(error)
        }
    }
}

/// The right to ask once.
struct Turn<'a> {
    world: &'a World<'a>,
    key: &'a str,
    version: i64,
    pending: PendingDevice,
}

impl Turn<'_> {
    fn conclude(
        self,
        user: &UserId,
        (client, endpoints): (&OAuthClient, &Endpoints),
        response: &Response,
    ) -> Result<DeviceStatus, Error> {
        let (provider, now) = (self.pending.provider, self.world.clock.now());
        if let Some(progress) = device::progress(response) {
            return self.go_on(progress, date::retry_after(response, now)).map(DeviceStatus::Pending);
        }
        if response.status == 200 {
            let answer = match token::parse(provider, response, now) {
                Ok(answer) => answer,
                // Perhaps not the provider's own words, and the code is good.
                Err(error) => {
                    self.go_on(Progress::Pending, None)?;
                    return Err(error);
                }
            };
            // The code is spent, whatever comes of it.
            forget(self.world, self.key);
            let sign_in = SignIn { user, provider, client, endpoints, nonce: None };
            return sign_in.store(self.world, answer).map(DeviceStatus::Connected);
        }
        let error = fault::of_answer(provider, Step::Device, response, now).error;
        match error.kind {
            Kind::RateLimited { retry_after } => {
                self.go_on(Progress::SlowDown, retry_after)?;
            }
            Kind::Unavailable { .. } | Kind::Protocol => {
                self.go_on(Progress::Pending, error.retry_after())?;
            }
            _ => forget(self.world, self.key),
        }
        Err(error)
    }

    /// Ends the turn without a decision; the wait before the next one, which the provider may have named.
    fn go_on(self, progress: Progress, retry_after: Option<TimeDelta>) -> Result<TimeDelta, Error> {
        let interval = progress.next_interval(TimeDelta::seconds(self.pending.interval));
        let wait = retry_after.map_or(interval, |named| named.max(interval));
        let waiting = self.pending.waiting(interval, wait, self.world.clock.now());
        // Whoever changed the record meanwhile knows better.
        save(self.world, self.key, &waiting, Some(self.version))?;
        Ok(wait)
    }
}

/// The record behind a `state`, and its version.
fn find(world: &World<'_>, user: &UserId, key: &str) -> Result<(PendingDevice, i64), Error> {
    let unknown =
        || unknown("this user started no such device authorization, or it was finished already, or its code expired");
    let (pending, version): (PendingDevice, i64) = record(world, key)?.ok_or_else(unknown)?;
    if pending.user == *user { Ok((pending, version)) } else { Err(unknown()) }
}

/// Deletes the record. A failure leaves a code that works for nobody any more, until it expires.
fn forget(world: &World<'_>, key: &str) {
    let _ = world.tokens.delete(key, None);
}

fn unknown(reason: &str) -> Error {
    Error::invalid("state", reason).with_remedy("Start connecting the account again.")
}
