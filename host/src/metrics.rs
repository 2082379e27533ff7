//! Numbers for operators: calls by operation and outcome with their durations, requests to the providers, the cache,
//! the audit log itself. Two sources give the same numbers: a host counts its own calls since it was opened; the audit
//! table knows those of all processes. Nothing else is persisted, so the two cannot disagree about a call.

mod durations;
mod prometheus;

use std::collections::BTreeMap;

pub use durations::{BOUNDS_MS, Durations};

use crate::audit::{Record, Traffic};
use crate::types::Provider;

/// Users that are counted apart; the rest is counted as one.
const USERS: usize = 1000;
/// The name under which the rest is counted. No user id is empty.
pub(crate) const OTHERS: &str = "";

/// What happened, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Durations of calls, by operation and outcome (`ok`, an error's code, or `abandoned`).
    pub calls: BTreeMap<(String, String), Durations>,
    /// Requests by user and provider (`google`, `outlook`): what counts against the providers' quotas. The user `""`
    /// stands for all beyond the first thousand.
    pub traffic: BTreeMap<(String, String), Traffic>,
    /// Busy times that came from the cache.
    pub cache_hits: u64,
    /// Busy times that were asked for in the cache and were not there.
    pub cache_misses: u64,
    /// Audit records that could not be written to one of their places. The table knows only of those it did not take
    /// itself.
    pub audit_failures: u64,
}

impl Numbers {
    /// Counts one call.
    pub(crate) fn add_call(&mut self, operation: &str, outcome: &str, milliseconds: u64) {
        self.calls.entry((operation.to_owned(), outcome.to_owned())).or_default().add(milliseconds);
    }

    /// Counts what one record says.
    pub(crate) fn add(&mut self, record: &Record) {
        self.add_call(&record.operation, &record.decision, record.duration_ms);
        self.cache_hits += record.cache_hits;
        self.cache_misses += record.cache_misses;
        for provider in [Provider::Google, Provider::Outlook] {
            self.add_traffic(&record.user, provider, record.traffic(provider));
        }
    }

    /// Counts requests of a user.
    pub(crate) fn add_traffic(&mut self, user: &str, provider: Provider, traffic: Traffic) {
        if traffic == Traffic::default() {
            return;
        }
        let key = (user.to_owned(), provider.as_str().to_owned());
        let is_room = self.traffic.len() < 2 * USERS || self.traffic.contains_key(&key);
        let key = if is_room { key } else { (OTHERS.to_owned(), key.1) };
        self.traffic.entry(key).or_default().add(traffic);
    }

    /// Counts records that could not be written.
    pub(crate) fn add_audit_failures(&mut self, records: u64) {
        self.audit_failures += records;
    }

    /// Requests of all users to one provider.
    #[must_use]
    pub fn provider(&self, provider: Provider) -> Traffic {
        let mut sum = Traffic::default();
        for ((_, name), traffic) in &self.traffic {
            if name == provider.as_str() {
                sum.add(*traffic);
            }
        }
        sum
    }

    /// The numbers in the text format of OpenMetrics, which Prometheus reads. Users appear as digests.
    #[must_use]
    pub fn prometheus(&self) -> String {
        prometheus::text(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traffic(requests: u64) -> Traffic {
        Traffic { requests, ..Traffic::default() }
    }

    #[test]
    fn users_beyond_the_first_thousand_are_counted_as_one() {
        let mut numbers = Numbers::default();
        for number in 0..3000 {
            numbers.add_traffic(&format!("user{number:04}"), Provider::Google, traffic(1));
        }
        assert_eq!(numbers.traffic[&(OTHERS.to_owned(), "google".to_owned())].requests, 1000);
        assert_eq!(numbers.provider(Provider::Google).requests, 3000);
        numbers.add_traffic("user0001", Provider::Google, traffic(1));
        assert_eq!(numbers.traffic[&("user0001".to_owned(), "google".to_owned())].requests, 2);
    }

    #[test]
    fn a_user_who_asked_no_provider_is_not_listed() {
        let mut numbers = Numbers::default();
        numbers.add_traffic("ana", Provider::Outlook, Traffic::default());
        assert!(numbers.traffic.is_empty());
    }
}
