//! PERIOD (RFC 5545 section 3.3.9): a start with an end or a duration.

use calendar_host::types::TimeRange;
use chrono::{DateTime, TimeDelta, Utc};

use super::clock::Clock;
use super::stamp::{Length, Stamp};

/// A value such as `20261004T090000Z/PT1H`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    start: Stamp,
    end: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    At(Stamp),
    After(Length),
}

impl Period {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (start, end) = text.split_once('/').ok_or_else(|| format!("{text:?} is no period"))?;
        let start = Stamp::parse(start)?;
        let end = match end.starts_with(['P', 'p', '+']) {
            true => Ending::After(Length::parse(end)?),
            false => Ending::At(Stamp::parse(end)?),
        };
        let has_date = start.is_date() || matches!(end, Ending::At(stamp) if stamp.is_date());
        if has_date { Err(format!("{text:?} is no period: it has a date alone")) } else { Ok(Self { start, end }) }
    }

    /// When it is, if wall times are those of `clock`.
    ///
    /// # Errors
    /// When it ends before it starts.
    pub(super) fn range(&self, clock: &Clock) -> Result<TimeRange, String> {
        let at = |stamp| instant(stamp, clock);
        let start = at(self.start);
        let end = match self.end {
            Ending::At(stamp) => at(stamp),
            Ending::After(length) => after(self.start, length, clock),
        };
        let range = TimeRange { start: start.timestamp(), end: end.timestamp() };
        if range.end < range.start { Err("a period ends before it starts".to_owned()) } else { Ok(range) }
    }

    /// Whether `clock` matters.
    pub(super) fn is_on_the_wall(&self) -> bool {
        matches!(self.start, Stamp::Wall(_)) || matches!(self.end, Ending::At(Stamp::Wall(_)))
    }
}

/// The instant of a date or time, on `clock` unless it is UTC.
pub(super) fn instant(stamp: Stamp, clock: &Clock) -> DateTime<Utc> {
    match stamp {
        Stamp::Utc(at) => at.and_utc(),
        Stamp::Wall(wall) => clock.first(wall),
        Stamp::Date(date) => clock.first(date.into()),
    }
}

/// The instant `length` after a date or time: days on its clock, the rest elapsed.
fn after(stamp: Stamp, length: Length, clock: &Clock) -> DateTime<Utc> {
    let days = TimeDelta::days(length.days);
    let shifted = match stamp {
        Stamp::Utc(at) => Stamp::Utc(at + days),
        Stamp::Wall(wall) => Stamp::Wall(wall + days),
        Stamp::Date(date) => Stamp::Wall(date.and_time(chrono::NaiveTime::MIN) + days),
    };
    instant(shifted, clock) + length.rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar_core::schedule::zone::Zone;

    #[test]
    fn a_period_has_an_end_or_a_duration() {
        let clock = Clock::Zone(Zone::parse("Europe/Berlin").expect("a zone"));
        let length = |text| {
            let range = Period::parse(text).expect("a period").range(&clock).expect("a range");
            range.end - range.start
        };
        assert_eq!(length("20261004T090000Z/20261004T100000Z"), 3600);
        assert_eq!(length("20261004T090000Z/PT30M"), 1800);
        // A day over the change of the clock has 25 hours, 24 hours have 24.
        assert_eq!(length("20261024T120000/P1D"), 25 * 3600);
        assert_eq!(length("20261024T120000/PT24H"), 24 * 3600);
        assert!(Period::parse("20261004T090000Z/20261004T080000Z").expect("a period").range(&clock).is_err());
        for wrong in ["", "20261004T090000Z", "20261004T090000Z/", "20261004/20261005", "20261004T090000Z/-PT1H"] {
            assert!(Period::parse(wrong).is_err(), "{wrong}");
        }
    }
}
