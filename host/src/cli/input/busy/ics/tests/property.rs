//! Random series in zones around a change of their clocks, beside a reference that shares nothing with the reader: it
//! looks at every date and asks whether the rule, as a person would read it, wants it.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::*;

/// A generator of numbers with a fixed seed (SplitMix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).expect("below the bound")
    }

    pub(super) fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

/// A series as a person would say it.
struct Said {
    zone: Zone,
    start: NaiveDateTime,
    minutes: i64,
    unit: &'static str,
    every: i64,
    /// Ordinal and day from Monday = 0.
    days: Vec<(i64, u32)>,
    month_day: Option<i64>,
    count: Option<usize>,
    until: Option<NaiveDate>,
    without: Vec<NaiveDateTime>,
    also: Vec<NaiveDateTime>,
}

/// Zones with a change of the clock between two dates of 2026.
const CHANGES: [(&str, &str); 7] = [
    ("America/New_York", "20260308"),
    ("America/New_York", "20261101"),
    ("Europe/Berlin", "20260329"),
    ("Europe/Berlin", "20261025"),
    ("Australia/Lord_Howe", "20260405"),
    ("Australia/Lord_Howe", "20261004"),
    ("Africa/Casablanca", "20260322"),
];

fn draw(random: &mut Random) -> Said {
    let (zone, change) = CHANGES[random.below(CHANGES.len())];
    let change = NaiveDate::parse_from_str(change, "%Y%m%d").expect("a date");
    let ago = [0, 1, 6, 13, 40, 100, 800][random.below(7)];
    let minute = [0, 90, 105, 120, 135, 150, 165, 180, 540, 1410][random.below(10)];
    let start = (change - TimeDelta::days(ago)).and_time(NaiveTime::MIN) + TimeDelta::minutes(minute);
    let unit = ["DAILY", "WEEKLY", "MONTHLY"][random.below(3)];
    let weekday = |random: &mut Random| u32::try_from(random.below(7)).expect("small");
    let days = match (unit, random.below(2)) {
        ("MONTHLY", 0) => vec![([1, 2, -1, -2, 5][random.below(5)], weekday(random))],
        (_, 1) => (0..=random.below(3)).map(|_| (0, weekday(random))).collect(),
        _ => Vec::new(),
    };
    let month_day =
        (unit == "MONTHLY" && days.is_empty() && random.one_in(2)).then(|| [1, 31, -1, -3][random.below(4)]);
    let (count, until) = match random.below(3) {
        0 => (Some(1 + random.below(60)), None),
        1 => (None, Some(change + TimeDelta::days(i64::try_from(random.below(9)).expect("small") - 4))),
        _ => (None, None),
    };
    let near = |random: &mut Random| start + TimeDelta::days(ago + i64::try_from(random.below(9)).expect("small") - 4);
    Said {
        zone: Zone::parse(zone).expect("a zone"),
        start,
        minutes: [15, 60, 600, 1500][random.below(4)],
        unit,
        every: [1, 1, 2, 3][random.below(4)],
        days,
        month_day,
        count,
        until: until.filter(|until| *until >= start.date()),
        without: (0..random.below(4)).map(|_| near(random)).collect(),
        also: (0..random.below(3)).map(|_| near(random)).collect(),
    }
}

