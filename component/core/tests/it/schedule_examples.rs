//! The worked examples of the slot rules: zones, windows, grid, buffers, range, notice, horizon, limits, holds.
use crate::schedule_support::*;
use calendar_core::schedule::availability::{Busy, Reservation};
use calendar_core::schedule::hours::{Travel, window_on};
use calendar_core::schedule::reason::ReasonCode;
use calendar_core::schedule::rules::{Anchor, Days, Rules};
use calendar_core::schedule::slots::{Query, find, reasons_against};

#[test]
fn a_window_that_began_two_dates_ago_reaches_into_the_range() {
    // 11 hours behind UTC: at 05:00Z it is still the day before.
    let rules = only_on("2026-06-08", "22:00-46:00", rules("Pacific/Pago_Pago", "00:00-24:00", 60, 60));
    let outcome = ask(between("2026-06-10T05:00Z", "2026-06-10T23:00Z"), rules, vec![]);
    assert_eq!(starts(&outcome), words("2026-06-10T05:00Z 2026-06-10T06:00Z 2026-06-10T07:00Z 2026-06-10T08:00Z"));
}

#[test]
fn a_window_becomes_the_instants_of_the_table() {
    let table = [
        ("America/New_York", "2026-03-08", "01:30-02:30", "2026-03-08T06:30Z 2026-03-08T07:00Z"),
        ("America/New_York", "2026-03-08", "02:15-02:45", ""),
        ("America/New_York", "2026-03-08", "02:30-05:00", "2026-03-08T07:00Z 2026-03-08T09:00Z"),
        ("America/New_York", "2026-11-01", "01:30-03:00", "2026-11-01T05:30Z 2026-11-01T08:00Z"),
        ("America/New_York", "2026-11-01", "00:00-01:30", "2026-11-01T04:00Z 2026-11-01T06:30Z"),
        ("America/New_York", "2026-11-01", "01:15-01:45", "2026-11-01T05:15Z 2026-11-01T06:45Z"),
        ("Australia/Lord_Howe", "2026-10-04", "01:00-04:00", "2026-10-03T14:30Z 2026-10-03T17:00Z"),
        ("Australia/Lord_Howe", "2026-04-05", "01:00-03:00", "2026-04-04T14:00Z 2026-04-04T16:30Z"),
        ("America/New_York", "2026-03-07", "22:00-30:00", "2026-03-08T03:00Z 2026-03-08T10:00Z"),
        ("America/New_York", "2026-10-31", "22:00-30:00", "2026-11-01T02:00Z 2026-11-01T11:00Z"),
        ("Pacific/Apia", "2011-12-29", "22:00-26:00", "2011-12-30T08:00Z 2011-12-30T10:00Z"),
        ("Pacific/Apia", "2011-12-30", "09:00-17:00", ""),
        ("America/Havana", "2025-11-01", "18:00-24:00", "2025-11-01T22:00Z 2025-11-02T04:00Z"),
    ];
    for (name, day, times, expected) in table {
        let found = window_on(&zone(name), date(day), window(times));
        let expected = expected.split_once(' ').map(|(start, end)| between(start, end));
        assert_eq!(found, expected, "{name} {day} {times}");
    }
}

#[test]
fn anchors_give_the_starts_of_the_berlin_example() {
    let berlin = zone("Europe/Berlin");
    let table = [
        (Anchor::LocalMidnight, 0, "09:30 11:00 11:30"),
        (Anchor::LocalMidnight, 10, "09:10 11:10"),
        (Anchor::WindowStart, 0, "09:10 11:10"),
        (Anchor::Packed, 0, "09:10 10:50 11:20"),
    ];
    for (anchor, offset, expected) in table {
        let rules = Rules { anchor, offset: minute(offset), ..rules("Europe/Berlin", "09:10-12:00", 30, 30) };
        let range = local_days(&berlin, "2026-06-10", "2026-06-11");
        let outcome = ask(range, rules, vec![busy_on(&berlin, "2026-06-10", "10:05-10:50")]);
        assert_eq!(wall_starts(&outcome, &berlin), words(expected), "{anchor:?} {offset}");
    }
}

