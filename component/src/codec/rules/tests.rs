use calendar_core::schedule::hours::Holiday;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::limits::{FirstDay, Period};
use calendar_core::schedule::policy::{BusyKind, Treatment};
use calendar_core::schedule::zone::Zone;
use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday};

use super::*;

mod fits;

/// A change to rules of which one makes them invalid.
type Change = Box<dyn FnOnce(&mut wit::SlotRules)>;

pub(in crate::codec) fn plain() -> wit::SlotRules {
    wit::SlotRules {
        duration_minutes: 60,
        time_zone: "UTC".into(),
        working_hours: None,
        overrides: Vec::new(),
        holidays: Vec::new(),
        travel: Vec::new(),
        buffer_before_minutes: None,
        buffer_after_minutes: None,
        buffers_inside_hours: None,
        minimum_notice_minutes: None,
        horizon_days: None,
        step_minutes: Some(60),
        offset_minutes: None,
        anchor: None,
        grid_time_zone: None,
        limits: Vec::new(),
        statuses: None,
    }
}

pub(in crate::codec) fn window(weekday: wit::Weekday, start_minute: u32, end_minute: u32) -> wit::WorkingHours {
    wit::WorkingHours { weekday, start_minute, end_minute }
}

fn on(date: &str, windows: Vec<wit::WorkingHours>) -> wit::DateOverride {
    wit::DateOverride { date: date.into(), windows }
}

fn off(first: &str, last: &str) -> Vec<wit::Holiday> {
    vec![wit::Holiday { first: first.into(), last: last.into() }]
}

fn stay(first: &str, last: &str, time_zone: &str) -> wit::Stay {
    wit::Stay { first: first.into(), last: last.into(), time_zone: time_zone.into() }
}

fn limit(period: wit::Period) -> wit::BookingLimit {
    wit::BookingLimit { period, meetings: Some(2), minutes: None, first_weekday: None }
}

fn decoded(change: impl FnOnce(&mut wit::SlotRules)) -> Result<Rules, Error> {
    let mut given = plain();
    change(&mut given);
    rules("participants[2].rules.", given, &mut Zones::default())
}

fn change(change: impl FnOnce(&mut wit::SlotRules) + 'static) -> Change {
    Box::new(change)
}

