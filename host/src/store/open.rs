//! Opens the database and brings its tables up to date: the SQLite file, or a PostgreSQL server.

use std::fs::File;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_drivers};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyConnection, AnyPool, Connection, Executor};

use super::engine::Engine;
use super::files;
use crate::config::DatabaseUrl;
use crate::setup::{ServerProblem, SetupError};

/// How long a write waits for another process, and a call for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections of one process to the file; writes are one at a time in any case.
const SQLITE_CONNECTIONS: u32 = 4;
/// Connections of one process to the server.
const POSTGRES_CONNECTIONS: u32 = 8;

/// The write-ahead log, and nothing lost when the power fails; deleted rows are overwritten.
const SQLITE_SESSION: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;";
/// A host that hangs, or vanishes with its machine, keeps the others waiting for so long.
const POSTGRES_SESSION: &str = "SET lock_timeout = '10s'; SET statement_timeout = '20s'; \
     SET idle_in_transaction_session_timeout = '10s'; SET client_min_messages = 'warning';";

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Opens the file.
pub(super) async fn sqlite(path: &Path) -> Result<AnyPool, SetupError> {
    let file = |source| SetupError::File { what: "cannot create", path: path.to_owned(), source };
    let database =
        |source: Box<dyn std::error::Error + Send + Sync>| SetupError::Database { path: path.to_owned(), source };
    // Made before SQLite would, for the sake of its mode; -wal and -shm files inherit it.
    files::make_file(path).and_then(|_| files::make_private(path)).map_err(file)?;
    let lock_path = path.with_extension("lock");
    let lock = tokio::task::spawn_blocking(move || lock(&lock_path)).await.map_err(|error| database(error.into()))?;
    let lock = lock.map_err(file)?;
    let name = path.to_str().ok_or_else(|| database("its path is not valid Unicode".into()))?;
    let address = format!("sqlite:{}", utf8_percent_encode(name, NON_ALPHANUMERIC));
    let pool = pool(&address, SQLITE_SESSION, SQLITE_CONNECTIONS).await.map_err(|error| database(error.into()))?;
    let mut connection = pool.acquire().await.map_err(|error| database(error.into()))?;
    SQLITE.run_direct(None, &mut *connection, false).await.map_err(|error| database(error.into()))?;
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

/// Opens the database of a server.
pub(super) async fn postgres(url: &DatabaseUrl) -> Result<AnyPool, SetupError> {
    let failed = |problem| SetupError::DatabaseServer { place: url.place().to_owned(), problem };
    let mut connection = connect(url).await.map_err(failed)?;
    // Waits while another process does the same: sqlx takes an advisory lock.
    POSTGRES.run_direct(None, &mut connection, false).await.map_err(|error| failed(migration(&error)))?;
    let _ = connection.close().await;
    let pool = pool(url.expose(), POSTGRES_SESSION, POSTGRES_CONNECTIONS).await;
    pool.map_err(|error| failed(ServerProblem::of(&error)))
}

/// One connection, outside of any pool.
pub(crate) async fn connect(url: &DatabaseUrl) -> Result<AnyConnection, ServerProblem> {
    let options = options(url.expose()).map_err(|error| ServerProblem::of(&error))?;
    match tokio::time::timeout(PATIENCE, AnyConnection::connect_with(&options)).await {
        Ok(connected) => connected.map_err(|error| ServerProblem::of(&error)),
        Err(_) => Err(ServerProblem::Silent(PATIENCE.as_secs())),
    }
}

/// A connection to the file that makes no file and changes no table.
pub(crate) async fn look_into(path: &Path) -> Result<AnyConnection, sqlx::Error> {
    let name = path.to_str().ok_or_else(|| sqlx::Error::Configuration("its path is not valid Unicode".into()))?;
    let options = options(&format!("sqlite:{}?mode=rw", utf8_percent_encode(name, NON_ALPHANUMERIC)))?;
    AnyConnection::connect_with(&options).await
}

/// How many migrations of this program the database lacks; `None` = it has one that this program does not know.
pub(crate) async fn missing(engine: Engine, connection: &mut AnyConnection) -> Result<Option<usize>, sqlx::Error> {
    let (migrator, has_list) = match engine {
        Engine::Sqlite => (&SQLITE, "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'"),
        Engine::Postgres => (
            &POSTGRES,
            "SELECT CAST(count(*) AS BIGINT) FROM (SELECT to_regclass('_sqlx_migrations') AS it) AS list WHERE it IS NOT NULL",
        ),
    };
    let known: Vec<i64> = migrator.iter().map(|one| one.version).collect();
    let lists: i64 = sqlx::query_scalar(has_list).fetch_one(&mut *connection).await?;
    if lists == 0 {
        return Ok(Some(known.len()));
    }
    let applied: Vec<i64> =
        sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success").fetch_all(connection).await?;
    let is_known = applied.iter().all(|one| known.contains(one));
    Ok(is_known.then(|| known.len().saturating_sub(applied.len())))
}

async fn pool(address: &str, session: &'static str, connections: u32) -> Result<AnyPool, sqlx::Error> {
    let options = options(address)?;
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(sqlx::raw_sql(session)).await.map(drop) })
        })
        .connect_with(options)
        .await
}

fn options(address: &str) -> Result<AnyConnectOptions, sqlx::Error> {
    // Fails when the embedding program was first; then it is one of its drivers that is used, or missing.
    let _ = install_drivers(&[sqlx::sqlite::any::DRIVER, sqlx::postgres::any::DRIVER]);
    AnyConnectOptions::from_str(address)
}

fn migration(error: &MigrateError) -> ServerProblem {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => ServerProblem::Newer,
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => ServerProblem::of(error),
        other => ServerProblem::Other(other.to_string()),
    }
}
