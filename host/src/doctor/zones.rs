//! How old the time zones are that free time is computed with.

use calendar_core::schedule::zone::tzdb_version;
use chrono::{DateTime, Datelike, Utc};

use super::Finding;

/// The version of the embedded IANA database, beside the present year.
pub(super) fn zones(now: DateTime<Utc>) -> Finding {
    finding(tzdb_version(), now)
}

/// There are a few releases a year: one of last year is old after March.
fn finding(version: &str, now: DateTime<Utc>) -> Finding {
    let check = "zone-data";
    let remedy = "update calendar-host; until then check meetings in zones whose rules changed lately";
    let year: Option<i32> = version.get(..4).and_then(|year| year.parse().ok());
    match year.map(|year| now.year() - year) {
        None => Finding::warning(check, "the version of the time zones is not known", remedy),
        Some(age) if age > 1 || (age == 1 && now.month() > 3) => {
            Finding::warning(check, format!("the time zones are those of release {version}"), remedy)
        }
        Some(_) => Finding::ok(check, format!("the time zones are those of release {version}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn zones_of_last_year_are_old_after_march() {
        let level = |version: &str, now: &str| finding(version, format!("{now}T00:00:00Z").parse().unwrap()).level;
        assert_eq!(level("2026c", "2026-11-22"), Level::Ok);
        assert_eq!(level("2025c", "2026-03-31"), Level::Ok);
        assert_eq!(level("2025c", "2026-04-01"), Level::Warning);
        assert_eq!(level("2024b", "2026-01-01"), Level::Warning);
        assert_eq!(level("unknown", "2026-01-01"), Level::Warning);
    }
}