#[test]
fn every_wrong_field_is_named_with_its_path() {
    use wit::Weekday::{Friday, Monday, Sunday, Tuesday, Wednesday};
    let hours = |windows: Vec<wit::WorkingHours>| change(move |one| one.working_hours = Some(windows));
    let overrides = |given: Vec<wit::DateOverride>| change(move |one| one.overrides = given);
    let holidays = |given: Vec<wit::Holiday>| change(move |one| one.holidays = given);
    let travel = |given: Vec<wit::Stay>| change(move |one| one.travel = given);
    let limits = |given: Vec<wit::BookingLimit>| change(move |one| one.limits = given);
    // 2026-06-10 is a Wednesday.
    let table: Vec<(&str, Change)> = vec![
        ("duration-minutes", change(|one| one.duration_minutes = 0)),
        ("duration-minutes", change(|one| one.duration_minutes = 1441)),
        ("time-zone", change(|one| one.time_zone = "Mars/Olympus".into())),
        ("time-zone", change(|one| one.time_zone = String::new())),
        ("grid-time-zone", change(|one| one.grid_time_zone = Some("CEST-ish".into()))),
        ("buffer-before-minutes", change(|one| one.buffer_before_minutes = Some(1441))),
        ("buffer-after-minutes", change(|one| one.buffer_after_minutes = Some(u32::MAX))),
        ("minimum-notice-minutes", change(|one| one.minimum_notice_minutes = Some(525_601))),
        ("horizon-days", change(|one| one.horizon_days = Some(731))),
        ("step-minutes", change(|one| one.step_minutes = Some(0))),
        ("step-minutes", change(|one| one.step_minutes = Some(1441))),
        ("offset-minutes", change(|one| one.offset_minutes = Some(60))),
        ("working-hours", hours(vec![])),
        ("working-hours", hours(vec![window(Monday, 0, 1); 65])),
        ("working-hours", hours(vec![window(Monday, 600, 600)])),
        ("working-hours", hours(vec![window(Monday, 600, 540)])),
        ("working-hours", hours(vec![window(Monday, 1440, 1500)])),
        ("working-hours", hours(vec![window(Monday, 600, 2881)])),
        ("working-hours", hours(vec![window(Monday, u32::MAX, u32::MAX)])),
        ("working-hours", hours(vec![window(Monday, 540, 720), window(Monday, 719, 800)])),
        ("working-hours", hours(vec![window(Monday, 1320, 1560), window(Tuesday, 119, 300)])),
        ("working-hours", hours(vec![window(Sunday, 1320, 1560), window(Monday, 60, 300)])),
        ("overrides", overrides(vec![on("2026-06-10", vec![]); 2])),
        ("overrides", overrides(vec![on("2026-06-10", vec![window(Friday, 600, 720)])])),
        ("overrides", overrides(vec![on("2026-06-10", vec![window(Wednesday, 720, 600)])])),
        ("overrides", overrides(vec![on("2026-06-10", vec![window(Wednesday, 0, 1); 65])])),
        (
            "overrides",
            overrides(vec![on("2026-06-10", vec![window(Wednesday, 600, 720), window(Wednesday, 660, 780)])]),
        ),
        (
            "overrides",
            overrides(vec![
                on("2026-06-09", vec![window(Tuesday, 1200, 1500)]),
                on("2026-06-10", vec![window(Wednesday, 59, 780)]),
            ]),
        ),
        ("overrides", overrides(vec![on("10.06.2026", vec![])])),
        ("overrides", overrides(vec![on("", vec![])])),
        ("overrides", overrides(vec![on("2026-6-010", vec![])])),
        ("overrides", overrides(vec![on("+026-06-10", vec![])])),
        ("overrides", overrides((0..1001).map(|_| on("2026-06-10", vec![])).collect())),
        ("holidays", holidays(off("2026-06-31", "2026-07-01"))),
        ("holidays", holidays(off("2026-06-11", "2026-06-10"))),
        ("holidays", holidays(off("1969-12-31", "2026-06-10"))),
        ("holidays", holidays(off("2026-06-10", &"9".repeat(1 << 20)))),
        ("holidays", holidays(vec![off("2026-06-10", "2026-06-10").remove(0); 1001])),
        ("travel", travel(vec![stay("2026-06-12", "2026-06-10", "Asia/Tokyo")])),
        ("travel.time-zone", travel(vec![stay("2026-06-10", "2026-06-12", "Tokyo")])),
        (
            "travel",
            travel(vec![
                stay("2026-06-10", "2026-06-12", "Asia/Tokyo"),
                stay("2026-06-12", "2026-06-14", "Asia/Seoul"),
            ]),
        ),
        ("limits", limits(vec![limit(wit::Period::Day); 17])),
        ("limits", limits(vec![wit::BookingLimit { meetings: None, ..limit(wit::Period::Day) }])),
        ("limits", limits(vec![wit::BookingLimit { first_weekday: Some(Tuesday), ..limit(wit::Period::Week) }])),
        ("limits", limits(vec![wit::BookingLimit { first_weekday: Some(Monday), ..limit(wit::Period::Day) }])),
        ("limits", limits(vec![wit::BookingLimit { first_weekday: Some(Sunday), ..limit(wit::Period::Month) }])),
    ];
    for (number, (field, change)) in table.into_iter().enumerate() {
        let Err(error) = decoded(change) else { panic!("row {number}, {field}: accepted") };
        let start = format!("participants[2].rules.{field}: ");
        assert!(error.message.starts_with(&start), "row {number}, {field}: {}", error.message);
        assert!(error.message.len() < 400, "{}", error.message);
    }
}

#[test]
fn what_touches_does_not_overlap() {
    use wit::Weekday::{Monday, Sunday, Tuesday, Wednesday};
    let windows = vec![window(Sunday, 1320, 1500), window(Monday, 60, 720), window(Monday, 720, 2880)];
    let rules = decoded(|one| one.working_hours = Some(windows)).unwrap();
    assert_eq!(rules.hours.on(Weekday::Mon), [(60, 720), (720, 2880)]);
    let nights = [Tuesday, Wednesday].map(|day| window(day, 1200, 1440 + 60));
    let overrides = vec![
        on("2026-06-10", vec![nights[1], window(Wednesday, 60, 600)]),
        on("2026-06-09", vec![nights[0]]),
        on("2026-06-11", vec![]),
    ];
    let rules = decoded(|one| one.overrides = overrides).unwrap();
    assert_eq!(rules.overrides[1].windows, [(60, 600), (1200, 1500)]);
}

