//! The token store in memory, with compare-and-set, expiry and injected failures.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};

use super::TestClock;
use crate::ports::{Clock, Entry, TokenStoreError, Tokens};

struct Kept {
    entry: Entry,
    expires_at: Option<DateTime<Utc>>,
}

/// The token store. Versions are never reused.
pub struct MemoryTokens {
    clock: TestClock,
    version: Cell<i64>,
    kept: RefCell<BTreeMap<String, Kept>>,
    failures: RefCell<VecDeque<(String, TokenStoreError)>>,
}

impl MemoryTokens {
    pub(super) fn new(clock: TestClock) -> Self {
        Self { clock, version: Cell::new(0), kept: RefCell::default(), failures: RefCell::default() }
    }

    /// Lets the next call whose key or prefix begins with `start` fail.
    pub fn fail(&self, start: &str, error: TokenStoreError) {
        self.failures.borrow_mut().push_back((start.to_owned(), error));
    }

    /// Keys that are stored and have not expired.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.forget_expired();
        self.kept.borrow().keys().cloned().collect()
    }

    fn enter(&self, key: &str) -> Result<(), TokenStoreError> {
        self.forget_expired();
        let mut failures = self.failures.borrow_mut();
        match failures.iter().position(|(start, _)| key.starts_with(start)) {
            Some(index) => Err(failures.remove(index).unwrap().1),
            None => Ok(()),
        }
    }

    fn forget_expired(&self) {
        let now = self.clock.now();
        self.kept.borrow_mut().retain(|_, kept| kept.expires_at.is_none_or(|end| now < end));
    }

    fn present(&self, key: &str) -> Option<i64> {
        self.kept.borrow().get(key).map(|kept| kept.entry.version)
    }
}

impl Tokens for MemoryTokens {
    fn load(&self, key: &str) -> Result<Option<Entry>, TokenStoreError> {
        self.enter(key)?;
        Ok(self.kept.borrow().get(key).map(|kept| kept.entry.clone()))
    }

    fn save(
        &self,
        key: &str,
        value: &[u8],
        expected: Option<i64>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<i64, TokenStoreError> {
        self.enter(key)?;
        if value.len() > 64 * 1024 {
            return Err(TokenStoreError::TooLarge);
        }
        if self.present(key) != expected {
            return Err(TokenStoreError::VersionMismatch);
        }
        let version = self.version.get() + 1;
        self.version.set(version);
        let entry = Entry { value: value.to_vec(), version };
        self.kept.borrow_mut().insert(key.to_owned(), Kept { entry, expires_at });
        Ok(version)
    }

    fn delete(&self, key: &str, expected: Option<i64>) -> Result<bool, TokenStoreError> {
        self.enter(key)?;
        match (self.present(key), expected) {
            (present, Some(_)) if present != expected => Err(TokenStoreError::VersionMismatch),
            _ => Ok(self.kept.borrow_mut().remove(key).is_some()),
        }
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, TokenStoreError> {
        self.enter(prefix)?;
        let kept = self.kept.borrow();
        Ok(kept.keys().filter(|key| key.starts_with(prefix)).cloned().collect())
    }
}
