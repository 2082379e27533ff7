//! The end of every sign-in, by browser or by device code: from the token endpoint's answer to the
//! stored grant.

use crate::account::{Provider, UserId};
use crate::error::{Error, Kind};
use crate::oauth::endpoint::Endpoints;
use crate::oauth::grant::{Account, AccountState, Grant};
use crate::oauth::id_token::{self, Expected, Identity};
use crate::oauth::scope;
use crate::oauth::token::TokenAnswer;
use crate::ports::{OAuthClient, World};
use crate::session::{grants, known};

/// Who signed in where, with which client.
pub(super) struct SignIn<'a> {
    /// Who started it.
    pub user: &'a UserId,
    /// Where.
    pub provider: Provider,
    /// The registered client.
    pub client: &'a OAuthClient,
    /// The provider's addresses.
    pub endpoints: &'a Endpoints,
    /// What the id token must repeat, if the request could say it.
    pub nonce: Option<&'a str>,
}

impl SignIn<'_> {
    /// Checks who consented to what, and stores the grant. The same identity connected again
    /// replaces its grant; another identity becomes another account.
    ///
    /// # Errors
    /// `Protocol` (no id token, or one that does not agree), `PermissionDenied` (nothing useful was
    /// allowed), `Storage`.
    pub(super) fn store(&self, world: &World<'_>, answer: TokenAnswer) -> Result<Account, Error> {
        let provider = self.provider;
        let identity = self.identity(world, &answer)?;
        let asked = || scope::normalise(provider, &scope::asked(provider).join(" "));
        let scopes = answer.scopes.clone().unwrap_or_else(asked);
        if !scope::is_useful(provider, &scopes) {
            let missing = scope::missing(provider, &scopes).join(", ");
            let what = format!("{}: nothing useful was allowed; missing: {missing}", identity.account);
            return Err(Error::new(Kind::PermissionDenied, what).at(provider));
        }
        let now = world.clock.now();
        let origins = self.endpoints.origins();
        let grant = grants::replace(world, self.user, provider, &identity.account, |earlier| {
            let is_same = |earlier: &&Grant| earlier.client_id == self.client.id && earlier.origins == origins;
            let kept = earlier.filter(is_same);
            Grant {
                account: identity.account.clone(),
                provider,
                email: identity.email.clone(),
                tenant: identity.tenant.clone(),
                state: AccountState::Active,
                remedy: None,
                scopes: scopes.clone(),
                client_id: self.client.id.clone(),
                consented_at: now,
                origins: origins.clone(),
                access: Some(answer.access.clone()),
                refresh: answer.refresh.clone().or_else(|| kept.and_then(|kept| kept.refresh.clone())),
                forced: Vec::new(),
                claims: None,
                pause_until: None,
            }
        })?;
        // Perhaps of other addresses; without it the next read asks anew.
        let _ = known::forget(world, self.user, provider, &identity.account);
        Ok(Account::from(&grant))
    }

    fn identity(&self, world: &World<'_>, answer: &TokenAnswer) -> Result<Identity, Error> {
        let provider = self.provider;
        let id_token = answer.id_token.as_ref().ok_or_else(|| {
            Error::new(Kind::Protocol, format!("{provider} sign-in: the answer has no id token")).at(provider)
        })?;
        let expected = Expected {
            provider,
            endpoints: self.endpoints,
            client_id: &self.client.id,
            nonce: self.nonce,
            now: world.clock.now(),
        };
        id_token::identity(id_token, &expected)
    }
}
