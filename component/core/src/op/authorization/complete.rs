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
use crate::oauth::grant::{Account, AccountState, Grant};
use crate::oauth::id_token::{self, Expected, Identity};
use crate::oauth::scope;
use crate::oauth::state::{self, Pending};
use crate::oauth::token::{self, TokenAnswer};
use crate::ports::{OAuthClient, TokenStoreError, World};
use crate::secret::Secret;
use crate::session::{configured, grants, token_endpoint};

/// Ends what `start_oauth_flow` began: consumes the `state` of the callback (single use, ten
/// minutes, same user), redeems the code and stores the grant. The same identity connected again
/// replaces its grant; another identity becomes another account.
///
/// # Errors
/// `InvalidArgument` (malformed callback; unknown, used or expired `state`; another user's),
/// `PermissionDenied` (the user said no, or allowed nothing useful), `AdminConsentRequired`,
/// `ReauthorizationRequired` (the code is no longer valid), `Unsupported` (configuration),
/// `Unavailable`, `Timeout`, `Storage`, `Protocol`.
pub async fn complete_oauth_flow(world: World<'_>, user: &UserId, callback_url: &str) -> Result<Account, Error> {
    let callback = callback::parse(callback_url)?;
    let pending = consume(&world, user, &callback.state)?;
    let provider = pending.provider;
    let client = configured(&world, provider)?;
    let endpoints = Endpoints::of(provider, &client)?;
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
    let id_token = answer.id_token.as_ref().ok_or_else(|| {
        Error::new(Kind::Protocol, format!("{provider} sign-in: the answer has no id token")).at(provider)
    })?;
    let identity = id_token::identity(
        id_token,
        &Expected {
            provider,
            endpoints: &endpoints,
            client_id: &client.id,
            nonce: &pending.nonce,
            now: world.clock.now(),
        },
    )?;
    store(&world, user, &pending, &client, answer, identity)
}

/// Finds the record of `state` and deletes it; whoever deletes it may go on.
fn consume(world: &World<'_>, user: &UserId, state: &Secret) -> Result<Pending, Error> {
    let unknown = || {
        start_again(
            "callback-url: this user started no such sign-in, or it was finished already, or it is older than ten minutes",
        )
    };
    let key = state::key(user, state.expose());
    let entry = world.tokens.load(&key).map_err(grants::storage)?.ok_or_else(unknown)?;
    match world.tokens.delete(&key, Some(entry.version)) {
        Ok(true) => {}
        Ok(false) | Err(TokenStoreError::VersionMismatch) => return Err(unknown()),
        Err(error) => return Err(grants::storage(error)),
    }
    let pending: Pending =
        serde_json::from_slice(&entry.value).map_err(|_| Error::new(Kind::Storage, "the stored sign-in is damaged"))?;
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

fn store(
    world: &World<'_>,
    user: &UserId,
    pending: &Pending,
    client: &OAuthClient,
    answer: TokenAnswer,
    identity: Identity,
) -> Result<Account, Error> {
    let provider = pending.provider;
    let asked = || scope::normalise(provider, &scope::asked(provider).join(" "));
    let scopes = answer.scopes.unwrap_or_else(asked);
    if !scope::is_useful(provider, &scopes) {
        let missing = scope::missing(provider, &scopes).join(", ");
        let what = format!("{}: nothing useful was allowed; missing: {missing}", identity.account);
        return Err(Error::new(Kind::PermissionDenied, what).at(provider));
    }
    let now = world.clock.now();
    let grant = grants::replace(world, user, provider, &identity.account, |earlier| {
        let kept = earlier.filter(|earlier| earlier.client_id == client.id);
        Grant {
            account: identity.account.clone(),
            provider,
            email: identity.email.clone(),
            tenant: identity.tenant.clone(),
            state: AccountState::Active,
            remedy: None,
            scopes: scopes.clone(),
            client_id: client.id.clone(),
            consented_at: now,
            generation: earlier.map_or(0, |earlier| earlier.generation.wrapping_add(1)),
            access: Some(answer.access.clone()),
            refresh: answer.refresh.clone().or_else(|| kept.and_then(|kept| kept.refresh.clone())),
            forced: Vec::new(),
            pause_until: None,
        }
    })?;
    Ok(Account::from(&grant))
}
