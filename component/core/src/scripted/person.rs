//! The user of all scripts, with one account at each provider.

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{AccountId, Provider, UserId};
use crate::oauth::endpoint::Endpoints;
use crate::oauth::grant::{AccessToken, AccountState, Grant};
use crate::oauth::scope;
use crate::ports::OAuthClient;
use crate::secret::Secret;

/// The user of all scripts.
#[must_use]
pub fn user() -> UserId {
    UserId::new("ana")
}

/// The usual account of a provider.
#[must_use]
pub fn account(provider: Provider) -> AccountId {
    AccountId::new(match provider {
        Provider::Google => "google:1001",
        Provider::Outlook => "outlook:tenant-1.object-1",
    })
}

/// Its address.
#[must_use]
pub fn email(provider: Provider) -> &'static str {
    match provider {
        Provider::Google => "ana@example.com",
        Provider::Outlook => "ana@contoso.example",
    }
}

/// Its grant: every asked scope, tokens `access-google` and `refresh-google` (or `-outlook`), one
/// hour from `now`.
#[must_use]
pub fn grant(provider: Provider, now: DateTime<Utc>) -> Grant {
    Grant {
        account: account(provider),
        provider,
        email: Some(email(provider).to_owned()),
        tenant: (provider == Provider::Outlook).then(|| "tenant-1".to_owned()),
        state: AccountState::Active,
        remedy: None,
        scopes: scope::normalise(provider, &scope::asked(provider).join(" ")),
        client_id: client(provider).id,
        consented_at: now,
        origins: Endpoints::of(provider, &client(provider)).expect("the vendor's addresses").origins(),
        access: Some(AccessToken {
            token: Secret::new(format!("access-{}", provider.as_str())),
            obtained_at: now,
            expires_at: now + TimeDelta::hours(1),
        }),
        refresh: Some(Secret::new(format!("refresh-{}", provider.as_str()))),
        forced: Vec::new(),
        claims: None,
        pause_until: None,
    }
}

/// A registered confidential client with the vendor's own addresses.
#[must_use]
pub fn client(provider: Provider) -> OAuthClient {
    let word = provider.as_str();
    OAuthClient {
        id: format!("{word}-client"),
        secret: Some(Secret::new(format!("{word}-secret~+/"))),
        redirect_uri: format!("https://app.example.com/oauth/{word}/callback"),
        tenant: None,
        authorize_url: None,
        token_url: None,
        revoke_url: None,
        device_code_url: None,
        api_url: None,
    }
}
