//! Renewing an access token without races: a lease so that one instance does it, compare-and-set
//! so that nobody's work is overwritten, and a second look before a grant is declared dead.
//!
//! ```text
//! lease ─ taken ─> wait, re-read ─ fresh? use theirs
//!   └ ours ─> re-read ─> token endpoint ─> save(version) ─ changed? use theirs
//!                             └ invalid_grant ─> re-read ─ another refresh token? use theirs
//!                                                     └ the same: the grant ended
//! ```

use chrono::{DateTime, TimeDelta, Utc};

use super::grants::{self, Stored};
use super::lease::{self, Lease};
use super::{Session, token_endpoint, usable};
use crate::account::Provider;
use crate::error::{Error, Kind};
use crate::http::retry::Replay;
use crate::oauth::fault::{self, Effect, Fault, Step};
use crate::oauth::grant::{AccountState, Grant, lease_key};
use crate::oauth::token;
use crate::secret::Secret;

/// How long another instance's refresh is waited for; then its holder may be gone, and one of those who wait goes on.
const PATIENCE: TimeDelta = TimeDelta::seconds(5);
/// How long all refreshes of others together are waited for. A second refresh does no harm.
const MOST_PATIENCE: TimeDelta = TimeDelta::seconds(15);
/// How often it is looked after.
const LOOK: TimeDelta = TimeDelta::milliseconds(250);
/// Rounds before giving up, each begun because somebody else changed the grant.
const MAX_ROUNDS: u32 = 4;
/// Tokens refused before their time that are replaced within one minute.
const MAX_FORCED: usize = 5;

