//! One person.

use super::*;
use crate::bindings::exports::calendar::scheduling::availability as rules;
use crate::codec::rules::tests::window;
use wit::BusyKind::{AllDay, Booking, Busy, FocusTime, Held, NotAnswered, OutOfOffice, Private};
use wit::BusyKind::{Tentative, TimeOff, WorkingElsewhere};

#[test]
fn a_refused_start_names_person_calendar_and_time() {
    let ranges = vec![TimeRange { start: at(10) + 900, end: at(11) }, hours(10, 11)];
    let answer = found(|one| one.participants[0].busy = vec![group(Busy, ranges)]);
    assert_eq!(pairs(&answer.slots), [(9, 10), (11, 12)]);
    assert_eq!(answer.refused.len(), 1);
    assert_eq!(first_reasons(&answer), [("busy", Some("ana"), "participants[0].busy")]);
    let reason = &answer.refused[0].reasons[0];
    assert_eq!((reason.calendar.as_deref(), reason.time.map(|one| one.start)), (Some("team"), Some(at(10))));
}

#[test]
fn unknown_time_is_not_free_and_says_why() {
    let unknown = wit::UnknownRange { time: hours(10, 11), calendar: None, cause: "no access".into() };
    let answer = found(|one| one.participants[0].unknown = vec![unknown]);
    assert_eq!(pairs(&answer.slots), [(9, 10), (11, 12)]);
    assert_eq!(first_reasons(&answer), [("unknown_availability", Some("ana"), "participants[0].unknown")]);
    assert_eq!(answer.refused[0].reasons[0].cause.as_deref(), Some("no access"));
}

#[test]
fn bookings_count_towards_the_limit_of_the_day_and_other_entries_do_not() {
    let limit =
        rules::BookingLimit { period: rules::Period::Day, meetings: Some(2), minutes: None, first_weekday: None };
    let with = |kind| {
        found(|one| {
            one.rules.limits = vec![limit];
            one.participants[0].busy = vec![group(kind, vec![hours(1, 2), hours(2, 3)])];
        })
    };
    for kind in [Booking, Held] {
        let answer = with(kind);
        assert_eq!(pairs(&answer.slots), []);
        assert_eq!(first_reasons(&answer), [("limit_reached", Some("ana"), "rules.limits")]);
        assert_eq!(answer.refused[0].reasons[0].local.as_deref(), Some("2026-06-10"));
    }
    assert_eq!(with(Busy).slots.len(), 3);
}

#[test]
fn every_kind_does_what_the_statuses_say() {
    let blocks = |kind, statuses: Option<rules::StatusPolicy>| {
        let answer = found(|one| {
            one.rules.statuses = statuses;
            one.participants[0].busy = vec![group(kind, vec![hours(10, 11)])];
        });
        answer.slots.len() == 2
    };
    let all = |treatment| {
        Some(rules::StatusPolicy {
            tentative: treatment,
            not_answered: treatment,
            out_of_office: treatment,
            focus_time: treatment,
            all_day: treatment,
            private: treatment,
            working_elsewhere: treatment,
        })
    };
    use rules::Treatment::{Allow, Block, Penalise};
    for kind in [Tentative, NotAnswered, OutOfOffice, FocusTime, AllDay, Private] {
        assert!(blocks(kind, None) && blocks(kind, all(None)) && blocks(kind, all(Some(Block))), "{kind:?}");
        assert!(!blocks(kind, all(Some(Allow))) && !blocks(kind, all(Some(Penalise))), "{kind:?}");
    }
    assert!(!blocks(WorkingElsewhere, None) && blocks(WorkingElsewhere, all(Some(Block))));
    for kind in [Busy, TimeOff, Held, Booking] {
        assert!(blocks(kind, all(Some(Allow))), "{kind:?}");
    }
    let tentative = found(|one| one.participants[0].busy = vec![group(Tentative, vec![hours(9, 10)])]);
    assert_eq!(first_reasons(&tentative), [("tentative", Some("ana"), "rules.statuses")]);
}

#[test]
fn an_override_replaces_the_hours_of_its_date_and_is_named() {
    let wednesday = vec![window(rules::Weekday::Wednesday, 600, 720)];
    let answer =
        found(|one| one.rules.overrides = vec![rules::DateOverride { date: "2026-06-10".into(), windows: wednesday }]);
    assert_eq!(pairs(&answer.slots), [(10, 11), (11, 12)]);
    assert_eq!(first_reasons(&answer), [("closed", Some("ana"), "rules.overrides")]);
}

#[test]
fn a_day_off_of_the_rules_and_time_off_of_the_person_are_told_apart() {
    let holiday = || vec![rules::Holiday { first: "2026-06-10".into(), last: "2026-06-10".into() }];
    let time_off = || vec![wit::BusyGroup { calendar: None, ..group(TimeOff, vec![hours(9, 10)]) }];
    let by_rule = found(|one| one.rules.holidays = holiday());
    assert_eq!(first_reasons(&by_rule), [("time_off", Some("ana"), "rules.holidays")]);
    let time = by_rule.refused[0].reasons[0].time.map(|time| (time.start, time.end));
    assert_eq!(time, Some((at(0), at(24))));
    let by_entry = found(|one| one.participants[0].busy = time_off());
    assert_eq!(first_reasons(&by_entry), [("time_off", Some("ana"), "participants[0].busy")]);
    let near = found(|one| {
        (one.rules.holidays, one.rules.buffer_after_minutes) = (holiday(), Some(30));
        one.range = TimeRange { start: at(-1), end: at(0) };
    });
    assert_eq!(first_reasons(&near), [("buffer", Some("ana"), "rules.buffer-after-minutes")]);
}

