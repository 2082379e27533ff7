//! Expansion of RFC 5545 recurrence lines (RRULE, EXDATE, RDATE) into instances, for both vendors.
//!
//! Rules run on wall time: the `rrule` crate is given the wall time as if it were UTC, and every wall time it finds is mapped
//! by this crate's `zone`. Exceptions of single instances are the vendor stores' affair.

use crate::zone::Zone;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

/// How long an instance lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Elapsed time, for timed events.
    Elapsed(TimeDelta),
    /// Whole local days, for all-day events.
    Days(i64),
}

/// A series: its first start and the rules.
#[derive(Debug, Clone)]
pub struct Series<'a> {
    /// Wall time of the first instance.
    pub start: NaiveDateTime,
    /// Zone in which the rules run.
    pub zone: Zone,
    /// How long each instance lasts.
    pub length: Length,
    /// `RRULE:`, `EXDATE:` and `RDATE:` lines.
    pub lines: &'a [String],
}

/// One instance of a series, before any exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Wall time the rules gave, in the series' zone.
    pub original: NaiveDateTime,
    /// Start.
    pub start: DateTime<Utc>,
    /// End, exclusive.
    pub end: DateTime<Utc>,
}

/// Most instances one expansion yields.
const LIMIT: u16 = 4_000;

impl Series<'_> {
    /// The instances that overlap `[from, to)`, sorted by start; an instance that only touches an end is left out.
    ///
    /// # Errors
    /// The text says which line cannot be read.
    pub fn instances(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Instance>, String> {
        let slack = TimeDelta::hours(36) + self.longest();
        let floor = self.zone.wall(from) - slack;
        let ceiling = self.zone.wall(to) + TimeDelta::hours(36);
        let mut found: Vec<Instance> = self
            .walls(floor, ceiling)?
            .into_iter()
            .map(|wall| self.instance(wall))
            .filter(|one| one.start < to && (one.end > from || one.end == one.start && one.start >= from))
            .collect();
        found.sort_by_key(|one| (one.start, one.original));
        Ok(found)
    }

    /// The instance whose rules give exactly this wall time, if any.
    ///
    /// # Errors
    /// As `instances`.
    pub fn at(&self, wall: NaiveDateTime) -> Result<Option<Instance>, String> {
        Ok(self.walls(wall, wall)?.contains(&wall).then(|| self.instance(wall)))
    }

    fn longest(&self) -> TimeDelta {
        match self.length {
            Length::Elapsed(length) => length,
            Length::Days(days) => TimeDelta::days(days),
        }
    }

    fn instance(&self, original: NaiveDateTime) -> Instance {
        match self.length {
            Length::Elapsed(length) => {
                let start = self.zone.instant(original);
                Instance { original, start, end: start + length }
            }
            Length::Days(days) => {
                let first = original.date();
                let last = first + TimeDelta::days(days);
                Instance { original, start: self.zone.start_of_day(first), end: self.zone.start_of_day(last) }
            }
        }
    }

    /// Wall times in `[floor, ceiling]`, exclusions taken away.
    fn walls(&self, floor: NaiveDateTime, ceiling: NaiveDateTime) -> Result<Vec<NaiveDateTime>, String> {
        let start = self.start.and_utc().with_timezone(&Tz::UTC);
        let mut walls = Vec::new();
        let mut excluded = Vec::new();
        let mut empty = false;
        for line in self.lines {
            let (name, value) = line.split_once(':').ok_or_else(|| format!("not a recurrence line: {line}"))?;
            let kind = name.split(';').next().unwrap_or_default().to_ascii_uppercase();
            match kind.as_str() {
                "RRULE" => {
                    let (value, until) = self.localise(value)?;
                    if until.is_some_and(|until| until < self.start) {
                        empty = true;
                        continue;
                    }
                    let rule: RRule<Unvalidated> = value.parse().map_err(|error| format!("{line}: {error}"))?;
                    let rule = rule.validate(start).map_err(|error| format!("{line}: {error}"))?;
                    let set = RRuleSet::new(start)
                        .rrule(rule)
                        .after((floor - TimeDelta::seconds(1)).and_utc().with_timezone(&Tz::UTC))
                        .before((ceiling + TimeDelta::seconds(1)).and_utc().with_timezone(&Tz::UTC));
                    walls.extend(set.all(LIMIT).dates.into_iter().map(|at| at.naive_utc()));
                }
                "EXDATE" => excluded.extend(self.dates(name, value)?),
                "RDATE" => walls.extend(self.dates(name, value)?),
                _ => return Err(format!("unsupported recurrence line: {line}")),
            }
        }
        if !empty {
            walls.push(self.start);
        }
        walls.retain(|wall| *wall >= floor && *wall <= ceiling && !excluded.contains(wall));
        walls.sort_unstable();
        walls.dedup();
        Ok(walls)
    }

    /// An RRULE value with UNTIL turned from UTC (or a date, inclusive) into this series' wall time.
    fn localise(&self, value: &str) -> Result<(String, Option<NaiveDateTime>), String> {
        let mut parts = Vec::new();
        let mut until = None;
        for part in value.split(';').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some((name, text)) if name.eq_ignore_ascii_case("UNTIL") => {
                    let wall = match parse_stamp(text).ok_or_else(|| format!("UNTIL cannot be read: {text}"))? {
                        Stamp::Date(date) => date.and_hms_opt(23, 59, 59).unwrap_or_default(),
                        Stamp::Wall(wall) => wall,
                        Stamp::Utc(at) if matches!(self.length, Length::Days(_)) => at.naive_utc(),
                        Stamp::Utc(at) => self.zone.wall(at),
                    };
                    until = Some(wall);
                    parts.push(format!("UNTIL={}", wall.format("%Y%m%dT%H%M%SZ")));
                }
                Some(_) => parts.push(part.to_ascii_uppercase()),
                None => return Err(format!("not NAME=VALUE: {part}")),
            }
        }
        Ok((parts.join(";"), until))
    }

    /// The wall times of an EXDATE or RDATE line.
    fn dates(&self, name: &str, value: &str) -> Result<Vec<NaiveDateTime>, String> {
        let named = name.split(';').find_map(|part| part.strip_prefix("TZID="));
        let zone = match named {
            Some(text) => Some(Zone::get(text).ok_or_else(|| format!("unknown zone {text}"))?),
            None => None,
        };
        let one = |text: &str| match parse_stamp(text) {
            Some(Stamp::Date(date)) => Ok(date.and_time(self.start.time())),
            Some(Stamp::Utc(at)) => Ok(self.zone.wall(at)),
            Some(Stamp::Wall(wall)) => Ok(zone.as_ref().map_or(wall, |zone| self.zone.wall(zone.instant(wall)))),
            None => Err(format!("date cannot be read: {text}")),
        };
        value.split(',').map(|text| one(text.trim())).collect()
    }
}

