//! Turns: at most so many holders per key at the same time; who came first is served first. Keys
//! that nobody holds or waits for take no memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

type Queues<K> = Arc<Mutex<HashMap<K, Arc<Semaphore>>>>;

/// Who may go on, by key; clones share everything.
pub(crate) struct Turns<K: Hash + Eq>(Queues<K>);

/// A place in the queue of one key; with a permit, the right to go on. Given back when dropped.
pub(crate) struct Turn<K: Hash + Eq> {
    permit: Option<OwnedSemaphorePermit>,
    queue: Option<Arc<Semaphore>>,
    key: K,
    queues: Queues<K>,
}

impl<K: Hash + Eq> Default for Turns<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Hash + Eq> Clone for Turns<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Hash + Eq + Clone> Turns<K> {
    /// Waits until fewer than `most` hold a turn of `key`. A key has the same `most` every time.
    /// Giving up waiting, by dropping the future, gives the place in the queue up.
    pub(crate) async fn take(&self, key: K, most: u32) -> Turn<K> {
        let queue = {
            let mut queues = lock(&self.0);
            let new = || Arc::new(Semaphore::new(most.max(1) as usize));
            queues.entry(key.clone()).or_insert_with(new).clone()
        };
        let mut turn = Turn { permit: None, queue: Some(queue.clone()), key, queues: self.0.clone() };
        // Nobody closes these semaphores; a closed one would not limit, but would not block either.
        turn.permit = queue.acquire_owned().await.ok();
        turn
    }
}

impl<K: Hash + Eq> Drop for Turn<K> {
    fn drop(&mut self) {
        let mut queues = lock(&self.queues);
        // The permit holds the queue, too.
        drop(self.permit.take());
        drop(self.queue.take());
        if queues.get(&self.key).is_some_and(|queue| Arc::strong_count(queue) == 1) {
            queues.remove(&self.key);
        }
    }
}

fn lock<K: Hash + Eq>(queues: &Queues<K>) -> MutexGuard<'_, HashMap<K, Arc<Semaphore>>> {
    queues.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_key_serves_as_many_as_allowed_in_the_order_of_their_coming() {
        let turns = Turns::default();
        let take = |key: &'static str| {
            Box::pin({
                let turns = turns.clone();
                async move { turns.take(key, 2).await }
            })
        };
        let (mut first, mut second, mut third, mut fourth) = (take("a"), take("a"), take("a"), take("a"));
        let (one, two) = ((&mut first).now_or_never(), (&mut second).now_or_never());
        assert!(one.is_some() && two.is_some());
        assert!((&mut third).now_or_never().is_none() && (&mut fourth).now_or_never().is_none());
        let mut other = take("b");
        assert!((&mut other).now_or_never().is_some(), "another key waits for nobody");
        drop(two);
        assert!((&mut fourth).now_or_never().is_none(), "the third came first");
        let three = (&mut third).now_or_never();
        assert!(three.is_some());
        drop(one);
        assert!((&mut fourth).now_or_never().is_some());
    }

    #[test]
    fn who_gives_up_waiting_holds_nobody_up_and_nothing_is_left_behind() {
        let turns = Turns::default();
        let held = turns.take("a", 1).now_or_never();
        assert!(held.is_some());
        let mut waiting = Box::pin(turns.take("a", 1));
        assert!((&mut waiting).now_or_never().is_none());
        drop(waiting);
        drop(held);
        assert!(lock(&turns.0).is_empty());
        assert!(turns.take("a", 1).now_or_never().is_some());
    }
}
