//! Faults that tests and demonstrations can order: what shall go wrong, for which requests, how often. How a fault is carried
//! out on the wire is `serve`'s affair; what a vendor's error looks like is the vendor's.

use crate::vendor::Vendor;
use serde::{Deserialize, Serialize};
use std::sync::Mutex;

/// The form of a `Retry-After` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// No header.
    #[default]
    None,
    /// Whole seconds.
    Seconds(u32),
    /// An HTTP date this many seconds ahead of the sandbox's clock.
    HttpDate(u32),
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Action {
    /// The vendor answers an error in its own shape; nothing is done.
    Status {
        /// HTTP status, 400 to 599.
        status: u16,
        /// The vendor's word: Google's `reason`, Graph's `code`, OAuth's `error`; at Entra's OAuth endpoints an AADSTS number
        /// may follow after `#`, as in `invalid_grant#50076`.
        reason: String,
        /// A `Retry-After` header, or none.
        #[serde(default)]
        retry_after: RetryAfter,
    },
    /// The request is carried out and answered with this status in the vendor's shape instead of the true answer.
    StatusAfter {
        /// HTTP status, 400 to 599.
        status: u16,
        /// The vendor's word.
        reason: String,
        /// A `Retry-After` header, or none.
        #[serde(default)]
        retry_after: RetryAfter,
    },
    /// The answer comes this much later; other faults still apply.
    Latency {
        /// Delay in milliseconds.
        milliseconds: u64,
    },
    /// The answer announces its full length and stops half-way; then the connection closes.
    CutBody,
    /// The request is carried out; its answer's body comes byte by byte.
    SlowBody {
        /// Pause before each byte, in milliseconds.
        milliseconds: u64,
    },
    /// The connection closes before anything is done.
    DropBefore,
    /// The request is carried out; the connection closes without an answer.
    DropAfter,
    /// The answer's body is not JSON, though its type says so.
    InvalidJson,
    /// The answer is an HTML page, as from a proxy.
    WrongContentType,
    /// No answer ever comes; nothing is done.
    Hang,
}

/// A fault and the requests it applies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Only this vendor's endpoints; `None` = both.
    #[serde(default)]
    pub vendor: Option<Vendor>,
    /// Only this method; `None` = any.
    #[serde(default)]
    pub method: Option<String>,
    /// Only paths that contain this text (percent-encoding as sent, case ignored); `None` = any.
    #[serde(default)]
    pub path_contains: Option<String>,
    /// Only requests with a token of this account; `None` = any. Sign-in requests carry no token.
    #[serde(default)]
    pub user: Option<String>,
    /// So many matching requests pass first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it then hits; `None` = all until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// What goes wrong.
    pub action: Action,
}

impl Fault {
    /// A fault that hits the next request, whatever it is.
    pub fn new(action: Action) -> Self {
        Self { vendor: None, method: None, path_contains: None, user: None, skip: 0, times: Some(1), action }
    }

    /// A vendor-shaped error status.
    pub fn status(status: u16, reason: &str) -> Self {
        Self::new(Action::Status { status, reason: reason.to_owned(), retry_after: RetryAfter::None })
    }

    /// Only for one vendor.
    pub fn on(mut self, vendor: Vendor) -> Self {
        self.vendor = Some(vendor);
        self
    }

    /// Only for one method.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only for paths that contain `text`.
    pub fn path(mut self, text: &str) -> Self {
        self.path_contains = Some(text.to_owned());
        self
    }

    /// Only for requests with a token of the account `email`.
    pub fn user(mut self, email: &str) -> Self {
        self.user = Some(email.to_owned());
        self
    }

    /// Lets `count` matching requests pass first.
    pub fn after(mut self, count: u32) -> Self {
        self.skip = count;
        self
    }

    /// Hits `count` requests.
    pub fn times(mut self, count: u32) -> Self {
        self.times = Some(count);
        self
    }

    /// Hits all matching requests until cleared.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    /// Adds a `Retry-After` header to a status.
    pub fn retry_after(mut self, value: RetryAfter) -> Self {
        if let Action::Status { retry_after, .. } | Action::StatusAfter { retry_after, .. } = &mut self.action {
            *retry_after = value;
        }
        self
    }

    fn matches(&self, vendor: Vendor, method: &str, path: &str, user: Option<&str>) -> bool {
        let has = |text: &String| path.to_ascii_lowercase().contains(&text.to_ascii_lowercase());
        self.vendor.is_none_or(|wanted| wanted == vendor)
            && self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path_contains.as_ref().is_none_or(has)
            && self.user.as_ref().is_none_or(|wanted| user.is_some_and(|user| wanted.eq_ignore_ascii_case(user)))
    }
}

/// The faults in force, in the order they were set.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds a fault.
    pub fn add(&self, fault: Fault) {
        self.lock().push(fault);
    }

    /// The faults not yet used up.
    pub fn all(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    /// Removes all faults.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// What hits this request: every latency that matches, and the first other fault. Counts it.
    pub fn take(&self, vendor: Vendor, method: &str, path: &str, user: Option<&str>) -> Vec<Action> {
        let mut taken: Vec<Action> = Vec::new();
        let mut faults = self.lock();
        for fault in faults.iter_mut().filter(|fault| fault.matches(vendor, method, path, user)) {
            let is_latency = matches!(fault.action, Action::Latency { .. });
            if !is_latency && taken.iter().any(|action| !matches!(action, Action::Latency { .. })) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            match &mut fault.times {
                Some(0) => continue,
                Some(times) => *times -= 1,
                None => {}
            }
            taken.push(fault.action.clone());
        }
        faults.retain(|fault| fault.times != Some(0));
        taken
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.0.lock().expect("faults lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_hits_the_chosen_request_once() {
        let faults = Faults::default();
        faults.add(Fault::status(503, "backendError").on(Vendor::Google).method("POST").path("/events").after(1));
        let take = |method| faults.take(Vendor::Google, method, "/calendar/v3/calendars/primary/events", None).len();
        assert_eq!((take("GET"), take("POST"), take("POST"), take("POST")), (0, 0, 1, 0));
        assert!(faults.all().is_empty());
    }

    #[test]
    fn a_fault_for_one_account_passes_the_others_by() {
        let faults = Faults::default();
        faults.add(Fault::new(Action::Hang).user("ana@example.com"));
        let take = |user| faults.take(Vendor::Google, "GET", "/calendar/v3/freeBusy", user).len();
        assert_eq!((take(None), take(Some("ben@example.com")), take(Some("Ana@example.com"))), (0, 0, 1));
    }

    #[test]
    fn latency_adds_to_another_fault() {
        let faults = Faults::default();
        faults.add(Fault::new(Action::Latency { milliseconds: 5 }).always());
        faults.add(Fault::new(Action::DropAfter));
        assert_eq!(faults.take(Vendor::Microsoft, "GET", "/v1.0/me", None).len(), 2);
        assert_eq!(faults.take(Vendor::Microsoft, "GET", "/v1.0/me", None).len(), 1);
    }
}
