//! The keys that seal what is kept at rest: one seals, the others only open.
//!
//! A key is replaced while other processes work, and whoever does it may be killed at any moment. So:
//!
//! 1. The new key is put before the old ones, where the keys are kept. A process that meets a value of a key it does not
//!    know reads the keys again, and the value.
//! 2. The old keys are *retired* in the database. Every save asks, in its own transaction and after it locked the
//!    counter of versions, whether its key is retired; retiring takes the same lock. So from then on nothing more is
//!    sealed by an old key: a process that tries is refused, reads the keys again and seals by the new one.
//! 3. Every value of an old key is sealed by the new one, row by row, if nobody saved it in the meantime: then the new
//!    key sealed it already. A row's version stays, because its value does.
//! 4. An old key is dropped only when no row of it is left.
//!
//! After each step every value opens with the keys that are kept; the next rotation goes on where this one stopped.

mod file;
#[cfg(feature = "keyring")]
mod keyring;
mod ring;
mod rotation;
pub(crate) mod rows;
mod source;
mod values;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use zeroize::Zeroizing;

use self::ring::Ring;
use self::source::Source;
use super::files;
use super::tokens::TokenError;
use crate::config::{Config, Key};
use crate::keys::Origin;
use crate::setup::SetupError;
use calendar_seal::{Place, Sealed};

/// Where the key that seals is kept, if there is one already. Makes none.
pub(crate) async fn find(config: &Config) -> Result<Option<Origin>, SetupError> {
    let source = Source::of(config)?;
    Ok(source.find().await?.map(|_| source.origin()))
}

/// The keys as they were read last, and where to read them again.
pub(super) struct Keys {
    source: Source,
    /// Those of `CALENDAR_HOST_OLD_KEYS`.
    old: Vec<Key>,
    ring: RwLock<Arc<Ring>>,
    /// Ids by which the database refused to keep anything.
    refused: RwLock<BTreeSet<String>>,
    /// Held by who changes the keys.
    lock: PathBuf,
}

impl Keys {
    /// Reads the keys; makes one if there is none.
    pub(super) async fn open(config: &Config) -> Result<Self, SetupError> {
        let (source, lock) = (Source::of(config)?, config.data_dir.join("keys.lock"));
        let own = source.load_or_make(&lock).await?;
        let old = config.old_keys.clone();
        let ring = Ring::new(own, source.origin(), &old);
        Ok(Self { source, old, ring: RwLock::new(Arc::new(ring)), refused: RwLock::default(), lock })
    }

    fn ring(&self) -> Arc<Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the keys again: another process may have changed them.
    async fn reload(&self) -> Result<(), SetupError> {
        let ring = Ring::new(self.source.load().await?, self.source.origin(), &self.old);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// Replaces the keys that are kept, the one that seals first.
    async fn replace(&self, keys: Vec<Key>) -> Result<(), SetupError> {
        self.source.replace(keys).await?;
        self.reload().await
    }

    /// Seals by the first key that the database did not refuse.
    pub(super) fn seal(&self, place: Place<'_>, value: &[u8]) -> Result<Sealed, TokenError> {
        let ring = self.ring();
        let refused = self.refused.read().unwrap_or_else(PoisonError::into_inner);
        match ring.iter().find(|held| !refused.contains(held.id())) {
            Some(held) => held.sealer.seal(place, value).map_err(|_| TokenError::Unreadable),
            None => Err(TokenError::RetiredKey(ring.current().id().to_owned())),
        }
    }

    fn unseal(&self, place: Place<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, TokenError> {
        match self.ring().find(&sealed.key_id) {
            Some(held) => held.sealer.open(place, sealed).map_err(|_| TokenError::Unreadable),
            None => Err(TokenError::UnknownKey(sealed.key_id.clone())),
        }
    }

    fn refuse(&self, id: String) {
        self.refused.write().unwrap_or_else(PoisonError::into_inner).insert(id);
    }

    /// The turn to change the keys; none while another process has it. Ends with the file handle.
    fn take_turn(&self) -> Result<Option<File>, SetupError> {
        let failed = |source| SetupError::File { what: "cannot lock", path: self.lock.clone(), source };
        files::make_file(&self.lock).map_err(failed)?;
        let file = File::options().write(true).open(&self.lock).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
