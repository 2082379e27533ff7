//! Reads the audit log of all processes, from the table. Needs the database, not the component.

use chrono::{DateTime, Utc};

use super::record::Record;
use crate::config::Config;
use crate::metrics::Numbers;
use crate::setup::SetupError;
use crate::store::Store;
use crate::types::{Error, ErrorCode};

/// Which records are wanted. The default is the last thousand of everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only this user's; `None` = everybody's.
    pub user: Option<String>,
    /// Only this operation, for example `book-meeting`; `None` = all.
    pub operation: Option<String>,
    /// Only operations that began at this instant or later; `None` = from the beginning.
    pub since: Option<DateTime<Utc>>,
    /// At most so many: the last ones.
    pub limit: u32,
}

impl Default for AuditQuery {
    fn default() -> Self {
        Self { user: None, operation: None, since: None, limit: 1000 }
    }
}

/// The audit log of a data folder, to be read.
#[derive(Clone)]
pub struct AuditLog {
    store: Store,
}

impl std::fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditLog").finish_non_exhaustive()
    }
}

impl AuditLog {
    /// Opens the database.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub async fn open(config: &Config) -> Result<Self, SetupError> {
        Ok(Self { store: Store::open(config).await? })
    }

    /// Fails if nothing can be written. Leaves nothing behind.
    pub(crate) async fn check_writable(&self) -> Result<(), sqlx::Error> {
        let traffic = super::Traffic::default();
        let trial = Record {
            time: DateTime::UNIX_EPOCH,
            user: String::new(),
            operation: String::new(),
            decision: String::new(),
            duration_ms: 0,
            accounts: Vec::new(),
            provider_requests: Vec::new(),
            google: traffic,
            outlook: traffic,
            cache_hits: 0,
            cache_misses: 0,
            lost: 0,
        };
        self.store.check_writable(&trial).await
    }

    /// Records that fit, in the order they were written.
    ///
    /// # Errors
    /// `storage`.
    pub async fn records(&self, query: &AuditQuery) -> Result<Vec<Record>, Error> {
        self.store.audit(query).await.map_err(|error| failed(&error))
    }

    /// What all processes did since `since` (`None` = ever) for `user` (`None` = everybody), added up.
    ///
    /// # Errors
    /// `storage`.
    pub async fn numbers(&self, since: Option<DateTime<Utc>>, user: Option<&str>) -> Result<Numbers, Error> {
        self.store.audit_numbers(since, user).await.map_err(|error| failed(&error))
    }
}

fn failed(error: &sqlx::Error) -> Error {
    tracing::error!(%error, "the audit log cannot be read");
    Error::of_host(
        ErrorCode::Storage,
        "the audit log cannot be read from the database",
        "run `calendar-host doctor`; the same records are in audit.jsonl in the data folder",
    )
}
