//! Opens the SQLite file and brings its tables up to date.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::files;
use crate::setup::SetupError;

/// How long a write waits for another process.
const BUSY: Duration = Duration::from_secs(10);
/// Connections of one process; writes are one at a time in any case.
const CONNECTIONS: u32 = 4;

/// Begins a transaction that writes: the lock is taken at once, so that what was read before the
/// write is still true at the write.
pub(super) const IMMEDIATE: &str = "BEGIN IMMEDIATE";

pub(super) async fn open(path: &Path) -> Result<SqlitePool, SetupError> {
    let file = |source| SetupError::File { what: "cannot create", path: path.to_owned(), source };
    let database =
        |source: Box<dyn std::error::Error + Send + Sync>| SetupError::Database { path: path.to_owned(), source };
    // Made before SQLite would, for the sake of its mode; -wal and -shm files inherit it.
    files::make_file(path).and_then(|_| files::make_private(path)).map_err(file)?;
    let lock_path = path.with_extension("lock");
    let lock = tokio::task::spawn_blocking(move || lock(&lock_path)).await.map_err(|error| database(error.into()))?;
    let lock = lock.map_err(file)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("trusted_schema", "OFF")
        .pragma("secure_delete", "ON");
    let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(BUSY).connect_with(options).await;
    let pool = pool.map_err(|error| database(error.into()))?;
    sqlx::migrate!("migrations/sqlite").run(&pool).await.map_err(|error| database(error.into()))?;
    drop(lock);
    Ok(pool)
}

/// Held during migration: two processes must not migrate at once. Ends with the file handle.
fn lock(path: &Path) -> std::io::Result<File> {
    files::make_file(path)?;
    let file = File::options().write(true).open(path)?;
    file.lock()?;
    Ok(file)
}
