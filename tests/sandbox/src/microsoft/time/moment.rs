//! Graph's `dateTimeTimeZone`: a wall time without offset, and the name of its zone.

use super::zones;
use crate::microsoft::error::GraphError;
use crate::microsoft::odata::body;
use crate::zone::Zone;
use chrono::{DateTime, NaiveDateTime, NaiveTime, Timelike, Utc};
use serde_json::{Value, json};

/// A wall time with the zone name its writer used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Wall time in the zone, whole seconds.
    pub wall: NaiveDateTime,
    /// The name as it was written; always one that `zones::find` knows.
    pub zone_name: String,
}

impl Moment {
    /// Reads a `dateTimeTimeZone` object, members in any case.
    ///
    /// # Errors
    /// 400 when the time cannot be read or carries an offset, or when the zone is missing or unknown.
    pub fn read(value: &Value, name: &str) -> Result<Self, GraphError> {
        let text = body::text(value, "dateTime")
            .ok_or_else(|| GraphError::property(format!("The property '{name}' needs a dateTime.")))?;
        let wall = parse_wall(text).ok_or_else(|| {
            GraphError::property(format!(
                "The value '{text}' of '{name}/dateTime' is not a date and time without offset."
            ))
        })?;
        let zone_name = body::text(value, "timeZone").unwrap_or_default().to_owned();
        zones::require(&zone_name)?;
        Ok(Self { wall, zone_name })
    }

    /// A moment in UTC.
    pub fn utc(at: DateTime<Utc>) -> Self {
        Self { wall: at.naive_utc(), zone_name: "UTC".to_owned() }
    }

    /// The zone behind the name.
    pub fn zone(&self) -> Zone {
        zones::find(&self.zone_name).unwrap_or_else(Zone::utc)
    }

    /// The instant.
    pub fn instant(&self) -> DateTime<Utc> {
        self.zone().instant(self.wall)
    }

    /// Whether the wall time is midnight, as all-day events demand.
    pub fn is_midnight(&self) -> bool {
        self.wall.time() == NaiveTime::MIN
    }
}

/// Reads a wall time: seconds may be left out, up to seven fraction digits are dropped, an offset is refused.
pub fn parse_wall(text: &str) -> Option<NaiveDateTime> {
    let whole = text.split_once('.').map_or(text, |(whole, fraction)| {
        let digits = !fraction.is_empty() && fraction.len() <= 7 && fraction.bytes().all(|byte| byte.is_ascii_digit());
        if digits { whole } else { "" }
    });
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(whole, form).ok())?
        .with_nanosecond(0)
}

/// The JSON object of a wall time in a named zone.
pub fn object(wall: NaiveDateTime, zone_name: &str) -> Value {
    json!({"dateTime": wall.format("%Y-%m-%dT%H:%M:%S.0000000").to_string(), "timeZone": zone_name})
}

/// The JSON object of an instant, told in a named zone.
pub fn instant_object(at: DateTime<Utc>, zone: &Zone, zone_name: &str) -> Value {
    object(zone.wall(at), zone_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_windows_zone_gives_the_instant() {
        let moment = Moment::read(
            &json!({"DateTime": "2026-06-10T10:00:00.0000000", "timezone": "W. Europe Standard Time"}),
            "start",
        )
        .unwrap();
        assert_eq!(moment.instant().to_rfc3339(), "2026-06-10T08:00:00+00:00");
    }

    #[test]
    fn an_offset_or_a_missing_zone_is_refused() {
        assert!(Moment::read(&json!({"dateTime": "2026-06-10T10:00:00Z", "timeZone": "UTC"}), "start").is_err());
        assert!(Moment::read(&json!({"dateTime": "2026-06-10T10:00:00+02:00", "timeZone": "UTC"}), "start").is_err());
        let error = Moment::read(&json!({"dateTime": "2026-06-10T10:00:00"}), "start").unwrap_err();
        assert_eq!(error.code, "TimeZoneNotSupportedException");
    }

    #[test]
    fn seconds_may_be_missing_and_fractions_are_dropped() {
        assert_eq!(parse_wall("2026-06-10T10:00"), parse_wall("2026-06-10T10:00:00.1234567"));
        assert_eq!(parse_wall("2026-06-10T10:00:00.12345678"), None);
    }
}
