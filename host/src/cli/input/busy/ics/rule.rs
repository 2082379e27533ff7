//! RRULE as written (RFC 5545 section 3.3.10): read and checked, not expanded. A part that is not known, or that the RFC
//! does not allow beside the others, is an error: a rule followed half would make time look free.

use chrono::Weekday;

use super::stamp::Stamp;

/// FREQ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Frequency {
    Secondly,
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A value of RRULE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: i64,
    pub(super) count: Option<u64>,
    pub(super) until: Option<Stamp>,
    pub(super) seconds: Vec<i64>,
    pub(super) minutes: Vec<i64>,
    pub(super) hours: Vec<i64>,
    /// Ordinal (0 = every one) and day, sorted by [`weekday_order`].
    pub(super) weekdays: Vec<(i64, Weekday)>,
    pub(super) month_days: Vec<i64>,
    pub(super) year_days: Vec<i64>,
    pub(super) weeks: Vec<i64>,
    pub(super) months: Vec<i64>,
    pub(super) positions: Vec<i64>,
    pub(super) week_start: Weekday,
}

impl Rule {
    /// Reads the value of an RRULE.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        read(text).map_err(|reason| format!("RRULE {}: {reason}", text.chars().take(80).collect::<String>()))
    }

    /// A rule without further parts.
    pub(super) fn every(frequency: Frequency, interval: i64) -> Self {
        Self {
            frequency,
            interval,
            count: None,
            until: None,
            seconds: Vec::new(),
            minutes: Vec::new(),
            hours: Vec::new(),
            weekdays: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            weeks: Vec::new(),
            months: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Mon,
        }
    }

    /// More often than daily.
    pub(super) fn is_within_days(&self) -> bool {
        self.frequency < Frequency::Daily
    }
}

fn read(text: &str) -> Result<Rule, String> {
    let mut rule = Rule::every(Frequency::Yearly, 1);
    let mut seen: Vec<String> = Vec::new();
    for part in text.trim().split(';').filter(|part| !part.trim().is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("{part:?} is no part of a rule"))?;
        let (name, value) = (name.trim().to_ascii_uppercase(), value.to_ascii_uppercase());
        if seen.contains(&name) {
            return Err(format!("{name} occurs twice"));
        }
        let value = value.as_str();
        match name.as_str() {
            "FREQ" => rule.frequency = frequency(value).ok_or_else(|| wrong("FREQ", value))?,
            "INTERVAL" => rule.interval = number("INTERVAL", value, 1, i64::from(u32::MAX))?,
            "COUNT" => rule.count = Some(number("COUNT", value, 1, i64::MAX)?.unsigned_abs()),
            "UNTIL" => rule.until = Some(Stamp::parse(value)?),
            "WKST" => rule.week_start = weekday(value).ok_or_else(|| wrong("WKST", value))?,
            "BYDAY" => rule.weekdays = weekdays(value)?,
            "BYSECOND" => rule.seconds = numbers("BYSECOND", value, 0, 60)?,
            "BYMINUTE" => rule.minutes = numbers("BYMINUTE", value, 0, 59)?,
            "BYHOUR" => rule.hours = numbers("BYHOUR", value, 0, 23)?,
            "BYMONTH" => rule.months = numbers("BYMONTH", value, 1, 12)?,
            "BYMONTHDAY" => rule.month_days = signed("BYMONTHDAY", value, 31)?,
            "BYYEARDAY" => rule.year_days = signed("BYYEARDAY", value, 366)?,
            "BYWEEKNO" => rule.weeks = signed("BYWEEKNO", value, 53)?,
            "BYSETPOS" => rule.positions = signed("BYSETPOS", value, 366)?,
            _ => return Err(format!("{name} is not supported")),
        }
        seen.push(name);
    }
    if !seen.iter().any(|name| name == "FREQ") {
        return Err("FREQ is missing".to_owned());
    }
    // There is no leap second on this clock.
    rule.seconds.iter_mut().for_each(|second| *second = (*second).min(59));
    check(&rule)?;
    Ok(rule)
}

/// What the RFC says MUST NOT stand together: nobody knows what it means.
fn check(rule: &Rule) -> Result<(), String> {
    use Frequency::{Daily, Monthly, Weekly, Yearly};
    let (frequency, has_ordinals) = (rule.frequency, rule.weekdays.iter().any(|(ordinal, _)| *ordinal != 0));
    let is_set = |list: &[i64]| !list.is_empty();
    let has_lists =
        [&rule.months, &rule.weeks, &rule.year_days, &rule.month_days, &rule.hours, &rule.minutes, &rule.seconds]
            .into_iter()
            .any(|list| is_set(list))
            || !rule.weekdays.is_empty();
    let broken = [
        (is_set(&rule.positions) && !has_lists, "BYSETPOS and no other BY part"),
        (
            frequency == Monthly && rule.weekdays.iter().any(|(ordinal, _)| ordinal.unsigned_abs() > 5),
            "FREQ=MONTHLY and BYDAY beyond the fifth",
        ),
        (rule.count.is_some() && rule.until.is_some(), "COUNT and UNTIL"),
        (has_ordinals && !matches!(frequency, Monthly | Yearly), "this FREQ and BYDAY with a number"),
        (has_ordinals && !rule.weeks.is_empty(), "BYWEEKNO and BYDAY with a number"),
        (!rule.month_days.is_empty() && frequency == Weekly, "FREQ=WEEKLY and BYMONTHDAY"),
        (!rule.year_days.is_empty() && matches!(frequency, Daily | Weekly | Monthly), "this FREQ and BYYEARDAY"),
        (!rule.weeks.is_empty() && frequency != Yearly, "this FREQ and BYWEEKNO"),
    ];
    match broken.iter().find(|(is_broken, _)| *is_broken) {
        Some((_, what)) => Err(format!("{what} do not go together")),
        None => Ok(()),
    }
}

