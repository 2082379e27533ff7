//! Points in time as people write them. A civil time that the zone's clock skips or shows twice is refused with what
//! to write instead; nothing is guessed.

use calendar_core::schedule::zone::{Civil, Zone};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

use super::minutes;
use crate::cli::failure::Failure;
use crate::cli::output::moment::Moment;

/// What `--help` says about points in time.
pub const HELP: &str = "\
Times:
  2026-03-09T09:00:00+01:00, 2026-03-09T08:00Z   with offset (RFC 3339)
  2026-03-09T09:00, \"2026-03-09 09:00\"         civil time in the zone of --tz
  \"tomorrow 09:00\", \"today 17:30\"             the same
  2026-03-09, today, tomorrow                    the first instant of that day
  now, +90m, +2h, +3d, +1w                       from now; days keep the wall clock time
  A civil time that the clock skips or shows twice when it is changed is refused, never guessed:
  the error offers the times that exist, with their offsets.";

/// The instant that `text`, given to `option`, means in `zone`.
pub fn instant(option: &str, text: &str, zone: &Zone, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    let text = text.trim();
    let at = read(option, text, zone, now)?;
    if (1970..=9999).contains(&at.year()) {
        Ok(at)
    } else {
        Err(Failure::usage(format!("{option}: {text:?} is outside the years 1970 to 9999"), "write a nearer time"))
    }
}

fn read(option: &str, text: &str, zone: &Zone, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    let malformed = || Failure::usage(format!("{option}: {text:?} is not a point in time"), EXAMPLES);
    if text == "now" {
        return Ok(now);
    }
    if let Some(length) = text.strip_prefix('+') {
        return match later(length, zone, now).ok_or_else(malformed)? {
            Later::Instant(instant) => Ok(instant),
            Later::Civil(civil) => resolve(option, civil, zone),
        };
    }
    if let Some(absolute) = rfc3339(text) {
        let is_whole = absolute.timestamp_subsec_nanos() == 0;
        return if is_whole {
            Ok(absolute)
        } else {
            Err(Failure::usage(format!("{option}: {text:?} is not a whole second"), EXAMPLES))
        };
    }
    if let Some(date) = date(text, zone, now) {
        let (start, end) = zone.day(date);
        let skipped = || Failure::usage(format!("{option}: {date} does not exist in {zone}"), "write another date");
        return if start < end { Ok(start) } else { Err(skipped()) };
    }
    let (day, clock) = text.split_once(['T', ' ']).ok_or_else(malformed)?;
    let date = date(day, zone, now).ok_or_else(malformed)?;
    let clock = time(clock.trim_start()).ok_or_else(malformed)?;
    resolve(option, date.and_time(clock), zone)
}

const EXAMPLES: &str =
    "write 2026-03-09T09:00:00+01:00, \"2026-03-09 09:00\", 2026-03-09, \"tomorrow 09:00\", now or +2h";

/// The one instant of a civil time, or what to write instead.
fn resolve(option: &str, civil: NaiveDateTime, zone: &Zone) -> Result<DateTime<Utc>, Failure> {
    let shown = civil.format("%Y-%m-%dT%H:%M:%S");
    let moment = |instant| Moment::new(instant, zone);
    match zone.resolve(civil) {
        Civil::Single(instant) => Ok(instant),
        Civil::Gap { transition } => {
            let before = moment(transition - TimeDelta::seconds(1));
            Err(Failure::usage(
                format!(
                    "{option}: {shown} does not exist in {zone}: the clock is set forward from {before} to {}",
                    moment(transition)
                ),
                format!(
                    "the nearest times that exist: {} or {}",
                    moment(transition - TimeDelta::minutes(1)),
                    moment(transition)
                ),
            ))
        }
        Civil::Overlap { earlier, later } => Err(Failure::usage(
            format!("{option}: {shown} occurs twice in {zone}: the clock is set back"),
            format!("write {} for the first or {} for the second", moment(earlier), moment(later)),
        )),
    }
}

enum Later {
    Instant(DateTime<Utc>),
    Civil(NaiveDateTime),
}

/// `90m`, `2h` from now on the clock of the world; `3d`, `1w` on the wall clock.
fn later(length: &str, zone: &Zone, now: DateTime<Utc>) -> Option<Later> {
    let days = match (length.strip_suffix('d'), length.strip_suffix('w')) {
        (Some(days), _) => Some(digits(days)?),
        (_, Some(weeks)) => Some(digits(weeks)?.checked_mul(7)?),
        _ => None,
    };
    match days {
        Some(days) => Some(Later::Civil(zone.civil(now).checked_add_days(Days::new(days))?)),
        None if length.ends_with(['h', 'm']) => {
            let minutes = TimeDelta::minutes(minutes::parse(length)?.into());
            now.checked_add_signed(minutes).map(Later::Instant)
        }
        None => None,
    }
}

fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A time with offset: RFC 3339, seconds may be left out, a blank may stand for the `T`.
fn rfc3339(text: &str) -> Option<DateTime<Utc>> {
    let (head, zulu) = match text.strip_suffix(['Z', 'z']) {
        Some(head) => (head, true),
        None => (text, false),
    };
    let text = if zulu { format!("{head}+00:00") } else { text.to_owned() };
    let formats = ["%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M%:z", "%Y-%m-%d %H:%M%:z"];
    let read = |format: &&str| DateTime::parse_from_str(&text, format).ok();
    formats.iter().find_map(read).map(|time| time.with_timezone(&Utc))
}

