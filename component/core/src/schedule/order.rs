//! Intervals in the order of their starts.
//!
//! By counting digits (least significant first) instead of comparing: busy times come by the ten thousand, in any
//! order, and a comparison sort is what a search would spend most of its time on, in WebAssembly more than natively.
use super::interval::Interval;

/// Bits of a digit.
const DIGIT: u32 = 11;
const DIGITS: usize = 1 << DIGIT;
const MASK: u64 = (1 << DIGIT) - 1;
/// Shorter lists are sorted by comparing: counting would cost more than it saves.
const FEW: usize = 256;
/// Starts further apart are sorted by comparing, in seconds: 33 bits, 272 years.
const FARTHEST: u64 = 1 << (3 * DIGIT);

/// Sorts by start; equal starts may change places.
pub fn sort(intervals: &mut Vec<Interval>) {
    let starts = || intervals.iter().map(Interval::start_second);
    let (Some(first), Some(last)) = (starts().min(), starts().max()) else { return };
    let apart = last.abs_diff(first);
    if intervals.len() < FEW || apart >= FARTHEST {
        intervals.sort_unstable_by_key(Interval::start_second);
        return;
    }
    let mut scratch = intervals.clone();
    let mut shift = 0;
    while apart >> shift > 0 {
        by_digit(intervals, &mut scratch, |one| {
            // Masked first: what is left fits, and nothing has to be checked for each interval.
            let after = one.start_second().wrapping_sub(first).cast_unsigned();
            usize::try_from((after >> shift) & MASK).unwrap_or(0)
        });
        std::mem::swap(intervals, &mut scratch);
        shift += DIGIT;
    }
}

/// Writes `from` to `to`, ordered by one digit; equal digits keep their order.
fn by_digit(from: &[Interval], to: &mut [Interval], digit: impl Fn(&Interval) -> usize) {
    let mut places = [0_usize; DIGITS];
    for one in from {
        if let Some(place) = places.get_mut(digit(one)) {
            *place += 1;
        }
    }
    let mut next = 0;
    for place in &mut places {
        next += std::mem::replace(place, next);
    }
    for one in from {
        let place = places.get_mut(digit(one));
        if let Some(slot) = place.and_then(|place| to.get_mut(std::mem::replace(place, *place + 1))) {
            *slot = *one;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::cases;
    use super::*;
    use proptest::prelude::*;

    fn interval() -> impl Strategy<Value = Interval> {
        let start = prop_oneof![
            -5i64..5,
            0i64..2_000_000,
            1_700_000_000i64..1_800_000_000,
            -60_000_000_000i64..250_000_000_000,
        ];
        (start, 1i64..100).prop_map(|(start, length)| Interval::of_seconds(start, start + length).unwrap())
    }

    proptest! {
        #![proptest_config(cases())]

        #[test]
        fn the_order_is_that_of_a_comparison_sort(mut list in prop::collection::vec(interval(), 0..2_000)) {
            let mut expected = list.clone();
            expected.sort_unstable();
            sort(&mut list);
            prop_assert!(list.is_sorted_by_key(Interval::start_second));
            list.sort_unstable();
            prop_assert_eq!(list, expected);
        }

        #[test]
        fn close_starts_are_ordered_by_their_digits(mut list in prop::collection::vec(0i64..40_000_000, 300..900)) {
            let mut intervals: Vec<_> =
                list.iter().map(|start| Interval::of_seconds(*start, start + 60).unwrap()).collect();
            sort(&mut intervals);
            list.sort_unstable();
            prop_assert_eq!(intervals.iter().map(Interval::start_second).collect::<Vec<_>>(), list);
        }
    }
}
