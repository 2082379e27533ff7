//! Working hours: `09:00-17:00`, `09:00-12:00,13:00-17:00`, `22:00-02:00`, `all`; days: `mon-fri`, `mon,wed`, `all`.

use std::str::FromStr;

use calendar_host::types::{Weekday, WorkingHours};
use chrono::{Datelike, NaiveDate};

const DAY: u32 = 1440;

/// Windows of a day in minutes from local midnight. No window = the whole day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours(Vec<(u32, u32)>);

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self(Vec::new()));
        }
        let mut windows = text.split(',').map(window).collect::<Result<Vec<_>, _>>()?;
        windows.sort_unstable();
        match windows.windows(2).find(|pair| pair[1].0 < pair[0].1) {
            Some(_) => Err("two of the windows overlap".to_owned()),
            None => Ok(Self(windows)),
        }
    }
}

fn window(text: &str) -> Result<(u32, u32), String> {
    let malformed = || format!("{text:?} is not a window; write 09:00-17:00, several with commas, or all");
    let (start, end) = text.split_once('-').ok_or_else(malformed)?;
    let (start, end) = (clock(start).ok_or_else(malformed)?, clock(end).ok_or_else(malformed)?);
    if start == end || start == DAY {
        return Err(format!("{text:?} is empty; the whole day is 00:00-24:00 or all"));
    }
    Ok((start, if end < start { end + DAY } else { end }))
}

/// `09:00` in minutes, up to `24:00`.
fn clock(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&hours.len()) || minutes.len() != 2 || !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60 && hours * 60 + minutes <= DAY).then_some(hours * 60 + minutes)
}

/// Days of the week, in ISO order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days(Vec<Weekday>);

const WEEK: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut chosen = [text == "all"; 7];
        for part in text.split(',').filter(|_| text != "all") {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (mut index, last) = (day(first)?, day(last)?);
            chosen[index] = true;
            while index != last {
                index = (index + 1) % 7;
                chosen[index] = true;
            }
        }
        Ok(Self(WEEK.iter().zip(chosen).filter(|(_, is_chosen)| *is_chosen).map(|((_, day), _)| *day).collect()))
    }
}

fn day(text: &str) -> Result<usize, String> {
    let name = text.trim().to_ascii_lowercase();
    let matches = |full: &str| name == full || name == full[..3];
    let malformed = || format!("{text:?} is not a day; write mon-fri, mon,wed,fri or all");
    WEEK.iter().position(|(full, _)| matches(full)).ok_or_else(malformed)
}

/// The windows on one weekday; the whole day is one window.
fn on(weekday: Weekday, hours: &Hours) -> Vec<WorkingHours> {
    let windows = if hours.0.is_empty() { &[(0, DAY)][..] } else { &hours.0 };
    windows.iter().map(|&(start_minute, end_minute)| WorkingHours { weekday, start_minute, end_minute }).collect()
}

/// The windows on a date.
pub fn on_date(date: NaiveDate, hours: &Hours) -> Vec<WorkingHours> {
    let index = date.weekday().num_days_from_monday() as usize;
    WEEK.get(index).map(|(_, day)| on(*day, hours)).unwrap_or_default()
}

/// The same hours every day; none = all day.
pub fn daily(hours: &Hours) -> Option<Vec<WorkingHours>> {
    let days = || WEEK.iter().flat_map(|(_, day)| on(*day, hours));
    (!hours.0.is_empty()).then(|| days().collect())
}

/// The weekly working hours; none = every day, all day.
pub fn weekly(hours: &Hours, days: &Days) -> Option<Vec<WorkingHours>> {
    if hours.0.is_empty() && days.0.len() == WEEK.len() {
        return None;
    }
    Some(days.0.iter().flat_map(|day| on(*day, hours)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(text: &str) -> Vec<(u32, u32)> {
        text.parse::<Hours>().expect("hours").0
    }

    #[test]
    fn windows_are_minutes_from_midnight() {
        assert_eq!(windows("09:00-17:00"), [(540, 1020)]);
        assert_eq!(windows("13:00-17:00,9:00-12:30"), [(540, 750), (780, 1020)]);
        assert_eq!(windows("00:00-24:00"), [(0, 1440)]);
        assert_eq!(windows("all"), []);
    }

    #[test]
    fn a_window_over_midnight_ends_on_the_next_day() {
        assert_eq!(windows("22:00-02:00"), [(1320, 1560)]);
        assert_eq!(windows("22:00-00:00"), [(1320, 1440)]);
    }

    #[test]
    fn windows_that_cannot_be_meant_are_refused() {
        let wrong = ["", "9-17", "09:00", "09:00-09:00", "24:00-24:00", "25:00-26:00", "09:60-10:00", "09:00-24:01"];
        for text in wrong.into_iter().chain(["09:00-12:00,11:00-13:00", "+9:00-10:00", "009:00-10:00", "all,all"]) {
            assert!(text.parse::<Hours>().is_err(), "{text}");
        }
    }

    fn days(text: &str) -> Vec<Weekday> {
        text.parse::<Days>().expect("days").0
    }

    #[test]
    fn days_are_ranges_lists_or_all() {
        use Weekday::{Friday, Monday, Saturday, Sunday, Wednesday};
        assert_eq!(days("mon-fri").len(), 5);
        assert_eq!(days("Mon,wednesday, fri"), [Monday, Wednesday, Friday]);
        assert_eq!(days("sat-mon"), [Monday, Saturday, Sunday]);
        assert_eq!(days("all").len(), 7);
        assert_eq!(days("mon,mon"), [Monday]);
        for text in ["", "mo", "funday", "mon-", "mon--fri", "all,mon"] {
            assert!(text.parse::<Days>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_day_all_day_is_no_rule() {
        let hours = |text: &str| text.parse::<Hours>().expect("hours");
        let days = |text: &str| text.parse::<Days>().expect("days");
        assert_eq!(weekly(&hours("all"), &days("all")), None);
        let weekend = weekly(&hours("all"), &days("sat,sun")).expect("a rule");
        assert_eq!(weekend[0], WorkingHours { weekday: Weekday::Saturday, start_minute: 0, end_minute: 1440 });
        assert_eq!(weekly(&hours("09:00-12:00,13:00-17:00"), &days("mon-fri")).map(|rule| rule.len()), Some(10));
    }
}