fn frequency(text: &str) -> Option<Frequency> {
    Some(match text {
        "SECONDLY" => Frequency::Secondly,
        "MINUTELY" => Frequency::Minutely,
        "HOURLY" => Frequency::Hourly,
        "DAILY" => Frequency::Daily,
        "WEEKLY" => Frequency::Weekly,
        "MONTHLY" => Frequency::Monthly,
        "YEARLY" => Frequency::Yearly,
        _ => return None,
    })
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

fn weekdays(text: &str) -> Result<Vec<(i64, Weekday)>, String> {
    let mut found: Vec<_> = text.split(',').map(ordinal_weekday).collect::<Result<_, _>>()?;
    found.sort_unstable_by_key(weekday_order);
    found.dedup();
    Ok(found)
}

/// The order of values of BYDAY.
pub(super) fn weekday_order((ordinal, day): &(i64, Weekday)) -> (u32, i64) {
    (day.num_days_from_monday(), *ordinal)
}

/// `MO`, `2MO`, `-1FR`.
fn ordinal_weekday(text: &str) -> Result<(i64, Weekday), String> {
    let at = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(|| wrong("BYDAY", text))?;
    let (ordinal, day) = text.split_at(at);
    let day = weekday(day).ok_or_else(|| wrong("BYDAY", text))?;
    match ordinal {
        "" => Ok((0, day)),
        _ => match number("BYDAY", ordinal, -53, 53)? {
            0 => Err(wrong("BYDAY", text)),
            ordinal => Ok((ordinal, day)),
        },
    }
}

fn signed(name: &str, text: &str, most: i64) -> Result<Vec<i64>, String> {
    let found = numbers(name, text, -most, most)?;
    if found.contains(&0) { Err(wrong(name, text)) } else { Ok(found) }
}

fn numbers(name: &str, text: &str, low: i64, high: i64) -> Result<Vec<i64>, String> {
    let mut found: Vec<i64> = text.split(',').map(|one| number(name, one, low, high)).collect::<Result<_, _>>()?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn number(name: &str, text: &str, low: i64, high: i64) -> Result<i64, String> {
    let number = text.parse().ok().filter(|number| (low..=high).contains(number));
    number.ok_or_else(|| wrong(name, text))
}

fn wrong(name: &str, text: &str) -> String {
    format!("{name} cannot be {:?}", text.chars().take(40).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_in_any_case_and_order() {
        let rule = Rule::parse("byday=-1fr,MO;INTERVAL=2;freq=monthly;WKST=SU;UNTIL=20261231").expect("a rule");
        assert_eq!((rule.frequency, rule.interval, rule.week_start), (Frequency::Monthly, 2, Weekday::Sun));
        assert_eq!(rule.weekdays, [(0, Weekday::Mon), (-1, Weekday::Fri)]);
        assert_eq!(rule.until, Stamp::parse("20261231").ok());
    }

    #[test]
    fn what_cannot_be_followed_exactly_is_refused_with_its_part() {
        for (text, part) in [
            ("", "FREQ is missing"),
            ("COUNT=3", "FREQ is missing"),
            ("FREQ=FORTNIGHTLY", "FREQ cannot be \"FORTNIGHTLY\""),
            ("FREQ=DAILY;INTERVAL=0", "INTERVAL cannot be \"0\""),
            ("FREQ=DAILY;COUNT=0", "COUNT cannot be"),
            ("FREQ=DAILY;COUNT=99999999999999999999", "COUNT cannot be"),
            ("FREQ=DAILY;COUNT=2;UNTIL=20261231", "COUNT and UNTIL do not go together"),
            ("FREQ=DAILY;COUNT=2;COUNT=3", "COUNT occurs twice"),
            ("FREQ=DAILY;UNTIL=tomorrow", "\"TOMORROW\" is no date or time"),
            ("FREQ=DAILY;BYDAY=1MO", "do not go together"),
            ("FREQ=WEEKLY;BYMONTHDAY=1", "do not go together"),
            ("FREQ=MONTHLY;BYYEARDAY=1", "do not go together"),
            ("FREQ=MONTHLY;BYWEEKNO=1", "do not go together"),
            ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=2MO", "do not go together"),
            ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY cannot be"),
            ("FREQ=MONTHLY;BYDAY=MI", "BYDAY cannot be"),
            ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY cannot be"),
            ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY cannot be"),
            ("FREQ=YEARLY;BYMONTH=5L", "BYMONTH cannot be"),
            ("FREQ=DAILY;BYHOUR=24", "BYHOUR cannot be"),
            ("RSCALE=CHINESE;FREQ=YEARLY", "RSCALE is not supported"),
            ("FREQ=DAILY;SKIP=FORWARD", "SKIP is not supported"),
            ("FREQ", "is no part of a rule"),
        ] {
            let error = Rule::parse(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