#[test]
fn every_field_reaches_the_engine() {
    let allow = Some(wit::Treatment::Allow);
    let given = |one: &mut wit::SlotRules| {
        one.time_zone = "Europe/Berlin".into();
        one.working_hours = Some(vec![window(wit::Weekday::Friday, 1320, 1560)]);
        one.overrides = vec![on("2026-06-10", vec![window(wit::Weekday::Wednesday, 600, 720)])];
        one.holidays = off("2026-12-24", "2026-12-26");
        one.travel = vec![stay("2026-07-01", "2026-07-01", "Asia/Tokyo")];
        (one.buffer_before_minutes, one.buffer_after_minutes) = (Some(5), Some(10));
        one.buffers_inside_hours = Some(true);
        (one.minimum_notice_minutes, one.horizon_days) = (Some(90), Some(30));
        (one.step_minutes, one.offset_minutes) = (Some(15), Some(5));
        one.anchor = Some(wit::Anchor::Packed);
        one.grid_time_zone = Some("America/New_York".into());
        one.limits = vec![wit::BookingLimit {
            period: wit::Period::Week,
            meetings: None,
            minutes: Some(120),
            first_weekday: Some(wit::Weekday::Sunday),
        }];
        one.statuses = Some(wit::StatusPolicy {
            tentative: Some(wit::Treatment::Penalise),
            not_answered: allow,
            out_of_office: allow,
            focus_time: allow,
            all_day: allow,
            private: allow,
            working_elsewhere: Some(wit::Treatment::Block),
        });
    };
    let rules = decoded(given).unwrap();
    let date = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    assert_eq!((rules.zone.name(), rules.duration), ("Europe/Berlin", TimeDelta::minutes(60)));
    assert_eq!(
        (rules.hours.on(Weekday::Fri), rules.hours.on(Weekday::Sat)),
        ([(1320, 1560)].as_slice(), [].as_slice())
    );
    assert_eq!(
        (rules.overrides[0].date, rules.overrides[0].windows.as_slice()),
        (date(6, 10), [(600, 720)].as_slice())
    );
    assert_eq!(rules.holidays, [Holiday { from: date(12, 24), until: date(12, 27) }]);
    let stay = &rules.travel[0];
    assert_eq!((stay.from, stay.until, stay.zone.name()), (date(7, 1), date(7, 2), "Asia/Tokyo"));
    let minutes = [5, 10, 90, 15, 5].map(TimeDelta::minutes);
    let given = [rules.buffer_before, rules.buffer_after, rules.minimum_notice, rules.step, rules.offset];
    assert_eq!(given, minutes);
    assert!(rules.buffers_inside_window);
    assert_eq!((rules.horizon, rules.anchor), (Some(Days(30)), Anchor::Packed));
    assert_eq!(rules.grid_zone.map(|zone| zone.name().to_owned()).as_deref(), Some("America/New_York"));
    let limit = rules.limits[0];
    assert_eq!((limit.period, limit.meetings), (Period::Week { starts: FirstDay::Sunday }, None));
    assert_eq!(limit.minutes, Some(120));
    let treated = |kind| rules.statuses.treatment(kind, None);
    assert_eq!(treated(BusyKind::Tentative), Treatment::Penalise);
    assert_eq!(treated(BusyKind::WorkingElsewhere), Treatment::Block);
    use BusyKind::{AllDay, FocusTime, NotAnswered, OutOfOffice, Private};
    for kind in [NotAnswered, OutOfOffice, FocusTime, AllDay, Private] {
        assert_eq!(treated(kind), Treatment::Allow, "{kind:?}");
    }
}

#[test]
fn without_options_only_working_elsewhere_is_allowed_and_every_hour_is_open() {
    let rules = decoded(|_| {}).unwrap();
    assert_eq!((rules.hours, rules.anchor, rules.horizon), (WeeklyHours::always(), Anchor::LocalMidnight, None));
    let treated = |kind| rules.statuses.treatment(kind, None);
    assert_eq!((treated(BusyKind::AllDay), treated(BusyKind::Tentative)), (Treatment::Block, Treatment::Block));
    assert_eq!(treated(BusyKind::WorkingElsewhere), Treatment::Allow);
}
