//! Sealed values with versions: grants, pending authorizations, refresh leases.
//! Semantics: `wit/token-store.wit`.

use sqlx::{AnyConnection, Row};
use zeroize::Zeroizing;

use super::keys::rows as keys;
use super::{Store, provider_name};
use crate::types::{Instant, Provider};
use calendar_seal::{Place, Sealed};

/// What a key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A grant; the name is the account id.
    Account(Provider),
    /// A pending authorization; the name is the digest of its state.
    Pending,
    /// A refresh lease; the name is the account id.
    Lease(Provider),
    /// An account's calendars as they were listed last; the name is the account id.
    Calendars(Provider),
}

/// A parsed key of the token store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenKey {
    /// The owner.
    pub(crate) user: String,
    /// What is kept.
    pub(crate) kind: Kind,
    /// Its name.
    pub(crate) name: String,
    /// The key as written, sealed into the value.
    pub(crate) text: String,
}

/// Why a value cannot be had or kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// The present version is another one.
    #[error("the version is another one")]
    VersionMismatch,
    /// Damaged, or moved from another place.
    #[error("the value cannot be opened")]
    Unreadable,
    /// Sealed by a key that is not here.
    #[error("the value is sealed by the key {0}, which is not here")]
    UnknownKey(String),
    /// No key is left that may seal: this one was replaced by another.
    #[error("the key {0} was replaced by a rotation and seals no more")]
    RetiredKey(String),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// The statements of one table. All have the same columns but for the name of the third.
struct Statements {
    load: &'static str,
    version: &'static str,
    put: &'static str,
    delete: &'static str,
    names: &'static str,
}

macro_rules! statements {
    ($table:literal, $kind:literal, $name:literal) => {
        Statements {
            load: concat!("SELECT key_id, sealed, version FROM ", $table, " WHERE user_id = $1 AND ", $kind, " = $2 AND ", $name,
                " = $3 AND (expires_at IS NULL OR expires_at > COALESCE($4, unixepoch()))"),
            version: concat!("SELECT version FROM ", $table, " WHERE user_id = $1 AND ", $kind, " = $2 AND ", $name,
                " = $3 AND (expires_at IS NULL OR expires_at > COALESCE($4, unixepoch()))"),
            put: concat!("INSERT INTO ", $table, " (user_id, ", $kind, ", ", $name,
                ", key_id, sealed, version, expires_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ",
                "ON CONFLICT (user_id, ", $kind, ", ", $name, ") DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed, version = excluded.version, ",
                "expires_at = excluded.expires_at, updated_at = excluded.updated_at"),
            delete: concat!("DELETE FROM ", $table, " WHERE user_id = $1 AND ", $kind, " = $2 AND ", $name, " = $3"),
            names: concat!("SELECT ", $name, " FROM ", $table, " WHERE user_id = $1 AND ", $kind,
                " = $2 AND (expires_at IS NULL OR expires_at > COALESCE($3, unixepoch()))"),
        }
    };
}

const GRANTS: Statements = statements!("oauth_tokens", "provider", "account");
const EPHEMERAL: Statements = statements!("ephemeral_values", "kind", "name");
const CALENDARS: Statements = statements!("calendar_lists", "provider", "account");

impl TokenKey {
    /// The account whose grant it names, if it names one.
    pub(crate) fn account(&self) -> Option<&str> {
        matches!(self.kind, Kind::Account(_)).then_some(self.name.as_str())
    }
}

impl Kind {
    fn statements(self) -> &'static Statements {
        match self {
            Self::Account(_) => &GRANTS,
            Self::Pending | Self::Lease(_) => &EPHEMERAL,
            Self::Calendars(_) => &CALENDARS,
        }
    }

    /// The value of the second column.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Account(provider) | Self::Lease(provider) | Self::Calendars(provider) => provider_name(provider),
            Self::Pending => "pending",
        }
    }

    fn sealed_as(self) -> &'static str {
        match self {
            Self::Account(Provider::Google) => "oauth_tokens/google_calendar",
            Self::Account(Provider::Outlook) => "oauth_tokens/outlook_calendar",
            Self::Pending => "ephemeral_values/pending",
            Self::Lease(Provider::Google) => "ephemeral_values/google_calendar",
            Self::Lease(Provider::Outlook) => "ephemeral_values/outlook_calendar",
            Self::Calendars(Provider::Google) => "calendar_lists/google_calendar",
            Self::Calendars(Provider::Outlook) => "calendar_lists/outlook_calendar",
        }
    }
}

