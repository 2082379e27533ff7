//! Old bookings, events and audit records are forgotten by themselves, when the configuration says so.

use std::sync::atomic::{AtomicI64, Ordering};

use super::Store;
use crate::types::Instant;

/// Seconds between two looks.
const INTERVAL: i64 = 3600;
const DAY: i64 = 24 * 3600;

/// How long what is kept, and when to look next.
pub(super) struct Retention {
    ended: Option<Instant>,
    audit: Option<Instant>,
    next: AtomicI64,
}

impl Retention {
    /// Days that bookings and events are kept after their end, and audit records after their time; `None` = until the
    /// user is purged.
    pub(super) fn new(ended: Option<u32>, audit: Option<u32>) -> Self {
        let seconds = |days: Option<u32>| days.map(|days| i64::from(days) * DAY);
        Self { ended: seconds(ended), audit: seconds(audit), next: AtomicI64::new(i64::MIN) }
    }

    /// Whether it is time to look. Of several callers one is told so.
    fn is_due(&self, now: Instant) -> bool {
        let next = self.next.load(Ordering::Relaxed);
        next <= now && self.next.compare_exchange(next, now + INTERVAL, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

impl Store {
    /// Forgets what is older than the configuration allows; at most once an hour. A failure
    /// is logged and harms no call: the next hour tries again. `now` says when to look; what is old is decided by the
    /// database's clock.
    pub(crate) async fn forget_old(&self, now: Instant) {
        if !self.retention.is_due(now) {
            return;
        }
        if let Some(seconds) = self.retention.ended {
            match self.forget_ended(seconds).await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "bookings and events older than the retention time were deleted"),
                Err(error) => tracing::warn!(%error, "old bookings and events could not be deleted"),
            }
        }
        if let Some(seconds) = self.retention.audit {
            match self.forget_audit(seconds).await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "audit records older than their retention time were deleted"),
                Err(error) => tracing::warn!(%error, "old audit records could not be deleted"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_an_hour_is_told_to_look() {
        let retention = Retention::new(Some(2), None);
        assert_eq!((retention.ended, retention.audit), (Some(2 * DAY), None));
        let now = 1_000_000;
        let due = [now, now, now + INTERVAL - 1, now + INTERVAL].map(|now| retention.is_due(now));
        assert_eq!(due, [true, false, false, true]);
    }
}
