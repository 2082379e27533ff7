//! Memory of one call, all linear memories and tables of the instance together.

use wasmtime::ResourceLimiter;

/// Elements of all tables together.
const TABLE_ELEMENTS: usize = 100_000;

/// Refuses growth beyond the limit, and remembers that it did: the guest only traps afterwards.
pub(super) struct MemoryLimiter {
    left: usize,
    elements_left: usize,
    /// Whether growth was refused.
    pub(super) refused: bool,
}

impl MemoryLimiter {
    pub(super) fn new(bytes: usize) -> Self {
        Self { left: bytes, elements_left: TABLE_ELEMENTS, refused: false }
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        match self.left.checked_sub(more) {
            Some(left) => self.left = left,
            None => self.refused = true,
        }
        Ok(!self.refused)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        match self.elements_left.checked_sub(desired.saturating_sub(current)) {
            Some(left) => self.elements_left = left,
            None => self.refused = true,
        }
        Ok(!self.refused)
    }

    fn instances(&self) -> usize {
        64
    }

    fn tables(&self) -> usize {
        64
    }

    fn memories(&self) -> usize {
        8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_memories_share_one_limit() {
        let mut limiter = MemoryLimiter::new(100);
        assert!(limiter.memory_growing(0, 60, None).unwrap());
        assert!(limiter.memory_growing(0, 40, None).unwrap());
        assert!(!limiter.refused);
        assert!(!limiter.memory_growing(40, 41, None).unwrap());
        assert!(limiter.refused);
    }

    #[test]
    fn the_guests_own_maximum_is_not_our_refusal() {
        let mut limiter = MemoryLimiter::new(100);
        assert!(!limiter.memory_growing(0, 60, Some(50)).unwrap());
        assert!(!limiter.refused);
    }
}
