//! The promises of the engine on random questions, always near clock changes, in random zones.
use crate::schedule_support::cases::cases;
use crate::schedule_support::oracle::Oracle;
use crate::schedule_support::questions::{Question, question, windows};
use crate::schedule_support::*;
use calendar_core::schedule::availability::{Availability, Busy, BusySet, Reservation, Unknown};
use calendar_core::schedule::hours::WeeklyHours;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::limits::Period;
use calendar_core::schedule::policy::BusyKind;
use calendar_core::schedule::reason::{Detail, ReasonCode, Refusal};
use calendar_core::schedule::rules::Anchor;
use calendar_core::schedule::slots::Outcome;
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use proptest::prelude::*;

fn is_subset(part: &[DateTime<Utc>], whole: &[DateTime<Utc>]) -> bool {
    part.iter().all(|start| whole.binary_search(start).is_ok())
}

proptest! {
    #![proptest_config(cases())]

    /// P1, P2, P3: what is offered and what is refused, and why, is what a slow second implementation says.
    #[test]
    fn every_candidate_is_judged_as_the_oracle_judges_it(question in question()) {
        let outcome = question.answer();
        let codes = |one: &Refusal| one.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>();
        let mut judged: Vec<_> = outcome.refused.iter().map(|one| (one.start, codes(one))).collect();
        judged.extend(outcome.slots.iter().map(|slot| (slot.start(), vec![])));
        judged.sort_by_key(|(start, codes)| (*start, codes.first() != Some(&ReasonCode::NonexistentLocalTime)));
        let oracle = Oracle::new(&question.rules, &question.availability, question.range, question.now);
        prop_assert_eq!(judged, oracle.judge());
    }

    /// P2: every reason proves itself.
    #[test]
    fn every_reason_has_a_true_witness(question in question()) {
        let rules = &question.rules;
        for refusal in question.answer().refused {
            let start = refusal.start;
            prop_assert!(refusal.reasons.is_sorted_by_key(|reason| reason.code));
            for reason in refusal.reasons {
                let meeting = Interval::starting(start, rules.duration).unwrap();
                match (&reason.code, &reason.detail) {
                    (ReasonCode::BeforeNotice, Detail::Earliest(earliest)) => prop_assert!(start < *earliest),
                    (ReasonCode::BeyondHorizon, Detail::Latest(latest)) => prop_assert!(*latest <= start),
                    (ReasonCode::NonexistentLocalTime, Detail::Local { local, zone }) => {
                        prop_assert!(zone.civil(start) > *local && zone.civil(start - minute(1)) < *local);
                    }
                    (ReasonCode::TimeOff | ReasonCode::Busy | ReasonCode::Tentative, Detail::Item { interval, .. }) => {
                        prop_assert!(interval.overlaps(meeting));
                    }
                    (ReasonCode::TimeOff, Detail::Holiday { interval }) => {
                        prop_assert!(interval.overlaps(meeting) && !rules.holidays.is_empty());
                    }
                    (ReasonCode::Buffer, Detail::Item { interval, .. } | Detail::Holiday { interval }) => {
                        prop_assert!(!interval.overlaps(meeting));
                        prop_assert!(interval.overlaps(meeting.grown(minute(60), minute(60))));
                    }
                    (ReasonCode::Held, Detail::Item { interval, .. }) => {
                        prop_assert!(interval.overlaps(meeting.grown(minute(60), minute(60))));
                    }
                    (ReasonCode::UnknownAvailability, Detail::Unread { interval, .. }) => {
                        prop_assert!(interval.overlaps(meeting.grown(rules.buffer_before, rules.buffer_after)));
                    }
                    (ReasonCode::LimitReached, Detail::Limit { bucket, limit }) => {
                        let first = limit.period.first_date(rules.zone.date(start));
                        prop_assert_eq!(*bucket, first);
                    }
                    (ReasonCode::Closed | ReasonCode::OutsideHours, Detail::None) => {}
                    other => prop_assert!(false, "{:?}", other),
                }
            }
        }
    }

    /// The other anchors offer what their definition says.
    #[test]
    fn window_and_gap_anchors_agree_with_the_oracle(question in question(), packed in prop::bool::ANY) {
        let question = question.rules(|rules| {
            rules.anchor = if packed { Anchor::Packed } else { Anchor::WindowStart };
            if rules.hours == WeeklyHours::always() {
                rules.hours = every_day("00:00-22:00");
            }
        });
        let oracle = Oracle::new(&question.rules, &question.availability, question.range, question.now);
        prop_assert_eq!(question.starts(), oracle.offered());
    }

    /// P4.
    #[test]
    fn adding_busy_time_never_adds_slots(question in question(), hours in 0i64..60, length in 1i64..300) {
        let start = question.range.start() + TimeDelta::hours(hours);
        let mut more = question.availability.busy.clone();
        more.push(Busy::new(start, start + minute(length)).unwrap());
        prop_assert!(is_subset(&question.busy(more).starts(), &question.starts()));
    }

    /// P5.
    #[test]
    fn a_shorter_meeting_or_smaller_buffers_never_remove_slots(question in question()) {
        let smaller = question.rules(|rules| {
            rules.duration = TimeDelta::minutes(5);
            rules.buffer_before = rules.buffer_before / 2;
            rules.buffer_after = TimeDelta::zero();
        });
        prop_assert!(is_subset(&question.starts(), &smaller.starts()));
    }

    /// P6.
    #[test]
    fn wider_hours_never_remove_slots(question in question(), extra in windows()) {
        let wider = question.rules(|rules| {
            for window in extra {
                rules.hours = std::mem::take(&mut rules.hours).with(Weekday::Sun, window).with(Weekday::Tue, window);
            }
        });
        prop_assert!(is_subset(&question.starts(), &wider.starts()));
    }

    /// P7: except for bookings and holds, which are counted.
    #[test]
    fn order_splits_and_duplicates_of_busy_time_do_not_matter(question in question(), cut in 1i64..200) {
        let original = question.availability.busy.clone();
        let is_counted = |item: &Busy| matches!(item.kind, BusyKind::Booking | BusyKind::Held);
        let mut changed: Vec<Busy> = Vec::new();
        for item in original.iter().rev() {
            let middle = item.interval.start() + minute(cut);
            if is_counted(item) || middle >= item.interval.end() {
                changed.push(item.clone());
            } else {
                changed.push(Busy { interval: Interval::new(middle, item.interval.end()).unwrap(), ..item.clone() });
                changed.push(Busy { interval: Interval::new(item.interval.start(), middle).unwrap(), ..item.clone() });
                changed.push(Busy { interval: Interval::new(item.interval.start(), middle).unwrap(), ..item.clone() });
            }
        }
        prop_assert_eq!(question.busy(changed).starts(), question.starts());
    }

    /// P7: in one list or by kind and calendar.
    #[test]
    fn sets_of_times_are_judged_as_single_ones(question in question()) {
        let (mut single, mut sets): (Vec<Busy>, Vec<BusySet>) = (Vec::new(), Vec::new());
        for item in &question.availability.busy {
            let is_counted = matches!(item.kind, BusyKind::Booking | BusyKind::Held);
            if is_counted || item.reservation.is_some() {
                single.push(item.clone());
                continue;
            }
            let same = |set: &&mut BusySet| set.kind == item.kind && set.calendar == item.calendar;
            match sets.iter_mut().find(same) {
                Some(set) => set.intervals.push(item.interval),
                None => sets.push(BusySet {
                    kind: item.kind,
                    calendar: item.calendar.clone(),
                    intervals: vec![item.interval],
                }),
            }
        }
        let availability = Availability { busy: single, sets, ..question.availability.clone() };
        let by_sets = Question { availability, ..question.clone() }.answer();
        let one_by_one = question.answer();
        prop_assert_eq!(&by_sets.slots, &one_by_one.slots);
        prop_assert_eq!(&by_sets.reasons, &one_by_one.reasons);
        for (refusal, same) in by_sets.refused.iter().zip(&one_by_one.refused) {
            let codes = |one: &Refusal| one.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>();
            prop_assert_eq!((refusal.start, codes(refusal)), (same.start, codes(same)));
        }
    }

    /// P8.
    #[test]
    fn shifting_everything_in_a_fixed_zone_shifts_the_answer(question in question(), weeks in 1i64..100) {
        let fixed = question.rules(|rules| {
            rules.zone = zone("Etc/GMT+7");
            rules.grid_zone = None;
            rules.travel.clear();
            rules.limits.retain(|limit| limit.period != Period::Month);
        });
        let shift = TimeDelta::weeks(weeks);
        let moved = |interval: Interval| Interval::starting(interval.start() + shift, interval.length()).unwrap();
        let mut shifted = fixed.clone();
        shifted.range = moved(fixed.range);
        shifted.now = fixed.now + shift;
        shifted.availability.known = fixed.availability.known.map(moved);
        for item in &mut shifted.availability.busy {
            item.interval = moved(item.interval);
            if let Some(reservation) = &mut item.reservation {
                reservation.expires_at = reservation.expires_at.map(|at| at + shift);
            }
        }
        for unknown in &mut shifted.availability.unknown {
            unknown.interval = moved(unknown.interval);
        }
        shifted.rules.overrides.iter_mut().for_each(|one| one.date += shift);
        for holiday in &mut shifted.rules.holidays {
            (holiday.from, holiday.until) = (holiday.from + shift, holiday.until + shift);
        }
        let back: Vec<_> = shifted.starts().into_iter().map(|start| start - shift).collect();
        prop_assert_eq!(back, fixed.starts());
    }

    /// P9.
    #[test]
    fn two_touching_ranges_give_together_what_the_whole_gives(question in question(), cut in 1i64..4000) {
        let known = question.availability.known.unwrap_or(question.query().fetch_range());
        let mut question = question;
        question.availability.known = Some(known);
        // Half of the cuts fall on the clock change itself.
        let change = question.rules.zone.stretches(question.range).get(1).map(|stretch| stretch.interval.start());
        let inside = 1 + cut * 7 % (question.range.length().num_seconds() - 1);
        let middle = change.filter(|_| cut % 2 == 0).unwrap_or(question.range.start() + TimeDelta::seconds(inside));
        let part = |start, end| Question { range: Interval::new(start, end).unwrap(), ..question.clone() }.answer();
        let (first, second) = (part(question.range.start(), middle), part(middle, question.range.end()));
        let whole = question.answer();
        prop_assert_eq!([&first.slots[..], &second.slots[..]].concat(), &whole.slots[..]);
        let codes = |outcome: &Outcome| -> Vec<_> {
            let one = |refusal: &Refusal| (refusal.start, refusal.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>());
            outcome.refused.iter().map(one).collect()
        };
        prop_assert_eq!([codes(&first), codes(&second)].concat(), codes(&whole));
    }

    /// P11.
    #[test]
    fn a_hold_removes_what_collides_and_its_expiry_restores_it(question in question(), five in 0i64..400) {
        let question = question.rules(|rules| rules.limits.clear());
        let start = question.range.start() + minute(five * 5);
        let (buffer_before, buffer_after) = (minute(20), minute(10));
        let hold = |expires_at| {
            let mut hold = Busy::new(start, start + minute(30)).unwrap().of_kind(BusyKind::Held);
            hold.reservation = Some(Reservation { buffer_before, buffer_after, expires_at: Some(expires_at) });
            let mut busy = question.availability.busy.clone();
            busy.push(hold);
            question.busy(busy).starts()
        };
        let free = question.starts();
        prop_assert_eq!(&hold(question.now), &free);
        let rules = &question.rules;
        let collides = |at: &DateTime<Utc>| {
            start < *at + rules.duration + rules.buffer_after.max(buffer_before)
                && start + minute(30) > *at - rules.buffer_before.max(buffer_after)
        };
        let expected: Vec<_> = free.iter().copied().filter(|at| !collides(at)).collect();
        prop_assert_eq!(hold(question.now + TimeDelta::seconds(1)), expected);
    }

    /// Unknown never yields more than free.
    #[test]
    fn unknown_time_never_adds_slots(question in question(), hours in 0i64..60, packed in prop::bool::ANY) {
        let question = question.rules(|rules| if packed { rules.anchor = Anchor::Packed });
        let start = question.range.start() + TimeDelta::hours(hours);
        let mut less = question.clone();
        less.availability.unknown.push(Unknown {
            interval: Interval::starting(start, TimeDelta::hours(5)).unwrap(),
            calendar: None,
            cause: "revoked".into(),
            since: None,
        });
        prop_assert!(is_subset(&less.starts(), &question.starts()));
    }
}
