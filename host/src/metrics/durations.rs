//! How long calls took, in a few steps: enough for a percentile, small enough to add up in a database.

/// Upper bounds of the steps in milliseconds, inclusive. What takes longer is in the total count only.
pub const BOUNDS_MS: [u64; 13] = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000];

/// Durations of calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Durations {
    /// How many calls.
    pub count: u64,
    /// Milliseconds of all together.
    pub sum_ms: u64,
    /// How many took at most as long as the bound at the same place in [`BOUNDS_MS`].
    pub within: [u64; BOUNDS_MS.len()],
}

impl Durations {
    /// Adds one call.
    pub(crate) fn add(&mut self, milliseconds: u64) {
        self.count += 1;
        self.sum_ms = self.sum_ms.saturating_add(milliseconds);
        for (within, bound) in self.within.iter_mut().zip(BOUNDS_MS) {
            *within += u64::from(milliseconds <= bound);
        }
    }

    /// A bound that `percent` of the calls did not exceed; `None` = they took longer than the last bound, or there
    /// were none.
    #[must_use]
    pub fn percentile_ms(&self, percent: u64) -> Option<u64> {
        let wanted = (self.count.saturating_mul(percent)).div_ceil(100).max(1);
        BOUNDS_MS.into_iter().zip(self.within).find(|(_, within)| *within >= wanted).map(|(bound, _)| bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_bounds_that_hold() {
        let mut durations = Durations::default();
        assert_eq!(durations.percentile_ms(50), None);
        for milliseconds in [1, 5, 6, 99, 70_000] {
            durations.add(milliseconds);
        }
        assert_eq!((durations.count, durations.sum_ms), (5, 70_111));
        assert_eq!(durations.percentile_ms(40), Some(5));
        assert_eq!(durations.percentile_ms(50), Some(10));
        assert_eq!(durations.percentile_ms(80), Some(100));
        assert_eq!(durations.percentile_ms(95), None);
    }
}
