//! Connecting, checking and ending accounts: authorization code flow (RFC 6749) with PKCE S256
//! (RFC 7636), device authorization (RFC 8628); revocation by RFC 7009 where the provider has it. The messages are made and read in
//! `oauth`; keeping a grant alive afterwards is `session`'s.

mod complete;
mod connected;
mod device;
mod disconnect;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use crate::account::{Provider, UserId};
use crate::error::{Error, Kind};
use crate::oauth::authorization::{self, Authorization};
use crate::oauth::device::pending::PendingDevice;
use crate::oauth::endpoint::{self, Endpoints};
use crate::oauth::pkce::{self, CodeVerifier};
use crate::oauth::state::{self, Pending};
use crate::ports::{TokenStoreError, World};
use crate::secret::Secret;
use crate::session::{configured, grants};

pub use crate::oauth::grant::{Account, AccountState};
pub use complete::complete_oauth_flow;
pub use device::{DeviceAuthorization, DeviceStatus, poll_device_flow, start_device_flow};
pub use disconnect::{Disconnection, disconnect};

/// What the user's browser is sent to. `Debug` shows neither address nor `state`.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// The provider's consent page, complete with `state` and `code_challenge`.
    pub url: String,
    /// The single-use `state` value.
    pub state: String,
    /// The callback must arrive before this.
    pub expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationRequest").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Begins connecting an account. `redirect_uri`: none = the configured one. `login_hint`: address
/// to pre-select.
///
/// # Errors
/// `InvalidArgument` (another redirect address than loopback, a malformed hint), `Unsupported`
/// (the provider is not configured), `Storage`.
pub fn start_oauth_flow(
    world: World<'_>,
    user: &UserId,
    provider: Provider,
    redirect_uri: Option<&str>,
    login_hint: Option<&str>,
) -> Result<AuthorizationRequest, Error> {
    let client = configured(&world, provider)?;
    let endpoints = Endpoints::of(provider, &client)?;
    let redirect_uri = endpoint::redirect_uri(provider, &client, redirect_uri)?;
    if login_hint.is_some_and(|hint| hint.len() > 254 || hint.chars().any(char::is_control)) {
        return Err(Error::invalid("login-hint", "must be an address without control characters"));
    }
    let login_hint = login_hint.filter(|hint| !hint.is_empty());
    let claims = grants::claims(&world, user, provider, login_hint);
    let state = state::token(&world.random.bytes(state::RANDOM_BYTES));
    let nonce = state::token(&world.random.bytes(state::RANDOM_BYTES));
    let verifier = CodeVerifier::from_random(&world.random.bytes(pkce::RANDOM_BYTES));
    let expires_at = world.clock.now() + state::LIFE;
    let url = authorization::url(
        &endpoints,
        &Authorization {
            provider,
            client_id: &client.id,
            redirect_uri: &redirect_uri,
            state: &state,
            nonce: &nonce,
            verifier: &verifier,
            login_hint,
            claims: claims.as_deref(),
        },
    );
    let pending = Pending {
        user: user.clone(),
        provider,
        client_id: client.id,
        origins: endpoints.origins(),
        redirect_uri,
        verifier: Secret::new(verifier.expose()),
        nonce,
        expires_at: expires_at.timestamp(),
    };
    let value = serde_json::to_vec(&pending)
        .map_err(|_| Error::new(Kind::Internal, "an authorization cannot be written as JSON"))?;
    world.tokens.save(&state::key(user, &state), &value, None, Some(expires_at)).map_err(grants::storage)?;
    Ok(AuthorizationRequest { url, state, expires_at })
}

/// Whether at least one account (of `provider`, if given) is active. Asks the store only.
///
/// # Errors
/// `Storage`.
pub fn is_authenticated(world: World<'_>, user: &UserId, provider: Option<Provider>) -> Result<bool, Error> {
    Ok(list_accounts(world, user)?.iter().any(|account| {
        account.state == AccountState::Active && provider.is_none_or(|wanted| wanted == account.provider)
    }))
}

/// One account, by id or address.
///
/// # Errors
/// `NotFound`, `InvalidArgument` (an address of several accounts), `Storage`.
pub fn account_status(world: World<'_>, user: &UserId, account: &str) -> Result<Account, Error> {
    let mut fitting: Vec<Account> =
        list_accounts(world, user)?.into_iter().filter(|one| one.is_named(account)).collect();
    match (fitting.pop(), fitting.is_empty()) {
        (None, _) => Err(grants::not_found(account)),
        (Some(one), true) => Ok(one),
        (Some(_), false) => Err(Error::invalid("account", "is the address of several accounts: give the id")),
    }
}

/// All connected accounts, by id, unusable ones included. Asks the store only.
///
/// # Errors
/// `Storage`.
pub fn list_accounts(world: World<'_>, user: &UserId) -> Result<Vec<Account>, Error> {
    grants::accounts(&world, user)
}

/// The record of a sign-in under `key`. One that nobody can read is of no use and is deleted; the
/// record of the other kind of sign-in is left alone.
///
/// # Errors
/// `Storage`.
fn record<T: DeserializeOwned>(world: &World<'_>, key: &str) -> Result<Option<(T, i64)>, Error> {
    let entry = match world.tokens.load(key) {
        Ok(Some(entry)) => entry,
        Ok(None) => return Ok(None),
        Err(error) => {
            if error == TokenStoreError::Unreadable {
                let _ = world.tokens.delete(key, None);
            }
            return Err(grants::storage(error));
        }
    };
    let is_other = || {
        let value = &entry.value;
        serde_json::from_slice::<Pending>(value).is_ok() || serde_json::from_slice::<PendingDevice>(value).is_ok()
    };
    match serde_json::from_slice(&entry.value) {
        Ok(found) => Ok(Some((found, entry.version))),
        Err(_) if is_other() => Ok(None),
        Err(_) => {
            let _ = world.tokens.delete(key, Some(entry.version));
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests;
