//! Sealed values with versions: grants, pending authorizations, refresh leases.
//! Semantics: `wit/token-store.wit`.

use sqlx::{Row, SqliteConnection};
use zeroize::Zeroizing;

use super::open::IMMEDIATE;
use super::seal::{Place, Sealed};
use super::{Store, provider_name};
use crate::types::{Instant, Provider};

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
    /// Wrong key, or damaged.
    #[error("the value cannot be opened")]
    Unreadable,
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
            load: concat!("SELECT key_id, sealed, version FROM ", $table, " WHERE user_id = ?1 AND ", $kind, " = ?2 AND ", $name,
                " = ?3 AND (expires_at IS NULL OR expires_at > ?4)"),
            version: concat!("SELECT version FROM ", $table, " WHERE user_id = ?1 AND ", $kind, " = ?2 AND ", $name,
                " = ?3 AND (expires_at IS NULL OR expires_at > ?4)"),
            put: concat!("INSERT INTO ", $table, " (user_id, ", $kind, ", ", $name,
                ", key_id, sealed, version, expires_at, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) ",
                "ON CONFLICT DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed, version = excluded.version, ",
                "expires_at = excluded.expires_at, updated_at = excluded.updated_at"),
            delete: concat!("DELETE FROM ", $table, " WHERE user_id = ?1 AND ", $kind, " = ?2 AND ", $name, " = ?3"),
            names: concat!("SELECT ", $name, " FROM ", $table, " WHERE user_id = ?1 AND ", $kind,
                " = ?2 AND (expires_at IS NULL OR expires_at > ?3)"),
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
    fn column(self) -> &'static str {
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
    fn place(&self) -> Place<'_> {
        Place { user: &self.user, kind: self.kind.sealed_as(), key: &self.text }
    }
}

/// A value with its version.
pub(crate) type Versioned = (Zeroizing<Vec<u8>>, i64);

impl Store {
    /// The value; none when it was never saved, was deleted or has expired.
    pub(crate) async fn load_token(&self, key: &TokenKey, now: Instant) -> Result<Option<Versioned>, TokenError> {
        let row = sqlx::query(key.kind.statements().load)
            .bind(&key.user)
            .bind(key.kind.column())
            .bind(&key.name)
            .bind(now)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let sealed = Sealed { key_id: row.try_get(0)?, bytes: row.try_get(1)? };
        let value = self.sealer.open(key.place(), &sealed).map_err(|_| TokenError::Unreadable)?;
        Ok(Some((value, row.try_get(2)?)))
    }

    /// Saves if the present version is `expected` (none = absent); the new version.
    pub(crate) async fn save_token(
        &self,
        key: &TokenKey,
        value: &[u8],
        expected: Option<i64>,
        expires_at: Option<Instant>,
        now: Instant,
    ) -> Result<i64, TokenError> {
        let sealed = self.sealer.seal(key.place(), value).map_err(|_| TokenError::Unreadable)?;
        let mut transaction = self.pool.begin_with(IMMEDIATE).await?;
        forget_expired(&mut transaction, now).await?;
        if present(&mut transaction, key, now).await? != expected {
            return Err(TokenError::VersionMismatch);
        }
        let version: i64 = sqlx::query_scalar("UPDATE versions SET last = last + 1 RETURNING last")
            .fetch_one(&mut *transaction)
            .await?;
        sqlx::query(key.kind.statements().put)
            .bind(&key.user)
            .bind(key.kind.column())
            .bind(&key.name)
            .bind(&sealed.key_id)
            .bind(&sealed.bytes)
            .bind(version)
            .bind(expires_at)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(version)
    }

