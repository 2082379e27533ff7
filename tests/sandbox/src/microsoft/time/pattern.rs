//! Graph's `patternedRecurrence` and the RFC 5545 rule that means the same. Expansion itself is `recurrence`'s affair.
//!
//! Two habits of Outlook differ from RFC 5545 and are written out in the rule: day 29 to 31 falls on the last day of a shorter
//! month, and several weekdays in a relative pattern mean the first day that fits.
//!
//! <https://learn.microsoft.com/graph/api/resources/recurrencepattern>

use crate::microsoft::error::GraphError;
use crate::microsoft::odata::body;
use chrono::{NaiveDate, NaiveDateTime};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};
use serde_json::{Value, json};

const DAYS: [(&str, &str); 7] = [
    ("sunday", "SU"),
    ("monday", "MO"),
    ("tuesday", "TU"),
    ("wednesday", "WE"),
    ("thursday", "TH"),
    ("friday", "FR"),
    ("saturday", "SA"),
];
const INDEXES: [(&str, i8); 5] = [("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("last", -1)];

/// A recurrence: as Graph shows it, and as a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Recurrence {
    /// The `patternedRecurrence`, every member filled in.
    pub shown: Value,
    /// The `RRULE:` line.
    pub line: String,
}

impl Recurrence {
    /// Reads a `patternedRecurrence` for a series that starts on `start`; members and words in any case.
    ///
    /// # Errors
    /// 400 when a member is missing or out of range, or when the range does not begin on `start`.
    pub fn read(value: &Value, start: NaiveDate, zone_name: &str) -> Result<Self, GraphError> {
        let pattern = body::member(value, "pattern").ok_or_else(|| refuse("Recurrence needs a pattern."))?;
        let range = body::member(value, "range").ok_or_else(|| refuse("Recurrence needs a range."))?;
        let (shown_pattern, rule) = read_pattern(pattern)?;
        let (shown_range, limit) = read_range(range, start, zone_name)?;
        Ok(Self {
            shown: json!({"pattern": shown_pattern, "range": shown_range}),
            line: format!("RRULE:{rule}{limit}"),
        })
    }

    /// The first wall time at or after `start` that the pattern gives: where the series really begins.
    pub fn first(&self, start: NaiveDateTime) -> Option<NaiveDateTime> {
        let anchor = start.and_utc().with_timezone(&Tz::UTC);
        let text = self.line.trim_start_matches("RRULE:");
        let text = text.split(';').filter(|part| !part.starts_with("UNTIL=")).collect::<Vec<_>>().join(";");
        let rule: RRule<Unvalidated> = text.parse().ok()?;
        let set = RRuleSet::new(anchor).rrule(rule.validate(anchor).ok()?);
        set.all(1).dates.first().map(|at| at.naive_utc())
    }
}

fn read_pattern(pattern: &Value) -> Result<(Value, String), GraphError> {
    let kind = body::text(pattern, "type").unwrap_or_default();
    let interval = body::integer(pattern, "interval").filter(|count| (1..=999).contains(count));
    let interval = interval.ok_or_else(|| refuse("The pattern needs an interval of at least 1."))?;
    let month = body::integer(pattern, "month").unwrap_or(0);
    let day = body::integer(pattern, "dayOfMonth").unwrap_or(0);
    let first_day = word(pattern, "firstDayOfWeek", &DAYS, "sunday")?;
    let index = word(pattern, "index", &INDEXES, "first")?;
    let days = read_days(pattern)?;
    let need_days = || if days.is_empty() { Err(refuse("The pattern needs daysOfWeek.")) } else { Ok(codes(&days)) };
    let need_month = || if (1..=12).contains(&month) { Ok(month) } else { Err(refuse("The pattern needs a month.")) };
    let (name, rule) = match kind.to_ascii_lowercase().as_str() {
        "daily" => ("daily", format!("FREQ=DAILY;INTERVAL={interval}")),
        "weekly" => ("weekly", format!("FREQ=WEEKLY;INTERVAL={interval};BYDAY={};WKST={}", need_days()?, first_day.1)),
        "absolutemonthly" => ("absoluteMonthly", format!("FREQ=MONTHLY;INTERVAL={interval};{}", month_day(day)?)),
        "relativemonthly" => {
            ("relativeMonthly", format!("FREQ=MONTHLY;INTERVAL={interval};BYDAY={};BYSETPOS={}", need_days()?, index.1))
        }
        "absoluteyearly" => {
            ("absoluteYearly", format!("FREQ=YEARLY;INTERVAL={interval};BYMONTH={};{}", need_month()?, month_day(day)?))
        }
        "relativeyearly" => {
            let rule = format!(
                "FREQ=YEARLY;INTERVAL={interval};BYMONTH={};BYDAY={};BYSETPOS={}",
                need_month()?,
                need_days()?,
                index.1
            );
            ("relativeYearly", rule)
        }
        _ => return Err(refuse(format!("'{kind}' is not a type of recurrence pattern."))),
    };
    let shown = json!({
        "type": name, "interval": interval, "month": month, "dayOfMonth": day, "daysOfWeek": days,
        "firstDayOfWeek": first_day.0, "index": index.0,
    });
    Ok((shown, rule))
}

/// `BYMONTHDAY` for a day that shorter months do not have: the last day not after it.
fn month_day(day: i64) -> Result<String, GraphError> {
    match day {
        1..=28 => Ok(format!("BYMONTHDAY={day}")),
        29..=31 => {
            let days: Vec<String> = (28..=day).map(|day| day.to_string()).collect();
            Ok(format!("BYMONTHDAY={};BYSETPOS=-1", days.join(",")))
        }
        _ => Err(refuse("The pattern needs a dayOfMonth from 1 to 31.")),
    }
}

fn read_range(range: &Value, start: NaiveDate, zone_name: &str) -> Result<(Value, String), GraphError> {
    let date = |name: &str| body::text(range, name).and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
    let first = date("startDate").ok_or_else(|| refuse("The range needs a startDate."))?;
    if first != start {
        return Err(refuse("The startDate of the range must be the date of the event's start."));
    }
    let kind = body::text(range, "type").unwrap_or_default();
    let (name, end, count, limit) = match kind.to_ascii_lowercase().as_str() {
        "noend" => ("noEnd", "0001-01-01".to_owned(), 0, String::new()),
        "numbered" => {
            let count = body::integer(range, "numberOfOccurrences").filter(|count| (1..=999).contains(count));
            let count = count.ok_or_else(|| refuse("The range needs numberOfOccurrences."))?;
            ("numbered", "0001-01-01".to_owned(), count, format!(";COUNT={count}"))
        }
        "enddate" => {
            let end = date("endDate")
                .filter(|end| *end >= first)
                .ok_or_else(|| refuse("The range needs an endDate not before startDate."))?;
            ("endDate", end.to_string(), 0, format!(";UNTIL={}", end.format("%Y%m%d")))
        }
        _ => return Err(refuse(format!("'{kind}' is not a type of recurrence range."))),
    };
    let zone = body::text(range, "recurrenceTimeZone").filter(|name| !name.is_empty()).unwrap_or(zone_name);
    super::zones::require(zone)?;
    let shown = json!({
        "type": name, "startDate": first.to_string(), "endDate": end, "numberOfOccurrences": count, "recurrenceTimeZone": zone,
    });
    Ok((shown, limit))
}

fn read_days(pattern: &Value) -> Result<Vec<&'static str>, GraphError> {
    let listed = body::member(pattern, "daysOfWeek").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut days = Vec::new();
    for text in &listed {
        let text = text.as_str().unwrap_or_default();
        let day = DAYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        days.push(day.ok_or_else(|| refuse(format!("'{text}' is not a day of the week.")))?.0);
    }
    Ok(days)
}

