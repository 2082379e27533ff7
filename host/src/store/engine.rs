//! What differs between SQLite and PostgreSQL: how a change begins, who waits for whom, and how an overlap is refused.
//! Every other statement is one text for both.

use sha2::{Digest, Sha256};
use sqlx::{Any, AnyConnection, Transaction};

use super::Store;
use crate::types::Instant;

/// The database behind a [`Store`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file; writers are one at a time, in all processes.
    Sqlite,
    /// A server; writers on behalf of one user are one at a time, in all processes.
    Postgres,
}

impl Engine {
    /// Begins a transaction that writes. SQLite takes the lock at once, so that what was read before the write is still
    /// true at the write.
    fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }

    /// Begins a transaction that sees one moment.
    fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

impl Store {
    /// Begins a change of what belongs to `user`, and what time it is then. Nobody else changes anything of the user until
    /// it ends: every statement of it sees what those before it left.
    pub(super) async fn write(&self, user: &str) -> Result<(Transaction<'static, Any>, Instant), sqlx::Error> {
        let mut transaction = self.append().await?;
        let now = match self.engine {
            Engine::Sqlite => self.now(&mut transaction).await?,
            // One statement: every one of them is a way to the server and back, while others wait.
            Engine::Postgres => {
                let statement = "SELECT COALESCE($2, unixepoch()) FROM pg_advisory_xact_lock($1)";
                let statement = sqlx::query_scalar(statement).bind(lock_of(user)).bind(self.fixed_time());
                statement.fetch_one(&mut *transaction).await?
            }
        };
        Ok((transaction, now))
    }

    /// Begins a change that only adds rows.
    pub(super) async fn append(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.pool.begin_with(self.engine.begin_write()).await
    }

    /// Begins to read what is there at one moment.
    pub(super) async fn moment(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.pool.begin_with(self.engine.begin_read()).await
    }

    /// The database's clock: the same for all hosts.
    pub(super) async fn now(&self, db: &mut AnyConnection) -> Result<Instant, sqlx::Error> {
        sqlx::query_scalar("SELECT COALESCE($1, unixepoch())").bind(self.fixed_time()).fetch_one(db).await
    }

    /// A time that tests chose, which goes before the database's clock; none otherwise.
    pub(super) fn fixed_time(&self) -> Option<Instant> {
        #[cfg(test)]
        return *self.clock.lock().unwrap();
        #[cfg(not(test))]
        None
    }

    /// Lets this store, and its clones, believe that it is this time.
    #[cfg(test)]
    pub(crate) fn at(&self, now: Instant) -> &Self {
        *self.clock.lock().unwrap() = Some(now);
        self
    }
}

/// The number of a user's lock. Two users with the same one would wait for each other, nothing worse.
fn lock_of(user: &str) -> i64 {
    let digest = Sha256::new().chain_update("calendar-host user").chain_update(user).finalize();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | i64::from(*byte))
}

/// Whether PostgreSQL's constraint refused an overlap.
pub(super) fn is_overlap(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "23P01")
}

/// Text as both engines keep it: PostgreSQL has no U+0000.
pub(super) fn text(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
