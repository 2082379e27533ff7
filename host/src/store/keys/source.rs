//! Where the keys are kept: the environment, the key file, or the system's keyring.

use std::path::{Path, PathBuf};

use super::file;
use crate::config::{Config, Key, KeySource};
use crate::keys::Origin;
use crate::setup::SetupError;

/// Where the key that seals is read from, and changed.
pub(super) enum Source {
    /// Given with the configuration. Nobody but its owner can change it.
    Environment(Key),
    /// The key file.
    File(PathBuf),
    /// The entry of the data folder in the system's keyring.
    #[cfg(feature = "keyring")]
    Keyring(String),
}

impl Source {
    pub(super) fn of(config: &Config) -> Result<Self, SetupError> {
        match (&config.key, config.key_source) {
            (Some(key), _) => Ok(Self::Environment(key.clone())),
            (None, KeySource::File) => Ok(Self::File(config.data_dir.join("key"))),
            #[cfg(feature = "keyring")]
            (None, KeySource::Keyring) => Ok(Self::Keyring(super::keyring::entry_name(&config.data_dir))),
            #[cfg(not(feature = "keyring"))]
            (None, KeySource::Keyring) => Err(SetupError::Keyring {
                reason: "cannot be used: this program was built without it".to_owned(),
                remedy: "build it with `--features keyring`, or remove CALENDAR_HOST_KEY_SOURCE".to_owned(),
            }),
        }
    }

    pub(super) fn origin(&self) -> Origin {
        match self {
            Self::Environment(_) => Origin::Environment,
            Self::File(_) => Origin::File,
            #[cfg(feature = "keyring")]
            Self::Keyring(_) => Origin::Keyring,
        }
    }

    /// The keys, the one that seals first; one at least. Made if there is none, by one process at a time.
    #[cfg_attr(not(feature = "keyring"), expect(unused_variables, reason = "the key file needs no lock to be made"))]
    pub(super) async fn load_or_make(&self, lock: &Path) -> Result<Vec<Key>, SetupError> {
        match self {
            Self::Environment(key) => Ok(vec![key.clone()]),
            Self::File(path) => file::load_or_make(path),
            #[cfg(feature = "keyring")]
            Self::Keyring(entry) => super::keyring::load_or_make(entry, lock).await,
        }
    }

    /// The keys as they are now; none where none was made yet.
    pub(super) async fn find(&self) -> Result<Option<Vec<Key>>, SetupError> {
        match self {
            Self::Environment(key) => Ok(Some(vec![key.clone()])),
            Self::File(path) if !file::is_there(path)? => Ok(None),
            Self::File(path) => file::load(path).map(Some),
            #[cfg(feature = "keyring")]
            Self::Keyring(entry) => super::keyring::find(entry).await,
        }
    }

    /// The keys as they are now, where there were some before.
    pub(super) async fn load(&self) -> Result<Vec<Key>, SetupError> {
        match self {
            Self::Environment(key) => Ok(vec![key.clone()]),
            Self::File(path) => file::load(path),
            #[cfg(feature = "keyring")]
            Self::Keyring(entry) => super::keyring::load(entry).await,
        }
    }

    /// Keeps these keys instead, all or none. Of the environment: nothing happens.
    pub(super) async fn replace(&self, keys: Vec<Key>) -> Result<(), SetupError> {
        match self {
            Self::Environment(_) => Ok(()),
            Self::File(path) => file::replace(path, &keys),
            #[cfg(feature = "keyring")]
            Self::Keyring(entry) => super::keyring::save(entry, &keys).await,
        }
    }
}
