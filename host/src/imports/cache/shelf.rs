//! Where cached answers of all users stand: in memory, bounded in number and bytes. What was not
//! used for the longest time goes first.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;

use crate::config::Limits;

/// Answers of all users together.
const ENTRIES: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();
/// Bytes of all of them, keys included.
const BYTES: usize = 32 << 20;
/// Bytes of one of them.
const VALUE: usize = 1 << 20;
/// Users whose last change is remembered before old ones are looked for and dropped.
const CHANGES: usize = 1024;

/// Cached answers.
pub(crate) struct Shelf {
    /// Longest time an answer is kept; zero = nothing is kept.
    longest: Duration,
    /// No call lasts longer.
    call: Duration,
    inner: Mutex<Inner>,
}

struct Inner {
    answers: LruCache<(Arc<str>, String), Answer>,
    bytes: usize,
    /// When something of a user was last forgotten on demand.
    changes: HashMap<Arc<str>, Instant>,
}

struct Answer {
    value: Vec<u8>,
    until: Instant,
}

/// When a call began, and the present.
#[derive(Clone, Copy)]
pub(super) struct Time {
    pub(super) begun: Instant,
    pub(super) now: Instant,
}

impl Shelf {
    pub(crate) fn new(limits: &Limits) -> Self {
        let inner = Inner { answers: LruCache::new(ENTRIES), bytes: 0, changes: HashMap::new() };
        Self { longest: limits.cache, call: limits.wall_clock, inner: Mutex::new(inner) }
    }

    pub(super) fn get(&self, user: &Arc<str>, key: &str, now: Instant) -> Option<Vec<u8>> {
        let mut inner = self.lock();
        let key = (user.clone(), key.to_owned());
        if inner.answers.peek(&key)?.until <= now {
            inner.remove(&key);
        }
        inner.answers.get(&key).map(|answer| answer.value.clone())
    }

    /// Keeps what a call learned, unless something was forgotten since it began: it may have asked
    /// before, and would put back what is no longer true.
    pub(super) fn put(&self, user: &Arc<str>, key: String, value: Vec<u8>, ttl: Duration, time: Time) {
        let ttl = ttl.min(self.longest);
        let mut inner = self.lock();
        if ttl.is_zero() || value.len() > VALUE || inner.changes.get(user).is_some_and(|change| time.begun <= *change) {
            return;
        }
        let key = (user.clone(), key);
        inner.remove(&key);
        inner.bytes += size(&key, &value);
        // Never full here: room for one is made first.
        while inner.answers.len() >= ENTRIES.get() || inner.bytes > BYTES {
            let Some((key, answer)) = inner.answers.pop_lru() else { break };
            inner.bytes -= size(&key, &answer.value);
        }
        inner.answers.put(key, Answer { value, until: time.now + ttl });
    }

