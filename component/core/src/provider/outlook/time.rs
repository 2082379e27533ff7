//! Graph's `dateTimeTimeZone` <-> instants, and all-day dates -> midnights.
//! Not here: which zone a mailbox is in (`mailbox`), zone names (`zones`).
//!
//! <https://learn.microsoft.com/graph/api/resources/datetimetimezone>

use chrono::{DateTime, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Timelike, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::zones;
use crate::schedule::interval::Interval;
use crate::schedule::zone::Zone;

/// A wall time without offset, up to 7 fraction digits, and the name of its zone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DateTimeTimeZone {
    /// The wall time.
    pub date_time: String,
    /// Windows or IANA name; absent = UTC, as the service documents.
    pub time_zone: Option<String>,
}

/// Why a pair of times says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadTime {
    /// Not a wall time.
    #[error("has a time that is not a wall time")]
    Malformed,
    /// A zone without known rules.
    #[error("has a time in an unknown time zone")]
    UnknownZone,
    /// An all-day event of a mailbox whose zone is not known.
    #[error("has an all-day event, and the mailbox's time zone is not known")]
    NoMailboxZone,
}

impl DateTimeTimeZone {
    /// The instant in UTC, as it is sent: `{"dateTime": "2026-06-10T10:00:00", "timeZone": "UTC"}`.
    #[must_use]
    pub fn utc(instant: DateTime<Utc>) -> Value {
        json!({ "dateTime": instant.format("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC" })
    }

    fn wall(&self) -> Result<NaiveDateTime, BadTime> {
        NaiveDateTime::parse_from_str(self.date_time.trim(), "%Y-%m-%dT%H:%M:%S%.f").map_err(|_| BadTime::Malformed)
    }

    fn zone(&self) -> Result<Zone, BadTime> {
        match self.time_zone.as_deref().unwrap_or("UTC") {
            "UTC" => Ok(Zone::utc()),
            name => zones::parse(name).ok_or(BadTime::UnknownZone),
        }
    }
}

/// The instants of a timed event, widened to whole seconds; none = it has no length.
///
/// # Errors
/// [`BadTime::Malformed`], [`BadTime::UnknownZone`].
pub fn timed(start: &DateTimeTimeZone, end: &DateTimeTimeZone) -> Result<Option<Interval>, BadTime> {
    let whole = |wall: NaiveDateTime| wall.with_nanosecond(0).unwrap_or(wall);
    let begin = start.zone()?.earlier(whole(start.wall()?));
    let wall = end.wall()?;
    let fraction = TimeDelta::seconds(i64::from(wall.nanosecond() > 0));
    let finish = end.zone()?.later(whole(wall));
    Ok(Interval::new(begin, finish.checked_add_signed(fraction).unwrap_or(finish)))
}

/// The instants of an all-day event: its dates are dates of the mailbox, whatever zone the label
/// names, the end exclusive; none = it has no length. Times that are not midnight were converted
/// by the service and are read as what they say.
///
/// # Errors
/// As [`timed`]; [`BadTime::NoMailboxZone`] when `mailbox` is needed and not known.
pub fn all_day(
    start: &DateTimeTimeZone,
    end: &DateTimeTimeZone,
    mailbox: Option<&Zone>,
) -> Result<Option<Interval>, BadTime> {
    let (first, last) = (start.wall()?, end.wall()?);
    if first.time() != NaiveTime::MIN || last.time() != NaiveTime::MIN {
        return timed(start, end);
    }
    let zone = mailbox.ok_or(BadTime::NoMailboxZone)?;
    Ok(Interval::new(zone.start_of_day(first.date()), zone.start_of_day(last.date())))
}

/// The dates of an interval that runs from midnight to midnight in `zone`, as midnights without
/// zone; none = it does not.
#[must_use]
pub fn as_dates(time: Interval, zone: &Zone) -> Option<(NaiveDateTime, NaiveDateTime)> {
    zone.whole_days(time).map(|(first, last)| (first.and_time(NaiveTime::MIN), last.and_time(NaiveTime::MIN)))
}

/// An instant as the bound of a range in a query: RFC 3339 in UTC with `Z`.
#[must_use]
pub fn bound(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(date_time: &str, zone: &str) -> DateTimeTimeZone {
        DateTimeTimeZone { date_time: date_time.to_owned(), time_zone: Some(zone.to_owned()) }
    }

    fn range(start: &str, end: &str) -> Option<Interval> {
        Interval::new(start.parse().unwrap(), end.parse().unwrap())
    }

    #[test]
    fn reads_wall_times_in_utc_windows_and_iana_zones() {
        for (start, end, zone, expected) in [
            (
                "2026-06-10T10:00:00.0000000",
                "2026-06-10T10:30:00.0000000",
                "UTC",
                ("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z"),
            ),
            (
                "2026-06-10T10:00:00",
                "2026-06-10T10:30:00",
                "W. Europe Standard Time",
                ("2026-06-10T08:00:00Z", "2026-06-10T08:30:00Z"),
            ),
            (
                "2026-01-10T10:00:00",
                "2026-01-10T10:30:00",
                "America/New_York",
                ("2026-01-10T15:00:00Z", "2026-01-10T15:30:00Z"),
            ),
            (
                "2026-06-10T10:00:00.9",
                "2026-06-10T10:30:00.0000001",
                "tzone://Microsoft/Utc",
                ("2026-06-10T10:00:00Z", "2026-06-10T10:30:01Z"),
            ),
        ] {
            assert_eq!(timed(&pair(start, zone), &pair(end, zone)), Ok(range(expected.0, expected.1)));
        }
    }

    #[test]
    fn takes_both_occurrences_of_an_hour_that_occurs_twice() {
        let zone = "Eastern Standard Time";
        assert_eq!(
            timed(&pair("2026-11-01T01:00:00", zone), &pair("2026-11-01T01:30:00", zone)),
            Ok(range("2026-11-01T05:00:00Z", "2026-11-01T06:30:00Z"))
        );
    }

    #[test]
    fn refuses_what_is_not_a_wall_time_or_has_no_known_zone() {
        let good = pair("2026-06-10T10:00:00", "UTC");
        for bad in [
            "",
            "2026-06-10",
            "2026-06-10T10:00:00Z",
            "2026-06-10T10:00:00+02:00",
            "2026-02-30T10:00:00",
            "9999999-01-01T00:00:00",
        ] {
            assert_eq!(timed(&pair(bad, "UTC"), &good), Err(BadTime::Malformed), "{bad}");
        }
        assert_eq!(timed(&good, &pair("2026-06-10T11:00:00", "Customized Time Zone")), Err(BadTime::UnknownZone));
        assert_eq!(timed(&good, &good), Ok(None));
    }

    #[test]
    fn all_day_events_are_dates_of_the_mailbox() {
        let (start, end) = (pair("2026-06-10T00:00:00.0000000", "UTC"), pair("2026-06-11T00:00:00.0000000", "UTC"));
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let expected = range("2026-06-09T22:00:00Z", "2026-06-10T22:00:00Z");
        assert_eq!(all_day(&start, &end, Some(&berlin)), Ok(expected));
        assert_eq!(all_day(&start, &end, None), Err(BadTime::NoMailboxZone));
        assert_eq!(all_day(&start, &start, Some(&berlin)), Ok(None));
        let converted = (pair("2026-06-09T22:00:00", "UTC"), pair("2026-06-10T22:00:00", "UTC"));
        assert_eq!(all_day(&converted.0, &converted.1, None), Ok(expected));
        let dates = as_dates(expected.unwrap(), &berlin).unwrap();
        assert_eq!(
            (dates.0.to_string(), dates.1.to_string()),
            ("2026-06-10 00:00:00".into(), "2026-06-11 00:00:00".into())
        );
        assert_eq!(as_dates(expected.unwrap(), &Zone::utc()), None);
    }

    #[test]
    fn an_all_day_event_over_a_clock_change_lasts_23_hours() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let (start, end) = (pair("2026-03-29T00:00:00", "UTC"), pair("2026-03-30T00:00:00", "UTC"));
        assert_eq!(all_day(&start, &end, Some(&berlin)).unwrap().unwrap().length(), TimeDelta::hours(23));
    }

    #[test]
    fn sends_times_in_utc_without_offset() {
        let instant = "2026-06-10T10:00:00Z".parse().unwrap();
        assert_eq!(DateTimeTimeZone::utc(instant), json!({"dateTime": "2026-06-10T10:00:00", "timeZone": "UTC"}));
        assert_eq!(bound(instant), "2026-06-10T10:00:00Z");
    }
}
