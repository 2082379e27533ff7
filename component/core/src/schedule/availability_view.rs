//! The free/busy strip: one digit per interval of a period, in the digits of Microsoft Graph's `availabilityView`.
//!
//! For display. Slots are never computed from it.
//! <https://learn.microsoft.com/graph/api/resources/scheduleinformation>
use chrono::{DateTime, TimeDelta, Utc};

use super::availability::Busy;
use super::interval::{Interval, merge};
use super::policy::BusyKind;

/// One digit per `step` of `period`, the last step possibly cut short: 0 free, 1 tentative, 2 busy, 3 out of office.
/// The greatest digit of the items overlapping a step counts; touching is not overlapping. Empty for a step below one
/// second or more than 100 000 steps.
pub fn availability_view(period: Interval, step: TimeDelta, items: &[Busy]) -> String {
    let length = period.length().num_seconds();
    let step = step.num_seconds();
    if step < 1 || length.div_euclid(step) > 100_000 {
        return String::new();
    }
    let count = usize::try_from((length + step - 1).div_euclid(step)).unwrap_or(0);
    let mut digits = vec![0_u8; count];
    let number =
        |at: DateTime<Utc>| usize::try_from(at.signed_duration_since(period.start()).num_seconds()).unwrap_or(0);
    let step = usize::try_from(step).unwrap_or(usize::MAX);
    for severity in 1..=3 {
        let of_severity = items.iter().filter(|item| self::severity(item.kind) == severity);
        let parts = of_severity.filter_map(|item| item.interval.intersection(period)).collect();
        for part in merge(parts) {
            let (first, end) = (number(part.start()) / step, number(part.end()).div_ceil(step));
            digits.iter_mut().take(end).skip(first).for_each(|digit| *digit = severity);
        }
    }
    digits.into_iter().map(|digit| char::from(b'0' + digit)).collect()
}

fn severity(kind: BusyKind) -> u8 {
    match kind {
        BusyKind::WorkingElsewhere | BusyKind::WorkingLocation | BusyKind::Birthday => 0,
        BusyKind::Tentative | BusyKind::NotAnswered => 1,
        BusyKind::OutOfOffice | BusyKind::TimeOff => 3,
        BusyKind::Busy
        | BusyKind::FocusTime
        | BusyKind::AllDay
        | BusyKind::Private
        | BusyKind::Unrecognised
        | BusyKind::Held
        | BusyKind::Booking => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> DateTime<Utc> {
        format!("2026-06-10T{time}:00Z").parse().unwrap()
    }

    fn span(times: &str) -> Interval {
        let (start, end) = times.split_once('-').unwrap();
        Interval::new(at(start), at(end)).unwrap()
    }

    /// None when it has no length.
    fn item((times, kind): &(&str, BusyKind)) -> Option<Busy> {
        let (start, end) = times.split_once('-').unwrap();
        Busy::new(at(start), at(end)).map(|busy| busy.of_kind(*kind))
    }

    /// Period, minutes of a step, items, strip.
    type Row = (&'static str, i64, &'static [(&'static str, BusyKind)], &'static str);

    #[test]
    fn the_digits_are_those_of_the_documented_examples() {
        use BusyKind::{Busy as Taken, OutOfOffice, Tentative, WorkingElsewhere};
        let table: [Row; 7] = [
            ("09:00-18:00", 60, &[("12:00-14:00", Taken)], "000220000"),
            (
                "09:00-18:00",
                60,
                &[
                    ("08:30-09:30", Taken),
                    ("12:00-14:00", Taken),
                    ("13:00-14:00", Taken),
                    ("12:00-13:00", Tentative),
                    ("16:00-17:00", Tentative),
                ],
                "200220010",
            ),
            (
                "09:00-18:00",
                15,
                &[("09:00-10:30", Tentative), ("11:00-13:00", Taken)],
                "111111002222222200000000000000000000",
            ),
            (
                "09:00-12:00",
                30,
                &[
                    ("09:10-09:20", Taken),
                    ("10:15-11:05", OutOfOffice),
                    ("10:30-10:45", Taken),
                    ("11:30-12:00", WorkingElsewhere),
                ],
                "203330",
            ),
            ("09:00-10:00", 30, &[("08:00-09:00", Taken), ("10:00-11:00", Taken)], "00"),
            ("08:00-10:00", 30, &[("08:29-08:31", Tentative), ("09:00-09:00", Taken)], "1100"),
            ("09:00-10:10", 30, &[("10:05-10:30", Tentative)], "001"),
        ];
        for (period, minutes, items, expected) in table {
            let items: Vec<Busy> = items.iter().filter_map(item).collect();
            assert_eq!(
                availability_view(span(period), TimeDelta::minutes(minutes), &items),
                expected,
                "{period} {minutes}"
            );
        }
    }

    #[test]
    fn a_strip_of_absurd_length_is_empty() {
        assert_eq!(availability_view(Interval::ALWAYS, TimeDelta::seconds(1), &[]), "");
        assert_eq!(availability_view(span("09:00-10:00"), TimeDelta::zero(), &[]), "");
    }
}
