//! What is kept of one operation. The same record is a line of the file, a row of the table and a command's answer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::types::Provider;

/// How an operation ended that did not fail.
pub(crate) const OK: &str = "ok";
/// Said before a change is made, where the audit is required.
pub(crate) const BEGUN: &str = "begun";
/// The caller went away before the end.
pub(crate) const ABANDONED: &str = "abandoned";

/// One operation on behalf of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it began, to the millisecond.
    pub time: DateTime<Utc>,
    /// The embedding application's name for the person.
    pub user: String,
    /// The exported function, for example `book-meeting`.
    pub operation: String,
    /// `ok`, or the error's code; `abandoned` = the caller went away; `begun` = written before a change, where the
    /// audit is required.
    pub decision: String,
    /// Milliseconds from beginning to end.
    pub duration_ms: u64,
    /// Ids of the accounts whose grants were read, sorted. An id that holds an address is replaced by its digest.
    pub accounts: Vec<String>,
    /// The providers' own ids of the requests, for their support; at most 64. Google gives none.
    pub provider_requests: Vec<ProviderRequest>,
    /// Requests to Google.
    pub google: Traffic,
    /// Requests to Microsoft.
    pub outlook: Traffic,
    /// Busy times that came from the cache.
    pub cache_hits: u64,
    /// Busy times that were asked for in the cache and were not there.
    pub cache_misses: u64,
    /// Records before this one that the same process could not write to the table.
    pub lost: u64,
}

/// One answered request, by the provider's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderRequest {
    /// `google` or `outlook`.
    pub provider: String,
    /// Letters, digits, `-`, `_` and `.`.
    pub id: String,
}

/// Requests of one operation to one provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Sent, answered or not: what the provider counts against its quota.
    pub requests: u64,
    /// Of these: sent again after a failure.
    pub retries: u64,
    /// Answers that ask to slow down: 429, 403 because of a usage limit, 503 with `Retry-After`.
    pub throttled: u64,
    /// Of the requests: for a new access token.
    pub refreshes: u64,
    /// Answers that refuse a token or a grant.
    pub auth_failures: u64,
}

impl Traffic {
    /// Adds another's counts.
    pub(crate) fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.retries += other.retries;
        self.throttled += other.throttled;
        self.refreshes += other.refreshes;
        self.auth_failures += other.auth_failures;
    }
}

impl Record {
    /// The requests to one provider.
    #[must_use]
    pub fn traffic(&self, provider: Provider) -> Traffic {
        match provider {
            Provider::Google => self.google,
            Provider::Outlook => self.outlook,
        }
    }
}

/// The name of an account in the ledger: its opaque id; a digest of one that holds an address.
pub(super) fn account(id: &str) -> String {
    let is_opaque = id.len() <= 200 && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'@' && byte != b'%');
    if is_opaque { id.to_owned() } else { format!("sha256:{}", digest(id)) }
}

/// A user in the ledger: the embedding application's own name, fit for one line.
pub(super) fn user(id: &str) -> String {
    id.chars().take(128).map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

/// A provider's id of a request, if it looks like one.
pub(super) fn request_id(text: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    ((1..=64).contains(&text.len()) && text.bytes().all(is_plain)).then(|| text.to_owned())
}

/// Sixteen hexadecimal digits that are the same for the same text.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_ids_are_kept_and_addresses_are_not() {
        assert_eq!(account("google:1234"), "google:1234");
        assert_eq!(account("outlook:t1.o1"), "outlook:t1.o1");
        for address in ["google:ana@example.com", "ana%40example.com", "google:x y", &"x".repeat(201)] {
            let kept = account(address);
            assert!(kept.starts_with("sha256:") && kept.len() == 23, "{kept}");
            assert_eq!(kept, account(address));
        }
    }

    #[test]
    fn what_a_server_calls_a_request_id_must_look_like_one() {
        assert_eq!(request_id("0a1b-2c_3.D").as_deref(), Some("0a1b-2c_3.D"));
        for text in ["", "a b", "Bearer x", "a\"b", "a/b", &"x".repeat(65)] {
            assert_eq!(request_id(text), None, "{text}");
        }
    }

    #[test]
    fn a_user_id_stays_on_one_line() {
        assert_eq!(user("ana\n\0x"), "ana??x");
        assert_eq!(user(&"é".repeat(300)).chars().count(), 128);
    }
}
