use super::super::cases::cases;
use super::*;
use proptest::prelude::*;

fn interval(start: i64, end: i64) -> Interval {
    Interval::of_seconds(start * 60, end * 60).unwrap()
}

fn set(pairs: &[(i64, i64)]) -> Vec<Interval> {
    pairs.iter().map(|(start, end)| interval(*start, *end)).collect()
}

#[test]
fn an_interval_without_an_instant_is_none() {
    let one = interval(5, 6);
    assert_eq!(Interval::new(one.start(), one.start()), None);
    assert_eq!(Interval::new(one.end(), one.start()), None);
    assert_eq!(Interval::of_seconds(7, 7), None);
}

#[test]
fn fractions_of_a_second_are_rounded_outwards() {
    let at = |milliseconds: i64| DateTime::from_timestamp_millis(milliseconds).unwrap();
    assert_eq!(Interval::new(at(1_900), at(2_100)), Interval::of_seconds(1, 3));
    assert_eq!(Interval::new(at(-1_900), at(-1_100)), Interval::of_seconds(-2, -1));
}

#[test]
fn what_cannot_be_represented_is_cut() {
    assert_eq!(Interval::of_seconds(i64::MIN, i64::MAX), Some(Interval::ALWAYS));
    let most = TimeDelta::seconds(i64::MAX / 1000);
    assert_eq!(Interval::ALWAYS.grown(most, most), Interval::ALWAYS);
    assert_eq!(Interval::ALWAYS.end(), DateTime::from_timestamp(LAST, 0).unwrap());
}

#[test]
fn merging_joins_what_touches() {
    assert_eq!(merge(set(&[(5, 7), (1, 3), (3, 4), (6, 10), (6, 7)])), set(&[(1, 4), (5, 10)]));
}

#[test]
fn subtracting_cuts_at_both_ends_and_in_the_middle() {
    let from = set(&[(0, 10), (20, 30), (40, 50)]);
    assert_eq!(subtract(&from, &set(&[(3, 5), (8, 22), (45, 60)])), set(&[(0, 3), (5, 8), (22, 30), (40, 45)]));
    assert_eq!(subtract(&from, &set(&[(0, 100)])), set(&[]));
    assert_eq!(subtract(&from, &[]), from);
}

#[test]
fn intersecting_keeps_the_common_part() {
    let left = set(&[(0, 10), (20, 30)]);
    assert_eq!(intersect(&left, &set(&[(5, 25), (28, 29)])), set(&[(5, 10), (20, 25), (28, 29)]));
    assert_eq!(clip(&left, interval(8, 21)), set(&[(8, 10), (20, 21)]));
}

/// Sets of quarters of an hour.
fn sets() -> impl Strategy<Value = Vec<Vec<Interval>>> {
    let one = prop::collection::vec((-20i64..20, 1i64..8), 0..6);
    let quarter = |(start, length): (i64, i64)| interval(15 * start, 15 * (start + length));
    let set = one.prop_map(move |list| merge(list.into_iter().map(quarter).collect()));
    prop::collection::vec(set, 0..6)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn at_least_so_many_sets_have_what_is_counted_quarter_by_quarter(sets in sets(), need in 1usize..5) {
        let members: Vec<&[Interval]> = sets.iter().map(Vec::as_slice).collect();
        let quarters = (-40..40).map(|quarter| interval(15 * quarter, 15 * (quarter + 1)));
        let has = |set: &&Vec<Interval>, quarter: Interval| set.iter().any(|one| one.covers(quarter));
        let expected = quarters.filter(|quarter| sets.iter().filter(|set| has(set, *quarter)).count() >= need);
        prop_assert_eq!(at_least(&members, need), merge(expected.collect()));
    }
}

#[test]
fn at_least_two_of_three_counts_instants_and_ignores_touching() {
    let (a, b, c) = (set(&[(0, 10)]), set(&[(5, 15)]), set(&[(10, 20)]));
    assert_eq!(at_least(&[&a, &b, &c], 2), set(&[(5, 15)]));
    assert_eq!(at_least(&[&a, &b, &c], 1), set(&[(0, 20)]));
    assert_eq!(at_least(&[&a, &b, &c], 3), set(&[]));
    let early = set(&[(-9, -3), (-1, 2)]);
    assert_eq!(at_least(&[&early, &a, &early], 2), set(&[(-9, -3), (-1, 2)]));
}