enum Stamp {
    Date(NaiveDate),
    Wall(NaiveDateTime),
    Utc(DateTime<Utc>),
}

fn parse_stamp(text: &str) -> Option<Stamp> {
    if let Some(bare) = text.strip_suffix(['Z', 'z']) {
        return NaiveDateTime::parse_from_str(bare, "%Y%m%dT%H%M%S").ok().map(|wall| Stamp::Utc(wall.and_utc()));
    }
    if text.len() == 8 {
        return NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Stamp::Date);
    }
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok().map(Stamp::Wall)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    fn starts(start: &str, zone: &str, length: Length, lines: &[&str], from: &str, to: &str) -> Vec<String> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let series = Series { start: wall(start), zone: Zone::get(zone).unwrap(), length, lines: &lines };
        let found = series.instances(wall(from).and_utc(), wall(to).and_utc()).unwrap();
        found.iter().map(|one| one.start.format("%m-%dT%H:%M").to_string()).collect()
    }

    const HOUR: Length = Length::Elapsed(TimeDelta::hours(1));

    #[test]
    fn a_weekly_meeting_keeps_its_wall_time_across_a_clock_change() {
        let found = starts(
            "2026-10-19T10:00",
            "Europe/Berlin",
            HOUR,
            &["RRULE:FREQ=WEEKLY;COUNT=2"],
            "2026-10-01T00:00",
            "2026-12-01T00:00",
        );
        assert_eq!(found, ["10-19T08:00", "10-26T09:00"]);
    }

    #[test]
    fn until_is_an_instant_and_inclusive() {
        let rule = "RRULE:FREQ=DAILY;UNTIL=20260612T080000Z";
        let found = starts("2026-06-10T10:00", "Europe/Berlin", HOUR, &[rule], "2026-06-01T00:00", "2026-07-01T00:00");
        assert_eq!(found, ["06-10T08:00", "06-11T08:00", "06-12T08:00"]);
    }

    #[test]
    fn until_as_a_date_includes_that_day() {
        let found = starts(
            "2026-06-10T00:00",
            "Europe/Berlin",
            Length::Days(1),
            &["RRULE:FREQ=DAILY;UNTIL=20260611"],
            "2026-06-01T00:00",
            "2026-07-01T00:00",
        );
        assert_eq!(found, ["06-09T22:00", "06-10T22:00"]);
    }

    #[test]
    fn excluded_dates_are_read_in_utc_in_a_zone_and_as_dates() {
        let lines = [
            "RRULE:FREQ=DAILY;COUNT=5",
            "EXDATE:20260610T080000Z",
            "EXDATE;TZID=Europe/Berlin:20260611T100000",
            "EXDATE;VALUE=DATE:20260612",
        ];
        let found = starts("2026-06-10T10:00", "Europe/Berlin", HOUR, &lines, "2026-06-01T00:00", "2026-07-01T00:00");
        assert_eq!(found, ["06-13T08:00", "06-14T08:00"]);
    }

    #[test]
    fn an_instance_in_a_gap_moves_past_it_and_the_next_is_back() {
        let found = starts(
            "2026-03-07T02:30",
            "America/New_York",
            HOUR,
            &["RRULE:FREQ=DAILY;COUNT=3"],
            "2026-03-01T00:00",
            "2026-04-01T00:00",
        );
        assert_eq!(found, ["03-07T07:30", "03-08T07:30", "03-09T06:30"]);
    }

    #[test]
    fn only_overlapping_instances_are_given() {
        let rule = ["RRULE:FREQ=DAILY"];
        let found = starts("2026-06-01T10:00", "UTC", HOUR, &rule, "2026-06-10T11:00", "2026-06-12T10:00");
        assert_eq!(found, ["06-11T10:00"]);
        let found = starts("2026-06-01T10:00", "UTC", HOUR, &rule, "2026-06-10T10:59", "2026-06-10T12:00");
        assert_eq!(found, ["06-10T10:00"]);
    }

    #[test]
    fn an_unreadable_rule_is_refused() {
        let lines = ["RRULE:FREQ=SOMETIMES".to_owned()];
        let series = Series { start: wall("2026-06-01T10:00"), zone: Zone::utc(), length: HOUR, lines: &lines };
        assert!(series.at(wall("2026-06-01T10:00")).is_err());
    }
}
