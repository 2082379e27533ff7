//! The union of very many intervals that start on whole minutes of a short time, without sorting them.
//!
//! A table with a place for every minute keeps how far the intervals that start there reach. A million busy times of a
//! month are read once and written to 43,200 places, where sorting would move all of them several times.
use super::interval::Interval;

/// Seconds of a place.
const MINUTE: u64 = 60;
/// Fewer are sorted.
const FEW: usize = 256;
/// Most places for each interval: the work stays linear in the number of intervals.
const PLACES: usize = 2;

/// The union as a set; `None` when the intervals do not start a multiple of a minute apart, or so far apart that
/// sorting is faster.
pub fn merge(intervals: &[Interval]) -> Option<Vec<Interval>> {
    if intervals.len() < FEW {
        return None;
    }
    let starts = || intervals.iter().map(Interval::start_second);
    let (first, last) = (starts().min()?, starts().max()?);
    let places = usize::try_from(last.abs_diff(first) / MINUTE).ok()?.checked_add(1)?;
    if places / PLACES > intervals.len() {
        return None;
    }
    let mut reaches = vec![0_u32; places];
    for one in intervals {
        let after = one.start_second().abs_diff(first);
        let reach = u32::try_from(one.end_second().abs_diff(first)).ok().filter(|_| after.is_multiple_of(MINUTE))?;
        let place = reaches.get_mut(usize::try_from(after / MINUTE).ok()?)?;
        *place = reach.max(*place);
    }
    Some(joined(first, &reaches))
}

/// The set of which `reaches` has the ends, in seconds after `first`, by the minute of the start.
fn joined(first: i64, reaches: &[u32]) -> Vec<Interval> {
    let mut set = Vec::new();
    let (mut start, mut end) = (0_i64, 0_i64);
    let mut minute = 0_i64;
    for reach in reaches {
        if *reach > 0 {
            if minute > end {
                set.extend(Interval::of_seconds(first + start, first + end));
                start = minute;
            }
            end = end.max(i64::from(*reach));
        }
        minute += MINUTE.cast_signed();
    }
    set.extend(Interval::of_seconds(first + start, first + end));
    set
}

#[cfg(test)]
mod tests {
    use super::super::cases::cases;
    use super::*;
    use crate::schedule::interval;
    use proptest::prelude::*;

    /// The union by sorting.
    fn sorted(mut intervals: Vec<Interval>) -> Vec<Interval> {
        intervals.sort_unstable();
        interval::merge(intervals)
    }

    fn interval(start: i64, length: i64) -> Interval {
        Interval::of_seconds(start, start + length).unwrap()
    }

    proptest! {
        #![proptest_config(cases())]

        #[test]
        fn the_union_is_that_of_a_sorted_list(
            first in -90_000_000_000i64..200_000_000_000,
            list in prop::collection::vec((0i64..600, 1i64..20_000), 300..900),
        ) {
            let intervals: Vec<_> = list.iter().map(|(minute, length)| interval(first + 60 * minute, *length)).collect();
            prop_assert_eq!(merge(&intervals), Some(sorted(intervals)));
        }

        #[test]
        fn sparse_and_gapped_lists_have_the_same_union(
            mut list in prop::collection::vec((0i64..600, 1i64..200), 300..310),
        ) {
            list[0] = (0, 1);
            let intervals: Vec<_> = list.iter().map(|(minute, length)| interval(60 * minute, *length)).collect();
            prop_assert_eq!(merge(&intervals), Some(sorted(intervals)));
        }
    }

    #[test]
    fn what_touches_is_joined_and_what_does_not_is_not() {
        let mut intervals = vec![interval(120, 59); 300];
        intervals.extend([interval(0, 60), interval(60, 60), interval(180, 1), interval(240, 6000)]);
        assert_eq!(merge(&intervals), Some(vec![interval(0, 179), interval(180, 1), interval(240, 6000)]));
    }

    #[test]
    fn seconds_and_long_times_are_left_to_sorting() {
        let mut intervals = vec![interval(60, 60); 300];
        intervals.push(interval(90, 60));
        assert_eq!(merge(&intervals), None, "half a minute");
        intervals.pop();
        intervals.push(interval(60 * 700, 60));
        assert_eq!(merge(&intervals), None, "700 places for 301");
        intervals.pop();
        intervals.push(interval(120, 1 << 33));
        assert_eq!(merge(&intervals), None, "longer than the table can say");
        assert_eq!(merge(&intervals[..200]), None, "few");
    }
}
