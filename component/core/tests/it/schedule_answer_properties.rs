//! Properties of the form of an answer: explained or not, in pages, one start alone, the nearest.
use crate::schedule_support::cases::cases;
use crate::schedule_support::questions::question;
use crate::schedule_support::*;
use calendar_core::schedule::caps::Caps;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::reason::ReasonCode;
use calendar_core::schedule::slots::{Explain, find, nearest};
use chrono::TimeDelta;
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases())]

    /// P13, and the three levels of explanation agree.
    #[test]
    fn the_same_question_has_the_same_answer_however_it_is_explained(question in question()) {
        let full = question.answer();
        prop_assert_eq!(format!("{full:?}"), format!("{:?}", question.answer()));
        let mut query = question.query();
        query.explain = Explain::Nothing;
        prop_assert_eq!(&find(&query, question.now).unwrap().slots, &full.slots);
        query.explain = Explain::Summary;
        let summary = find(&query, question.now).unwrap();
        prop_assert_eq!(&summary.slots, &full.slots);
        prop_assert_eq!(&summary.reasons, &full.reasons);
        let counted: usize = full.reasons.iter().map(|reason| reason.count).sum();
        prop_assert_eq!(counted, full.refused.len());
    }

    /// A cut answer continues where it says.
    #[test]
    fn pages_of_an_answer_join_to_the_whole(question in question(), most in 1usize..7, nothing in prop::bool::ANY) {
        let mut question = question;
        question.availability.known = Some(question.availability.known.unwrap_or(question.query().fetch_range()));
        let (whole, mut pages, mut query) = (question.starts(), Vec::new(), question.query());
        query.max_slots = most;
        query.explain = if nothing { Explain::Nothing } else { Explain::Summary };
        loop {
            let page = find(&query, question.now).unwrap();
            pages.extend(page.slots.iter().map(|slot| slot.start()));
            prop_assert!(page.slots.len() <= most);
            let Some(next) = page.truncated else { break };
            prop_assert!(next > query.range.start());
            query.range = Interval::new(next, question.range.end()).unwrap();
        }
        prop_assert_eq!(pages, whole);
    }

    /// A bound on events cuts the answer, it never offers what is taken.
    #[test]
    fn a_bound_on_events_continues_to_the_whole(question in question(), events in 1usize..4) {
        let mut question = question;
        question.availability.known = Some(question.availability.known.unwrap_or(question.query().fetch_range()));
        let (whole, mut pages, mut query) = (question.starts(), Vec::new(), question.query());
        query.caps = Caps { events, ..Caps::default() };
        loop {
            let page = find(&query, question.now).unwrap();
            pages.extend(page.slots.iter().map(|slot| slot.start()));
            let Some(next) = page.truncated else { break };
            prop_assert!(next > query.range.start());
            query.range = Interval::new(next, question.range.end()).unwrap();
        }
        prop_assert_eq!(pages, whole);
    }

    /// One exact start is judged as the search judges it.
    #[test]
    fn checking_a_start_agrees_with_finding_it(question in question()) {
        let query = question.query();
        let outcome = find(&query, question.now).unwrap();
        for slot in outcome.slots.iter().take(5) {
            prop_assert!(is_free(&query, slot.start(), question.now));
        }
        let judged = outcome.refused.iter().filter(|one| one.reasons[0].code != ReasonCode::NonexistentLocalTime);
        for refusal in judged.take(20) {
            prop_assert!(!is_free(&query, refusal.start, question.now));
        }
    }

    /// The nearest slots are the nearest of all slots.
    #[test]
    fn the_nearest_slots_are_the_closest_ones(question in question(), minutes in -600i64..4000, count in 0usize..6) {
        let around = question.range.start() + minute(minutes) + TimeDelta::seconds(minutes.rem_euclid(3));
        let mut all = question.answer().slots;
        all.sort_by_key(|slot| ((slot.start() - around).abs(), slot.start()));
        all.truncate(count);
        prop_assert_eq!(nearest(&question.query(), around, count, question.now).unwrap(), all);
    }
}
