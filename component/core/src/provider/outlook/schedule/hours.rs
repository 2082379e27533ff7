//! `workingHours` of a schedule -> windows in a zone with a name. They are a hint: hours that
//! cannot be read, or whose zone has no name, are left out and spoil nothing.
//!
//! <https://learn.microsoft.com/graph/api/resources/workinghours>

use chrono::{DateTime, NaiveTime, Timelike, Utc, Weekday};
use serde::Deserialize;
use serde_json::Value;

use super::super::custom_zone::CustomZone;
use crate::person::OfficeHours;
use crate::schedule::hours::{DAY, Window};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorkingHours {
    days_of_week: Option<Vec<String>>,
    start_time: Option<String>,
    end_time: Option<String>,
    time_zone: Option<CustomZone>,
}

/// The hours; a zone given by rules is named as at `now`.
#[must_use]
pub fn read(value: Value, now: DateTime<Utc>) -> Option<OfficeHours> {
    let hours: WorkingHours = serde_json::from_value(value).ok()?;
    let zone = hours.time_zone?.known(now)?;
    let window = window(time(&hours.start_time?)?, time(&hours.end_time?)?)?;
    let days: Result<Vec<Weekday>, _> = hours.days_of_week?.iter().map(|day| day.parse::<Weekday>()).collect();
    let mut days = days.ok()?;
    days.sort_unstable_by_key(Weekday::num_days_from_monday);
    days.dedup();
    let windows = days.into_iter().map(|day| (day, window)).collect();
    Some(OfficeHours { time_zone: zone.name().to_owned(), windows })
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M:%S%.f").ok()
}

/// In minutes, seconds rounded outwards. Hours that end at or before their start end on the next
/// day; those that end exactly when they start say nothing, except from midnight to midnight.
fn window(start: NaiveTime, end: NaiveTime) -> Option<Window> {
    let minute = |time: NaiveTime| u16::try_from(time.num_seconds_from_midnight() / 60).ok();
    let from = minute(start)?;
    let whole = end.second() == 0 && end.nanosecond() == 0;
    let to = minute(end)? + u16::from(!whole);
    match to {
        _ if start == end && start != NaiveTime::MIN => None,
        // Decided before rounding; a day is as long as hours can be.
        _ if end <= start => Some((from, (to + DAY).min(from + DAY))),
        _ => Some((from, to)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hours(days: &[&str], start: &str, end: &str, zone: Value) -> Option<OfficeHours> {
        let value = json!({"daysOfWeek": days, "startTime": start, "endTime": end, "timeZone": zone});
        read(value, "2026-06-10T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn windows_names_become_iana_names_and_days_are_sorted() {
        let found = hours(
            &["Friday", "monday", "monday"],
            "08:00:00.0000000",
            "17:30:00.0000000",
            json!({"name": "Pacific Standard Time"}),
        );
        let windows = vec![(Weekday::Mon, (480, 1050)), (Weekday::Fri, (480, 1050))];
        assert_eq!(found, Some(OfficeHours { time_zone: "America/Los_Angeles".into(), windows }));
    }

    #[test]
    fn a_zone_given_by_rules_is_named_by_them_or_left_out() {
        let change = |occurrence: u8, month: u32, bias: i32| {
            json!({"time": "02:00:00", "dayOccurrence": occurrence,
            "dayOfWeek": "sunday", "month": month, "year": 0, "daylightBias": bias})
        };
        let zone = |bias: i32| {
            json!({"@odata.type": "#microsoft.graph.customTimeZone", "name": "Customized Time Zone",
            "bias": bias, "standardOffset": change(1, 11, 0), "daylightOffset": change(2, 3, -60)})
        };
        let found = hours(&["monday"], "09:00:00", "17:00:00", zone(480)).unwrap();
        let zone_of = |name: &str| crate::schedule::zone::Zone::parse(name).unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(zone_of(&found.time_zone).offset_seconds(at("2026-07-01T00:00:00Z")), -7 * 3600);
        assert_eq!(zone_of(&found.time_zone).offset_seconds(at("2026-12-01T00:00:00Z")), -8 * 3600);
        assert_eq!(hours(&["monday"], "09:00:00", "17:00:00", zone(123)), None);
    }

    #[test]
    fn hours_may_pass_midnight_and_fill_a_day() {
        let of = |start: &str, end: &str| {
            hours(&["monday"], start, end, json!({"name": "UTC"})).map(|hours| hours.windows[0].1)
        };
        assert_eq!(of("22:00:00", "06:00:00"), Some((1320, 1800)));
        assert_eq!(of("08:00:00", "00:00:00.0000000"), Some((480, 1440)));
        assert_eq!(of("00:00:00", "00:00:00"), Some((0, 1440)));
        assert_eq!(of("00:00:00", "23:59:59.9999999"), Some((0, 1440)));
        assert_eq!(of("09:00:00", "09:00:00"), None);
        assert_eq!(of("09:00:40", "09:00:30"), Some((540, 540 + 1440)), "a day but for ten seconds");
        assert_eq!(of("09:00:10", "09:00:40"), Some((540, 541)));
        assert_eq!(of("25:00:00", "09:00:00"), None);
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        assert_eq!(hours(&["someday"], "09:00:00", "17:00:00", json!({"name": "UTC"})), None);
        assert_eq!(hours(&["monday"], "09:00:00", "17:00:00", json!({"name": "Mars"})), None);
        assert_eq!(hours(&["monday"], "09:00:00", "17:00:00", Value::Null), None);
        for value in [json!(null), json!(7), json!({}), json!({"daysOfWeek": "monday"}), json!([])] {
            assert_eq!(read(value, DateTime::UNIX_EPOCH), None);
        }
        let none = hours(&[], "09:00:00", "17:00:00", json!({"name": "UTC"})).unwrap();
        assert_eq!(none.windows, [], "no regular hours");
    }
}
