//! Options about single dates: `--override`, `--holiday`, `--stay`. Dates are written `2026-10-04`.

use std::str::FromStr;

use calendar_host::types::{DateOverride, Holiday, Stay};
use chrono::NaiveDate;

use super::hours::{self, Hours};
use super::zone;

/// `2026-10-04=10:00-12:00` or `2026-10-04=closed`.
#[derive(Debug, Clone)]
pub struct OverrideArg(pub DateOverride);

impl FromStr for OverrideArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let malformed = || "write 2026-10-04=10:00-12:00,13:00-15:00 or 2026-10-04=closed".to_owned();
        let (day, windows) = text.split_once('=').ok_or_else(malformed)?;
        let day = date(day)?;
        let windows = match windows.trim() {
            "closed" => Vec::new(),
            windows => hours::on_date(day, &windows.parse::<Hours>()?),
        };
        Ok(Self(DateOverride { date: day.to_string(), windows }))
    }
}

/// `2026-12-24..2026-12-26`, or one date.
#[derive(Debug, Clone)]
pub struct HolidayArg(pub Holiday);

impl FromStr for HolidayArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (first, last) = dates(text)?;
        Ok(Self(Holiday { first: first.to_string(), last: last.to_string() }))
    }
}

/// `2026-10-01..2026-10-08=Asia/Tokyo`.
#[derive(Debug, Clone)]
pub struct StayArg(pub Stay);

impl FromStr for StayArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let malformed = || "write 2026-10-01..2026-10-08=Asia/Tokyo".to_owned();
        let (days, place) = text.split_once('=').ok_or_else(malformed)?;
        let ((first, last), time_zone) = (dates(days)?, zone::named(place.trim())?.name().to_owned());
        Ok(Self(Stay { first: first.to_string(), last: last.to_string(), time_zone }))
    }
}

/// One date or the first and the last of several.
fn dates(text: &str) -> Result<(NaiveDate, NaiveDate), String> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (date(first)?, date(last)?);
    if last < first { Err(format!("{last} is before {first}")) } else { Ok((first, last)) }
}

fn date(text: &str) -> Result<NaiveDate, String> {
    let text = text.trim();
    let is_whole = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let parsed = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_whole);
    parsed.ok_or_else(|| format!("{text:?} is not a date; write 2026-10-04"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar_host::types::Weekday;

    #[test]
    fn an_override_has_windows_of_its_weekday_or_none() {
        let one = "2026-10-04=10:00-12:00,22:00-01:00".parse::<OverrideArg>().expect("valid").0;
        let windows: Vec<_> = one.windows.iter().map(|one| (one.weekday, one.start_minute, one.end_minute)).collect();
        assert_eq!(windows, [(Weekday::Sunday, 600, 720), (Weekday::Sunday, 1320, 1500)]);
        assert!("2026-10-04=closed".parse::<OverrideArg>().expect("valid").0.windows.is_empty());
        let all = "2026-10-04=all".parse::<OverrideArg>().expect("valid").0;
        assert_eq!((all.windows[0].start_minute, all.windows[0].end_minute), (0, 1440));
    }

    #[test]
    fn a_holiday_is_one_date_or_several() {
        let days = |text: &str| text.parse::<HolidayArg>().map(|one| (one.0.first, one.0.last));
        assert_eq!(days("2026-12-24..2026-12-26"), Ok(("2026-12-24".into(), "2026-12-26".into())));
        assert_eq!(days("2026-12-24"), Ok(("2026-12-24".into(), "2026-12-24".into())));
        assert_eq!(days("2026-12-26..2026-12-24"), Err("2026-12-24 is before 2026-12-26".into()));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for text in ["2026-10-04", "=closed", "2026-10-04=open", "2026-02-30=closed", "26-10-04=closed", "2026-10-04="]
        {
            assert!(text.parse::<OverrideArg>().is_err(), "{text}");
        }
        for text in ["", "2026-12-24..", "2026-12", "tomorrow", "2026-12-24...2026-12-26", "+026-12-24"] {
            assert!(text.parse::<HolidayArg>().is_err(), "{text}");
        }
        let error = "2026-10-01..2026-10-08=tokyo".parse::<StayArg>().expect_err("no zone");
        assert_eq!(error, r#"unknown time zone "tokyo"; did you mean Asia/Tokyo?"#);
        assert!("2026-10-01=Asia/Tokyo".parse::<StayArg>().is_ok());
        assert!("2026-10-01..2026-10-08".parse::<StayArg>().is_err());
    }
}
