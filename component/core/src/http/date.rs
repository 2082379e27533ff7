//! The `Retry-After` header (RFC 9110 section 10.2.3): seconds or an HTTP date.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

/// How long to wait from `now`, never negative; none = absent meaning: neither form.
#[must_use]
pub fn parse_retry_after(text: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(TimeDelta::seconds(i64::from(seconds)));
    }
    // IMF-fixdate, the only form servers may send (RFC 9110 section 5.6.7).
    let date = NaiveDateTime::parse_from_str(text, "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    Some((date.and_utc() - now).max(TimeDelta::zero()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seconds_and_dates() {
        let now = DateTime::from_timestamp(784_111_770, 0).unwrap();
        assert_eq!(parse_retry_after("7", now), Some(TimeDelta::seconds(7)));
        assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(TimeDelta::seconds(7)));
        assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now), Some(TimeDelta::zero()));
        assert_eq!(parse_retry_after("soon", now), None);
    }
}