fn date(text: &str, zone: &Zone, now: DateTime<Utc>) -> Option<NaiveDate> {
    let today = zone.date(now);
    match text {
        "today" => Some(today),
        "tomorrow" => today.checked_add_days(Days::new(1)),
        "yesterday" => today.checked_sub_days(Days::new(1)),
        _ if text.len() == 10 => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
        _ => None,
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    let time = NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"));
    time.ok().filter(|time| time.nanosecond() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-06T15:20:00Z";

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).expect("an instant").with_timezone(&Utc)
    }

    fn in_zone(text: &str, zone: &str) -> Result<String, Failure> {
        let zone = Zone::parse(zone).expect("a zone");
        instant("--from", text, &zone, at(NOW)).map(|instant| Moment::new(instant, &zone).to_string())
    }

    fn berlin(text: &str) -> String {
        in_zone(text, "Europe/Berlin").expect("an instant")
    }

    #[test]
    fn times_with_offset_mean_the_same_in_every_zone() {
        for text in ["2026-03-09T09:00:00+01:00", "2026-03-09T08:00:00Z", "2026-03-09 08:00z", "2026-03-09T09:00+01:00"]
        {
            assert_eq!(berlin(text), "2026-03-09T09:00:00+01:00", "{text}");
        }
        assert_eq!(berlin("2026-03-09T08:00:00.000Z"), "2026-03-09T09:00:00+01:00");
    }

    #[test]
    fn civil_times_are_read_in_the_zone() {
        for text in ["2026-07-09T09:00", "2026-07-09 09:00", "2026-07-09 09:00:00", "2026-07-09  9:00"] {
            assert_eq!(berlin(text), "2026-07-09T09:00:00+02:00", "{text}");
        }
        assert_eq!(berlin("tomorrow 09:00"), "2026-03-07T09:00:00+01:00");
    }

    #[test]
    fn a_day_is_its_first_instant() {
        assert_eq!(berlin("2026-03-09"), "2026-03-09T00:00:00+01:00");
        assert_eq!(berlin("today"), "2026-03-06T00:00:00+01:00");
        assert_eq!(berlin("tomorrow"), "2026-03-07T00:00:00+01:00");
        assert_eq!(in_zone("today", "Pacific/Auckland").expect("a day"), "2026-03-07T00:00:00+13:00");
        // Midnight is skipped on this day: it begins at one o'clock.
        assert_eq!(in_zone("2026-03-29", "Asia/Beirut").expect("a day"), "2026-03-29T01:00:00+03:00");
    }

    #[test]
    fn hours_from_now_are_hours_and_days_from_now_keep_the_wall_clock() {
        assert_eq!(in_zone("+2h", "America/New_York").expect("later"), "2026-03-06T12:20:00-05:00");
        assert_eq!(in_zone("+1h30m", "UTC").expect("later"), "2026-03-06T16:50:00Z");
        // The clock is set forward on March 8.
        assert_eq!(in_zone("+3d", "America/New_York").expect("later"), "2026-03-09T10:20:00-04:00");
        assert_eq!(in_zone("+1w", "America/New_York").expect("later"), "2026-03-13T10:20:00-04:00");
    }

    #[test]
    fn a_time_the_clock_skips_is_refused_with_the_nearest_ones() {
        let failure = in_zone("2026-03-08T02:30", "America/New_York").expect_err("a gap");
        assert_eq!(
            failure.error().message,
            "--from: 2026-03-08T02:30:00 does not exist in America/New_York: the clock is set forward \
             from 2026-03-08T01:59:59-05:00 to 2026-03-08T03:00:00-04:00"
        );
        let hint = "the nearest times that exist: 2026-03-08T01:59:00-05:00 or 2026-03-08T03:00:00-04:00";
        assert_eq!(failure.error().remedy, hint);
    }

    #[test]
    fn a_time_the_clock_shows_twice_is_refused_with_both_offsets() {
        let failure = in_zone("2026-11-01 01:30", "America/New_York").expect_err("an overlap");
        assert_eq!(
            failure.error().message,
            "--from: 2026-11-01T01:30:00 occurs twice in America/New_York: the clock is set back"
        );
        let hint = "write 2026-11-01T01:30:00-04:00 for the first or 2026-11-01T01:30:00-05:00 for the second";
        assert_eq!(failure.error().remedy, hint);
        assert!(in_zone("2026-11-01T01:30:00-05:00", "America/New_York").is_ok());
    }

    #[test]
    fn a_date_that_a_zone_skipped_is_refused() {
        let failure = in_zone("2011-12-30", "Pacific/Apia").expect_err("no such date");
        assert!(failure.error().message.contains("does not exist in Pacific/Apia"), "{failure:?}");
    }

    #[test]
    fn what_is_no_time_is_refused_with_the_option_and_examples() {
        let wrong =
            ["", "soon", "2026-02-30", "2026-13-01", "2026-03-09T25:00", "2026-03-09T09", "09:00", "+", "+3", "-2h"];
        let wrong =
            wrong.into_iter().chain(["2026-3-9", "+1x", "+-3d", "2026-03-09T09:00:00.5Z", "2026-03-09T09:00:60Z"]);
        for text in
            wrong.chain(["2026-03-09T09:00:60", "1969-12-31", "99999-01-01", "+99999999999d", "0000-01-01T00:00:00Z"])
        {
            let failure = in_zone(text, "Europe/Berlin").expect_err(text);
            assert!(failure.error().message.starts_with("--from: "), "{text}: {failure:?}");
        }
    }
}