#[test]
fn the_grid_follows_the_clock_through_every_change_of_the_table() {
    let table = [
        (
            "America/New_York",
            "2026-03-08",
            "01:00-05:00",
            30,
            30,
            "03-08T06:00 03-08T06:30 03-08T07:00 03-08T07:30 03-08T08:00 03-08T08:30",
        ),
        ("America/New_York", "2026-03-08", "01:00-05:00", 60, 60, "03-08T06:00 03-08T07:00 03-08T08:00"),
        (
            "America/New_York",
            "2026-11-01",
            "00:00-03:00",
            60,
            30,
            "11-01T04:00 11-01T04:30 11-01T05:00 11-01T05:30 11-01T06:00 11-01T06:30 11-01T07:00",
        ),
        ("Europe/Berlin", "2026-03-29", "01:00-04:00", 30, 30, "03-29T00:00 03-29T00:30 03-29T01:00 03-29T01:30"),
        ("Europe/Berlin", "2026-10-25", "01:00-04:00", 60, 60, "10-24T23:00 10-25T00:00 10-25T01:00 10-25T02:00"),
        (
            "Australia/Lord_Howe",
            "2026-10-04",
            "01:00-04:00",
            30,
            30,
            "10-03T14:30 10-03T15:00 10-03T15:30 10-03T16:00 10-03T16:30",
        ),
        ("Australia/Lord_Howe", "2026-10-04", "01:00-04:00", 60, 60, "10-03T14:30 10-03T16:00"),
        (
            "Australia/Lord_Howe",
            "2026-04-05",
            "01:00-03:00",
            30,
            30,
            "04-04T14:00 04-04T14:30 04-04T15:00 04-04T15:30 04-04T16:00",
        ),
        ("Australia/Lord_Howe", "2026-04-05", "01:00-03:00", 60, 60, "04-04T14:00 04-04T15:30"),
        ("Asia/Kathmandu", "2026-07-01", "09:00-13:00", 60, 60, "07-01T03:15 07-01T04:15 07-01T05:15 07-01T06:15"),
        ("Africa/Casablanca", "2026-02-15", "01:00-04:00", 60, 60, "02-15T00:00 02-15T01:00 02-15T02:00 02-15T03:00"),
        ("Africa/Casablanca", "2026-03-22", "01:00-04:00", 60, 60, "03-22T01:00 03-22T02:00"),
        ("Africa/Casablanca", "2026-09-20", "00:00-03:00", 60, 60, "09-19T23:00 09-20T00:00 09-20T01:00 09-20T02:00"),
        (
            "America/New_York",
            "2026-03-07",
            "22:00-30:00",
            120,
            60,
            "03-08T03:00 03-08T04:00 03-08T05:00 03-08T06:00 03-08T07:00 03-08T08:00",
        ),
    ];
    for (name, day, times, duration, step, expected) in table {
        let home = zone(name);
        // One window only: the date's own, as an override of an otherwise closed week.
        let rules = only_on(day, times, rules(name, "00:00-24:00", duration, step));
        let range = local_days(&home, day, &date(day).succ_opt().unwrap().succ_opt().unwrap().to_string());
        let expected: Vec<String> = words(expected).iter().map(|start| format!("2026-{start}Z")).collect();
        assert_eq!(starts(&ask(range, rules, vec![])), expected, "{name} {day} {times} {duration}/{step}");
    }
}

#[test]
fn a_day_of_23_or_25_hours_has_as_many_hourly_slots() {
    let new_york = zone("America/New_York");
    for (day, count) in [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-10", 24)] {
        let rules = only_on(day, "00:00-24:00", rules("America/New_York", "00:00-24:00", 60, 60));
        let range = local_days(&new_york, day, &date(day).succ_opt().unwrap().to_string());
        assert_eq!(ask(range, rules, vec![]).slots.len(), count, "{day}");
    }
}

#[test]
fn the_last_start_of_a_range_has_the_windows_its_meeting_and_buffers_need() {
    // 14 hours ahead of UTC; a day long, and a day kept free after it, all of it inside working hours.
    let always = Rules {
        buffer_after: minute(1440),
        buffers_inside_window: true,
        ..rules("Pacific/Kiritimati", "00:00-24:00", 1440, 60)
    };
    let range = between("2026-06-10T00:00Z", "2026-06-10T23:00Z");
    let mut query = Query::new(range, always, availability(vec![]));
    query.max_slots = 100;
    let outcome = find(&query, long_ago()).unwrap();
    assert_eq!((outcome.slots.len(), outcome.reasons), (23, vec![]));
}

