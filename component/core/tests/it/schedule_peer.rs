//! The set arithmetic against an independent crate: free gaps of random busy times are the same.

use crate::schedule_support::cases::cases;
use calendar_core::schedule::interval::{Interval, clip, merge, subtract};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use truth_engine::{ExpandedEvent, find_free_slots};

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn free_gaps_are_those_an_independent_crate_finds(events in prop::collection::vec((0i64..500, 1i64..60), 0..60), first in 0i64..300, length in 1i64..300) {
        let at = |minutes: i64| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minutes);
        let span = Interval::new(at(first), at(first + length)).unwrap();
        let busy = events.iter().map(|(start, length)| Interval::new(at(*start), at(start + length)).unwrap()).collect();
        let peer: Vec<ExpandedEvent> =
            events.iter().map(|(start, length)| ExpandedEvent { start: at(*start), end: at(start + length) }).collect();
        let ours: Vec<_> = subtract(&[span], &clip(&merge(busy), span)).iter().map(|gap| (gap.start(), gap.end())).collect();
        let theirs: Vec<_> = find_free_slots(&peer, span.start(), span.end()).iter().map(|gap| (gap.start, gap.end)).collect();
        prop_assert_eq!(ours, theirs);
    }
}
