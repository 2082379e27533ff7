//! What is remembered of a device authorization until the person has decided. It lies in the token
//! store under the hash of its `state`, like the record of a browser's authorization, because the
//! device code is a secret: whoever has it gets the tokens. Not here: storing it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, Serializer};

use crate::account::{Provider, UserId};
use crate::secret::Secret;

/// The stored record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingDevice {
    /// Who started it.
    pub user: UserId,
    /// Where.
    pub provider: Provider,
    /// `client_id` it was started for.
    pub client_id: String,
    /// The token endpoint of the start: the device code goes nowhere else.
    pub token_url: String,
    /// Where its tokens may go: [`Endpoints::origins`](crate::oauth::endpoint::Endpoints::origins) at the start.
    pub origins: Vec<String>,
    /// What the token endpoint is polled with.
    #[serde(serialize_with = "expose")]
    pub device_code: Secret,
    /// The wait before each poll, in seconds.
    pub interval: i64,
    /// No poll before this instant, in seconds since 1970.
    pub next_poll_at: i64,
    /// The code ends then, in seconds since 1970.
    pub expires_at: i64,
}

impl PendingDevice {
    /// How long the next poll has to wait; none = it may go out now.
    #[must_use]
    pub fn wait(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let left = self.next_poll_at - now.timestamp();
        (left > 0).then(|| TimeDelta::seconds(left))
    }

    /// Whether the code has ended.
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now.timestamp() >= self.expires_at
    }

    /// The record with `interval` as the wait before each poll, and `wait` as that before the next
    /// one, counted from `now`.
    #[must_use]
    pub fn waiting(self, interval: TimeDelta, wait: TimeDelta, now: DateTime<Utc>) -> Self {
        Self { interval: interval.num_seconds(), next_poll_at: now.timestamp() + wait.num_seconds(), ..self }
    }
}

fn expose<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::START;

    fn pending() -> PendingDevice {
        PendingDevice {
            user: UserId::new("ana"),
            provider: Provider::Outlook,
            client_id: "outlook-client".to_owned(),
            token_url: "https://login.microsoftonline.com/common/oauth2/v2.0/token".to_owned(),
            origins: vec!["https://login.microsoftonline.com:443".to_owned()],
            device_code: Secret::new("canary"),
            interval: 5,
            next_poll_at: START.timestamp() + 5,
            expires_at: START.timestamp() + 900,
        }
    }

    #[test]
    fn survives_storage_and_does_not_show_its_device_code() {
        let stored = serde_json::to_string(&pending()).unwrap();
        assert_eq!(serde_json::from_str::<PendingDevice>(&stored).unwrap(), pending());
        assert!(!format!("{:?}", pending()).contains("canary"));
    }

    #[test]
    fn a_poll_waits_for_its_time_and_ends_with_the_code() {
        let pending = pending();
        assert_eq!(pending.wait(START), Some(TimeDelta::seconds(5)));
        assert_eq!(pending.wait(START + TimeDelta::seconds(5)), None);
        assert!(!pending.is_expired(START + TimeDelta::seconds(899)));
        assert!(pending.is_expired(START + TimeDelta::seconds(900)));
        let (ten, at) = (TimeDelta::seconds(10), START + TimeDelta::seconds(5));
        let slower = pending.clone().waiting(ten, ten, at);
        assert_eq!((slower.interval, slower.wait(START)), (10, Some(TimeDelta::seconds(15))));
        let once = pending.waiting(ten, TimeDelta::seconds(40), at);
        assert_eq!((once.interval, once.wait(START)), (10, Some(TimeDelta::seconds(45))));
    }
}
