//! Meetings that fit into no window.

use super::*;

fn day(year: i32, month: u32, day: u32) -> Interval {
    let start = NaiveDate::from_ymd_opt(year, month, day).unwrap().and_time(NaiveTime::MIN).and_utc();
    Interval::starting(start, TimeDelta::days(1)).unwrap()
}

#[test]
fn a_meeting_may_fit_on_the_day_the_clock_goes_back_only() {
    let fits = |minutes: i64, day| {
        let rules = decoded(|one| {
            one.time_zone = "America/New_York".into();
            one.working_hours = Some(vec![window(wit::Weekday::Sunday, 75, 105)]);
        });
        fit::fits(&rules.unwrap(), TimeDelta::minutes(minutes), day)
    };
    // On 2026-11-01, 01:15 to 01:45 takes 90 minutes.
    assert!(fits(90, day(2026, 11, 1)) && !fits(91, day(2026, 11, 1)));
    assert!(fits(90, day(2026, 10, 3)), "as the nearest alternative");
    assert!(fits(30, day(2026, 6, 7)) && !fits(31, day(2026, 6, 7)));
}

#[test]
fn a_meeting_may_fit_windows_that_join_on_the_way_to_another_zone() {
    let fits = |minutes: i64, travels: bool| {
        let rules = decoded(|one| {
            one.time_zone = "Pacific/Honolulu".into();
            one.working_hours =
                Some(vec![window(wit::Weekday::Monday, 540, 1020), window(wit::Weekday::Tuesday, 540, 1020)]);
            one.travel = if travels { vec![stay("2026-06-09", "2026-06-12", "Pacific/Auckland")] } else { vec![] };
        });
        fit::fits(&rules.unwrap(), TimeDelta::minutes(minutes), day(2026, 6, 8))
    };
    // Monday there is 19:00Z to 03:00Z, Tuesday here 21:00Z to 05:00Z.
    assert!(fits(600, true) && !fits(601, true));
    assert!(fits(480, false) && !fits(481, false));
}

#[test]
fn zones_that_come_again_are_read_once() {
    let mut zones = Zones::default();
    let mut given = plain();
    (given.time_zone, given.grid_time_zone) = ("Asia/Tokyo".into(), Some("asia/tokyo".into()));
    given.travel =
        (1..=28).map(|day| format!("2026-02-{day:02}")).map(|date| stay(&date, &date, "ASIA/Tokyo")).collect();
    let [one, other] = [given.clone(), given].map(|given| rules("", given, &mut zones).unwrap());
    let place = |zone: &Zone| zone.name().as_ptr();
    let grid = [&one, &other].map(|rules| place(rules.grid_zone.as_ref().unwrap()));
    assert_eq!(grid, [place(&one.zone), place(&one.zone)]);
    let stays = one.travel.iter().chain(&other.travel);
    assert!(stays.map(|stay| place(&stay.zone)).all(|stay| stay == place(&one.zone)));
}

#[test]
fn a_meeting_fits_the_longest_joined_window_of_the_week_or_of_an_override() {
    use wit::Weekday::{Monday, Sunday, Tuesday, Wednesday};
    let fits = |minutes: i64, change: &dyn Fn(&mut wit::SlotRules)| {
        fit::fits(&decoded(|one| change(one)).unwrap(), TimeDelta::minutes(minutes), day(2026, 6, 10))
    };
    let night = |one: &mut wit::SlotRules| {
        one.working_hours = Some(vec![window(Sunday, 1380, 1440), window(Monday, 0, 60)]);
    };
    assert!(fits(120, &night) && !fits(121, &night));
    let opened = |one: &mut wit::SlotRules| {
        one.working_hours = Some(vec![window(Wednesday, 0, 60)]);
        one.overrides = vec![on("2026-06-09", vec![window(Tuesday, 1200, 1440)])];
    };
    assert!(fits(300, &opened) && !fits(301, &opened), "the override joins with the Wednesday after it");
    let only = |one: &mut wit::SlotRules| {
        one.working_hours = Some(vec![]);
        one.overrides = vec![on("2026-06-09", vec![window(Tuesday, 600, 660)])];
    };
    assert!(fits(60, &only) && !fits(61, &only));
    let inside = |one: &mut wit::SlotRules| {
        one.working_hours = Some(vec![window(Monday, 600, 660)]);
        (one.buffer_before_minutes, one.buffer_after_minutes) = (Some(10), Some(20));
        one.buffers_inside_hours = Some(true);
    };
    assert!(fits(30, &inside) && !fits(31, &inside), "buffers inside hours need room, too");
    assert!(fits(1440, &|_| {}), "around the clock");
}
