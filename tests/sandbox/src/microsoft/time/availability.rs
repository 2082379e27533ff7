//! The digits of `availabilityView`: for each interval of a period, the most severe status that overlaps it. Touching does not count.

use super::range::Range;
use chrono::{DateTime, TimeDelta, Utc};

/// What counts in one interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Start.
    pub start: DateTime<Utc>,
    /// End, exclusive.
    pub end: DateTime<Utc>,
    /// Graph's `showAs`.
    pub status: String,
}

/// Severity of a status: 0 free, working elsewhere or unknown, 1 tentative, 2 busy, 3 out of office.
pub fn severity(status: &str) -> u8 {
    match status.to_ascii_lowercase().as_str() {
        "tentative" => 1,
        "busy" => 2,
        "oof" => 3,
        _ => 0,
    }
}

/// The view: one digit per interval from the period's start, the last interval cut at its end.
pub fn view(period: Range, interval: TimeDelta, items: &[Item]) -> String {
    let mut digits = String::new();
    let mut start = period.from;
    while start < period.to {
        let end = (start + interval).min(period.to);
        let worst =
            items.iter().filter(|item| item.start < end && item.end > start).map(|item| severity(&item.status)).max();
        digits.push(char::from(b'0' + worst.unwrap_or(0)));
        start = end;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::microsoft::time::range::parse;

    fn check(period: (&str, &str), minutes: i64, items: &[(&str, &str, &str)]) -> String {
        let at = |time: &str| parse(&format!("2026-06-10T{time}")).unwrap();
        let items: Vec<Item> = items
            .iter()
            .map(|(status, start, end)| Item { start: at(start), end: at(end), status: (*status).to_owned() })
            .collect();
        view(Range { from: at(period.0), to: at(period.1) }, TimeDelta::minutes(minutes), &items)
    }

    #[test]
    fn the_vendors_own_examples_hold() {
        assert_eq!(check(("09:00", "18:00"), 60, &[("busy", "12:00", "14:00")]), "000220000");
        let second = [
            ("busy", "08:30", "09:30"),
            ("busy", "12:00", "14:00"),
            ("tentative", "12:00", "13:00"),
            ("busy", "13:00", "14:00"),
            ("tentative", "16:00", "17:00"),
        ];
        assert_eq!(check(("09:00", "18:00"), 60, &second), "200220010");
        let third = [("tentative", "09:00", "10:30"), ("busy", "11:00", "13:00")];
        assert_eq!(check(("09:00", "18:00"), 15, &third), "111111002222222200000000000000000000");
    }

    #[test]
    fn the_worst_status_wins_and_working_elsewhere_is_free() {
        let items = [
            ("busy", "09:10", "09:20"),
            ("free", "09:30", "10:00"),
            ("oof", "10:15", "11:05"),
            ("busy", "10:30", "10:45"),
            ("workingElsewhere", "11:30", "12:00"),
        ];
        assert_eq!(check(("09:00", "12:00"), 30, &items), "203330");
    }

    #[test]
    fn touching_and_zero_length_do_not_count() {
        assert_eq!(check(("09:00", "10:00"), 30, &[("busy", "08:00", "09:00"), ("busy", "10:00", "11:00")]), "00");
        assert_eq!(
            check(("08:00", "10:00"), 30, &[("tentative", "08:29", "08:31"), ("busy", "09:00", "09:00")]),
            "1100"
        );
    }

    #[test]
    fn the_last_interval_may_be_cut() {
        assert_eq!(check(("09:00", "10:10"), 30, &[("tentative", "10:05", "10:30")]), "001");
    }
}
