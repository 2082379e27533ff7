//! Times that are held for a while.

use calendar_core::booking::Hold;
use calendar_core::error::Error;
use calendar_core::op::holds::SlotRequest;
use calendar_core::schedule::hours::WeeklyHours;
use calendar_core::schedule::rules::Rules;

use super::booking::{buffer, hold_id, key, meeting_time, target};
use super::{query, range_out};
use crate::bindings::exports::calendar::scheduling::holds as wit;

/// Seconds that a time is held when the caller does not say.
const USUAL: u32 = 300;
/// Most seconds.
const LONGEST: u32 = 3600;

/// A time to be held.
pub fn slot(request: wit::HoldRequest) -> Result<SlotRequest, Error> {
    let ttl_seconds = match request.ttl_seconds.unwrap_or(USUAL) {
        seconds @ 1..=LONGEST => seconds,
        seconds => return Err(Error::invalid("ttl-seconds", format!("must be 1 to {LONGEST}, not {seconds}"))),
    };
    let time = meeting_time(request.time)?;
    Ok(SlotRequest {
        time,
        buffer_before: buffer("buffer-before-minutes", request.buffer_before_minutes)?,
        buffer_after: buffer("buffer-after-minutes", request.buffer_after_minutes)?,
        ttl_seconds,
        target: target(request.target)?,
        key: key("key", request.key)?,
        alternatives: match request.alternatives {
            Some(rules) => query::rules(rules, time)?,
            None => Rules { hours: WeeklyHours::always(), ..Rules::default() },
        },
    })
}

/// The name of a hold.
pub fn id(id: String) -> Result<String, Error> {
    hold_id("id", id)
}

/// A hold, outbound.
#[must_use]
pub fn hold_out(hold: Hold) -> wit::Hold {
    wit::Hold {
        id: hold.key,
        time: range_out(hold.time),
        blocked: range_out(hold.blocked),
        expires_at: hold.expires_at.timestamp(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::calendar::scheduling::types::{Selection, TimeRange};

    fn request() -> wit::HoldRequest {
        wit::HoldRequest {
            time: TimeRange { start: 1_900_000_800, end: 1_900_002_600 },
            buffer_before_minutes: None,
            buffer_after_minutes: Some(5),
            ttl_seconds: None,
            target: Selection { provider: None, account: None, calendars: Vec::new() },
            key: None,
            alternatives: None,
        }
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let read = slot(request()).unwrap();
        assert_eq!((read.ttl_seconds, read.buffer_before.num_minutes(), read.buffer_after.num_minutes()), (300, 0, 5));
        assert_eq!(read.alternatives.hours, WeeklyHours::always());
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        let refused = |change: fn(&mut wit::HoldRequest)| {
            let mut request = request();
            change(&mut request);
            slot(request).unwrap_err().message
        };
        assert_eq!(refused(|one| one.ttl_seconds = Some(0)), "ttl-seconds: must be 1 to 3600, not 0");
        assert_eq!(refused(|one| one.ttl_seconds = Some(3601)), "ttl-seconds: must be 1 to 3600, not 3601");
        assert!(refused(|one| one.time.end = one.time.start + 59).starts_with("time: "));
        assert!(refused(|one| one.key = Some(String::new())).starts_with("key: "));
        assert!(refused(|one| one.buffer_before_minutes = Some(1441)).starts_with("buffer-before-minutes: "));
        assert!(refused(|one| one.target.calendars = vec!["a".into(), "b".into()]).starts_with("target: "));
        assert!(id("\n".to_owned()).is_err() && id(String::new()).is_err() && id("hold-k".to_owned()).is_ok());
    }
}
