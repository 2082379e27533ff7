//! Room for calls: so many of one user, so many of all together. Whoever has to wait is served in
//! the order of coming; a user who floods the host waits for their own calls, not the others.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::failure;
use crate::config::Limits;
use crate::turns::{Turn, Turns};
use crate::types::Error;

/// Where calls wait.
pub(super) struct Room {
    users: Turns<Arc<str>>,
    /// One permit per call: the pooling allocator has no room for more.
    all: Arc<Semaphore>,
}

/// The place of a running call; given back when dropped.
pub(super) struct Seat {
    _all: OwnedSemaphorePermit,
    _user: Turn<Arc<str>>,
}

impl Room {
    pub(super) fn new(limits: &Limits) -> Self {
        let all = Arc::new(Semaphore::new(limits.concurrent_calls.max(1) as usize));
        Self { users: Turns::default(), all }
    }

    /// Waits for a place until `deadline`. Only calls that have one of their user's places wait
    /// for one of all, so that at most these of one user stand before somebody else.
    pub(super) async fn enter(&self, user: &Arc<str>, limits: &Limits, deadline: Instant) -> Result<Seat, Error> {
        let own = self.users.take(user.clone(), limits.concurrent_calls_per_user);
        let own = timeout_at(deadline, own).await.map_err(|_| failure::busy_user(limits.concurrent_calls_per_user))?;
        let Ok(Ok(place)) = timeout_at(deadline, self.all.clone().acquire_owned()).await else {
            return Err(failure::busy(limits.concurrent_calls));
        };
        Ok(Seat { _all: place, _user: own })
    }
}
