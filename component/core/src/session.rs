//! One account in use: finds its grant, keeps the access token fresh, and sends the provider's
//! requests with it. Not here: what a provider's answer means (`provider`), and how a grant is
//! obtained (`op::authorization`).

mod failure;
mod gate;
pub(crate) mod grants;
pub(crate) mod known;
mod lease;
mod pause;
mod refresh;
pub(crate) mod token_endpoint;
mod transport;
mod witness;

use std::cell::RefCell;

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{AccountId, Provider, UserId};
use crate::error::{Error, Kind};
use crate::http::date::retry_after;
use crate::http::exchange::exchange;
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::http::retry::Replay;
use crate::http::url::origin;
use crate::oauth::claims;
use crate::oauth::endpoint::Endpoints;
use crate::oauth::grant::{Grant, provider_of};
use crate::oauth::scope::{self, Feature};
use crate::ports::{OAuthClient, World};
use crate::provider::{google, outlook};
use crate::secret::Secret;
pub use failure::CallError;
use gate::{Gate, Turns};
use grants::Stored;
use pause::Pause;
use witness::Witness;

/// For this long after a refresh failed, other calls of the session share its result.
const SHARED_FAILURE: TimeDelta = TimeDelta::seconds(10);

/// One account, open for calls. Several calls may be in flight together.
pub struct Session<'a> {
    world: World<'a>,
    user: UserId,
    provider: Provider,
    account: AccountId,
    email: Option<String>,
    client: OAuthClient,
    endpoints: Endpoints,
    stored: RefCell<Stored>,
    failure: RefCell<Option<(DateTime<Utc>, Error)>>,
    /// One refresh at a time.
    gate: Gate,
    /// Requests in flight.
    flight: Gate,
    pause: Pause<'a>,
}

impl<'a> Session<'a> {
    /// Opens a connected account.
    ///
    /// # Errors
    /// `NotFound` (no such account), what its state says when it is not active
    /// (`ReauthorizationRequired`, `PermissionDenied`, `AdminConsentRequired`), `Unsupported`
    /// (the provider is not configured), `Storage`.
    pub fn open(world: World<'a>, user: &UserId, account: &AccountId) -> Result<Session<'a>, Error> {
        let provider = provider_of(account).ok_or_else(|| grants::not_found(account.as_str()))?;
        let stored =
            grants::load(&world, user, provider, account)?.ok_or_else(|| grants::not_found(account.as_str()))?;
        if let Some(error) = stored.grant.unusable() {
            return Err(error);
        }
        let client = configured(&world, provider)?;
        let endpoints = Endpoints::of(provider, &client)?;
        stored.grant.require_origins(&endpoints)?;
        Ok(Session {
            pause: Pause::of(&world, account),
            world,
            user: user.clone(),
            provider,
            account: account.clone(),
            email: stored.grant.email.clone(),
            endpoints,
            client,
            stored: RefCell::new(stored),
            failure: RefCell::new(None),
            gate: Gate::new(1),
            flight: Gate::new(in_flight(provider)),
        })
    }

    /// The world the session was opened in.
    #[must_use]
    pub fn world(&self) -> &World<'a> {
        &self.world
    }

    /// The account's provider.
    #[must_use]
    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The account's address or sign-in name; a label, not an identity.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// API base without a slash at its end.
    #[must_use]
    pub fn api(&self) -> &str {
        &self.endpoints.api
    }

    /// Checks that the user allowed a feature, before a call is made in vain.
    ///
    /// # Errors
    /// `PermissionDenied` naming the missing scope.
    pub fn require(&self, feature: Feature) -> Result<(), Error> {
        if scope::allows(self.provider, &self.stored.borrow().grant.scopes, feature) {
            Ok(())
        } else {
            Err(scope::denied(self.provider, feature).context(self.account.as_str()))
        }
    }

    /// Sends a request with the account's access token, which is refreshed shortly before it ends
    /// and once when the provider refuses it (401). Repeats as `http::retry` says; no more requests
    /// are in flight together than the provider allows per mailbox, and none while it asked for a pause. Every other status comes back for the provider's own module to judge.
    ///
    /// The token goes to the API's own origin only, whatever a provider's link says.
    ///
    /// # Errors
    /// `Failed`: certainly nothing was done (no usable token, refused by the host, not
    /// connected). `Unknown`: no complete answer, in this attempt or in an earlier one.
    pub async fn call(&self, request: Request, replay: Replay) -> Result<Response, CallError> {
        self.call_as(request, replay, Turns::One).await
    }

    /// As [`Session::call`], for a request that stands for several: no other of the account is in flight
    /// meanwhile.
    ///
    /// # Errors
    /// As [`Session::call`].
    pub async fn call_alone(&self, request: Request, replay: Replay) -> Result<Response, CallError> {
        self.call_as(request, replay, Turns::All).await
    }

