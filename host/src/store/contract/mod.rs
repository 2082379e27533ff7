//! What every engine must do: the same tests for SQLite and for PostgreSQL, by noun. `files.rs` and `server.rs` hold what
//! only one of them has.

mod audit;
mod bookings;
mod files;
mod holds;
mod keys;
mod moves;
mod people;
mod server;
mod tokens;

use calendar_tests::postgres::{self, Database};

use super::Store;
use crate::config::{Config, DatabaseUrl};

/// A new place for a store.
struct Place {
    config: Config,
    folder: tempfile::TempDir,
    server: Option<Database>,
}

impl Place {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { config: Config::new(folder.path()), folder, server: None }
    }

    /// None where PostgreSQL is not installed.
    async fn postgres() -> Option<Self> {
        let server = postgres::database().await?;
        let mut place = Self::sqlite();
        place.config.database = Some(DatabaseUrl::parse(&server.url).unwrap());
        place.server = Some(server);
        Some(place)
    }

    /// Opens it. Two stores are what two processes are: different connections.
    async fn store(&self) -> Store {
        Store::open(&self.config).await.unwrap()
    }
}

/// Makes two tests of every function that takes a [`Place`].
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Place::sqlite()).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(place) = super::Place::postgres().await {
                    super::$name(place).await;
                }
            })*
        }
    };
}
use on_both_engines;
