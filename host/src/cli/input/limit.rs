//! `--limit`: `2/day` meetings, or `90m/week` minutes of meetings.

use std::str::FromStr;

use calendar_host::types::{BookingLimit, Period};

use super::minutes;

/// At most so many meetings, or minutes of meetings, in a period.
#[derive(Debug, Clone)]
pub struct LimitArg(pub BookingLimit);

impl FromStr for LimitArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let malformed = || "write 2/day for meetings, or 90m/week or 3h/month for their length".to_owned();
        let (most, period) = text.split_once('/').ok_or_else(malformed)?;
        let period = match period {
            "day" => Period::Day,
            "week" => Period::Week,
            "month" => Period::Month,
            _ => return Err(malformed()),
        };
        let is_number = !most.is_empty() && most.bytes().all(|byte| byte.is_ascii_digit());
        let most = if is_number { most.parse().ok() } else { minutes::parse(most) }.ok_or_else(malformed)?;
        let (meetings, minutes) = if is_number { (Some(most), None) } else { (None, Some(most)) };
        Ok(Self(BookingLimit { period, meetings, minutes, first_weekday: None }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_counts_meetings_and_a_length_of_time_their_minutes() {
        let limit = |text: &str| text.parse::<LimitArg>().expect("a limit").0;
        assert_eq!((limit("2/day").meetings, limit("2/day").minutes), (Some(2), None));
        assert_eq!((limit("90m/week").minutes, limit("90m/week").period), (Some(90), Period::Week));
        assert_eq!((limit("1h30m/month").minutes, limit("1h30m/month").period), (Some(90), Period::Month));
        for text in ["", "2", "/day", "2/year", "-2/day", "+2/day", "2 /day", "2/day/week", "m/day", "99999999999/day"]
        {
            assert!(text.parse::<LimitArg>().is_err(), "{text}");
        }
    }
}
