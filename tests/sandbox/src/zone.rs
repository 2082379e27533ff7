//! Civil time <-> instant by jiff's zone rules. Names are IANA names; Windows names are Microsoft's affair.
//!
//! A wall time that does not exist is read as RFC 5545 section 3.3.5 says, with the offset before the gap (02:30 becomes
//! 03:30); one that exists twice is the earlier. A day starts at its first instant, also where midnight is skipped.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeDelta, Timelike, Utc};
use jiff::civil;
use jiff::tz::TimeZone;

/// A zone of the IANA database.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// Looks the zone up by its IANA name; `None` when there is no such zone.
    pub fn get(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("utc") {
            return Some(Self::utc());
        }
        TimeZone::get(name).ok().map(Self)
    }

    /// The zone UTC.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The instant of a wall time.
    pub fn instant(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        let Some(civil) = to_civil(wall) else {
            return wall.and_utc();
        };
        match self.0.to_ambiguous_timestamp(civil).compatible() {
            Ok(at) => DateTime::from_timestamp(at.as_second(), 0).unwrap_or_else(|| wall.and_utc()),
            Err(_) => wall.and_utc(),
        }
    }

    /// The wall time of an instant, in whole seconds.
    pub fn wall(&self, at: DateTime<Utc>) -> NaiveDateTime {
        (at + TimeDelta::seconds(self.offset_seconds(at).into())).naive_utc().with_nanosecond(0).unwrap_or_default()
    }

    /// Seconds east of UTC at an instant.
    pub fn offset_seconds(&self, at: DateTime<Utc>) -> i32 {
        jiff::Timestamp::from_second(at.timestamp()).map(|stamp| self.0.to_offset(stamp).seconds()).unwrap_or(0)
    }

    /// The instant with this zone's offset, for printing.
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<chrono::FixedOffset> {
        let offset = chrono::FixedOffset::east_opt(self.offset_seconds(at)).unwrap_or_else(|| Utc.fix());
        at.with_timezone(&offset)
    }

    /// The first instant of a local day.
    pub fn start_of_day(&self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = date.and_hms_opt(0, 0, 0).unwrap_or_default();
        let Some(civil) = to_civil(midnight) else {
            return midnight.and_utc();
        };
        match civil.to_zoned(self.0.clone()).and_then(|zoned| zoned.start_of_day()) {
            Ok(zoned) => {
                DateTime::from_timestamp(zoned.timestamp().as_second(), 0).unwrap_or_else(|| midnight.and_utc())
            }
            Err(_) => midnight.and_utc(),
        }
    }
}

fn to_civil(wall: NaiveDateTime) -> Option<civil::DateTime> {
    let part = |value: u32| i8::try_from(value).ok();
    civil::DateTime::new(
        i16::try_from(wall.year()).ok()?,
        part(wall.month())?,
        part(wall.day())?,
        part(wall.hour())?,
        part(wall.minute())?,
        part(wall.second())?,
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        wall(text).and_utc()
    }

    #[test]
    fn a_wall_time_in_a_gap_takes_the_offset_before_it() {
        let zone = Zone::get("America/New_York").unwrap();
        assert_eq!(zone.instant(wall("2026-03-08T02:30")), utc("2026-03-08T07:30"));
    }

    #[test]
    fn a_wall_time_that_exists_twice_is_the_earlier() {
        let zone = Zone::get("America/New_York").unwrap();
        assert_eq!(zone.instant(wall("2026-11-01T01:30")), utc("2026-11-01T05:30"));
    }

    #[test]
    fn a_day_without_midnight_starts_after_the_gap() {
        let zone = Zone::get("Africa/Cairo").unwrap();
        let start = zone.start_of_day(NaiveDate::from_ymd_opt(2026, 4, 24).unwrap());
        assert_eq!(zone.wall(start), wall("2026-04-24T01:00"));
    }

    #[test]
    fn an_instant_prints_with_the_offset_of_its_day() {
        let zone = Zone::get("Europe/Berlin").unwrap();
        assert_eq!(zone.local(utc("2026-07-01T10:00")).to_rfc3339(), "2026-07-01T12:00:00+02:00");
        assert_eq!(zone.wall(utc("2026-12-01T10:00")), wall("2026-12-01T11:00"));
    }

    #[test]
    fn an_unknown_zone_is_refused() {
        assert!(Zone::get("Mars/Olympus").is_none());
        assert!(Zone::get("UTC").is_some());
    }
}
