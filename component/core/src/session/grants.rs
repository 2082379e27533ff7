//! Grants in the token store: load, save, delete, list. Not here: what is in them (`oauth::grant`)
//! and who may change them when (`session`, `op::authorization`).

use crate::account::{AccountId, Provider, UserId};
use crate::error::{Error, Kind};
use crate::oauth::endpoint::Endpoints;
use crate::oauth::grant::{self, Account, AccountState, Grant};
use crate::ports::{Entry, TokenStoreError, World};

/// Attempts to save before giving up, each begun because somebody else saved.
const MAX_ROUNDS: u32 = 8;

/// A grant and the version it was read at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The grant.
    pub grant: Grant,
    /// For compare-and-set.
    pub version: i64,
}

/// The grant of an account, if it is connected.
///
/// # Errors
/// `Storage`.
pub fn load(
    world: &World<'_>,
    user: &UserId,
    provider: Provider,
    account: &AccountId,
) -> Result<Option<Stored>, Error> {
    let entry = world.tokens.load(&grant::key(user, provider, account)).map_err(storage)?;
    entry.map(|entry| open(entry, provider, account)).transpose()
}

fn open(entry: Entry, provider: Provider, account: &AccountId) -> Result<Stored, Error> {
    serde_json::from_slice::<Grant>(&entry.value)
        .ok()
        .filter(|grant| grant.account == *account && grant.provider == provider)
        .map(|grant| Stored { grant, version: entry.version })
        .ok_or_else(|| {
            Error::new(Kind::Storage, format!("{account}: the stored grant is damaged"))
                .with_remedy("Disconnect the account and connect it again.")
        })
}

/// Saves a grant if the stored version is still `expected` (none = it must not exist). None =
/// somebody else was faster.
///
/// # Errors
/// `Storage`.
pub fn save(world: &World<'_>, user: &UserId, grant: &Grant, expected: Option<i64>) -> Result<Option<i64>, Error> {
    let key = grant::key(user, grant.provider, &grant.account);
    let value =
        serde_json::to_vec(grant).map_err(|_| Error::new(Kind::Internal, "a grant cannot be written as JSON"))?;
    match world.tokens.save(&key, &value, expected, None) {
        Ok(version) => Ok(Some(version)),
        Err(TokenStoreError::VersionMismatch) => Ok(None),
        Err(error) => Err(storage(error)),
    }
}

/// Stores the grant of an account that was just connected, in place of any earlier one of the same
/// account, and returns what was stored. `make` sees the earlier grant, unless it cannot be opened.
///
/// # Errors
/// `Storage`.
pub fn replace(
    world: &World<'_>,
    user: &UserId,
    provider: Provider,
    account: &AccountId,
    make: impl Fn(Option<&Grant>) -> Grant,
) -> Result<Grant, Error> {
    let key = grant::key(user, provider, account);
    for _ in 0..MAX_ROUNDS {
        let (earlier, expected) = match world.tokens.load(&key) {
            Ok(None) => (None, None),
            Ok(Some(entry)) => {
                let version = entry.version;
                (open(entry, provider, account).ok(), Some(version))
            }
            Err(TokenStoreError::Unreadable) => {
                world.tokens.delete(&key, None).map_err(storage)?;
                (None, None)
            }
            Err(error) => return Err(storage(error)),
        };
        let grant = make(earlier.as_ref().map(|stored| &stored.grant));
        if save(world, user, &grant, expected)?.is_some() {
            return Ok(grant);
        }
    }
    Err(Error::new(Kind::Storage, format!("{account}: the stored grant keeps changing")))
}

/// Deletes a grant, whatever its version: a refresh that is under way cannot save it again.
///
/// # Errors
/// `Storage`.
pub fn delete(world: &World<'_>, user: &UserId, provider: Provider, account: &AccountId) -> Result<(), Error> {
    world.tokens.delete(&grant::key(user, provider, account), None).map(|_| ()).map_err(storage)
}

/// Every connected account of a user, by id. One whose grant cannot be opened is listed as
/// `NeedsReauth`, not hidden.
///
/// # Errors
/// `Storage` when the store cannot be asked.
pub fn accounts(world: &World<'_>, user: &UserId) -> Result<Vec<Account>, Error> {
    let keys = world.tokens.list(&grant::prefix(user)).map_err(storage)?;
    let mut accounts = Vec::new();
    for key in &keys {
        let Some(id) = grant::account_of_key(key) else { continue };
        let Some(provider) = grant::provider_of(&id) else { continue };
        match world.tokens.load(key) {
            Ok(None) => {}
            Ok(Some(entry)) => accounts.push(match open(entry, provider, &id) {
                Ok(stored) => shown(world, &stored.grant),
                Err(_) => unreadable(id, provider),
            }),
            Err(TokenStoreError::Unreadable) => accounts.push(unreadable(id, provider)),
            Err(error) => return Err(storage(error)),
        }
    }
    accounts.sort_by(|left, right| left.id.cmp(&right.id));
    Ok(accounts)
}

/// What the next sign-in of an account must bring: of the one with the address `login_hint`, or of the only one that
/// was asked for something.
#[must_use]
pub fn claims(world: &World<'_>, user: &UserId, provider: Provider, login_hint: Option<&str>) -> Option<String> {
    let keys = world.tokens.list(&grant::prefix(user)).ok()?;
    let accounts = keys.iter().filter_map(|key| grant::account_of_key(key));
    let grants = accounts.filter_map(|id| load(world, user, provider, &id).ok().flatten()).map(|stored| stored.grant);
    let is_hinted = |grant: &Grant| {
        login_hint.is_none_or(|hint| grant.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(hint)))
    };
    let mut asked = grants.filter(is_hinted).filter_map(|grant| grant.claims);
    asked.next().filter(|_| asked.next().is_none())
}

/// What may be shown of a grant. One that the configured addresses keep from being used is not
/// called active: see [`Grant::require_origins`].
fn shown(world: &World<'_>, grant: &Grant) -> Account {
    let account = Account::from(grant);
    let endpoints = world.secrets.oauth_client(grant.provider).map(|client| Endpoints::of(grant.provider, &client));
    let refusal = match endpoints {
        Some(Ok(endpoints)) if account.state == AccountState::Active => grant.require_origins(&endpoints).err(),
        _ => None,
    };
    match refusal {
        Some(error) => Account { state: AccountState::NeedsReauth, remedy: Some(error.remedy), ..account },
        None => account,
    }
}

fn unreadable(id: AccountId, provider: Provider) -> Account {
    Account {
        id,
        provider,
        email: None,
        state: AccountState::NeedsReauth,
        scopes: Vec::new(),
        missing_scopes: Vec::new(),
        remedy: Some("The stored grant cannot be opened: restore the host's key, or connect again.".to_owned()),
    }
}

/// `NotFound` for an account that is not connected.
#[must_use]
pub fn not_found(account: &str) -> Error {
    let shown: String = account.chars().filter(|c| !c.is_control()).take(254).collect();
    Error::new(Kind::NotFound, format!("account: no account `{shown}` is connected"))
        .with_remedy("List the connected accounts and choose one of them.")
}

/// The store's failures in the interface's words.
#[must_use]
pub fn storage(error: TokenStoreError) -> Error {
    Error::new(Kind::Storage, error.to_string())
}