#[test]
fn a_wall_time_that_is_skipped_names_whose_clock_skips_it() {
    // In Berlin, 2026-03-29T02:00 does not exist.
    let rule = |home: &str, grid: Option<&str>, stay: Option<&str>| {
        let answer = found(|one| {
            one.now = 0;
            one.range = TimeRange { start: 1_774_742_400, end: 1_774_742_400 + DAY };
            one.rules.time_zone = home.into();
            one.rules.grid_time_zone = grid.map(str::to_owned);
            let (first, last) = ("2026-03-28".to_owned(), "2026-03-30".to_owned());
            one.rules.travel =
                stay.map(|zone| rules::Stay { first, last, time_zone: zone.into() }).into_iter().collect();
        });
        let reasons: Vec<_> = answer.refused.iter().flat_map(|one| &one.reasons).collect();
        assert_eq!(reasons.len(), 1, "{reasons:?}");
        assert_eq!(reasons[0].local.as_deref(), Some("2026-03-29T02:00:00"));
        reasons[0].rule.clone()
    };
    assert_eq!(rule("Europe/Berlin", None, None), "rules.time-zone");
    assert_eq!(rule("Europe/Berlin", None, Some("Europe/Berlin")), "rules.time-zone");
    assert_eq!(rule("Europe/Berlin", Some("Europe/Berlin"), None), "rules.grid-time-zone");
    assert_eq!(rule("Asia/Tokyo", Some("Europe/Berlin"), Some("Asia/Tokyo")), "rules.grid-time-zone");
    assert_eq!(rule("Asia/Tokyo", None, Some("Europe/Berlin")), "rules.travel");
}

#[test]
fn a_stay_moves_hours_and_grid_to_the_zone_there() {
    let nine_to_ten = vec![window(rules::Weekday::Wednesday, 540, 600)];
    let query = |stay: bool| {
        changed(|one| {
            one.range = hours(0, 24);
            one.rules.working_hours = Some(nine_to_ten.clone());
            if stay {
                let zone = "Asia/Kathmandu".to_owned();
                let date = "2026-06-10".to_owned();
                one.rules.travel = vec![rules::Stay { first: date.clone(), last: date, time_zone: zone }];
            }
        })
    };
    let starts = |query| find(query).unwrap().slots.iter().map(|one| one.time.start).collect::<Vec<_>>();
    assert_eq!(starts(query(false)), [at(9)]);
    assert_eq!(starts(query(true)), [at(3) + 15 * 60], "09:00 +0545");
}

#[test]
fn anchors_count_from_midnight_from_the_window_or_from_the_gap() {
    let starts = |anchor| {
        let answer = found(|one| {
            one.rules.anchor = anchor;
            one.rules.duration_minutes = 30;
            one.rules.working_hours = Some(vec![window(rules::Weekday::Wednesday, 9 * 60 + 10, 12 * 60)]);
            let busy = TimeRange { start: at(10) + 300, end: at(10) + 3000 };
            one.participants[0].busy = vec![group(Busy, vec![busy])];
        });
        answer.slots.iter().map(|one| (one.time.start - START) / 60).collect::<Vec<_>>()
    };
    assert_eq!(starts(None), [11 * 60]);
    assert_eq!(starts(Some(rules::Anchor::WindowStart)), [9 * 60 + 10, 11 * 60 + 10]);
    assert_eq!(starts(Some(rules::Anchor::Packed)), [9 * 60 + 10, 10 * 60 + 50]);
}

#[test]
fn a_buffer_names_the_side_and_whose_it_is() {
    let answer = |busy: wit::BusyGroup, before, after| {
        let answer = found(|one| {
            (one.rules.buffer_before_minutes, one.rules.buffer_after_minutes) = (before, after);
            one.participants[0].busy = vec![busy];
        });
        let refused: Vec<_> = answer.refused.iter().map(|one| (one.start, one.reasons[0].rule.clone())).collect();
        refused.into_iter().find(|(start, _)| *start != at(10)).map(|(_, rule)| rule)
    };
    let meeting = || group(Booking, vec![hours(10, 11)]);
    let own =
        |before, after| wit::BusyGroup { buffer_before_minutes: before, buffer_after_minutes: after, ..meeting() };
    assert_eq!(answer(meeting(), Some(15), None).as_deref(), Some("rules.buffer-before-minutes"));
    assert_eq!(answer(meeting(), None, Some(15)).as_deref(), Some("rules.buffer-after-minutes"));
    assert_eq!(answer(own(Some(15), None), None, None).as_deref(), Some("participants[0].busy.buffer-before-minutes"));
    assert_eq!(answer(own(None, Some(15)), None, None).as_deref(), Some("participants[0].busy.buffer-after-minutes"));
    assert_eq!(answer(meeting(), None, None), None, "touching is allowed");
}

#[test]
fn without_known_time_outside_the_range_nothing_is_offered_there() {
    let near = |known| {
        found(|one| {
            one.participants[0].busy = busy(9, 12);
            one.participants[0].known = known;
        })
    };
    assert_eq!(pairs(&near(None).nearest), []);
    assert_eq!(pairs(near(Some(hours(0, 24))).nearest.first()), [(12, 13)]);
}

#[test]
fn how_much_is_explained_is_the_callers_choice() {
    let lengths = |explain| {
        let answer = found(|one| {
            one.participants[0].busy = busy(10, 11);
            one.explain = explain;
        });
        (answer.slots.len(), answer.reasons.len(), answer.refused.len())
    };
    assert_eq!(lengths(Some(wit::Explain::None)), (2, 0, 0));
    assert_eq!(lengths(None), (2, 1, 0));
    assert_eq!(lengths(Some(wit::Explain::Full)), (2, 1, 1));
}
