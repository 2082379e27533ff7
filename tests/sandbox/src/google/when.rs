//! A start or an end: a whole date, or an instant with the zone it was meant in.

use super::error::{Failure, Outcome};
use crate::zone::Zone;
use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// A start or an end of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// A local date of the calendar: midnight there.
    Date(NaiveDate),
    /// An instant, with the zone name given, if any.
    Time {
        /// The instant.
        at: DateTime<Utc>,
        /// IANA name.
        zone: Option<String>,
    },
}

impl When {
    /// Reads `{date}` or `{dateTime, timeZone}`; `what` is `start` or `end` in messages.
    ///
    /// # Errors
    /// 400 with the documented reason.
    pub fn parse(value: &Value, what: &str) -> Outcome<Self> {
        let text = |name: &str| match value.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(Failure::invalid(format!("Invalid value for: {what}.{name}"))),
        };
        if !value.is_object() {
            return Err(Failure::required(format!("Missing {what} time.")));
        }
        let zone_name = text("timeZone")?;
        let zone = match zone_name {
            Some(name) => Some(
                Zone::get(name)
                    .ok_or_else(|| Failure::invalid(format!("Invalid time zone definition for {what} time.")))?,
            ),
            None => None,
        };
        match (text("date")?, text("dateTime")?) {
            (Some(_), Some(_)) => Err(Failure::invalid(format!("Invalid {what} time."))),
            (None, None) => Err(Failure::required(format!("Missing {what} time."))),
            (Some(date), None) => NaiveDate::parse_from_str(date, "%Y-%m-%d")
                .ok()
                .filter(|_| date.len() == 10)
                .map(Self::Date)
                .ok_or_else(|| Failure::invalid(format!("Invalid value for: Invalid format: \"{date}\""))),
            (None, Some(time)) => {
                let broken = || Failure::invalid(format!("Invalid value for: Invalid format: \"{time}\""));
                let at = match (DateTime::parse_from_rfc3339(time), zone) {
                    (Ok(at), _) => at.with_timezone(&Utc),
                    (Err(_), Some(zone)) => zone.instant(bare(time).ok_or_else(broken)?),
                    (Err(_), None) if bare(time).is_some() => {
                        return Err(Failure::required(format!("Missing time zone definition for {what} time.")));
                    }
                    _ => return Err(broken()),
                };
                let at = DateTime::from_timestamp(at.timestamp(), 0).ok_or_else(broken)?;
                Ok(Self::Time { at, zone: zone_name.map(str::to_owned) })
            }
        }
    }

    /// The same with a zone: the calendar's where none was given.
    pub fn zoned(self, calendar_zone: &str) -> Self {
        match self {
            Self::Time { at, zone: None } => Self::Time { at, zone: Some(calendar_zone.to_owned()) },
            other => other,
        }
    }

    /// The instant; a date is its first instant in the calendar's zone.
    pub fn instant(&self, calendar: &Zone) -> DateTime<Utc> {
        match self {
            Self::Date(date) => calendar.start_of_day(*date),
            Self::Time { at, .. } => *at,
        }
    }

    /// Whether this is a whole date.
    pub fn is_date(&self) -> bool {
        matches!(self, Self::Date(_))
    }

    /// As it is answered: the time with `shown`'s offset, the zone as stored or else `calendar_zone`.
    pub fn json(&self, shown: &Zone, calendar_zone: &str) -> Value {
        match self {
            Self::Date(date) => json!({"date": date.to_string()}),
            Self::Time { at, zone } => json!({
                "dateTime": shown.local(*at).to_rfc3339_opts(SecondsFormat::Secs, true),
                "timeZone": zone.as_deref().unwrap_or(calendar_zone),
            }),
        }
    }

    /// As it would be sent by a client; `parse` reads it back unchanged.
    pub fn resource(&self) -> Value {
        match self {
            Self::Date(date) => json!({"date": date.to_string()}),
            Self::Time { at, zone: None } => json!({"dateTime": at.to_rfc3339_opts(SecondsFormat::Secs, true)}),
            Self::Time { at, zone: Some(zone) } => {
                json!({"dateTime": at.to_rfc3339_opts(SecondsFormat::Secs, true), "timeZone": zone})
            }
        }
    }

    /// The part of an instance's id that tells its original start.
    pub fn stamp(&self) -> String {
        match self {
            Self::Date(date) => date.format("%Y%m%d").to_string(),
            Self::Time { at, .. } => at.format("%Y%m%dT%H%M%SZ").to_string(),
        }
    }
}

/// A date and time without offset; fractions of a second are dropped.
fn bare(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()
}

/// An RFC 3339 bound of a query; the offset is required, fractions are ignored.
///
/// # Errors
/// 400 `badRequest` naming the parameter.
pub fn parse_bound(text: &str, parameter: &str) -> Outcome<DateTime<Utc>> {
    let parsed = DateTime::parse_from_rfc3339(text).ok().and_then(|at| DateTime::from_timestamp(at.timestamp(), 0));
    parsed.ok_or_else(|| Failure::new(400, "badRequest", "Bad Request").at(parameter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_wins_over_the_zone_and_fractions_are_dropped() {
        let when = When::parse(&json!({"dateTime": "2026-06-10T10:00:00.999Z", "timeZone": "Europe/Berlin"}), "start")
            .unwrap();
        assert_eq!(when.stamp(), "20260610T100000Z");
        let shown = when.json(&Zone::get("Europe/Berlin").unwrap(), "UTC");
        assert_eq!(shown, json!({"dateTime": "2026-06-10T12:00:00+02:00", "timeZone": "Europe/Berlin"}));
    }

    #[test]
    fn a_bare_time_needs_a_zone() {
        let failure = When::parse(&json!({"dateTime": "2026-06-10T10:00:00"}), "start").unwrap_err();
        assert_eq!((failure.status, failure.reason.as_str()), (400, "required"));
        assert!(When::parse(&json!({"dateTime": "2026-06-10T10:00:00", "timeZone": "Asia/Tokyo"}), "start").is_ok());
    }

    #[test]
    fn broken_times_are_refused() {
        for value in [
            json!({"date": "2026-06-10", "dateTime": "2026-06-10T10:00:00Z"}),
            json!({"date": "2026-02-30"}),
            json!({"dateTime": "10 June"}),
            json!({"dateTime": "2026-06-10T10:00:00Z", "timeZone": "Mars/Olympus"}),
            json!({}),
            json!(5),
        ] {
            assert!(When::parse(&value, "end").is_err(), "{value}");
        }
    }
}
