//! WIT records <-> domain types. All validation of what a caller passes happens here, once: behind
//! it there are only values that keep their rules.

pub mod account;
pub mod booking;
pub mod holds;
#[cfg(target_os = "wasi")]
pub mod ledger;
pub mod meeting;
pub mod query;
pub mod rules;
pub mod schedule;
pub mod slots;

use calendar_core::account::{CalendarId, Email, Provider, UserId};
use calendar_core::error::{Error, Kind};
use calendar_core::op::sources::{Selection, UnknownSource};
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::zone::Zone;
use calendar_core::schedule::zones::Zones;
use chrono::{DateTime, TimeDelta, Utc};

use crate::bindings::calendar::scheduling::types as wit;

/// Longest range of a read.
pub const LONGEST_RANGE: TimeDelta = TimeDelta::days(62);
/// Slots of an answer when the caller does not say.
const DEFAULT_SLOTS: u32 = 1000;
/// 9999-12-31T23:59:59Z, the last instant of the interface.
const LAST_INSTANT: i64 = 253_402_300_799;

/// The user of a call.
pub fn user(id: &str) -> Result<UserId, Error> {
    UserId::parse(id)
}

/// A provider.
#[must_use]
pub fn provider(provider: wit::Provider) -> Provider {
    match provider {
        wit::Provider::Google => Provider::Google,
        wit::Provider::Outlook => Provider::Outlook,
    }
}

/// A provider, outbound.
#[must_use]
pub fn provider_out(provider: Provider) -> wit::Provider {
    match provider {
        Provider::Google => wit::Provider::Google,
        Provider::Outlook => wit::Provider::Outlook,
    }
}

/// An instant of the years 1970 to 9999.
pub fn instant(field: &str, seconds: i64) -> Result<DateTime<Utc>, Error> {
    (0..=LAST_INSTANT)
        .contains(&seconds)
        .then(|| DateTime::from_timestamp(seconds, 0))
        .flatten()
        .ok_or_else(|| Error::invalid(field, format!("{seconds} is not an instant of the years 1970 to 9999")))
}

/// A range that ends after it starts.
pub fn range(field: &str, range: wit::TimeRange) -> Result<Interval, Error> {
    plain_range(range).ok_or_else(|| wrong_range(field, range))
}

/// The same without a word about what is wrong. A million of them may come: no detour over calendar dates.
fn plain_range(range: wit::TimeRange) -> Option<Interval> {
    let is_valid = range.start >= 0 && range.end <= LAST_INSTANT;
    Interval::of_seconds(range.start, range.end).filter(|_| is_valid)
}

#[cold]
fn wrong_range(field: &str, range: wit::TimeRange) -> Error {
    let both = instant(field, range.start).and_then(|start| Ok((start, instant(field, range.end)?)));
    match both {
        Err(error) => error,
        Ok((start, end)) => Error::invalid(field, format!("its end, {end}, is not after its start, {start}")),
    }
}

/// A range of at most [`LONGEST_RANGE`].
pub fn read_range(value: wit::TimeRange) -> Result<Interval, Error> {
    let parsed = range("range", value)?;
    if parsed.length() > LONGEST_RANGE {
        return Err(Error::invalid("range", "must not be longer than 62 days"));
    }
    Ok(parsed)
}

/// A range, outbound.
#[must_use]
pub fn range_out(range: Interval) -> wit::TimeRange {
    wit::TimeRange { start: range.start_second(), end: range.end_second() }
}

/// An IANA zone name.
pub fn zone(field: &str, name: &str) -> Result<Zone, Error> {
    Zone::parse(name).map_err(|_| unknown_zone(field, name))
}

/// The same where many come, often the same one.
pub fn zone_of(zones: &mut Zones, field: &str, name: &str) -> Result<Zone, Error> {
    zones.parse(name).map_err(|_| unknown_zone(field, name))
}

fn unknown_zone(field: &str, name: &str) -> Error {
    Error::invalid(field, format!("`{}` is not a known IANA time zone", shown(name)))
        .with_remedy("Use a name such as Europe/Berlin, America/New_York or UTC.")
}

/// A text of at most `most` characters.
pub fn text(field: &str, value: String, most: usize) -> Result<String, Error> {
    if value.chars().count() > most {
        return Err(Error::invalid(field, format!("must not be longer than {most} characters")));
    }
    Ok(value)
}

/// Addresses, doubles dropped, at most 200.
pub fn emails(field: &str, values: Vec<String>) -> Result<Vec<Email>, Error> {
    let mut emails: Vec<Email> = Vec::with_capacity(values.len());
    for value in values {
        let email = Email::parse(field, &value)?;
        if !emails.iter().any(|known| known.same_as(email.as_str())) {
            emails.push(email);
        }
    }
    if emails.len() > 200 {
        return Err(Error::invalid(field, "must not be more than 200 addresses"));
    }
    Ok(emails)
}

/// Minutes within bounds.
pub fn minutes(field: &str, value: u32, least: u32, most: u32) -> Result<TimeDelta, Error> {
    if !(least..=most).contains(&value) {
        return Err(Error::invalid(field, format!("must be {least} to {most} minutes, not {value}")));
    }
    Ok(TimeDelta::minutes(i64::from(value)))
}

/// At most so many of something.
pub fn at_most(field: &str, count: usize, most: usize) -> Result<(), Error> {
    if count > most {
        return Err(Error::invalid(field, format!("must not be more than {most}, not {count}")));
    }
    Ok(())
}

