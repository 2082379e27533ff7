//! How much work a file may cause: repetitions can be written down shortly and mean billions of instances.

use std::cell::Cell;

/// What is left of it. One for each file.
#[derive(Debug)]
pub(super) struct Work(Cell<u64>);

/// Steps of all rules of a file together.
const STEPS: u64 = 12_000_000;

/// What an instance counts: it is kept, a step is not. 1.3 million instances, two weeks of seconds.
pub(super) const INSTANCE: u64 = 8;

impl Default for Work {
    fn default() -> Self {
        Self(Cell::new(STEPS))
    }
}

impl Work {
    /// Counts `steps`.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn count(&self, steps: u64) -> Result<(), String> {
        match self.0.get().checked_sub(steps) {
            Some(left) => {
                self.0.set(left);
                Ok(())
            }
            None => Err("it repeats too often to be followed".to_owned()),
        }
    }
}
