//! A zone given by rules (`customTimeZone`) -> the known zone that keeps the same time.
//! Not here: zones given by name (`zones`).
//!
//! <https://learn.microsoft.com/graph/api/resources/customtimezone>

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use serde::Deserialize;

use super::zones;
use super::zones_table::WINDOWS;
use crate::schedule::interval::Interval;
use crate::schedule::zone::Zone;

/// A zone by name, or by rules: UTC = local time + `bias` minutes, in summer + `daylightBias` too.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomZone {
    name: Option<String>,
    bias: Option<i32>,
    standard_offset: Option<Change>,
    daylight_offset: Option<Change>,
}

/// When the clock changes: on the n-th (5 = last) weekday of a month, every year.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    time: Option<String>,
    day_occurrence: Option<u8>,
    day_of_week: Option<String>,
    month: Option<u32>,
    daylight_bias: Option<i32>,
}

impl CustomZone {
    /// The zone of that name; else the first known one whose clock agrees with the rules over the
    /// year of `now` and the one after. None = there is none, or the rules make no sense.
    #[must_use]
    pub fn known(&self, now: DateTime<Utc>) -> Option<Zone> {
        if let Some(zone) = self.name.as_deref().and_then(zones::parse) {
            return Some(zone);
        }
        let expected = self.offsets(now.year())?;
        WINDOWS.iter().filter_map(|(_, iana)| Zone::parse(iana).ok()).find(|zone| keeps(zone, &expected))
    }

    /// Intervals of two years and the offset (seconds east of UTC) in each.
    fn offsets(&self, year: i32) -> Option<Vec<(Interval, i32)>> {
        let standard = self.bias.filter(is_bias)? * -60;
        let mut changes: Vec<(DateTime<Utc>, i32)> = Vec::new();
        if let (Some(winter), Some(summer)) = (&self.standard_offset, &self.daylight_offset)
            && winter.month.is_some_and(|month| month != 0)
            && let Some(bias) = summer.daylight_bias.filter(|bias| *bias != 0 && is_bias(bias))
        {
            let daylight = standard - bias * 60;
            for year in [year, year + 1] {
                changes.push((at(summer.wall(year)?, standard)?, daylight));
                changes.push((at(winter.wall(year)?, daylight)?, standard));
            }
            changes.sort_unstable();
        }
        let begin = at(NaiveDate::from_ymd_opt(year, 1, 1)?.and_time(NaiveTime::MIN), 0)?;
        let end = at(NaiveDate::from_ymd_opt(year + 2, 1, 1)?.and_time(NaiveTime::MIN), 0)?;
        // In force before the first change: what is in force after the last one of a year.
        let before = changes.last().map_or(standard, |(_, offset)| *offset);
        let mut offsets = Vec::new();
        let (mut start, mut offset) = (begin, before);
        for (instant, next) in changes.into_iter().chain([(end, standard)]) {
            offsets.extend(Interval::new(start, instant).map(|interval| (interval, offset)));
            (start, offset) = (instant, next);
        }
        Some(offsets)
    }
}

impl Change {
    fn wall(&self, year: i32) -> Option<NaiveDateTime> {
        let time = NaiveTime::parse_from_str(self.time.as_deref()?, "%H:%M:%S%.f").ok()?;
        let weekday = weekday(self.day_of_week.as_deref()?)?;
        let month = self.month?;
        let occurrence = self.day_occurrence.filter(|n| (1..=5).contains(n))?;
        let date = match NaiveDate::from_weekday_of_month_opt(year, month, weekday, occurrence) {
            Some(date) => date,
            None => NaiveDate::from_weekday_of_month_opt(year, month, weekday, 4)?,
        };
        Some(date.and_time(time))
    }
}

/// Less than a day, in minutes.
fn is_bias(minutes: &i32) -> bool {
    (-1439..=1439).contains(minutes)
}

/// The English name, in any case.
fn weekday(name: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Mon),
        ("tuesday", Weekday::Tue),
        ("wednesday", Weekday::Wed),
        ("thursday", Weekday::Thu),
        ("friday", Weekday::Fri),
        ("saturday", Weekday::Sat),
        ("sunday", Weekday::Sun),
    ];
    NAMES.iter().find(|(word, _)| word.eq_ignore_ascii_case(name)).map(|(_, day)| *day)
}

