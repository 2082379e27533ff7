//! The specification's worked examples of zones: instants of wall times, days and their beginnings, as tables.
use crate::schedule_support::*;
use calendar_core::schedule::zone::{Civil, Zone, tzdb_version};

/// The oldest acceptable release: several zones changed in 2026.
const TZDB_FLOOR: &str = "2026f";

#[test]
fn the_zone_data_is_not_older_than_the_floor() {
    assert!(tzdb_version() >= TZDB_FLOOR, "{}", tzdb_version());
    let vancouver = zone("America/Vancouver");
    assert_eq!(vancouver.earlier(civil("2026-11-23 09:00")), utc("2026-11-23T16:00Z"));
}

#[test]
fn an_unknown_zone_name_is_an_error() {
    for name in ["America/NewYork", "", "Pacific Standard Time", "Factory", "../UTC"] {
        assert!(Zone::parse(name).is_err(), "{name}");
    }
    assert_eq!(zone("asia/calcutta").name(), "Asia/Calcutta");
}

#[test]
fn a_wall_time_names_the_instants_of_the_table() {
    let table = [
        ("America/New_York", "2026-03-08 02:30", "gap", "2026-03-08T07:00Z", "2026-03-08T07:00Z"),
        ("America/New_York", "2026-11-01 01:30", "overlap", "2026-11-01T05:30Z", "2026-11-01T06:30Z"),
        ("Europe/Berlin", "2026-03-29 02:30", "gap", "2026-03-29T01:00Z", "2026-03-29T01:00Z"),
        ("Europe/Berlin", "2026-10-25 02:30", "overlap", "2026-10-25T00:30Z", "2026-10-25T01:30Z"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "gap", "2026-10-03T15:30Z", "2026-10-03T15:30Z"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "overlap", "2026-04-04T14:45Z", "2026-04-04T15:15Z"),
        ("Africa/Casablanca", "2026-02-15 02:30", "overlap", "2026-02-15T01:30Z", "2026-02-15T02:30Z"),
        ("Africa/Casablanca", "2026-03-22 02:30", "gap", "2026-03-22T02:00Z", "2026-03-22T02:00Z"),
        ("Africa/Cairo", "2026-04-24 00:00", "gap", "2026-04-23T22:00Z", "2026-04-23T22:00Z"),
        ("Pacific/Apia", "2011-12-30 12:00", "gap", "2011-12-30T10:00Z", "2011-12-30T10:00Z"),
        ("Asia/Kathmandu", "2026-07-01 09:00", "single", "2026-07-01T03:15Z", "2026-07-01T03:15Z"),
    ];
    for (name, local, kind, earlier, later) in table {
        let zone = zone(name);
        let found = match zone.resolve(civil(local)) {
            Civil::Single(_) => "single",
            Civil::Gap { .. } => "gap",
            Civil::Overlap { .. } => "overlap",
        };
        assert_eq!(found, kind, "{name} {local}");
        assert_eq!(zone.earlier(civil(local)), utc(earlier), "{name} {local}");
        assert_eq!(zone.later(civil(local)), utc(later), "{name} {local}");
    }
}

#[test]
fn a_local_day_is_as_long_as_the_table_says() {
    let table = [
        ("America/New_York", "2026-03-08", "2026-03-08T05:00Z", "2026-03-09T04:00Z"),
        ("America/New_York", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z"),
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30Z", "2026-10-04T13:00Z"),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00Z", "2026-04-05T13:30Z"),
        ("Africa/Casablanca", "2026-02-15", "2026-02-14T23:00Z", "2026-02-16T00:00Z"),
        ("Africa/Casablanca", "2026-03-22", "2026-03-22T00:00Z", "2026-03-22T23:00Z"),
        ("Africa/Casablanca", "2026-09-20", "2026-09-19T23:00Z", "2026-09-21T00:00Z"),
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00Z", "2011-12-30T10:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z", "2011-12-30T10:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00Z", "2011-12-31T10:00Z"),
    ];
    for (name, day, start, end) in table {
        assert_eq!(zone(name).day(date(day)), (utc(start), utc(end)), "{name} {day}");
    }
}

#[test]
fn a_local_day_begins_at_its_first_midnight_even_when_the_clock_then_goes_back_to_the_day_before() {
    // Until 2011 the clock of St. John's was set back at 00:01 to 23:01.
    let st_johns = zone("America/St_Johns");
    assert_eq!(st_johns.start_of_day(date("2010-11-07")), utc("2010-11-07T02:30Z"));
    let second_evening = utc("2010-11-07T03:00Z");
    assert_eq!(st_johns.civil(second_evening), civil("2010-11-06 23:30"));
    assert_eq!(st_johns.date(second_evening), date("2010-11-07"));
    assert_eq!(st_johns.date(utc("2010-11-07T02:29Z")), date("2010-11-06"));
}