    /// Deletes if the present version is `expected` (none = whatever it is); whether it existed.
    pub(crate) async fn delete_token(
        &self,
        key: &TokenKey,
        expected: Option<i64>,
        now: Instant,
    ) -> Result<bool, TokenError> {
        let mut transaction = self.pool.begin_with(IMMEDIATE).await?;
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
    pub(crate) async fn token_names(&self, user: &str, kind: Kind, now: Instant) -> Result<Vec<String>, TokenError> {
        let names = sqlx::query_scalar(kind.statements().names).bind(user).bind(kind.column()).bind(now);
        Ok(names.fetch_all(&self.pool).await?)
    }
}

async fn present(connection: &mut SqliteConnection, key: &TokenKey, now: Instant) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(key.kind.statements().version)
        .bind(&key.user)
        .bind(key.kind.column())
        .bind(&key.name)
        .bind(now)
        .fetch_optional(connection)
        .await
}

/// Expired values of all users go for good with the next save.
async fn forget_expired(connection: &mut SqliteConnection, now: Instant) -> Result<(), sqlx::Error> {
    for table in
        ["DELETE FROM ephemeral_values WHERE expires_at <= ?1", "DELETE FROM oauth_tokens WHERE expires_at <= ?1"]
    {
        sqlx::query(table).bind(now).execute(&mut *connection).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Key};

    fn key(user: &str, kind: Kind, name: &str) -> TokenKey {
        TokenKey { user: user.to_owned(), kind, name: name.to_owned(), text: format!("{kind:?}/{user}/{name}") }
    }

    fn grant(user: &str) -> TokenKey {
        key(user, Kind::Account(Provider::Google), "google:1")
    }

    async fn store(folder: &tempfile::TempDir) -> Store {
        Store::open(&Config::new(folder.path())).await.unwrap()
    }

    async fn load(store: &Store, key: &TokenKey, now: Instant) -> Option<(Vec<u8>, i64)> {
        store.load_token(key, now).await.unwrap().map(|(value, version)| (value.to_vec(), version))
    }

    #[tokio::test]
    async fn a_value_is_saved_loaded_and_deleted_with_compare_and_set() {
        let folder = tempfile::tempdir().unwrap();
        let (store, key) = (store(&folder).await, grant("ana"));
        assert_eq!(load(&store, &key, 0).await, None);
        let first = store.save_token(&key, b"one", None, None, 0).await.unwrap();
        assert_eq!(load(&store, &key, 0).await, Some((b"one".to_vec(), first)));
        assert!(matches!(store.save_token(&key, b"x", None, None, 0).await, Err(TokenError::VersionMismatch)));
        let second = store.save_token(&key, b"two", Some(first), None, 0).await.unwrap();
        assert!(second > first);
        assert!(matches!(store.save_token(&key, b"x", Some(first), None, 0).await, Err(TokenError::VersionMismatch)));
        assert!(matches!(store.delete_token(&key, Some(first), 0).await, Err(TokenError::VersionMismatch)));
        assert_eq!(load(&store, &key, 0).await, Some((b"two".to_vec(), second)));
        assert!(store.delete_token(&key, Some(second), 0).await.unwrap());
        assert!(!store.delete_token(&key, None, 0).await.unwrap());
        assert!(matches!(store.delete_token(&key, Some(second), 0).await, Err(TokenError::VersionMismatch)));
        let third = store.save_token(&key, b"three", None, None, 0).await.unwrap();
        assert!(third > second, "a version is not used again after a delete");
    }

    #[tokio::test]
    async fn expired_values_are_gone() {
        let folder = tempfile::tempdir().unwrap();
        let (store, key) = (store(&folder).await, key("ana", Kind::Pending, "digest"));
        let first = store.save_token(&key, b"x", None, Some(100), 0).await.unwrap();
        assert_eq!(load(&store, &key, 99).await, Some((b"x".to_vec(), first)));
        assert_eq!(store.token_names("ana", Kind::Pending, 99).await.unwrap(), ["digest"]);
        assert_eq!(load(&store, &key, 100).await, None);
        assert!(store.token_names("ana", Kind::Pending, 100).await.unwrap().is_empty());
        assert!(!store.delete_token(&key, None, 100).await.unwrap());
        assert!(matches!(store.save_token(&key, b"y", Some(first), None, 100).await, Err(TokenError::VersionMismatch)));
        let second = store.save_token(&key, b"y", None, None, 100).await.unwrap();
        assert!(second > first);
    }

    #[tokio::test]
    async fn users_and_kinds_do_not_mix() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let keys = [
            grant("ana"),
            grant("ben"),
            key("ana", Kind::Account(Provider::Outlook), "google:1"),
            key("ana", Kind::Lease(Provider::Google), "google:1"),
            key("ana", Kind::Pending, "google:1"),
            key("ana", Kind::Calendars(Provider::Google), "google:1"),
        ];
        for (index, key) in keys.iter().enumerate() {
            store.save_token(key, &[u8::try_from(index).unwrap()], None, None, 0).await.unwrap();
        }
        for (index, key) in keys.iter().enumerate() {
            assert_eq!(load(&store, key, 0).await.unwrap().0, [u8::try_from(index).unwrap()]);
            assert_eq!(store.token_names(&key.user, key.kind, 0).await.unwrap(), ["google:1"]);
        }
    }

    #[tokio::test]
    async fn of_many_simultaneous_saves_exactly_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        // Two stores are what two processes are: different connections to one file.
        let (one, two, key) = (store(&folder).await, store(&folder).await, grant("ana"));
        let version = one.save_token(&key, b"old", None, None, 0).await.unwrap();
        let saves = (0..8).map(|index| {
            let (store, key) = (if index % 2 == 0 { one.clone() } else { two.clone() }, key.clone());
            tokio::spawn(async move { store.save_token(&key, b"new", Some(version), None, 0).await })
        });
        let mut won = 0;
        for save in saves.collect::<Vec<_>>() {
            match save.await.unwrap() {
                Ok(_) => won += 1,
                Err(TokenError::VersionMismatch) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(won, 1);
    }

    #[tokio::test]
    async fn a_row_moved_to_another_user_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        store.save_token(&grant("ana"), b"token", None, None, 0).await.unwrap();
        sqlx::query("UPDATE oauth_tokens SET user_id = 'eve'").execute(&store.pool).await.unwrap();
        assert!(matches!(store.load_token(&grant("eve"), 0).await, Err(TokenError::Unreadable)));
    }

    #[tokio::test]
    async fn another_key_does_not_open_anything() {
        let folder = tempfile::tempdir().unwrap();
        store(&folder).await.save_token(&grant("ana"), b"token", None, None, 0).await.unwrap();
        let mut config = Config::new(folder.path());
        config.key = Some(Key::new([9; 32]));
        let other = Store::open(&config).await.unwrap();
        assert!(matches!(other.load_token(&grant("ana"), 0).await, Err(TokenError::Unreadable)));
    }

    #[tokio::test]
    async fn no_file_ever_holds_a_token_in_plain_text() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let canary = b"canary-token-1//0gCANARY".repeat(20);
        let version = store.save_token(&grant("ana"), &canary, None, None, 0).await.unwrap();
        store.save_token(&grant("ana"), &canary, Some(version), None, 0).await.unwrap();
        store.save_token(&key("ana", Kind::Pending, "digest"), &canary, None, Some(600), 0).await.unwrap();
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(6).any(|window| window == b"CANARY"), "{}", path.display());
            files.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
        assert!(files.contains(&"calendar.db-wal".to_owned()), "the test must see the write-ahead log: {files:?}");
    }

    #[tokio::test]
    async fn everything_survives_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let version = store(&folder).await.save_token(&grant("ana"), b"token", None, None, 0).await.unwrap();
        assert_eq!(load(&store(&folder).await, &grant("ana"), 0).await, Some((b"token".to_vec(), version)));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn database_files_are_for_the_owner_only() {
        use std::os::unix::fs::MetadataExt;
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        store.save_token(&grant("ana"), b"token", None, None, 0).await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().mode() & 0o077, 0, "{}", entry.path().display());
        }
    }

    #[tokio::test]
    async fn several_processes_may_open_a_new_folder_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let opened = (0..6).map(|_| {
            let config = Config::new(folder.path());
            tokio::spawn(async move { Store::open(&config).await })
        });
        for opened in opened.collect::<Vec<_>>() {
            opened.await.unwrap().unwrap();
        }
    }
}
