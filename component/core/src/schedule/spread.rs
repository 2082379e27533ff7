//! A choice of slots spread over dates and parts of the day.
use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use super::rank::Ranked;
use super::zone::Zone;

/// A part of a local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Daypart {
    /// Before 12:00.
    Morning,
    /// 12:00 to before 17:00.
    Afternoon,
    /// From 17:00.
    Evening,
}

impl Daypart {
    /// The part of the day a wall time belongs to.
    pub fn of(local: NaiveDateTime) -> Daypart {
        match local.hour() {
            0..12 => Daypart::Morning,
            12..17 => Daypart::Afternoon,
            _ => Daypart::Evening,
        }
    }
}

/// Up to `count` of `ranked` in the order of choice: each time the one, not overlapping those chosen, with the smallest
/// (number chosen on its date, number chosen in its part of the day, penalty, start, assignee).
pub fn spread(ranked: Vec<Ranked>, zone: &Zone, count: usize) -> Vec<Ranked> {
    let mut left: Vec<(NaiveDate, Daypart, Ranked)> = ranked
        .into_iter()
        .map(|one| {
            let local = zone.civil(one.slot.interval.start());
            (local.date(), Daypart::of(local), one)
        })
        .collect();
    let mut by_date: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    let mut by_daypart: BTreeMap<Daypart, usize> = BTreeMap::new();
    let mut chosen: Vec<Ranked> = Vec::new();
    while chosen.len() < count {
        let best = left.iter().enumerate().min_by_key(|(_, (date, daypart, one))| {
            let on_date = by_date.get(date).copied().unwrap_or(0);
            let in_daypart = by_daypart.get(daypart).copied().unwrap_or(0);
            (on_date, in_daypart, one.penalty, one.slot.interval, one.slot.assignee.as_ref())
        });
        let Some(position) = best.map(|(position, _)| position) else { break };
        let (date, daypart, one) = left.remove(position);
        left.retain(|(_, _, other)| !other.slot.interval.overlaps(one.slot.interval));
        *by_date.entry(date).or_default() += 1;
        *by_daypart.entry(daypart).or_default() += 1;
        chosen.push(one);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::super::group::GroupSlot;
    use super::super::interval::Interval;
    use super::*;
    use chrono::TimeDelta;

    fn candidates(list: &[(&str, u64)]) -> Vec<Ranked> {
        list.iter()
            .map(|(local, penalty)| {
                let start = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap().and_utc();
                let interval = Interval::starting(start, TimeDelta::minutes(30)).unwrap();
                let slot = GroupSlot { interval, optional: vec![], assignee: None };
                Ranked { slot, penalty: *penalty, parts: vec![] }
            })
            .collect()
    }

    #[test]
    fn proposals_are_spread_over_days_and_parts_of_the_day() {
        let list = [
            ("2026-06-08 09:00", 0),
            ("2026-06-08 09:30", 0),
            ("2026-06-08 14:00", 5),
            ("2026-06-09 09:00", 24),
            ("2026-06-09 15:00", 30),
            ("2026-06-10 10:00", 49),
        ];
        let picked: Vec<String> = spread(candidates(&list), &Zone::utc(), 5)
            .iter()
            .map(|one| one.slot.interval.start().format("%a %H:%M").to_string())
            .collect();
        assert_eq!(picked, ["Mon 09:00", "Tue 15:00", "Wed 10:00", "Mon 14:00", "Tue 09:00"]);
    }

    #[test]
    fn another_date_counts_before_another_part_of_the_day() {
        let list = [("2026-06-08 09:00", 0), ("2026-06-08 14:00", 1), ("2026-06-09 10:00", 2)];
        let penalties: Vec<u64> = spread(candidates(&list), &Zone::utc(), 3).iter().map(|one| one.penalty).collect();
        assert_eq!(penalties, [0, 2, 1]);
    }

    #[test]
    fn overlapping_candidates_are_never_both_chosen() {
        let list = [("2026-06-08 09:00", 0), ("2026-06-08 09:15", 0), ("2026-06-08 09:30", 9)];
        let picked = spread(candidates(&list), &Zone::utc(), 9);
        assert_eq!(picked.len(), 2);
        assert_eq!(picked.iter().map(|one| one.penalty).collect::<Vec<_>>(), [0, 9]);
    }
}
