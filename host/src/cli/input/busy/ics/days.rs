//! Which dates a rule allows: the table of RFC 5545 section 3.3.10 as one question for each date, since every part that
//! names dates either widens or narrows, and both mean "a date is wanted that fits them all". What the rule leaves open
//! is taken from DTSTART; BYWEEKNO without BYDAY means the weekday of DTSTART.

use chrono::{Datelike, Days as Step, NaiveDate, Weekday};

use super::rule::{Frequency, Rule, weekday_order};

/// The date parts of a rule, with those that DTSTART adds.
#[derive(Debug)]
pub(super) struct Dates<'a> {
    rule: &'a Rule,
    month: Option<i64>,
    month_day: Option<i64>,
    weekday: Option<Weekday>,
}

impl<'a> Dates<'a> {
    pub(super) fn new(rule: &'a Rule, start: NaiveDate) -> Self {
        let names_days = !rule.weekdays.is_empty() || !rule.month_days.is_empty() || !rule.year_days.is_empty();
        let (frequency, has_weeks) = (rule.frequency, !rule.weeks.is_empty());
        let is_open = !names_days && !has_weeks;
        let of_month = is_open && matches!(frequency, Frequency::Monthly | Frequency::Yearly);
        let of_week = !names_days && (has_weeks || frequency == Frequency::Weekly);
        let of_year = is_open && frequency == Frequency::Yearly && rule.months.is_empty();
        Self {
            rule,
            month: of_year.then(|| i64::from(start.month())),
            month_day: of_month.then(|| i64::from(start.day())),
            weekday: of_week.then(|| start.weekday()),
        }
    }

    /// Whether the rule can want dates of the month of `date`.
    pub(super) fn has_month(&self, date: NaiveDate) -> bool {
        let month = i64::from(date.month());
        self.month.is_none_or(|wanted| wanted == month)
            && (self.rule.months.is_empty() || self.rule.months.contains(&month))
    }

    /// Whether the rule wants `date`.
    pub(super) fn has(&self, date: NaiveDate) -> bool {
        let day = i64::from(date.day());
        self.has_month(date)
            && self.month_day.is_none_or(|wanted| wanted == day)
            && self.weekday.is_none_or(|wanted| wanted == date.weekday())
            && fits(&self.rule.month_days, day, days_in_month(date))
            && fits(&self.rule.year_days, i64::from(date.ordinal()), days_in_year(date.year()))
            && self.has_week(date)
            && self.has_weekday(date)
    }

    fn has_week(&self, date: NaiveDate) -> bool {
        if self.rule.weeks.is_empty() {
            return true;
        }
        let start = self.rule.week_start;
        // The year of a week is that of its fourth day.
        let Some(fourth) = week_start(date, start).checked_add_days(Step::new(3)) else { return false };
        let week = i64::from(fourth.ordinal0() / 7) + 1;
        // The 28th of December is in the last week, whatever day weeks begin with.
        let late = NaiveDate::from_ymd_opt(fourth.year(), 12, 28).map(|late| week_start(late, start));
        let last = late.map_or(52, |first| i64::from((first.ordinal0() + 3) / 7) + 1);
        fits(&self.rule.weeks, week, last)
    }

    fn has_weekday(&self, date: NaiveDate) -> bool {
        let rule = self.rule;
        if rule.weekdays.is_empty() {
            return true;
        }
        let is_of_year = rule.frequency == Frequency::Yearly && rule.months.is_empty();
        let (index, length) = match is_of_year {
            true => (i64::from(date.ordinal0()), days_in_year(date.year())),
            false => (i64::from(date.day0()), days_in_month(date)),
        };
        // Every one of that weekday, the so many-th, or the so many-th from the end.
        [0, index / 7 + 1, -((length - 1 - index) / 7 + 1)].into_iter().any(|ordinal| {
            let wanted = weekday_order(&(ordinal, date.weekday()));
            rule.weekdays.binary_search_by_key(&wanted, weekday_order).is_ok()
        })
    }
}

/// The first day of the week of `date`.
pub(super) fn week_start(date: NaiveDate, first: Weekday) -> NaiveDate {
    date.checked_sub_days(Step::new(u64::from(date.weekday().days_since(first)))).unwrap_or(date)
}

/// Whether `number`, counted from 1, is among `wanted`, which are sorted and where -1 is `last`.
fn fits(wanted: &[i64], number: i64, last: i64) -> bool {
    let has = |one: i64| wanted.binary_search(&one).is_ok();
    wanted.is_empty() || has(number) || has(number - last - 1)
}

fn days_in_month(date: NaiveDate) -> i64 {
    i64::from(date.num_days_in_month())
}

fn days_in_year(year: i32) -> i64 {
    if NaiveDate::from_ymd_opt(year, 2, 29).is_some() { 366 } else { 365 }
}
