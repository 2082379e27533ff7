//! The `Retry-After` header (RFC 9110 section 10.2.3): seconds or an HTTP date.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::response::Response;

/// How long an answer received at `now` asks to wait; none = it does not say. A date is compared
/// with the answer's own `Date`, because the server's clock may be off ours.
#[must_use]
pub fn retry_after(response: &Response, now: DateTime<Utc>) -> Option<TimeDelta> {
    let there = response.header("date").and_then(parse_date).unwrap_or(now);
    parse_retry_after(response.header("retry-after")?, there)
}

/// Longest wait believed: whoever asks for more is not waited for anyway, and sums with it must not overflow.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// How long to wait from `now`, never negative, at most a leap year; none = neither form.
#[must_use]
pub fn parse_retry_after(text: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(TimeDelta::seconds(i64::from(seconds)).min(LONGEST));
    }
    Some((parse_date(text)? - now).clamp(TimeDelta::zero(), LONGEST))
}

/// IMF-fixdate, the only form servers may send (RFC 9110 section 5.6.7).
fn parse_date(text: &str) -> Option<DateTime<Utc>> {
    let date = NaiveDateTime::parse_from_str(text.trim(), "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    Some(date.and_utc())
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
        assert_eq!(parse_retry_after("4294967295", now), Some(LONGEST));
        assert_eq!(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", now), Some(LONGEST));
    }

    #[test]
    fn a_date_is_a_moment_of_the_servers_clock_however_far_ours_is_off() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let until = header("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT");
        let answer = |headers: Vec<_>| Response { status: 429, headers, body: Vec::new() };
        let dated = answer(vec![header("Date", "Sun, 06 Nov 1994 08:49:30 GMT"), until.clone()]);
        for minutes in [-10, 0, 10] {
            let now = DateTime::from_timestamp(784_111_770 + minutes * 60, 0).unwrap();
            assert_eq!(retry_after(&dated, now), Some(TimeDelta::seconds(7)), "{minutes}");
        }
        let now = DateTime::from_timestamp(784_111_770, 0).unwrap();
        assert_eq!(retry_after(&answer(vec![until]), now), Some(TimeDelta::seconds(7)));
        assert_eq!(retry_after(&answer(Vec::new()), now), None);
    }
}
