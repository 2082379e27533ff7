//! The one retry decision. `Retry-After` wins; else exponential backoff with full jitter; never
//! past the deadline; never a request that could act twice. Not here: waiting (`exchange`).

use chrono::{DateTime, TimeDelta, Utc};

use super::date;
use super::response::{Response, TransportError};

/// What repeating a request can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// Nothing: reads, conditional deletes, requests the server deduplicates by key.
    Safe,
    /// Harm: repeat it only when the server certainly did not act.
    OnlyIfRefused,
    /// Impatience: whoever sends it asks again later by itself.
    Never,
}

/// How one attempt ended, as far as trying again is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Final, good or bad.
    Final,
    /// The server refused to act for now (429, a quota's 403, a locked mailbox's 423).
    Throttled {
        /// What it asked for.
        retry_after: Option<TimeDelta>,
    },
    /// The server failed (5xx); it may have acted.
    ServerFault {
        /// What it asked for.
        retry_after: Option<TimeDelta>,
    },
    /// Nothing was sent.
    Unsent,
    /// Sent, but no complete answer; the server may have acted.
    Lost,
}

impl Attempt {
    /// Judges an attempt by status alone, `is_throttled` adding the vendor's own wording of 429.
    pub fn judge(
        outcome: &Result<Response, TransportError>,
        is_throttled: fn(&Response) -> bool,
        now: DateTime<Utc>,
    ) -> Self {
        match outcome {
            Ok(response) => {
                let retry_after = date::retry_after(response, now);
                match response.status {
                    423 | 429 => Attempt::Throttled { retry_after },
                    _ if is_throttled(response) => Attempt::Throttled { retry_after },
                    500 | 502 | 503 | 504 | 509 => Attempt::ServerFault { retry_after },
                    _ => Attempt::Final,
                }
            }
            Err(TransportError::Connect(_)) => Attempt::Unsent,
            Err(TransportError::Timeout(_) | TransportError::Lost(_)) => Attempt::Lost,
            Err(
                TransportError::Denied(_)
                | TransportError::Untrusted(_)
                | TransportError::Malformed(_)
                | TransportError::TooLarge(_),
            ) => Attempt::Final,
        }
    }
}

/// Attempts before giving up, the first included.
pub const MAX_ATTEMPTS: u32 = 5;
/// First backoff; doubles with each attempt.
const BASE: TimeDelta = TimeDelta::milliseconds(500);
/// Longest backoff of our own choice.
const CAP: TimeDelta = TimeDelta::seconds(32);

/// The wait before the next attempt, or none to give up. `attempt` counts from 1; `jitter` is
/// uniform over 0..=65535; a wait that would end at or after the `deadline` is not begun.
#[must_use]
pub fn decide(
    attempt: u32,
    judged: Attempt,
    replay: Replay,
    now: DateTime<Utc>,
    deadline: DateTime<Utc>,
    jitter: u16,
) -> Option<TimeDelta> {
    let asked = match (judged, replay) {
        (Attempt::Final, _) | (_, Replay::Never) => return None,
        (Attempt::Throttled { retry_after }, _) => retry_after,
        (Attempt::ServerFault { retry_after }, Replay::Safe) => retry_after,
        (Attempt::Unsent, _) | (Attempt::Lost, Replay::Safe) => None,
        (Attempt::ServerFault { .. } | Attempt::Lost, Replay::OnlyIfRefused) => return None,
    };
    if attempt >= MAX_ATTEMPTS {
        return None;
    }
    let wait = asked.unwrap_or_else(|| {
        let doubled = (BASE * (1 << attempt.saturating_sub(1).min(10))).min(CAP);
        TimeDelta::milliseconds(doubled.num_milliseconds() * i64::from(jitter) / 65_535)
    });
    (now + wait < deadline).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn wait(attempt: u32, judged: Attempt, replay: Replay) -> Option<TimeDelta> {
        decide(attempt, judged, replay, at(0), at(60), 65_535)
    }

    const LOST: Attempt = Attempt::Lost;
    const FAULT: Attempt = Attempt::ServerFault { retry_after: None };

    #[test]
    fn repeats_a_write_only_when_the_server_certainly_did_not_act() {
        for (judged, safe, write) in [
            (Attempt::Final, false, false),
            (Attempt::Throttled { retry_after: None }, true, true),
            (FAULT, true, false),
            (Attempt::Unsent, true, true),
            (LOST, true, false),
        ] {
            assert_eq!(wait(1, judged, Replay::Safe).is_some(), safe, "{judged:?}");
            assert_eq!(wait(1, judged, Replay::OnlyIfRefused).is_some(), write, "{judged:?}");
            assert_eq!(wait(1, judged, Replay::Never), None, "{judged:?}");
        }
    }

    #[test]
    fn obeys_retry_after_unless_it_passes_the_deadline() {
        let throttled = |s| Attempt::Throttled { retry_after: Some(TimeDelta::seconds(s)) };
        assert_eq!(wait(1, throttled(59), Replay::Safe), Some(TimeDelta::seconds(59)));
        assert_eq!(wait(1, throttled(60), Replay::Safe), None);
    }

    #[test]
    fn a_dated_wait_is_as_long_by_our_clock_as_by_the_servers() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let dates = [("Date", "Sun, 06 Nov 1994 08:49:30 GMT"), ("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")];
        let headers = dates.map(|(name, value)| header(name, value)).to_vec();
        let response = Ok(Response { status: 429, headers, body: Vec::new() });
        let judged = Attempt::judge(&response, |_| false, at(784_111_770 - 600));
        assert_eq!(judged, Attempt::Throttled { retry_after: Some(TimeDelta::seconds(7)) });
    }

    #[test]
    fn doubles_the_backoff_and_stops_after_the_last_attempt() {
        let waits: Vec<_> = (1..=5).map(|n| wait(n, LOST, Replay::Safe)).collect();
        let expected = [Some(500), Some(1000), Some(2000), Some(4000), None];
        assert_eq!(waits, expected.map(|ms| ms.map(TimeDelta::milliseconds)));
        assert_eq!(decide(1, LOST, Replay::Safe, at(0), at(60), 0), Some(TimeDelta::zero()));
    }
}