#[test]
fn holidays_that_overlap_are_days_off_once() {
    use calendar_core::schedule::hours::Holiday;
    let days = |from: &str, until: &str| Holiday { from: date(from), until: date(until) };
    let holidays =
        vec![days("2026-06-12", "2026-06-14"), days("2026-06-10", "2026-06-13"), days("2026-06-11", "2026-06-12")];
    let rules = Rules { holidays, ..rules("UTC", "09:00-10:00", 60, 60) };
    let outcome = ask(between("2026-06-09T00:00Z", "2026-06-16T00:00Z"), rules, vec![]);
    assert_eq!(starts(&outcome), words("2026-06-09T09:00Z 2026-06-14T09:00Z 2026-06-15T09:00Z"));
}

#[test]
fn between_two_stays_that_adjoin_nobody_is_at_home() {
    let stay = |from: &str, until: &str, name: &str| Travel { from: date(from), until: date(until), zone: zone(name) };
    let range = between("2026-06-09T14:00Z", "2026-06-10T06:00Z");
    let found = |second: Travel| {
        let travel = vec![stay("2026-06-01", "2026-06-10", "Asia/Tokyo"), second];
        starts(&ask(range, Rules { travel, ..rules("Asia/Kathmandu", "00:00-48:00", 60, 60) }, vec![]))
    };
    // Tokyo's last day ends at 15:00Z, New York's first begins at 04:00Z; full hours there are full hours of UTC, at home
    // quarters.
    let hourly = |text: &str| text.ends_with(":00Z");
    let on_the_way = found(stay("2026-06-10", "2026-06-20", "America/New_York"));
    assert!(on_the_way.len() == 16 && on_the_way.iter().all(|start| hourly(start)), "{on_the_way:?}");
    // With a day in between they are at home: from 15:15Z, and until the end, hours begin at a quarter past.
    let at_home = found(stay("2026-06-11", "2026-06-20", "America/New_York"));
    let (tokyo, home): (Vec<_>, Vec<_>) = at_home.into_iter().partition(|start| hourly(start));
    assert_eq!(tokyo, ["2026-06-09T14:00Z"]);
    assert!(home.iter().all(|start| start.ends_with(":15Z")) && home.len() == 15, "{home:?}");
    // From east to west the days overlap: the first stay lasts until its own end.
    let eastwards = found(stay("2026-06-10", "2026-06-20", "Australia/Adelaide"));
    assert_eq!(eastwards[..2], ["2026-06-09T14:00Z", "2026-06-09T15:30Z"]);
}

#[test]
fn a_skipped_date_has_no_slots() {
    let apia = zone("Pacific/Apia");
    let outcome =
        ask(local_days(&apia, "2011-12-29", "2012-01-01"), rules("Pacific/Apia", "09:00-11:00", 60, 60), vec![]);
    let expected = words("2011-12-29T19:00Z 2011-12-29T20:00Z 2011-12-30T19:00Z 2011-12-30T20:00Z");
    assert_eq!(starts(&outcome), expected);
}

/// `rules` with hours on one date only.
fn only_on(day: &str, times: &str, rules: Rules) -> Rules {
    use calendar_core::schedule::hours::{DateOverride, WeeklyHours};
    let overrides = vec![DateOverride { date: date(day), windows: vec![window(times)] }];
    Rules { hours: WeeklyHours::closed(), overrides, ..rules }
}

