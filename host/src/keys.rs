//! The keys that seal tokens at rest: which there are, and replacing one by another. Needs the database, not the
//! component. Keys themselves are never shown, only their ids.

use serde::Serialize;

use crate::config::Config;
use crate::setup::SetupError;
use crate::store::Store;

/// Where a key is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// `CALENDAR_HOST_KEY`, or [`Config::key`].
    Environment,
    /// `CALENDAR_HOST_OLD_KEYS`, or [`Config::old_keys`].
    OldKeys,
    /// The file `key` in the data folder.
    File,
    /// The operating system's keyring.
    Keyring,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It seals.
    Current,
    /// It only opens.
    Old,
    /// It sealed something, and is not here.
    Missing,
}

/// How many rows a key sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SealedRows {
    /// Grants: losing one means connecting the account again.
    pub grants: u64,
    /// Calendar lists: losing one costs a round trip.
    pub calendar_lists: u64,
    /// Pending authorizations and refresh leases; they end by themselves.
    pub short_lived: u64,
}

impl SealedRows {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.grants + self.calendar_lists + self.short_lived
    }
}

/// A key, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyEntry {
    /// 16 hexadecimal digits that do not reveal the key.
    pub id: String,
    /// What it is for.
    pub role: Role,
    /// Where it is from; `None` = it is missing.
    pub origin: Option<Origin>,
    /// A rotation replaced it: it never seals again.
    pub is_retired: bool,
    /// What it sealed.
    pub rows: SealedRows,
}

/// All keys: the one that seals, those that only open, those that are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyList {
    /// Where the key that seals is kept.
    pub source: Origin,
    /// The keys, in this order.
    pub keys: Vec<KeyEntry>,
}

/// How far a rotation has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It is settled which key seals. Before anything was sealed anew.
    Begun {
        /// Its id.
        current: String,
        /// It was made now. `false` = an earlier rotation, or a change of settings, is brought to its end.
        is_new: bool,
    },
    /// Rows were sealed anew.
    Sealed {
        /// So many until now.
        done: u64,
        /// Of about so many.
        total: u64,
    },
}

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rotation {
    /// The key that seals.
    pub current: String,
    /// It was made now. `false` = an earlier rotation, or a change of settings, was brought to its end.
    pub is_new: bool,
    /// Rows that were sealed anew.
    pub resealed: u64,
    /// Rows that no key opens: theirs is missing, or they are damaged. They were left alone.
    pub unreadable: u64,
    /// Keys that were dropped.
    pub dropped: Vec<String>,
    /// Keys that go on to open: asked for, given with the settings, or needed for a row that could not be opened.
    pub kept: Vec<String>,
    /// Another program read the database all the while: what the old keys sealed stays in SQLite's log of writes until
    /// that program ends and something is written.
    pub log_pending: bool,
}

/// Why keys cannot be listed or replaced.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The store cannot be opened, or the keys cannot be read or kept.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Another process is at it.
    #[error("another rotation is under way")]
    Busy,
    /// The key is given by the settings, and no other one with it.
    #[error("the sealing key is given by CALENDAR_HOST_KEY, which only you can change")]
    Environment,
    /// The key is given by the settings, and those given with it have sealed nothing.
    #[error("nothing is sealed by a key of CALENDAR_HOST_OLD_KEYS: there is nothing to rotate")]
    Unused,
    /// The key that is to seal was replaced by an earlier rotation.
    #[error("CALENDAR_HOST_KEY is the key {0}, which an earlier rotation replaced: it must not seal again")]
    Retired(String),
    /// The system gives no random numbers.
    #[error("the system's random source failed")]
    Random,
    /// The database failed. What was sealed anew until then stands.
    #[error("the database failed: {0}")]
    Database(Box<dyn std::error::Error + Send + Sync>),
}

impl From<sqlx::Error> for KeyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl KeyError {
    /// What a person does about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Setup(error) => error.remedy(),
            Self::Busy => {
                "wait for its end; it goes on by itself, and after a crash this command finishes it".to_owned()
            }
            Self::Environment => {
                "set CALENDAR_HOST_KEY to a new key (`openssl rand -base64 32`) and CALENDAR_HOST_OLD_KEYS \
                                  to the present one, restart every process with them, and run this again"
                    .to_owned()
            }
            Self::Unused => {
                "if CALENDAR_HOST_KEY is still the key to be replaced, exchange the two in every process and run this \
                 again; if it is the new one, remove CALENDAR_HOST_OLD_KEYS when every process has it"
                    .to_owned()
            }
            Self::Retired(_) => {
                "set CALENDAR_HOST_KEY to the key that replaced it (`calendar-host keys list` has the ids), \
                                 or to a new one, and CALENDAR_HOST_OLD_KEYS to those before"
                    .to_owned()
            }
            Self::Random => {
                "this machine is in a state in which nothing can be sealed; see the system's log".to_owned()
            }
            Self::Database(_) => "run `calendar-host doctor`, then this again: it goes on where it stopped".to_owned(),
        }
    }
}

/// What a person does about a process that has only keys that were replaced.
pub(crate) const RENEW: &str =
    "restart this process with the key that replaced it (`calendar-host keys list` has the ids)";

/// What a person does about a key that is missing.
pub(crate) fn restore(id: &str) -> String {
    format!(
        "add the key {id} to CALENDAR_HOST_OLD_KEYS and run `calendar-host keys rotate`, or restore the key file of that \
         time; if it is lost, connect the accounts again (`calendar-host keys list` shows what it sealed)"
    )
}

/// The sealing keys of a data folder.
#[derive(Clone)]
pub struct SealingKeys {
    store: Store,
}

impl std::fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealingKeys").finish_non_exhaustive()
    }
}

impl SealingKeys {
    /// Opens the database and reads the keys, making one if there is none.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub async fn open(config: &Config) -> Result<Self, SetupError> {
        Ok(Self { store: Store::open(config).await? })
    }

    /// The keys, and how many rows each of them sealed.
    ///
    /// # Errors
    /// [`KeyError::Database`].
    pub async fn list(&self) -> Result<KeyList, KeyError> {
        self.store.key_list().await
    }

    /// Replaces the key that seals and seals everything by the new one, while other processes go on. May be interrupted
    /// at any moment; called again, it goes on. `keep_old`: keys that are not needed any more stay, to open backups.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub async fn rotate(&self, keep_old: bool, mut tell: impl FnMut(Progress) + Send) -> Result<Rotation, KeyError> {
        self.store.rotate_keys(keep_old, chrono::Utc::now().timestamp(), &mut tell).await
    }
}