fn codes(days: &[&str]) -> String {
    let codes: Vec<&str> = DAYS.iter().filter(|(name, _)| days.contains(name)).map(|(_, code)| *code).collect();
    codes.join(",")
}

fn word<T: Copy>(
    pattern: &Value,
    member: &str,
    words: &[(&'static str, T)],
    default: &str,
) -> Result<(&'static str, T), GraphError> {
    let text = body::text(pattern, member).unwrap_or(default);
    words
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text))
        .copied()
        .ok_or_else(|| refuse(format!("'{text}' is not a value of {member}.")))
}

fn refuse(message: impl Into<String>) -> GraphError {
    GraphError::property(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recurrence::{Length, Series};
    use crate::zone::Zone;
    use chrono::TimeDelta;

    fn dates(pattern: Value, range: Value, start: &str) -> Vec<String> {
        let start = NaiveDateTime::parse_from_str(start, "%Y-%m-%dT%H:%M").unwrap();
        let read = Recurrence::read(&json!({"pattern": pattern, "range": range}), start.date(), "UTC").unwrap();
        let start = read.first(start).unwrap();
        let lines = [read.line];
        let series = Series { start, zone: Zone::utc(), length: Length::Elapsed(TimeDelta::hours(1)), lines: &lines };
        let found = series.instances(start.and_utc(), start.and_utc() + TimeDelta::days(800)).unwrap();
        found.iter().map(|one| one.start.format("%Y-%m-%d").to_string()).collect()
    }

    #[test]
    fn a_weekly_pattern_lists_its_days() {
        let pattern = json!({"type": "Weekly", "interval": "2", "daysOfWeek": ["Monday", "wednesday"], "firstDayOfWeek": "monday"});
        let range = json!({"type": "numbered", "startDate": "2026-06-10", "numberOfOccurrences": 4});
        assert_eq!(dates(pattern, range, "2026-06-10T09:00"), ["2026-06-10", "2026-06-22", "2026-06-24", "2026-07-06"]);
    }

    #[test]
    fn day_31_falls_on_the_last_day_of_a_shorter_month() {
        let pattern = json!({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31});
        let range = json!({"type": "endDate", "startDate": "2026-01-31", "endDate": "2026-04-30"});
        assert_eq!(dates(pattern, range, "2026-01-31T09:00"), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
    }

    #[test]
    fn several_days_in_a_relative_pattern_mean_the_first_that_fits() {
        let pattern =
            json!({"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["thursday", "friday"], "index": "first"});
        let range = json!({"type": "numbered", "startDate": "2026-05-01", "numberOfOccurrences": 3});
        assert_eq!(dates(pattern, range, "2026-05-01T09:00"), ["2026-05-01", "2026-06-04", "2026-07-02"]);
    }

    #[test]
    fn a_yearly_pattern_keeps_its_place_in_the_month() {
        let pattern = json!({"type": "relativeYearly", "interval": 1, "month": 11, "daysOfWeek": ["thursday"], "index": "fourth"});
        let range = json!({"type": "numbered", "startDate": "2026-06-01", "numberOfOccurrences": 2});
        assert_eq!(dates(pattern, range, "2026-06-01T09:00"), ["2026-11-26", "2027-11-25"]);
    }

    #[test]
    fn a_start_off_the_pattern_moves_to_the_first_day_that_fits() {
        let pattern = json!({"type": "weekly", "interval": 1, "daysOfWeek": ["friday"], "firstDayOfWeek": "sunday"});
        let range = json!({"type": "endDate", "startDate": "2026-06-10", "endDate": "2026-06-20"});
        assert_eq!(dates(pattern, range, "2026-06-10T09:00"), ["2026-06-12", "2026-06-19"]);
    }

    #[test]
    fn incomplete_patterns_are_refused() {
        let range = json!({"type": "noEnd", "startDate": "2026-06-10"});
        let day = NaiveDate::from_ymd_opt(2026, 6, 10).unwrap();
        let read =
            |pattern: Value, range: &Value| Recurrence::read(&json!({"pattern": pattern, "range": range}), day, "UTC");
        assert!(read(json!({"type": "weekly", "interval": 1}), &range).is_err());
        assert!(read(json!({"type": "daily", "interval": 0}), &range).is_err());
        assert!(
            read(json!({"type": "daily", "interval": 1}), &json!({"type": "noEnd", "startDate": "2026-06-11"}))
                .is_err()
        );
        assert!(read(json!({"type": "daily", "interval": 1}), &range).is_ok());
    }
}
