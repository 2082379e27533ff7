//! `cache`: answers of the call's own user that may be used again for a short while.

mod shelf;

use std::time::{Duration, Instant};

pub(crate) use self::shelf::Shelf;
use self::shelf::Time;
use crate::audit::trail::Trail;
use crate::runtime::CallState;
use crate::runtime::bindings::calendar::scheduling::cache::Host;

/// Bytes of a key.
const KEY: usize = 1024;
/// What keys of busy times begin with: the only ones that are counted as found or missed.
const BUSY: &str = "busy/";

impl Host for CallState {
    async fn get(&mut self, key: String) -> wasmtime::Result<Option<Vec<u8>>> {
        let found = self.cache.get(&self.user, &key, Instant::now());
        if key.starts_with(BUSY) {
            self.count_cached(found.is_some());
            Trail::current().add_cache_lookup(found.is_some());
        }
        Ok(found)
    }

    async fn put(&mut self, key: String, value: Vec<u8>, ttl_seconds: u32) -> wasmtime::Result<()> {
        if key.len() <= KEY {
            let (ttl, time) =
                (Duration::from_secs(ttl_seconds.into()), Time { begun: self.begun, now: Instant::now() });
            self.cache.put(&self.user, key, value, ttl, time);
        }
        Ok(())
    }

    async fn invalidate(&mut self, prefix: String) -> wasmtime::Result<()> {
        self.cache.invalidate(&self.user, &prefix, Instant::now());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::tests::{call, call_with};

    #[tokio::test]
    async fn a_user_gets_what_was_put_for_the_same_user() {
        let folder = tempfile::tempdir().unwrap();
        let mut ana = call(&folder, "ana").await;
        ana.put("busy/a/1".to_owned(), b"x".to_vec(), 60).await.unwrap();
        let mut again = call_with(&folder, "ana", ana.cache.clone()).await;
        assert_eq!(again.get("busy/a/1".to_owned()).await.unwrap(), Some(b"x".to_vec()));
        let mut eve = call_with(&folder, "eve", ana.cache.clone()).await;
        assert_eq!(eve.get("busy/a/1".to_owned()).await.unwrap(), None);
        eve.invalidate(String::new()).await.unwrap();
        assert_eq!(again.get("busy/a/1".to_owned()).await.unwrap(), Some(b"x".to_vec()), "not hers to forget");
        again.invalidate("busy/".to_owned()).await.unwrap();
        assert_eq!(again.get("busy/a/1".to_owned()).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_key_has_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let mut call = call(&folder, "ana").await;
        for (length, kept) in [(KEY, true), (KEY + 1, false)] {
            let key = "x".repeat(length);
            call.put(key.clone(), vec![], 60).await.unwrap();
            assert_eq!(call.get(key).await.unwrap().is_some(), kept);
        }
    }
}