impl Said {
    fn written(&self) -> String {
        let wall = |at: &NaiveDateTime| at.format("%Y%m%dT%H%M%S").to_string();
        let mut rule = format!("FREQ={};INTERVAL={}", self.unit, self.every);
        if !self.days.is_empty() {
            let name = |day: &(i64, u32)| {
                let ordinal = if day.0 == 0 { String::new() } else { day.0.to_string() };
                format!("{ordinal}{}", ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][day.1 as usize])
            };
            rule += &format!(";BYDAY={}", self.days.iter().map(name).collect::<Vec<_>>().join(","));
        }
        rule += &self.month_day.map_or(String::new(), |day| format!(";BYMONTHDAY={day}"));
        rule += &self.count.map_or(String::new(), |count| format!(";COUNT={count}"));
        rule += &self.until.map_or(String::new(), |until| format!(";UNTIL={}", until.format("%Y%m%d")));
        let zone = self.zone.name();
        let mut lines = vec![
            format!("DTSTART;TZID={zone}:{}", wall(&self.start)),
            format!("DURATION:PT{}M", self.minutes),
            format!("RRULE:{rule}"),
        ];
        lines.extend(self.without.iter().map(|at| format!("EXDATE;TZID={zone}:{}", wall(at))));
        lines.extend(self.also.iter().map(|at| format!("RDATE;TZID={zone}:{}", wall(at))));
        format!("BEGIN:VCALENDAR\n{}\nEND:VCALENDAR", event(&lines.join("\n")))
    }

    /// Whether the rule wants a date.
    fn wants(&self, date: NaiveDate) -> bool {
        let first = self.start.date();
        let monday = |date: NaiveDate| date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()));
        let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month());
        let passed = match self.unit {
            "DAILY" => (date - first).num_days(),
            "WEEKLY" => (monday(date) - monday(first)).num_days() / 7,
            _ => months(date) - months(first),
        };
        let month: Vec<NaiveDate> =
            (1..=31).filter_map(|day| NaiveDate::from_ymd_opt(date.year(), date.month(), day)).collect();
        let is_nth = |nth: i64, among: &[NaiveDate]| {
            let index = if nth > 0 {
                usize::try_from(nth - 1).ok()
            } else {
                among.len().checked_sub(nth.unsigned_abs() as usize)
            };
            index.and_then(|index| among.get(index)) == Some(&date)
        };
        let is_day = |(nth, day): &(i64, u32)| {
            let same: Vec<NaiveDate> =
                month.iter().copied().filter(|one| one.weekday().num_days_from_monday() == *day).collect();
            date.weekday().num_days_from_monday() == *day && (*nth == 0 || is_nth(*nth, &same))
        };
        let fits = match (self.unit, self.month_day) {
            (_, Some(day)) => is_nth(day, &month),
            (_, None) if !self.days.is_empty() => self.days.iter().any(is_day),
            ("WEEKLY", None) => date.weekday() == first.weekday(),
            ("MONTHLY", None) => date.day() == first.day(),
            _ => true,
        };
        passed % self.every == 0 && fits
    }

    /// Whether no clock shows a wall time.
    fn is_skipped(&self, wall: NaiveDateTime) -> bool {
        let offset = |days: i64| self.zone.offset_seconds(wall.and_utc() + TimeDelta::days(days));
        let is_near_a_change = offset(-2) != offset(2);
        is_near_a_change && self.shown(wall).is_none()
    }

    /// The instant of a wall time, found by trying every half hour that a clock may be off UTC.
    fn shown(&self, wall: NaiveDateTime) -> Option<i64> {
        let tries = (-24..=28).map(|half| wall.and_utc() - TimeDelta::minutes(30 * half));
        tries.filter(|at| self.zone.civil(*at) == wall).map(|at| at.timestamp()).min()
    }

    fn instant(&self, wall: NaiveDateTime) -> i64 {
        let shown = self.shown(wall);
        // Skipped: as far behind midnight, when the clock had not been changed yet, as the wall says.
        shown.unwrap_or_else(|| {
            let midnight = wall.date().and_time(NaiveTime::MIN);
            self.instant(midnight) + (wall - midnight).num_seconds()
        })
    }

    /// Every second-exact busy time in `span`, joined.
    fn expected(&self, span: TimeRange) -> Vec<TimeRange> {
        let mut walls: Vec<NaiveDateTime> = Vec::new();
        let mut counted = 0;
        for date in self.start.date().iter_days().take(1200) {
            let is_over = self.count == Some(counted) || self.until.is_some_and(|until| date > until);
            if is_over {
                break;
            }
            if self.wants(date) {
                let wall = date.and_time(self.start.time());
                // RFC 5545 section 3.3.10.
                counted += usize::from(!self.is_skipped(wall));
                walls.push(wall);
            }
        }
        walls.push(self.start);
        walls.extend(&self.also);
        walls.retain(|wall| !self.without.contains(wall));
        // Far away nothing can matter; only the search for the instant would take its time.
        let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).expect("an instant").naive_utc();
        let near = (at(span.start) - TimeDelta::days(4), at(span.end) + TimeDelta::days(4));
        walls.retain(|wall| near.0 < *wall && *wall < near.1);
        let range = |wall: NaiveDateTime| {
            let start = self.instant(wall);
            TimeRange { start, end: start + self.minutes * 60 }
        };
        let ranges = walls.into_iter().map(range).filter(|one| one.start < span.end && one.end > span.start);
        joined(ranges.collect())
    }
}

/// Ranges that overlap or touch as one.
pub(super) fn joined(mut ranges: Vec<TimeRange>) -> Vec<TimeRange> {
    ranges.sort_unstable();
    let mut joined: Vec<TimeRange> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[test]
fn random_series_take_exactly_the_time_that_looking_at_every_date_finds() {
    let mut random = Random(2026);
    let mut found = 0;
    for case in 0..500 {
        let said = draw(&mut random);
        let middle = said.instant(said.start) + [0, 40, 100, 800][random.below(4)] * 86_400;
        let span = TimeRange { start: middle - 7 * 86_400, end: middle + 14 * 86_400 };
        let times = read(said.written().as_bytes(), &Zone::utc(), span).expect("readable");
        assert!(times.unknown.is_empty(), "{case}: {:?}", times.unknown);
        let ranges = times.busy.iter().flat_map(|group| group.ranges()).collect();
        let expected = said.expected(span);
        assert_eq!(joined(ranges), expected, "{case}: {}", said.written());
        found += expected.len();
    }
    assert!(found > 1300, "{found}");
}
