//! Limits on how much is booked per local day, week or month.
//!
//! A booking counts wholly for the period of its local start date in the person's home zone. Known bookings and
//! active holds count; calendar events of others do not.
use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc, Weekday};

use super::availability::Busy;
use super::interval::Interval;
use super::policy::BusyKind;
use super::zone::Zone;

/// A period of local dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// A local day.
    Day,
    /// Seven days beginning on a weekday; Monday gives ISO weeks.
    Week {
        /// The first day of the week.
        starts: FirstDay,
    },
    /// A calendar month.
    Month,
}

/// The first day of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum FirstDay {
    /// ISO 8601.
    #[default]
    Monday,
    /// As in the Middle East.
    Saturday,
    /// As in North America.
    Sunday,
}

/// At most so many meetings, and at most so many minutes of them, in each period. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The period.
    pub period: Period,
    /// Most meetings in a period, the new one included.
    pub meetings: Option<u32>,
    /// Most minutes of meetings in a period, the new one included.
    pub minutes: Option<u32>,
}

/// A period in which one more meeting would break a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The starts it refuses.
    pub interval: Interval,
    /// The limit.
    pub limit: Limit,
    /// The first date of the period.
    pub bucket: NaiveDate,
}

impl Period {
    /// The first date of the period containing `date`.
    pub fn first_date(self, date: NaiveDate) -> NaiveDate {
        match self {
            Period::Day => date,
            Period::Week { starts } => {
                let first = match starts {
                    FirstDay::Monday => Weekday::Mon,
                    FirstDay::Saturday => Weekday::Sat,
                    FirstDay::Sunday => Weekday::Sun,
                };
                let back = u64::from(date.weekday().days_since(first));
                date.checked_sub_days(Days::new(back)).unwrap_or(date)
            }
            Period::Month => date.with_day(1).unwrap_or(date),
        }
    }

    /// The first dates of the periods that `span` touches.
    fn buckets(self, zone: &Zone, span: Interval) -> impl Iterator<Item = NaiveDate> {
        let (first, last) = (self.first_date(zone.date(span.start())), zone.date(span.end()));
        std::iter::successors(Some(first), move |bucket| {
            Some(self.next_first_date(*bucket)).filter(|next| next > bucket && *next <= last)
        })
    }

    /// The first date of the period after the one that begins on `first`.
    fn next_first_date(self, first: NaiveDate) -> NaiveDate {
        match self {
            Period::Day => first.checked_add_days(Days::new(1)),
            Period::Week { .. } => first.checked_add_days(Days::new(7)),
            Period::Month => first.checked_add_months(Months::new(1)),
        }
        .unwrap_or(first)
    }
}

/// `range` and all periods of `limits` that it touches.
pub fn counted_range(limits: &[Limit], zone: &Zone, range: Interval) -> Interval {
    let (mut start, mut end) = (range.start(), range.end());
    for limit in limits {
        let first = limit.period.first_date(zone.date(range.start()));
        let last = limit.period.first_date(zone.date(range.end()));
        start = start.min(zone.start_of_day(first));
        if zone.start_of_day(last) < range.end() {
            end = end.max(zone.start_of_day(limit.period.next_first_date(last)));
        }
    }
    Interval::new(start, end).unwrap_or(range)
}

/// The periods overlapping `span` in which a further meeting of length `duration` would break one of `limits`.
pub fn reached<'a>(
    limits: &[Limit],
    zone: &Zone,
    duration: TimeDelta,
    busy: impl Iterator<Item = &'a Busy> + Clone,
    span: Interval,
    now: DateTime<Utc>,
) -> Vec<Reached> {
    let counted = busy
        .filter(|item| matches!(item.kind, BusyKind::Booking | BusyKind::Held))
        .filter(|item| !item.has_expired(now) && item.interval.start() < item.interval.end());
    let mut reached = Vec::new();
    for limit in limits {
        let is_over = |meetings: u32, booked: TimeDelta| {
            limit.meetings.is_some_and(|most| meetings >= most)
                || limit.minutes.is_some_and(|most| {
                    booked.checked_add(&duration).is_none_or(|total| total > TimeDelta::minutes(i64::from(most)))
                })
        };
        let mut buckets: BTreeMap<NaiveDate, (u32, TimeDelta)> = BTreeMap::new();
        for item in counted.clone() {
            let bucket = limit.period.first_date(zone.date(item.interval.start()));
            let (meetings, booked) = buckets.entry(bucket).or_default();
            *meetings = meetings.saturating_add(1);
            *booked = booked.checked_add(&item.interval.length()).unwrap_or(TimeDelta::MAX);
        }
        if is_over(0, TimeDelta::zero()) {
            // Not even the first meeting is allowed: every period is booked up.
            for bucket in limit.period.buckets(zone, span) {
                buckets.entry(bucket).or_default();
            }
        }
        for (bucket, (meetings, booked)) in buckets {
            if !is_over(meetings, booked) {
                continue;
            }
            let next = limit.period.next_first_date(bucket);
            let whole = Interval::new(zone.start_of_day(bucket), zone.start_of_day(next));
            let interval = whole.and_then(|whole| whole.intersection(span));
            reached.extend(interval.map(|interval| Reached { interval, limit: *limit, bucket }));
        }
    }
    reached.sort_by_key(|one| one.interval);
    reached
}
