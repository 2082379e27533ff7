//! RFC 3339 text and instants.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::answer::invalid;
use crate::bindings::calendar::scheduling::types::TimeRange;
use crate::bindings::calendar::tools::types::{Failure, Period};

/// The instant that an argument names.
///
/// # Errors
/// `invalid-argument` names the argument.
pub fn instant(name: &str, text: &str) -> Result<i64, Failure> {
    let parsed = DateTime::parse_from_rfc3339(text.trim());
    parsed.map(|at| at.timestamp()).map_err(|_| {
        invalid(format!("{name} is not a time of RFC 3339"), "write it with its offset, as 2027-03-22T09:00:00+01:00")
    })
}

/// The range from one argument to another.
///
/// # Errors
/// `invalid-argument` names the argument.
pub fn range(start: &str, end: &str) -> Result<TimeRange, Failure> {
    let range = TimeRange { start: instant("start", start)?, end: instant("end", end)? };
    if range.end <= range.start {
        return Err(invalid("end is not after start".to_owned(), "give a later end"));
    }
    Ok(range)
}

/// An instant as text, in UTC.
#[must_use]
pub fn text(instant: i64) -> String {
    let at: Option<DateTime<Utc>> = DateTime::from_timestamp(instant, 0);
    at.unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A range as text.
#[must_use]
pub fn period(range: TimeRange) -> Period {
    Period { start: text(range.start), end: text(range.end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_offset_is_read_and_utc_is_written() {
        assert_eq!(text(instant("start", " 2027-03-28T03:00:00+02:00").unwrap()), "2027-03-28T01:00:00Z");
        let range = range("2027-03-28T00:30:00Z", "2027-03-28T03:00:00+02:00").unwrap();
        assert_eq!(range.end - range.start, 1800);
        assert_eq!(period(range).start, "2027-03-28T00:30:00Z");
    }

    #[test]
    fn a_time_without_offset_is_refused_and_the_argument_is_named() {
        for text in ["", "2027-03-28", "2027-03-28T03:00:00", "tomorrow", "1774659600"] {
            let failure = range("2027-03-28T00:00:00Z", text).unwrap_err();
            assert_eq!(failure.message, "end is not a time of RFC 3339", "{text}");
        }
        assert!(range("2027-03-28T00:00:00Z", "2027-03-28T01:00:00+01:00").is_err());
    }
}