    pub(super) fn invalidate(&self, user: &Arc<str>, prefix: &str, now: Instant) {
        let mut inner = self.lock();
        if inner.changes.len() >= CHANGES {
            // A call that began before those has ended.
            let call = self.call;
            inner.changes.retain(|_, change| now.duration_since(*change) <= call);
        }
        inner.changes.insert(user.clone(), now);
        let of_user = |key: &&(Arc<str>, String)| key.0 == *user && key.1.starts_with(prefix);
        let gone: Vec<_> = inner.answers.iter().map(|(key, _)| key).filter(of_user).cloned().collect();
        gone.iter().for_each(|key| inner.remove(key));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn remove(&mut self, key: &(Arc<str>, String)) {
        if let Some(answer) = self.answers.pop(key) {
            self.bytes -= size(key, &answer.value);
        }
    }
}

fn size(key: &(Arc<str>, String), value: &[u8]) -> usize {
    key.0.len() + key.1.len() + value.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A shelf, and a clock that is set by hand.
    struct Stage {
        shelf: Shelf,
        now: Instant,
    }

    fn stage(seconds: u64) -> Stage {
        let limits = Limits { cache: Duration::from_secs(seconds), ..Limits::default() };
        Stage { shelf: Shelf::new(&limits), now: Instant::now() }
    }

    impl Stage {
        fn put(&self, user: &str, key: &str, size: usize) {
            self.put_of(user, key, size, 120 * SECOND, self.now);
        }

        fn put_of(&self, user: &str, key: &str, size: usize, ttl: Duration, begun: Instant) {
            self.shelf.put(&user.into(), key.to_owned(), vec![7; size], ttl, Time { begun, now: self.now });
        }

        fn has(&self, user: &str, key: &str) -> bool {
            self.shelf.get(&user.into(), key, self.now).is_some()
        }

        fn invalidate(&self, user: &str, prefix: &str) {
            self.shelf.invalidate(&user.into(), prefix, self.now);
        }

        fn kept(&self) -> (usize, usize) {
            let inner = self.shelf.lock();
            (inner.answers.len(), inner.bytes)
        }
    }

    #[test]
    fn an_answer_lives_as_long_as_the_shorter_of_both_wishes() {
        let mut stage = stage(60);
        stage.put("ana", "long", 1);
        stage.put_of("ana", "short", 1, 10 * SECOND, stage.now);
        stage.now += 10 * SECOND;
        assert!(stage.has("ana", "long") && !stage.has("ana", "short"));
        stage.now += 49 * SECOND;
        assert!(stage.has("ana", "long"));
        stage.now += SECOND;
        assert!(!stage.has("ana", "long"));
        assert_eq!(stage.kept(), (0, 0));
    }

    #[test]
    fn nothing_is_kept_when_the_cache_is_off() {
        let stage = stage(0);
        stage.put("ana", "a", 1);
        assert!(!stage.has("ana", "a"));
    }

    #[test]
    fn what_a_call_learned_before_a_change_is_not_put_back() {
        let mut stage = stage(60);
        let begun = stage.now;
        stage.now += SECOND;
        stage.invalidate("ana", "busy/");
        stage.put_of("ana", "busy/a", 1, 60 * SECOND, begun);
        assert!(!stage.has("ana", "busy/a"));
        stage.put_of("ben", "busy/a", 1, 60 * SECOND, begun);
        assert!(stage.has("ben", "busy/a"), "somebody else's change");
        stage.now += SECOND;
        stage.put("ana", "busy/a", 1);
        assert!(stage.has("ana", "busy/a"));
    }

    #[test]
    fn a_prefix_and_a_user_decide_what_is_forgotten() {
        let stage = stage(60);
        for (user, key) in [("ana", "busy/a"), ("ana", "other/a"), ("ben", "busy/a")] {
            stage.put(user, key, 1);
        }
        stage.invalidate("ana", "busy/");
        assert!(!stage.has("ana", "busy/a") && stage.has("ana", "other/a") && stage.has("ben", "busy/a"));
    }

    #[test]
    fn number_and_bytes_have_bounds_and_the_least_used_goes_first() {
        let stage = stage(60);
        stage.put("ana", "too large", VALUE + 1);
        assert!(!stage.has("ana", "too large"));
        stage.put("ana", "first", 10);
        stage.put("ana", "second", 10);
        (0..33).for_each(|index| {
            assert!(stage.has("ana", "second"));
            stage.put("ben", &index.to_string(), VALUE - 64);
        });
        assert!(!stage.has("ana", "first") && stage.has("ana", "second"));
        assert!(stage.kept().1 <= BYTES);
        (0..20_000).for_each(|index| stage.put("ben", &format!("small {index}"), 1));
        assert!(stage.kept().0 <= ENTRIES.get() && stage.kept().1 <= BYTES);
        assert!(stage.has("ben", "small 19999"));
        stage.invalidate("ben", "");
        assert_eq!(stage.kept(), (0, 0));
    }

    #[test]
    fn old_changes_are_dropped() {
        let mut stage = stage(60);
        (0..CHANGES).for_each(|index| stage.invalidate(&index.to_string(), ""));
        stage.now += 61 * SECOND;
        stage.invalidate("ana", "");
        assert_eq!(stage.shelf.lock().changes.len(), 1);
    }
}
