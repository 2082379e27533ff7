//! Old bookings and events are forgotten by themselves, when the configuration says so.

use std::sync::atomic::{AtomicI64, Ordering};

use super::Store;
use crate::types::Instant;

/// Seconds between two looks.
const INTERVAL: i64 = 3600;
const DAY: i64 = 24 * 3600;

/// How long bookings and events are kept after their end, and when to look next.
pub(super) struct Retention {
    days: Option<u32>,
    next: AtomicI64,
}

impl Retention {
    /// `None` = they are kept until the user is purged.
    pub(super) fn new(days: Option<u32>) -> Self {
        Self { days, next: AtomicI64::new(i64::MIN) }
    }

    /// How many seconds after their end things are forgotten; none when it is not time to look. Of several callers one is
    /// told.
    fn due(&self, now: Instant) -> Option<Instant> {
        let days = self.days?;
        let next = self.next.load(Ordering::Relaxed);
        let is_mine = next <= now
            && self.next.compare_exchange(next, now + INTERVAL, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        is_mine.then(|| i64::from(days) * DAY)
    }
}

impl Store {
    /// Forgets what ended longer ago than the configuration allows; at most once an hour. A failure
    /// is logged and harms no call: the next hour tries again. `now` says when to look; what is old is decided by the
    /// database's clock.
    pub(crate) async fn forget_old(&self, now: Instant) {
        let Some(seconds) = self.retention.due(now) else { return };
        match self.forget_ended(seconds).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "bookings and events older than the retention time were deleted"),
            Err(error) => tracing::warn!(%error, "old bookings and events could not be deleted"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_an_hour_is_told_how_far_to_go() {
        let retention = Retention::new(Some(2));
        let now = 1_000_000;
        assert_eq!(retention.due(now), Some(2 * DAY));
        assert_eq!(retention.due(now), None);
        assert_eq!(retention.due(now + INTERVAL - 1), None);
        assert_eq!(retention.due(now + INTERVAL), Some(2 * DAY));
    }

    #[test]
    fn without_the_setting_nothing_is_ever_due() {
        assert_eq!(Retention::new(None).due(i64::MAX / 2), None);
    }
}
