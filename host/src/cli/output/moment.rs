//! Instants and intervals in the zone the user reads: RFC 3339 for programs, dates and clock times for people.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::TimeRange;
use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

/// An instant as it is shown in a zone. Prints and serializes as RFC 3339 with the zone's offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(DateTime<FixedOffset>);

impl Moment {
    /// `instant` in `zone`. An offset that is not whole minutes, which RFC 3339 cannot write, is shown as UTC.
    pub fn new(instant: DateTime<Utc>, zone: &Zone) -> Self {
        let seconds = zone.offset_seconds(instant);
        let offset = FixedOffset::east_opt(seconds).filter(|_| seconds % 60 == 0);
        Self(instant.with_timezone(&offset.unwrap_or(UTC)))
    }

    /// As [`Moment::new`], from seconds since 1970.
    pub fn from_seconds(seconds: i64, zone: &Zone) -> Self {
        Self::new(DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::UNIX_EPOCH), zone)
    }

    /// Seconds since 1970.
    pub fn seconds(&self) -> i64 {
        self.0.timestamp()
    }

    /// `Mon 2026-03-09`.
    pub fn day(&self) -> String {
        self.0.format("%a %Y-%m-%d").to_string()
    }

    /// `09:00`, with seconds only where there are any.
    pub fn clock(&self) -> String {
        let format = if self.0.timestamp() % 60 == 0 { "%H:%M" } else { "%H:%M:%S" };
        self.0.format(format).to_string()
    }

    /// `+01:00`, or `UTC`.
    pub fn offset(&self) -> String {
        if *self.0.offset() == UTC { "UTC".to_owned() } else { self.0.offset().to_string() }
    }
}

const UTC: FixedOffset = match FixedOffset::east_opt(0) {
    Some(offset) => offset,
    None => unreachable!(),
};

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A half-open interval in a zone. Prints as `Mon 2026-03-09 09:00-09:30 +01:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First instant inside.
    pub start: Moment,
    /// First instant after.
    pub end: Moment,
}

impl Span {
    /// `range` in `zone`.
    pub fn new(range: &TimeRange, zone: &Zone) -> Self {
        Self { start: Moment::from_seconds(range.start, zone), end: Moment::from_seconds(range.end, zone) }
    }

    /// All of `ranges` in `zone`.
    pub fn all(ranges: &[TimeRange], zone: &Zone) -> Vec<Self> {
        ranges.iter().map(|range| Self::new(range, zone)).collect()
    }

    /// `09:00-09:30 +01:00`, with the day of the end when it is another one.
    pub fn clock(&self) -> String {
        let (start, end) = (&self.start, &self.end);
        let shift = if start.offset() == end.offset() { String::new() } else { format!(" {}", start.offset()) };
        let (from, to, offset) = (start.clock(), end.clock(), end.offset());
        if start.day() == end.day() && shift.is_empty() {
            format!("{from}-{to} {offset}")
        } else if start.day() == end.day() {
            format!("{from}{shift} - {to} {offset}")
        } else {
            format!("{from}{shift} - {} {to} {offset}", end.day())
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.start.day(), self.clock())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: &str, end: &str, zone: &str) -> Span {
        let seconds = |text: &str| DateTime::parse_from_rfc3339(text).expect("an instant").timestamp();
        let range = TimeRange { start: seconds(start), end: seconds(end) };
        Span::new(&range, &Zone::parse(zone).expect("a zone"))
    }

    #[test]
    fn programs_get_the_offset_of_the_zone() {
        let span = span("2026-07-01T07:00:00Z", "2026-07-01T07:30:00Z", "Europe/Berlin");
        let json = serde_json::to_string(&span).expect("json");
        assert_eq!(json, r#"{"start":"2026-07-01T09:00:00+02:00","end":"2026-07-01T09:30:00+02:00"}"#);
    }

    #[test]
    fn people_get_the_day_once_and_the_offset_once() {
        let day = span("2026-07-01T07:00:00Z", "2026-07-01T07:30:00Z", "Europe/Berlin");
        assert_eq!(day.to_string(), "Wed 2026-07-01 09:00-09:30 +02:00");
        let night = span("2026-07-01T20:00:00Z", "2026-07-02T05:00:00Z", "Europe/Berlin");
        assert_eq!(night.to_string(), "Wed 2026-07-01 22:00 - Thu 2026-07-02 07:00 +02:00");
    }

    #[test]
    fn an_interval_over_a_change_of_the_clock_shows_both_offsets() {
        let shift = span("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "America/New_York");
        assert_eq!(shift.to_string(), "Sun 2026-11-01 01:30 -04:00 - 01:30 -05:00");
    }

    #[test]
    fn an_offset_with_seconds_is_shown_in_utc() {
        let monrovia = span("1971-01-01T00:00:00Z", "1971-01-01T01:00:00Z", "Africa/Monrovia");
        assert_eq!(monrovia.start.to_string(), "1971-01-01T00:00:00Z");
    }
}