impl TokenKey {
    pub(super) fn place(&self) -> Place<'_> {
        Place { user: &self.user, kind: self.kind.sealed_as(), key: &self.text }
    }
}

/// A value with its version.
pub(crate) type Versioned = (Zeroizing<Vec<u8>>, i64);

impl Store {
    /// The sealed value with its version; none when it was never saved, was deleted or has expired.
    pub(super) async fn load_sealed(&self, key: &TokenKey) -> Result<Option<(Sealed, i64)>, TokenError> {
        let row = sqlx::query(key.kind.statements().load)
            .bind(&key.user)
            .bind(key.kind.column())
            .bind(&key.name)
            .bind(self.fixed_time())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let sealed = Sealed { key_id: row.try_get(0)?, bytes: row.try_get(1)? };
        Ok(Some((sealed, row.try_get(2)?)))
    }

    /// Saves if the present version is `expected` (none = absent) and the key may still seal; the new version. It ends by
    /// itself after `lives` seconds by the database's clock: the clocks of hosts differ, and what one host leases, all
    /// others must see leased.
    pub(super) async fn save_sealed(
        &self,
        key: &TokenKey,
        sealed: &Sealed,
        expected: Option<i64>,
        lives: Option<i64>,
    ) -> Result<i64, TokenError> {
        let (mut transaction, _) = self.write(&key.user).await?;
        // First of all: what expired is deleted of all users, and two that do so must not lock each other out.
        let version = next_version(&mut transaction).await?;
        // Only now: a key is retired under the same lock on the counter.
        if keys::is_retired(&mut transaction, &sealed.key_id).await? {
            return Err(TokenError::RetiredKey(sealed.key_id.clone()));
        }
        let now = self.now(&mut transaction).await?;
        forget_expired(&mut transaction, now).await?;
        if present(&mut transaction, key, now).await? != expected {
            return Err(TokenError::VersionMismatch);
        }
        sqlx::query(key.kind.statements().put)
            .bind(&key.user)
            .bind(key.kind.column())
            .bind(&key.name)
            .bind(&sealed.key_id)
            .bind(&sealed.bytes)
            .bind(version)
            .bind(lives.map(|seconds| now.saturating_add(seconds)))
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(version)
    }

    /// Deletes if the present version is `expected` (none = whatever it is); whether it existed.
    pub(crate) async fn delete_token(&self, key: &TokenKey, expected: Option<i64>) -> Result<bool, TokenError> {
        let (mut transaction, now) = self.write(&key.user).await?;
        let present = present(&mut transaction, key, now).await?;
        if expected.is_some() && present != expected {
            return Err(TokenError::VersionMismatch);
        }
        sqlx::query(key.kind.statements().delete)
            .bind(&key.user)
            .bind(key.kind.column())
            .bind(&key.name)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(present.is_some())
    }

    /// Names of the values of one kind, unsorted.
    pub(crate) async fn token_names(&self, user: &str, kind: Kind) -> Result<Vec<String>, TokenError> {
        let names = sqlx::query_scalar(kind.statements().names).bind(user).bind(kind.column()).bind(self.fixed_time());
        Ok(names.fetch_all(&self.pool).await?)
    }
}

/// A version that was never given out. Until the transaction ends, nobody else saves anything.
pub(super) async fn next_version(connection: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("UPDATE versions SET last = last + 1 RETURNING last").fetch_one(connection).await
}

async fn present(connection: &mut AnyConnection, key: &TokenKey, now: Instant) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(key.kind.statements().version)
        .bind(&key.user)
        .bind(key.kind.column())
        .bind(&key.name)
        .bind(now)
        .fetch_optional(connection)
        .await
}

/// Expired values of all users go for good with the next save.
async fn forget_expired(connection: &mut AnyConnection, now: Instant) -> Result<(), sqlx::Error> {
    for table in
        ["DELETE FROM ephemeral_values WHERE expires_at <= $1", "DELETE FROM oauth_tokens WHERE expires_at <= $1"]
    {
        sqlx::query(table).bind(now).execute(&mut *connection).await?;
    }
    Ok(())
}
