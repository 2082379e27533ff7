//! What is told about outbound requests: numbers and one record each, without queries, headers
//! or bodies.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counters of a host since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Calls of the component.
    pub calls: u64,
    /// Requests that were sent, answered or not.
    pub requests: u64,
    /// Requests that the egress policy refused; they were not sent.
    pub denied: u64,
    /// Answers of the cache: requests that did not have to be sent.
    pub cache_hits: u64,
    /// Questions to the cache that it had no answer to.
    pub cache_misses: u64,
}

/// One outbound request, after it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The operation of the component that asked for it, for example `book-meeting`.
    pub operation: &'static str,
    /// The method.
    pub method: String,
    /// Host and port.
    pub host: String,
    /// The path without query.
    pub path: String,
    /// The status of the answer; `None` = there was none.
    pub status: Option<u16>,
    /// Why there was no answer; `None` = there was one.
    pub failure: Option<String>,
    /// From the request to the head of the response.
    pub duration: Duration,
}

/// Gets every [`Exchange`].
pub(crate) type Observer = Arc<dyn Fn(&Exchange) + Send + Sync>;

/// The counters behind [`Stats`].
#[derive(Default)]
pub(super) struct Counters {
    calls: AtomicU64,
    requests: AtomicU64,
    denied: AtomicU64,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Counters {
    pub(super) fn add_call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// It was not sent after all.
    pub(super) fn take_back_request(&self) {
        self.requests.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn add_denied(&self) {
        self.denied.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_cached(&self, hit: bool) {
        let counter = if hit { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Stats {
        Stats {
            calls: self.calls.load(Ordering::Relaxed),
            requests: self.requests.load(Ordering::Relaxed),
            denied: self.denied.load(Ordering::Relaxed),
            cache_hits: self.hits.load(Ordering::Relaxed),
            cache_misses: self.misses.load(Ordering::Relaxed),
        }
    }
}