fn at(wall: NaiveDateTime, offset: i32) -> Option<DateTime<Utc>> {
    wall.and_utc().checked_sub_signed(TimeDelta::seconds(i64::from(offset)))
}

/// Whether the zone has these offsets throughout. Some rules change the clock a minute before
/// midnight where the zone changes it at midnight: up to two minutes of difference are let pass.
fn keeps(zone: &Zone, expected: &[(Interval, i32)]) -> bool {
    let slack = TimeDelta::minutes(2);
    expected.iter().all(|(interval, offset)| {
        let (Some(start), Some(end)) =
            (interval.start().checked_add_signed(slack), interval.end().checked_sub_signed(slack))
        else {
            return false;
        };
        Interval::new(start, end)
            .is_none_or(|inside| zone.stretches(inside).iter().all(|stretch| stretch.offset_seconds == *offset))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn known(zone: Value) -> Option<String> {
        let zone: CustomZone = serde_json::from_value(zone).unwrap();
        let now = "2026-06-10T00:00:00Z".parse().unwrap();
        zone.known(now).map(|zone| zone.name().to_owned())
    }

    fn rules(bias: i32, winter: Value, summer: Value) -> Value {
        json!({"@odata.type": "#microsoft.graph.customTimeZone", "name": "Customized Time Zone",
            "bias": bias, "standardOffset": winter, "daylightOffset": summer})
    }

    fn change(time: &str, occurrence: u8, day: &str, month: u32, bias: i32) -> Value {
        json!({"time": time, "dayOccurrence": occurrence, "dayOfWeek": day, "month": month,
            "year": 0, "daylightBias": bias})
    }

    #[test]
    fn a_known_name_decides_before_the_rules() {
        assert_eq!(known(json!({"name": "Tokyo Standard Time", "bias": 480})), Some("Asia/Tokyo".into()));
    }

    #[test]
    fn rules_find_the_zone_that_keeps_the_same_time() {
        let us = |bias| {
            rules(bias, change("02:00:00.0000000", 1, "sunday", 11, 0), change("02:00:00.0000000", 2, "Sunday", 3, -60))
        };
        let eu =
            |bias, winter, summer| rules(bias, change(winter, 5, "sunday", 10, 0), change(summer, 5, "sunday", 3, -60));
        let pacific = Zone::parse(&known(us(480)).unwrap()).unwrap();
        let berlin = Zone::parse(&known(eu(-60, "03:00:00", "02:00:00")).unwrap()).unwrap();
        for (zone, month, offset) in [(&pacific, 1, -8), (&pacific, 7, -7), (&berlin, 1, 1), (&berlin, 7, 2)] {
            let instant = format!("2026-{month:02}-15T12:00:00Z").parse().unwrap();
            assert_eq!(zone.offset_seconds(instant), offset * 3600, "{zone}");
        }
        let south = rules(-600, change("03:00:00", 1, "sunday", 4, 0), change("02:00:00", 1, "sunday", 10, -60));
        let sydney = Zone::parse(&known(south).unwrap()).unwrap();
        assert_eq!(sydney.offset_seconds("2026-01-15T00:00:00Z".parse().unwrap()), 11 * 3600);
        let none = change("00:00:00", 0, "sunday", 0, 0);
        let plain = known(rules(-330, none.clone(), none)).unwrap();
        assert_eq!(Zone::parse(&plain).unwrap().offset_seconds("2026-06-10T00:00:00Z".parse().unwrap()), 19_800);
    }

    #[test]
    fn rules_that_fit_no_zone_or_make_no_sense_find_none() {
        let odd = rules(123, change("02:00:00", 1, "sunday", 11, 0), change("02:00:00", 2, "sunday", 3, -60));
        assert_eq!(known(odd), None);
        for bad in [
            json!({}),
            json!({"bias": i32::MIN}),
            rules(i32::MAX, change("02:00:00", 1, "sunday", 11, 0), change("02:00:00", 2, "sunday", 3, -60)),
            rules(480, change("x", 1, "sunday", 11, 0), change("02:00:00", 2, "sunday", 3, -60)),
            rules(480, change("02:00:00", 9, "someday", 13, 0), change("02:00:00", 2, "sunday", 3, i32::MIN)),
        ] {
            let _: Option<String> = known(bad.clone());
        }
        assert_eq!(known(json!({"bias": i32::MIN})), None);
    }
}
