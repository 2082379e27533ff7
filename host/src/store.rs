//! What lasts: sealed tokens and the ledger of bookings, in one SQLite file that several
//! processes may share. Time is an argument; who may ask for what is decided in `imports/`.

mod audit;
pub(crate) mod bookings;
pub(crate) mod files;
mod holds;
mod ledger;
mod open;
pub(crate) mod people;
mod retention;
mod seal;
pub(crate) mod tokens;

use std::sync::Arc;

use sqlx::SqlitePool;

use self::retention::Retention;
use self::seal::Sealer;
use crate::config::Config;
use crate::setup::SetupError;
use crate::types::Provider;

/// The database and the key that opens its secrets. Clones share both.
#[derive(Clone)]
pub(crate) struct Store {
    pool: SqlitePool,
    sealer: Arc<Sealer>,
    retention: Arc<Retention>,
}

impl Store {
    /// Opens or makes database and key file in the data folder.
    pub(crate) async fn open(config: &Config) -> Result<Self, SetupError> {
        let folder = &config.data_dir;
        files::make_folder(folder).map_err(|source| SetupError::File {
            what: "cannot create",
            path: folder.clone(),
            source,
        })?;
        let key = match &config.key {
            Some(key) => key.clone(),
            None => files::load_or_make_key(&folder.join("key"))?,
        };
        let pool = open::open(&folder.join("calendar.db")).await?;
        let retention = Arc::new(Retention::new(config.retention_days));
        Ok(Self { pool, sealer: Arc::new(Sealer::new(key)), retention })
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
