//! Dates, times and durations of iCalendar (RFC 5545 section 3.3), as written. No zone is asked here.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

/// A value as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// A date alone.
    Date(NaiveDate),
    /// A time on some wall clock.
    Wall(NaiveDateTime),
    /// A time in UTC.
    Utc(NaiveDateTime),
}

impl Stamp {
    /// Reads `20261004`, `20261004T090000` or `20261004T090000Z`, and nothing around them: what stands there may have been
    /// the sign of UTC.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{:?} is no date or time", text.chars().take(40).collect::<String>());
        let (date, clock) = match text.split_once(['T', 't']) {
            Some((date, clock)) => (date, Some(clock)),
            None => (text, None),
        };
        let date = digits(date, 8).and_then(|date| NaiveDate::parse_from_str(date, "%Y%m%d").ok()).ok_or_else(wrong)?;
        let Some(clock) = clock else { return Ok(Stamp::Date(date)) };
        let (clock, is_utc) = match clock.strip_suffix(['Z', 'z']) {
            Some(clock) => (clock, true),
            None => (clock, false),
        };
        let part = |at: usize| digits(clock, 6)?.get(at..at + 2)?.parse::<u32>().ok();
        let time = part(0).zip(part(2)).zip(part(4));
        // There is no leap second on this clock.
        let time =
            time.filter(|(_, second)| *second <= 60).map(|((hour, minute), second)| (hour, minute, second.min(59)));
        let wall = time.and_then(|(hour, minute, second)| date.and_hms_opt(hour, minute, second)).ok_or_else(wrong)?;
        Ok(if is_utc { Stamp::Utc(wall) } else { Stamp::Wall(wall) })
    }

    /// The numbers as written.
    pub(super) fn civil(self) -> NaiveDateTime {
        match self {
            Stamp::Date(date) => date.into(),
            Stamp::Wall(civil) | Stamp::Utc(civil) => civil,
        }
    }

    pub(super) fn is_date(self) -> bool {
        matches!(self, Stamp::Date(_))
    }
}

fn digits(text: &str, count: usize) -> Option<&str> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// How long something lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    /// On the wall clock.
    pub(super) days: i64,
    /// After that, elapsed.
    pub(super) rest: TimeDelta,
}

/// A hundred years. More is a slip, and would leave the calendar.
const LONGEST_DAYS: i64 = 36_525;

impl Length {
    pub(super) const ZERO: Length = Length { days: 0, rest: TimeDelta::zero() };

    /// `P1D`, `PT1H30M`, `P2W` (RFC 5545 section 3.3.6): weeks and days on the wall clock, the rest elapsed.
    pub(super) fn parse(text: &str) -> Result<Length, String> {
        let wrong = || format!("{:?} is no duration", text.chars().take(40).collect::<String>());
        let upper = text.to_ascii_uppercase();
        let body = upper.strip_prefix('+').unwrap_or(&upper).strip_prefix('P').ok_or_else(wrong)?;
        let (mut length, mut number, mut is_time) = (Length::ZERO, String::new(), false);
        for letter in body.chars() {
            if letter.is_ascii_digit() && number.len() < 7 {
                number.push(letter);
                continue;
            }
            if letter == 'T' && number.is_empty() && !is_time {
                is_time = true;
                continue;
            }
            let count: i64 = number.parse().map_err(|_| wrong())?;
            match (letter, is_time) {
                ('W', false) => length.days += 7 * count,
                ('D', false) => length.days += count,
                ('H', true) => length.rest += TimeDelta::hours(count),
                ('M', true) => length.rest += TimeDelta::minutes(count),
                ('S', true) => length.rest += TimeDelta::seconds(count),
                _ => return Err(wrong()),
            }
            if length.days > LONGEST_DAYS || length.rest > TimeDelta::days(LONGEST_DAYS) {
                return Err(wrong());
            }
            number.clear();
        }
        if number.is_empty() && !body.is_empty() && !body.ends_with('T') { Ok(length) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_days_of_the_wall_clock_and_elapsed_time() {
        assert_eq!(Length::parse("P1DT2H30M"), Ok(Length { days: 1, rest: TimeDelta::minutes(150) }));
        assert_eq!(Length::parse("+p2w"), Ok(Length { days: 14, rest: TimeDelta::zero() }));
        for wrong in
            ["", "P", "1H", "PT", "PT5", "-PT5M", "PT5X", "P5H", "PT1D", "P1DT", "PTT5M", "PT12345678H", "P9999999W"]
        {
            assert!(Length::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-10-04",
            "20261004T09",
            "20261304",
            "20261004T250000Z",
            "20261004T096000",
            "20261004T090000 ",
            "2026100é",
        ] {
            assert!(Stamp::parse(text).is_err(), "{text}");
        }
        let leap = Stamp::parse("20161231T235960Z").expect("a leap second").civil();
        assert_eq!(leap.to_string(), "2016-12-31 23:59:59");
    }
}
