//! What lasts: sealed tokens and the ledger of bookings, in one SQLite file that several processes may share, or in a
//! PostgreSQL database that several machines share. What expires, expires by the database's clock, never by that of the
//! host; times that are only kept are arguments. Who may ask for what is decided in `imports/`.
//!
//! ```text
//! open.rs     the file or the server, migrations
//! engine.rs   what differs between the two
//! tokens.rs   sealed values (seal.rs) with versions
//! bookings.rs, holds.rs   the ledger; its rows: ledger.rs
//! people.rs, retention.rs what is kept of a person, and for how long
//! log.rs      what was deleted is not left in the log of writes
//! contract/   the tests, for both engines
//! ```

mod audit;
pub(crate) mod bookings;
#[cfg(all(test, unix))]
mod contract;
pub(crate) mod engine;
pub(crate) mod files;
mod holds;
pub(crate) mod keys;
mod ledger;
mod log;
pub(crate) mod open;
pub(crate) mod people;
mod retention;
pub(crate) mod tokens;

use std::sync::Arc;

use sqlx::AnyPool;

use self::engine::Engine;
use self::keys::Keys;
use self::retention::Retention;
use crate::config::Config;
use crate::setup::SetupError;
use crate::types::Provider;

/// The database and the keys that open its secrets. Clones share both.
#[derive(Clone)]
pub(crate) struct Store {
    pool: AnyPool,
    engine: Engine,
    keys: Arc<Keys>,
    retention: Arc<Retention>,
    #[cfg(test)]
    clock: Arc<std::sync::Mutex<Option<crate::types::Instant>>>,
}

impl Store {
    /// Opens or makes the key file in the data folder, and the database there or on the server.
    pub(crate) async fn open(config: &Config) -> Result<Self, SetupError> {
        let folder = &config.data_dir;
        files::make_folder(folder).map_err(|source| SetupError::File {
            what: "cannot create",
            path: folder.clone(),
            source,
        })?;
        let keys = Arc::new(Keys::open(config).await?);
        let (pool, engine) = match &config.database {
            Some(url) => (open::postgres(url).await?, Engine::Postgres),
            None => (open::sqlite(&folder.join("calendar.db")).await?, Engine::Sqlite),
        };
        Ok(Self {
            pool,
            engine,
            keys,
            retention: Arc::new(Retention::new(config.retention_days, config.audit.retention_days)),
            #[cfg(test)]
            clock: Arc::default(),
        })
    }
}

/// The provider's name in the database.
fn provider_name(provider: Provider) -> &'static str {
    match provider {
        Provider::Google => "google_calendar",
        Provider::Outlook => "outlook_calendar",
    }
}

fn provider_named(name: &str) -> Option<Provider> {
    match name {
        "google_calendar" => Some(Provider::Google),
        "outlook_calendar" => Some(Provider::Outlook),
        _ => None,
    }
}