#[test]
fn buffers_remove_the_starts_of_the_table() {
    let new_york = zone("America/New_York");
    let own =
        |before, after| Reservation { buffer_before: minute(before), buffer_after: minute(after), expires_at: None };
    let all = "09:00 09:15 09:30 09:45 10:00 11:00 11:15 11:30 11:45 12:00 12:15 12:30";
    let table = [
        (0, 0, false, None, all),
        (10, 0, false, None, "09:00 09:15 09:30 09:45 10:00 11:15 11:30 11:45 12:00 12:15 12:30"),
        (0, 10, false, None, "09:00 09:15 09:30 09:45 11:00 11:15 11:30 11:45 12:00 12:15 12:30"),
        (15, 15, false, None, "09:00 09:15 09:30 09:45 11:15 11:30 11:45 12:00 12:15 12:30"),
        (15, 15, true, None, "09:15 09:30 09:45 11:15 11:30 11:45 12:00 12:15"),
        (10, 10, false, Some(own(20, 30)), "09:00 09:15 09:30 11:30 11:45 12:00 12:15 12:30"),
    ];
    for (before, after, inside, reservation, expected) in table {
        let busy = Busy { reservation, ..busy_on(&new_york, "2026-06-10", "10:30-11:00") };
        let rules = Rules {
            buffer_before: minute(before),
            buffer_after: minute(after),
            buffers_inside_window: inside,
            ..rules("America/New_York", "09:00-13:00", 30, 15)
        };
        let outcome = ask(local_days(&new_york, "2026-06-10", "2026-06-11"), rules, vec![busy]);
        assert_eq!(wall_starts(&outcome, &new_york), words(expected), "{before}/{after} {inside}");
    }
}

#[test]
fn an_all_day_event_blocks_the_day_of_its_calendar_and_not_of_the_organiser() {
    let (new_york, berlin) = (zone("America/New_York"), zone("Europe/Berlin"));
    for (calendar, expected) in [(&berlin, "18:00 19:00"), (&new_york, "")] {
        let (start, end) = calendar.day(date("2026-06-10"));
        let rules = rules("America/New_York", "09:00-20:00", 60, 60);
        let range = local_days(&new_york, "2026-06-10", "2026-06-11");
        let outcome = ask(range, rules, vec![Busy::new(start, end).unwrap()]);
        assert_eq!(wall_starts(&outcome, &new_york), words(expected), "{calendar}");
    }
}

#[test]
fn notice_is_elapsed_time_across_a_clock_change() {
    let new_york = zone("America/New_York");
    for (now, day, expected) in [
        ("2026-03-07T20:00Z", "2026-03-08", "16:00 17:00"),
        ("2026-10-31T19:00Z", "2026-11-01", "14:00 15:00 16:00 17:00"),
    ] {
        let rules = Rules { minimum_notice: minute(24 * 60), ..rules("America/New_York", "13:00-18:00", 30, 60) };
        let range = local_days(&new_york, day, &date(day).succ_opt().unwrap().to_string());
        let outcome = find(&Query::new(range, rules, availability(vec![])), utc(now)).unwrap();
        assert_eq!(wall_starts(&outcome, &new_york), words(expected), "{day}");
    }
}

#[test]
fn the_horizon_counts_local_days() {
    let now = utc("2026-10-31T19:00Z");
    for (days, first_beyond) in [(0, "2026-11-01T04:00Z"), (1, "2026-11-02T05:00Z")] {
        let rules = Rules { horizon: Some(Days(days)), ..rules("America/New_York", "00:00-24:00", 30, 30) };
        let query = Query::new(between("2026-10-31T19:00Z", "2026-11-04T00:00Z"), rules, availability(vec![]));
        let outcome = find(&query, now).unwrap();
        let last = outcome.slots.last().unwrap().start();
        assert_eq!(last + minute(30), utc(first_beyond));
        let reasons = reasons_against(&query, utc(first_beyond), now).unwrap();
        assert_eq!(reasons.first().unwrap().code, ReasonCode::BeyondHorizon);
    }
}

#[test]
fn a_range_is_the_local_day_of_the_invitee() {
    use calendar_core::schedule::hours::WeeklyHours;
    let (sydney, weekdays) = (zone("Australia/Sydney"), WeeklyHours::weekdays(540, 1020));
    for (day, expected) in [
        ("2026-04-06", "2026-04-06T13:00Z"),
        (
            "2026-04-04",
            "2026-04-03T13:00Z 2026-04-03T14:00Z 2026-04-03T15:00Z 2026-04-03T16:00Z \
                        2026-04-03T17:00Z 2026-04-03T18:00Z 2026-04-03T19:00Z 2026-04-03T20:00Z",
        ),
    ] {
        let rules = Rules { hours: weekdays.clone(), ..rules("America/New_York", "00:00-24:00", 60, 60) };
        let range = local_days(&sydney, day, &date(day).succ_opt().unwrap().to_string());
        assert_eq!(starts(&ask(range, rules, vec![])), words(expected), "{day}");
    }
}
