//! `complete-oauth-flow`: from the callback address to a stored grant.
//!
//! The order is the security of it: `state` is found and consumed before anything else happens,
//! so that a second callback with the same `state` finds nothing, then `iss`, `error`, `code`.

use crate::account::UserId;
use crate::error::{Error, Kind};
use crate::http::retry::Replay;
use crate::oauth::callback::{self, Outcome};
use crate::oauth::endpoint::Endpoints;
use crate::oauth::fault::{self, Step};
use crate::oauth::grant::Account;
use crate::oauth::state::{self, Pending};
use crate::oauth::token::{self, TokenAnswer};
use crate::op::authorization::connected::SignIn;
use crate::op::authorization::record;
use crate::ports::{OAuthClient, TokenStoreError, World};
use crate::secret::Secret;
use crate::session::{configured, grants, token_endpoint};

/// Ends what `start_oauth_flow` began: consumes the `state` of the callback (single use, ten
/// minutes, same user), redeems the code and stores the grant. The same identity connected again
/// replaces its grant; another identity becomes another account.
///
/// # Errors
/// `InvalidArgument` (malformed callback; unknown, used or expired `state`; another user's; other
/// settings than at the start),
/// `PermissionDenied` (the user said no, or allowed nothing useful), `AdminConsentRequired`,
/// `ReauthorizationRequired` (the code is no longer valid), `Unsupported` (configuration),
/// `Unavailable`, `Timeout`, `Storage`, `Protocol`.
pub async fn complete_oauth_flow(world: World<'_>, user: &UserId, callback_url: &str) -> Result<Account, Error> {
    let callback = callback::parse(callback_url)?;
    let pending = consume(&world, user, &callback.state)?;
    let provider = pending.provider;
    let client = configured(&world, provider)?;
    let endpoints = Endpoints::of(provider, &client)?;
    if client.id != pending.client_id || endpoints.origins() != pending.origins {
        let what =
            "callback-url: this sign-in was started with another client or other addresses than the configured ones";
        return Err(start_again(what));
    }
    if let Some(iss) = &callback.iss
        && !endpoints.is_issuer_of_callback(iss)
    {
        return Err(start_again("callback-url: `iss` is not the provider that was asked"));
    }
    let code = match callback.outcome {
        Outcome::Code(code) => code,
        Outcome::Error(error) => return Err(fault::of_callback(provider, &error).error),
    };
    let answer = redeem(&world, &pending, &client, &endpoints, &code).await?;
    let nonce = Some(pending.nonce.as_str());
    SignIn { user, provider, client: &client, endpoints: &endpoints, nonce }.store(&world, answer)
}

/// Finds the record of `state` and deletes it; whoever deletes it may go on.
fn consume(world: &World<'_>, user: &UserId, state: &Secret) -> Result<Pending, Error> {
    let unknown = || {
        start_again(
            "callback-url: this user started no such sign-in, or it was finished already, or it is older than ten minutes",
        )
    };
    let key = state::key(user, state.expose());
    let (pending, version): (Pending, i64) = record(world, &key)?.ok_or_else(unknown)?;
    match world.tokens.delete(&key, Some(version)) {
        Ok(true) => {}
        Ok(false) | Err(TokenStoreError::VersionMismatch) => return Err(unknown()),
        Err(error) => return Err(grants::storage(error)),
    }
    let is_live = pending.user == *user && world.clock.now().timestamp() < pending.expires_at;
    if is_live { Ok(pending) } else { Err(unknown()) }
}

fn start_again(message: &str) -> Error {
    Error::new(Kind::InvalidArgument, message).with_remedy("Start connecting the account again.")
}

async fn redeem(
    world: &World<'_>,
    pending: &Pending,
    client: &OAuthClient,
    endpoints: &Endpoints,
    code: &Secret,
) -> Result<TokenAnswer, Error> {
    let provider = pending.provider;
    let verifier = pending.code_verifier();
    let request = token::code_request(&endpoints.token, client, code, &pending.redirect_uri, &verifier);
    let answer = token_endpoint::ask(world, provider, &request, Replay::OnlyIfRefused).await;
    let result = answer.and_then(|response| match response.status {
        200 => token::parse(provider, &response, world.clock.now()),
        _ => {
            let fault = fault::of_answer(provider, Step::Code, &response, world.clock.now());
            Err(fault.error)
        }
    });
    // The state is spent, and perhaps the code: trying the same callback again is no use.
    result.map_err(|error| match error.kind {
        Kind::Timeout | Kind::Unavailable { .. } | Kind::RateLimited { .. } | Kind::Protocol => {
            error.with_remedy("Start connecting the account again.")
        }
        _ => error,
    })
}