impl Session<'_> {
    /// Makes `stored` hold an access token that is fresh and not the `refused` one: another
    /// instance's, or a new one. While another instance refreshes, one that still works will do.
    ///
    /// # Errors
    /// Why there is none; when the grant ended, `stored` holds no token any more.
    pub(super) async fn refresh(&self, refused: Option<&Secret>) -> Result<(), Error> {
        let key = lease_key(&self.user, self.provider, &self.account);
        let Some(lease) = self.wait_for_lease(&key, refused).await? else { return Ok(()) };
        let result = self.refresh_in_turn(refused).await;
        lease::give_back(&self.world, &key, lease);
        result
    }

    /// The lease, or what there is instead of one after waiting. None = there is no need: another
    /// instance refreshes or has refreshed, and `stored` holds a token that works.
    async fn wait_for_lease(&self, key: &str, refused: Option<&Secret>) -> Result<Option<Lease>, Error> {
        let begun = self.world.clock.now();
        let (give_up, mut take_over) = (self.world.deadline.min(begun + MOST_PATIENCE), begun);
        let mut holder = None;
        loop {
            let now = self.world.clock.now();
            let gone = holder.filter(|_| take_over <= now);
            match lease::take(&self.world, key, gone, now) {
                Lease::Taken if now < give_up => {
                    if holder.is_none() || gone.is_some() {
                        (holder, take_over) = (lease::holder(&self.world, key), now + PATIENCE);
                    }
                }
                other => return Ok(Some(other)),
            }
            if self.valid(refused).is_some() {
                return Ok(None);
            }
            self.world.clock.sleep(LOOK).await;
            self.reread()?;
        }
    }

    async fn refresh_in_turn(&self, refused: Option<&Secret>) -> Result<(), Error> {
        for _ in 0..MAX_ROUNDS {
            self.reread()?;
            let stored = self.stored.borrow().clone();
            let now = self.world.clock.now();
            if usable(&stored.grant, refused, now).is_some() {
                return Ok(());
            }
            let Some(refresh) = stored.grant.refresh.clone() else {
                return self.end(stored, AccountState::NeedsReauth, "Connect the account again.");
            };
            if stored.grant.client_id != self.client.id {
                return Err(self.other_client());
            }
            let forced = self.forced(&stored.grant, now)?;
            let request = token::refresh_request(&self.endpoints.token, &self.client, &refresh);
            let response = token_endpoint::ask(&self.world, self.provider, &request, Replay::Safe).await?;
            let now = self.world.clock.now();
            if response.status == 200 {
                let answer = token::parse(self.provider, &response, now)?;
                let grant = Grant { forced, ..token::refreshed(&stored.grant, answer) };
                if self.keep(grant, stored.version)? {
                    return Ok(());
                }
            } else if self.refused(stored, &refresh, fault::of_answer(self.provider, Step::Refresh, &response, now))? {
                return Ok(());
            }
        }
        let what = format!("{}: the grant keeps changing", self.account);
        Err(Error::new(Kind::Unavailable { retry_after: None }, what).at(self.provider))
    }

    /// Acts on a refusal. False = somebody else changed the grant: look again.
    fn refused(&self, stored: Stored, sent: &Secret, fault: Fault) -> Result<bool, Error> {
        let error = fault.error.context(self.account.as_str());
        match fault.effect {
            Effect::Unchanged => Err(error),
            Effect::Paused => {
                let until = self.world.clock.now() + fault::PAUSE;
                let grant = Grant { pause_until: Some(until.timestamp()), ..stored.grant };
                self.keep(grant, stored.version)?;
                Err(error)
            }
            Effect::Ended(state) => {
                self.reread()?;
                let present = self.stored.borrow().clone();
                if present.grant.refresh.as_ref() != Some(sent) {
                    return Ok(false);
                }
                let now = self.world.clock.now();
                let remedy = format!("{}{}", error.remedy, testing_hint(&present.grant, state, now));
                let mut grant = present.grant;
                grant.end(state, &remedy);
                grant.claims = fault.claims.or(grant.claims);
                if self.keep(grant, present.version)? { Err(error.with_remedy(remedy)) } else { Ok(false) }
            }
        }
    }

    /// A grant that cannot be refreshed at all has ended.
    fn end(&self, stored: Stored, state: AccountState, remedy: &str) -> Result<(), Error> {
        // An access token without a refresh token works to its end.
        let now = self.world.clock.now();
        let mut grant = stored.grant;
        if grant.valid(now).is_none() {
            grant.end(state, remedy);
            self.keep(grant, stored.version)?;
        }
        let what = format!("{}: the provider gave no refresh token", self.account);
        Err(Error::new(Kind::ReauthorizationRequired, what).with_remedy(remedy).at(self.provider))
    }

    /// Saves and remembers the grant. False = somebody else changed it.
    fn keep(&self, grant: Grant, version: i64) -> Result<bool, Error> {
        let saved = grants::save(&self.world, &self.user, &grant, Some(version))?;
        if let Some(version) = saved {
            self.stored.replace(Stored { grant, version });
        }
        Ok(saved.is_some())
    }

    /// A refresh token works only for the client it was given to. Asking with another one would
    /// make a configuration error look like the end of the grant.
    fn other_client(&self) -> Error {
        let what = format!("{}: was connected with another client id than the configured one", self.account);
        Error::new(Kind::ReauthorizationRequired, what)
            .with_remedy("Restore the client id in the configuration, or connect the account again.")
            .at(self.provider)
    }

    /// Reads the grant again.
    ///
    /// # Errors
    /// `NotFound` when the account was disconnected, its state's error when it is not active; no
    /// token is remembered then.
    fn reread(&self) -> Result<(), Error> {
        let present = grants::load(&self.world, &self.user, self.provider, &self.account)?;
        let failure = match &present {
            Some(present) => present.grant.unusable().or_else(|| present.grant.require_origins(&self.endpoints).err()),
            None => Some(grants::not_found(self.account.as_str())),
        };
        let mut stored = self.stored.borrow_mut();
        if let Some(present) = present {
            *stored = present;
        }
        match failure {
            None => Ok(()),
            Some(error) => {
                stored.grant.access = None;
                stored.grant.refresh = None;
                Err(error)
            }
        }
    }

    /// The forced refreshes of the last minute, this one included. A token that ran out by the
    /// clock forces nothing.
    ///
    /// # Errors
    /// `Unavailable` after too many, or while the provider wants to be left alone.
    fn forced(&self, grant: &Grant, now: DateTime<Utc>) -> Result<Vec<i64>, Error> {
        let pause = |seconds: i64, what: &str| {
            let retry_after = Some(TimeDelta::seconds(seconds));
            let what = format!("{}: {what}", self.account);
            Err(Error::new(Kind::Unavailable { retry_after }, what).at(self.provider))
        };
        let now_seconds = now.timestamp();
        if let Some(until) = grant.pause_until.filter(|until| now_seconds < *until) {
            return pause(until - now_seconds, "the provider saw too many token requests");
        }
        let since = now_seconds - 60;
        let mut forced: Vec<i64> = grant.forced.iter().copied().filter(|at| *at > since).collect();
        if grant.fresh(now).is_none() {
            return Ok(forced);
        }
        if let Some(first) = forced.first().filter(|_| forced.len() >= MAX_FORCED) {
            return pause(first - since, "the provider refused every new access token of the last minute");
        }
        forced.push(now_seconds);
        Ok(forced)
    }
}

/// A Google project in Testing ends every grant after seven days and does not say so.
fn testing_hint(grant: &Grant, state: AccountState, now: DateTime<Utc>) -> &'static str {
    let age = now - grant.consented_at;
    let about_a_week = TimeDelta::hours(156)..=TimeDelta::hours(180);
    if grant.provider == Provider::Google && state == AccountState::NeedsReauth && about_a_week.contains(&age) {
        " The Google project is probably still in Testing, where grants end after seven days: publish the application."
    } else {
        ""
    }
}

#[cfg(test)]
mod tests;
