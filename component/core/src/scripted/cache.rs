//! The host's cache as a script: off at first, and without any clock.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::ports::Cache;

/// Answers in memory, for one user.
#[derive(Default)]
pub struct MemoryCache {
    is_on: Cell<bool>,
    entries: RefCell<BTreeMap<String, Vec<u8>>>,
    forgotten: Cell<usize>,
}

impl MemoryCache {
    /// Answers are kept from now on.
    pub fn switch_on(&self) {
        self.is_on.set(true);
    }

    /// Nothing is kept any more.
    pub fn switch_off(&self) {
        self.is_on.set(false);
        self.entries.borrow_mut().clear();
    }

    /// How often something was to be forgotten.
    #[must_use]
    pub fn forgotten(&self) -> usize {
        self.forgotten.get()
    }

    /// Every kept answer becomes this one.
    pub fn replace_all(&self, value: &[u8]) {
        self.entries.borrow_mut().values_mut().for_each(|entry| *entry = value.to_vec());
    }
}

impl Cache for MemoryCache {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.entries.borrow().get(key).cloned()
    }

    fn put(&self, key: &str, value: &[u8], _life: TimeDelta) {
        if self.is_on.get() {
            self.entries.borrow_mut().insert(key.to_owned(), value.to_vec());
        }
    }

    fn invalidate(&self, prefix: &str) {
        self.forgotten.set(self.forgotten.get() + 1);
        self.entries.borrow_mut().retain(|key, _| !key.starts_with(prefix));
    }
}