/// How many slots an answer may have.
pub fn max_slots(given: Option<u32>) -> Result<usize, Error> {
    let most = given.unwrap_or(DEFAULT_SLOTS);
    if !(1..=5000).contains(&most) {
        return Err(Error::invalid("max-slots", format!("must be 1 to 5000, not {most}")));
    }
    Ok(usize::try_from(most).unwrap_or(usize::MAX))
}

/// How many times to offer.
pub fn options(field: &str, given: u32) -> Result<usize, Error> {
    if !(1..=20).contains(&given) {
        return Err(Error::invalid(field, format!("must be 1 to 20, not {given}")));
    }
    Ok(usize::try_from(given).unwrap_or(usize::MAX))
}

/// A caller's text as a message shows it: its beginning, without control characters.
#[must_use]
pub fn shown(text: &str) -> String {
    text.chars().take(64).flat_map(char::escape_debug).collect()
}

/// A calendar selection.
pub fn selection(value: wit::Selection) -> Result<Selection, Error> {
    if value.calendars.len() > 250 {
        return Err(Error::invalid("calendars", "must not be more than 250"));
    }
    if value.calendars.iter().any(String::is_empty) {
        return Err(Error::invalid("calendars", "must not hold an empty id"));
    }
    Ok(Selection {
        provider: value.provider.map(provider),
        account: value.account,
        calendars: value.calendars.into_iter().map(CalendarId::new).collect(),
    })
}

/// Sources that could not be read, outbound.
#[must_use]
pub fn unknown_out(unknown: Vec<UnknownSource>) -> Vec<wit::UnknownSource> {
    unknown
        .into_iter()
        .map(|one| wit::UnknownSource {
            account: one.account.as_str().to_owned(),
            calendar: one.calendar.map(|id| id.as_str().to_owned()),
            code: code(&one.error.kind),
            reason: format!("{}. {}", one.error.message, one.error.remedy),
        })
        .collect()
}

/// An error, outbound.
#[must_use]
pub fn error_out(error: Error) -> wit::Error {
    let retry_after = error.retry_after().map(|wait| {
        let whole = wait.num_seconds() + i64::from(wait.subsec_nanos() > 0);
        u32::try_from(whole).unwrap_or(if whole < 0 { 0 } else { u32::MAX })
    });
    let alternatives = match &error.kind {
        Kind::Conflict { alternatives } => alternatives.iter().copied().map(range_out).collect(),
        _ => Vec::new(),
    };
    wit::Error {
        code: code(&error.kind),
        message: error.message,
        remedy: error.remedy,
        retry_after_seconds: retry_after,
        provider: error.provider.map(provider_out),
        provider_request_id: error.request_id,
        alternatives,
    }
}

fn code(kind: &Kind) -> wit::ErrorCode {
    match kind {
        Kind::InvalidArgument => wit::ErrorCode::InvalidArgument,
        Kind::NotAuthenticated => wit::ErrorCode::NotAuthenticated,
        Kind::ReauthorizationRequired => wit::ErrorCode::ReauthorizationRequired,
        Kind::PermissionDenied => wit::ErrorCode::PermissionDenied,
        Kind::AdminConsentRequired => wit::ErrorCode::AdminConsentRequired,
        Kind::NotFound => wit::ErrorCode::NotFound,
        Kind::Conflict { .. } => wit::ErrorCode::Conflict,
        Kind::PreconditionFailed => wit::ErrorCode::PreconditionFailed,
        Kind::RateLimited { .. } => wit::ErrorCode::RateLimited,
        Kind::Unavailable { .. } => wit::ErrorCode::Unavailable,
        Kind::Timeout => wit::ErrorCode::Timeout,
        Kind::DeniedByHost => wit::ErrorCode::DeniedByHost,
        Kind::Storage => wit::ErrorCode::Storage,
        Kind::Protocol => wit::ErrorCode::Protocol,
        Kind::Unsupported => wit::ErrorCode::Unsupported,
        Kind::Internal => wit::ErrorCode::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_instants_outside_the_interface_and_empty_ranges() {
        assert!(instant("time", 0).is_ok() && instant("time", LAST_INSTANT).is_ok());
        for bad in [-1, LAST_INSTANT + 1, i64::MIN, i64::MAX] {
            assert!(instant("time", bad).unwrap_err().message.starts_with("time: "));
        }
        for (start, end) in [(5, 5), (6, 5)] {
            assert!(range("range", wit::TimeRange { start, end }).is_err());
        }
        let days = 86_400;
        assert!(read_range(wit::TimeRange { start: 0, end: 62 * days }).is_ok());
        assert!(read_range(wit::TimeRange { start: 0, end: 62 * days + 1 }).is_err());
    }

    #[test]
    fn drops_doubled_addresses_and_refuses_bad_ones() {
        let parsed = emails("attendees", vec!["a@b".into(), "A@B".into(), "c@d".into()]).unwrap();
        assert_eq!(parsed.len(), 2);
        let error = emails("attendees", vec!["nobody".into()]).unwrap_err();
        assert!(error.message.starts_with("attendees: "));
        assert!(emails("attendees", (0..201).map(|n| format!("a{n}@b")).collect()).is_err());
    }

    #[test]
    fn rounds_retry_after_up_to_whole_seconds() {
        for (wait, seconds) in [(0, 0), (1, 1), (1000, 1), (1001, 2)] {
            let retry_after = Some(TimeDelta::milliseconds(wait));
            let out = error_out(Error::new(Kind::RateLimited { retry_after }, "slow"));
            assert_eq!(out.retry_after_seconds, Some(seconds));
        }
    }

    #[test]
    fn names_the_field_of_an_unknown_zone() {
        let error = zone("time-zone", "Mars/Olympus").unwrap_err();
        assert!(error.message.contains("time-zone: `Mars/Olympus`"), "{}", error.message);
    }
}
