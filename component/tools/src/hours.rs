//! Working hours of a day: `09:00` to `17:00`.

use crate::answer::invalid;
use crate::bindings::calendar::scheduling::availability::{Weekday, WorkingHours};
use crate::bindings::calendar::tools::types::Failure;

const WEEK: [Weekday; 5] = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

/// The windows of Monday to Friday; none = around the clock.
///
/// # Errors
/// `invalid-argument` names the argument.
pub fn windows(starts: Option<&str>, ends: Option<&str>) -> Result<Option<Vec<WorkingHours>>, Failure> {
    let (starts, ends) = match (starts, ends) {
        (None, None) => return Ok(None),
        (Some(starts), Some(ends)) => (minute("day-starts", starts)?, minute("day-ends", ends)?),
        (Some(_), None) => {
            return Err(invalid("day-ends is missing".to_owned(), "give both ends of the day, or neither"));
        }
        (None, Some(_)) => {
            return Err(invalid("day-starts is missing".to_owned(), "give both ends of the day, or neither"));
        }
    };
    if ends <= starts {
        return Err(invalid("day-ends is not after day-starts".to_owned(), "give a later end of the day"));
    }
    let window = |weekday| WorkingHours { weekday, start_minute: starts, end_minute: ends };
    Ok(Some(WEEK.into_iter().map(window).collect()))
}

fn minute(name: &str, text: &str) -> Result<u32, Failure> {
    let parts = text.trim().split_once(':').and_then(|(hour, minute)| Some((digits(hour)?, digits(minute)?)));
    match parts {
        Some((hour, minute)) if hour < 24 && minute < 60 || (hour, minute) == (24, 0) => Ok(hour * 60 + minute),
        _ => Err(invalid(format!("{name} is not a time of day"), "write it as 09:00")),
    }
}

fn digits(text: &str) -> Option<u32> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_working_day_is_monday_to_friday() {
        let windows = windows(Some("09:00"), Some("17:30")).unwrap().unwrap();
        assert_eq!(windows.len(), 5);
        assert!(windows.iter().all(|window| (window.start_minute, window.end_minute) == (540, 1050)));
        assert_eq!(super::windows(None, None).unwrap(), None);
        assert_eq!(super::windows(Some("00:00"), Some("24:00")).unwrap().unwrap().len(), 5);
    }

    #[test]
    fn half_a_day_and_odd_times_are_refused() {
        let cases = [
            (Some("09:00"), None, "day-ends is missing"),
            (None, Some("09:00"), "day-starts is missing"),
            (Some("9"), Some("17:00"), "day-starts is not a time of day"),
            (Some("09:00"), Some("24:01"), "day-ends is not a time of day"),
            (Some("09:00"), Some("+7:00"), "day-ends is not a time of day"),
            (Some("17:00"), Some("09:00"), "day-ends is not after day-starts"),
        ];
        for (starts, ends, message) in cases {
            assert_eq!(windows(starts, ends).unwrap_err().message, message);
        }
    }
}