    async fn call_as(&self, request: Request, replay: Replay, turns: Turns) -> Result<Response, CallError> {
        if origin(&request.url).is_none() || origin(&request.url) != origin(self.api()) {
            let what = format!("{}: a link leads outside the provider's API", self.account);
            return Err(Error::new(Kind::Protocol, what).at(self.provider).into());
        }
        let mut refused: Option<Secret> = None;
        loop {
            let token = self.token(refused.as_ref()).await?;
            let bearer = format!("Bearer {}", token.expose());
            let authorized = request.clone().header("authorization", bearer);
            let response = self.send(&authorized, replay, turns).await?;
            let is_challenged = self.provider == Provider::Outlook && outlook::fault::needs_claims(&response);
            if is_challenged {
                self.remember_claims(&response);
            }
            // A claims challenge is answered by a person: a renewed token would be refused the same.
            if response.status != 401 || is_challenged {
                return Ok(response);
            }
            if refused.replace(token).is_some() {
                let what = format!("{}: a renewed access token was refused, too", self.account);
                let error = Error::new(Kind::ReauthorizationRequired, what)
                    .with_remedy("Check the clock and the configured addresses; else connect the account again.");
                return Err(error.at(self.provider).into());
            }
        }
    }

    /// What the next sign-in must bring. If it cannot be stored, that sign-in is challenged once more.
    fn remember_claims(&self, response: &Response) {
        let claims = response.header("www-authenticate").and_then(claims::of_challenge);
        let Ok(Some(stored)) = grants::load(&self.world, &self.user, self.provider, &self.account) else { return };
        if claims.is_none() || claims == stored.grant.claims {
            return;
        }
        let grant = Grant { claims, ..stored.grant };
        if let Ok(Some(version)) = grants::save(&self.world, &self.user, &grant, Some(stored.version)) {
            self.stored.replace(Stored { grant, version });
        }
    }

    async fn send(&self, request: &Request, replay: Replay, turns: Turns) -> Result<Response, CallError> {
        let is_throttled = match self.provider {
            Provider::Google => google::fault::is_throttled,
            Provider::Outlook => outlook::fault::is_throttled,
        };
        let witness = Witness::new(&self.world, &self.pause, is_throttled);
        let world = World { http: &witness, ..self.world };
        let place = |error: Error| error.context(self.account.as_str()).at(self.provider);
        let _turn = self.flight.enter(turns).await;
        match exchange(&world, request, replay, is_throttled).await {
            Ok(response) => {
                let refused = response.status == 429 || is_throttled(&response);
                if request.method != Method::Get && refused && witness.may_have_acted() {
                    let what = "an attempt was lost, and the provider now asks to slow down";
                    let retry_after = retry_after(&response, self.world.clock.now());
                    let error = Error::new(Kind::RateLimited { retry_after }, what);
                    return Err(CallError::Unknown(place(error)));
                }
                Ok(response)
            }
            Err(cause) if witness.may_have_acted() => Err(CallError::Unknown(place(transport::error(&cause)))),
            Err(cause) => Err(CallError::Failed(place(transport::error(&cause)))),
        }
    }

    /// A usable access token other than the `refused` one. However many calls ask at once, one
    /// of them refreshes and the others share its result, good or bad.
    async fn token(&self, refused: Option<&Secret>) -> Result<Secret, Error> {
        if let Some(token) = self.usable(refused) {
            return Ok(token);
        }
        let _turn = self.gate.enter(Turns::One).await;
        if let Some(token) = self.usable(refused) {
            return Ok(token);
        }
        let error = match self.recent_failure() {
            Some(error) => error,
            None => match self.refresh(refused).await {
                Ok(()) => return self.valid(refused).ok_or_else(|| self.no_token()),
                Err(error) => {
                    self.failure.replace(Some((self.world.clock.now(), error.clone())));
                    error
                }
            },
        };
        // A provider that cannot be reached does not end a token that still works.
        self.valid(refused).ok_or(error)
    }

    fn recent_failure(&self) -> Option<Error> {
        let now = self.world.clock.now();
        let failure = self.failure.borrow();
        failure.as_ref().filter(|(at, _)| now - *at < SHARED_FAILURE).map(|(_, error)| error.clone())
    }

    fn usable(&self, refused: Option<&Secret>) -> Option<Secret> {
        usable(&self.stored.borrow().grant, refused, self.world.clock.now())
    }

    fn valid(&self, refused: Option<&Secret>) -> Option<Secret> {
        let stored = self.stored.borrow();
        let access = stored.grant.valid(self.world.clock.now())?;
        (Some(&access.token) != refused).then(|| access.token.clone())
    }

    fn no_token(&self) -> Error {
        let what = format!("{}: the provider's new access token has ended already", self.account);
        Error::new(Kind::Protocol, what).at(self.provider)
    }
}

/// Requests of one account in flight together. Graph refuses more than four per mailbox with 429;
/// Google limits requests per minute only, and a burst of them is no use.
fn in_flight(provider: Provider) -> usize {
    match provider {
        Provider::Google => 20,
        Provider::Outlook => 4,
    }
}

/// The grant's access token, if it is fresh and not the one the provider refused.
fn usable(grant: &Grant, refused: Option<&Secret>, now: DateTime<Utc>) -> Option<Secret> {
    let token = &grant.fresh(now)?.token;
    (Some(token) != refused).then(|| token.clone())
}

/// The client registered with a provider.
///
/// # Errors
/// `Unsupported` when the host has not configured it.
pub fn configured(world: &World<'_>, provider: Provider) -> Result<OAuthClient, Error> {
    world.secrets.oauth_client(provider).ok_or_else(|| {
        let (what, word) = (format!("{provider} is not configured"), provider.as_str().to_uppercase());
        Error::new(Kind::Unsupported, what)
            .with_remedy(format!("Set {word}_CLIENT_ID and {word}_REDIRECT_URI on the host."))
            .at(provider)
    })
}

#[cfg(test)]
mod tests;
