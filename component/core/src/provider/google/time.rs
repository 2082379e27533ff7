//! Times as Google writes them: RFC 3339 for instants, bare dates for all-day events. Instants
//! become whole seconds, rounded outwards, so that an event never looks shorter than it is.
//! Not here: zone rules (`schedule::zone`).

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use serde::Deserialize;

use crate::schedule::interval::Interval;
use crate::schedule::zone::Zone;

/// `2026-06-10T08:00:00Z`, the form of every instant we send.
#[must_use]
pub fn format(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Reads RFC 3339 with an offset or `Z`; fractions are kept.
#[must_use]
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
}

/// `start` or `end` of an event: `{date}` or `{dateTime, timeZone}`.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WireTime {
    /// `2026-06-10`, of an all-day event.
    pub date: Option<String>,
    /// RFC 3339; the offset may be missing when `time_zone` is there.
    pub date_time: Option<String>,
    /// IANA zone it was entered in.
    pub time_zone: Option<String>,
}

impl WireTime {
    fn instant(&self) -> Option<DateTime<Utc>> {
        let text = self.date_time.as_deref()?;
        parse(text).or_else(|| {
            let civil = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
            let zone = Zone::parse(self.time_zone.as_deref()?).ok()?;
            Some(zone.earlier(civil))
        })
    }

    fn day(&self) -> Option<NaiveDate> {
        // `%Y` alone would also take years of any length.
        let text = self.date.as_deref().filter(|text| text.len() == 10)?;
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
    }
}

/// When an event is, before the calendar's zone is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Between two instants.
    Timed(DateTime<Utc>, DateTime<Utc>),
    /// From the first date up to, not including, the second one, in the calendar's zone.
    Days(NaiveDate, NaiveDate),
}

impl Span {
    /// Reads both ends; none = malformed, of different kinds, or the end is before the start.
    #[must_use]
    pub fn read(start: &WireTime, end: &WireTime) -> Option<Span> {
        if let (Some(first), Some(last)) = (start.day(), end.day()) {
            return (first <= last).then_some(Span::Days(first, last));
        }
        let (first, last) = (start.instant()?, end.instant()?);
        (first <= last).then_some(Span::Timed(first, last))
    }

    /// Given as dates.
    #[must_use]
    pub fn is_all_day(self) -> bool {
        matches!(self, Span::Days(..))
    }

    /// Start and end; they are equal when the event takes no time. Dates are midnights in `zone`,
    /// which is not asked for anything else.
    #[must_use]
    pub fn bounds(self, zone: &Zone) -> (DateTime<Utc>, DateTime<Utc>) {
        match self {
            Span::Timed(start, end) if start == end => (start, end),
            Span::Timed(start, end) => (start, end),
            Span::Days(first, last) => (zone.start_of_day(first), zone.start_of_day(last)),
        }
    }

    /// The time taken, or none when there is none.
    #[must_use]
    pub fn interval(self, zone: &Zone) -> Option<Interval> {
        let (start, end) = self.bounds(zone);
        Interval::new(start, end)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn span(start: Value, end: Value) -> Option<Span> {
        let read = |value| serde_json::from_value::<WireTime>(value).unwrap();
        Span::read(&read(start), &read(end))
    }

    fn at(text: &str) -> DateTime<Utc> {
        parse(text).unwrap()
    }

    #[test]
    fn instants_survive_a_round_trip_as_utc() {
        assert_eq!(format(at("2026-06-10T10:00:00+02:00")), "2026-06-10T08:00:00Z");
        assert_eq!(format(at("2026-06-10T08:00:00.999Z")), "2026-06-10T08:00:00Z");
        for bad in ["", "2026-06-10", "2026-06-10T10:00:00", "2026-13-10T10:00:00Z", "tomorrow"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn fractions_of_a_second_are_rounded_outwards() {
        let read = span(json!({"dateTime": "2026-06-10T10:00:00.5Z"}), json!({"dateTime": "2026-06-10T10:30:00.5Z"}));
        let expected = Interval::new(at("2026-06-10T10:00:00Z"), at("2026-06-10T10:30:01Z"));
        assert_eq!(read.unwrap().interval(&Zone::utc()), expected);
    }

    #[test]
    fn a_time_without_offset_is_read_in_its_own_zone() {
        let read = span(
            json!({"dateTime": "2026-06-10T10:00:00", "timeZone": "Europe/Berlin"}),
            json!({"dateTime": "2026-06-10T10:30:00", "timeZone": "Europe/Berlin"}),
        );
        let expected = Interval::new(at("2026-06-10T08:00:00Z"), at("2026-06-10T08:30:00Z"));
        assert_eq!(read.unwrap().interval(&Zone::utc()), expected);
    }

    #[test]
    fn all_day_events_are_midnight_to_midnight_of_the_calendar() {
        // The clocks go back that day in Berlin: 25 hours.
        let read = span(json!({"date": "2026-10-25"}), json!({"date": "2026-10-26"})).unwrap();
        assert!(read.is_all_day());
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let expected = Interval::new(at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z"));
        assert_eq!(read.interval(&berlin), expected);
    }

    #[test]
    fn an_event_without_length_takes_no_time() {
        let same = json!({"dateTime": "2026-06-10T10:00:00.5Z"});
        assert_eq!(span(same.clone(), same).unwrap().interval(&Zone::utc()), None);
        let same = json!({"date": "2026-06-10"});
        assert_eq!(span(same.clone(), same).unwrap().interval(&Zone::utc()), None);
    }

    #[test]
    fn malformed_mixed_and_reversed_times_are_refused() {
        let time = |text: &str| json!({"dateTime": text});
        for (start, end) in [
            (json!({}), json!({})),
            (json!({"date": "2026-06-10"}), time("2026-06-10T10:00:00Z")),
            (json!({"date": "2026-06-31"}), json!({"date": "2026-07-01"})),
            (json!({"date": "+12026-06-10"}), json!({"date": "+12026-06-11"})),
            (json!({"date": "2026-06-11"}), json!({"date": "2026-06-10"})),
            (time("2026-06-10T10:00:00Z"), time("2026-06-10T09:59:59Z")),
            (time("2026-06-10T10:00:00"), time("2026-06-10T11:00:00")),
            (time("x"), time("2026-06-10T11:00:00Z")),
        ] {
            assert_eq!(span(start.clone(), end.clone()), None, "{start} {end}");
        }
    }

    #[test]
    fn the_first_and_the_last_dates_do_not_trap() {
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"] {
            let zone = Zone::parse(zone).unwrap();
            for (first, last) in [("0000-01-01", "0001-01-01"), ("9999-12-30", "9999-12-31")] {
                let read = span(json!({"date": first}), json!({"date": last})).unwrap();
                assert!(read.interval(&zone).is_some());
            }
        }
    }
}
