//! RRULE with clocks.

use super::*;

#[test]
fn a_weekly_meeting_keeps_its_wall_time_over_the_half_hour_of_lord_howe() {
    let lines = "DTSTART;TZID=Australia/Lord_Howe:20260929T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2";
    assert_eq!(busy(lines), ["09-28T22:30/09-28T23:30", "10-05T22:00/10-05T23:00"]);
}

#[test]
fn a_daily_meeting_in_the_gap_is_moved_by_the_offset_before() {
    let lines = "DTSTART;TZID=Australia/Lord_Howe:20261003T021500\nDURATION:PT15M\nRRULE:FREQ=DAILY;UNTIL=20261005";
    assert_eq!(busy(lines), ["10-02T15:45/10-02T16:00", "10-03T15:45/10-03T16:00", "10-04T15:15/10-04T15:30"]);
}

#[test]
fn an_instance_in_the_gap_is_not_counted() {
    // RFC 5545 section 3.3.10: three that the clock shows, and the one that many calendars move.
    let lines = "DTSTART;TZID=Australia/Lord_Howe:20261003T021500\nDURATION:PT15M\nRRULE:FREQ=DAILY;COUNT=3";
    let shown = ["10-02T15:45/10-02T16:00", "10-04T15:15/10-04T15:30", "10-05T15:15/10-05T15:30"];
    let moved = "10-03T15:45/10-03T16:00";
    assert_eq!(busy(lines), [shown[0], moved, shown[1], shown[2]]);
    // The first one may be skipped as well; a skipped midnight is no skipped day.
    let first = "DTSTART;TZID=Australia/Lord_Howe:20261004T021500\nDURATION:PT15M\nRRULE:FREQ=DAILY;COUNT=2";
    assert_eq!(busy(first), [moved, shown[1], shown[2]]);
    // Half hours without further parts, and counted with one: 02:00 is skipped, so 03:30 is the fourth.
    let half_hours =
        "DTSTART;TZID=Australia/Lord_Howe:20261004T013000\nDURATION:PT5M\nRRULE:FREQ=MINUTELY;INTERVAL=30;COUNT=4";
    for lines in [half_hours.to_owned(), format!("{half_hours};BYMINUTE=0,30")] {
        let ends = busy(&lines).last().map(|one| one[..11].to_owned());
        assert_eq!(ends.as_deref(), Some("10-03T16:30"), "{lines}");
    }
    // As in the zone, so in a table of its changes.
    let table = "BEGIN:VTIMEZONE\nTZID:Office\nBEGIN:DAYLIGHT\nDTSTART:20261004T020000\nTZOFFSETFROM:+1030\nTZOFFSETTO:+1100\n\
        END:DAYLIGHT\nEND:VTIMEZONE";
    for lines in [lines, half_hours] {
        let own = event(&lines.replace("Australia/Lord_Howe", "Office"));
        assert_eq!(expand(&format!("{table}\n{own}")), (busy(lines), Vec::new()));
    }
}

#[test]
fn of_whole_days_each_is_counted() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:d\nDTSTART;VALUE=DATE:20260423\nRRULE:FREQ=DAILY;INTERVAL=1;COUNT=2\n\
        END:VEVENT\nEND:VCALENDAR";
    let span = TimeRange { start: seconds("2026-04-20T00:00:00Z"), end: seconds("2026-05-01T00:00:00Z") };
    let cairo = Zone::parse("Africa/Cairo").expect("a zone");
    let times = read(text.as_bytes(), &cairo, span).expect("readable");
    let busy: Vec<String> = times.busy.iter().flat_map(BusyGroup::ranges).map(|one| shown(&one)).collect();
    // On the 24th the clock skips midnight.
    assert_eq!(busy, ["04-22T22:00/04-24T21:00"]);
}

#[test]
fn the_elapsed_length_between_start_and_end_holds_for_every_instance() {
    // RFC 5545 section 3.8.5.3: eight hours of the night are eight hours in the night of the change, too.
    let lines = "DTSTART:20261002T220000\nDTEND:20261003T060000\nRRULE:FREQ=DAILY;COUNT=2";
    assert_eq!(busy(lines), ["10-02T11:30/10-02T19:30", "10-03T11:30/10-03T19:30"]);
}

#[test]
fn until_is_a_date_a_wall_time_or_an_instant() {
    let lines = "DTSTART;TZID=Europe/Berlin:20261001T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=";
    for (until, count) in [
        ("20261003T080000Z", 3),
        ("20261003T075959Z", 2),
        ("20261003T100000", 3),
        ("20261003T095959", 2),
        ("20261003", 3),
        ("20260901", 1),
    ] {
        assert_eq!(busy(&format!("{lines}{until}")).len(), count, "{until}");
    }
    let days = "DTSTART;VALUE=DATE:20261001\nRRULE:FREQ=DAILY;INTERVAL=2;UNTIL=";
    // Whole days: the day itself, as a date, in UTC, or as its beginning in the zone.
    for (until, count) in [("20261005", 3), ("20261005T000000Z", 3), ("20261004T130000Z", 3), ("20261004T125959Z", 2)] {
        assert_eq!(busy(&format!("{days}{until}")).len(), count, "{until}");
    }
}

#[test]
fn until_around_a_time_shown_twice_is_judged_by_the_instant() {
    // New York 2026-11-01: 01:30 is 05:30Z and 06:30Z; 01:10 the second time is 06:10Z.
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:n\nDTSTART;TZID=America/New_York:20261031T013000\nDURATION:PT5M\n\
        RRULE:FREQ=DAILY;UNTIL=20261101T061000Z\nEND:VEVENT\nEND:VCALENDAR";
    let span = TimeRange { start: seconds("2026-10-30T00:00:00Z"), end: seconds("2026-11-05T00:00:00Z") };
    let times = read(text.as_bytes(), &Zone::utc(), span).expect("readable");
    let busy: Vec<String> = times.busy[0].ranges().map(|one| shown(&one)).collect();
    assert_eq!(busy, ["10-31T05:30/10-31T05:35", "11-01T05:30/11-01T05:35"]);
}

#[test]
fn hours_follow_the_wall_clock_and_take_both_of_a_time_shown_twice() {
    let hourly = |zone: &str, day: &str| {
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:h\nDTSTART;TZID={zone}:{day}T000000\nDURATION:PT5M\n\
             RRULE:FREQ=HOURLY;COUNT=4\nEND:VEVENT\nEND:VCALENDAR"
        );
        let span = TimeRange { start: seconds("2026-01-01T00:00:00Z"), end: seconds("2026-12-31T00:00:00Z") };
        let times = read(text.as_bytes(), &Zone::utc(), span).expect("readable");
        times.busy[0].ranges().map(|one| shown(&one)).collect::<Vec<_>>()
    };
    // 00:00, 01:00 twice, 02:00, 03:00.
    let back = hourly("America/New_York", "20261101");
    let starts: Vec<&str> = back.iter().map(|one| &one[6..11]).collect();
    assert_eq!(starts, ["04:00", "05:00", "06:00", "07:00", "08:00"]);
    // 00:00, 01:00, 02:00 = 03:00, 03:00, 04:00: the one that is skipped is not counted.
    let forward = hourly("America/New_York", "20260308");
    let starts: Vec<&str> = forward.iter().map(|one| &one[6..11]).collect();
    assert_eq!(starts, ["05:00", "06:00", "07:00", "08:00"]);
}

#[test]
fn a_series_in_an_unknown_zone_is_unknown_around_each_instance() {
    let lines = "DTSTART;TZID=Office:20260901T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY";
    let (busy, unknown) = expand(&event(lines));
    let unknown: Vec<&str> = unknown.iter().map(|(time, _)| time.as_str()).collect();
    // Tuesdays 29 September and 6 October.
    assert_eq!((busy.len(), unknown), (0, vec!["09-28T08:00/09-30T13:00", "10-05T08:00/10-07T13:00"]));
}

#[test]
fn huge_repetitions_are_followed_where_that_is_possible_and_unknown_where_not() {
    let day = "DTSTART:20261005T100000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;UNTIL=20261005T100959Z";
    assert_eq!(busy(day), ["10-05T10:00/10-05T10:10"]);
    // From 1900 on, without end: entered where it is asked for.
    let old = "DTSTART:19000101T000000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY;INTERVAL=1440";
    assert_eq!(busy(old).len(), 14);
    assert_eq!(busy("DTSTART:19000101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;INTERVAL=86400").len(), 14);
    assert_eq!(busy("DTSTART:19000101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY").len(), 14);
    // A milliard of seconds ended in 1931; of days it has not ended; the counted hours are followed from their beginning.
    assert_eq!(busy("DTSTART:19000101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;COUNT=1000000000"), [""; 0]);
    assert_eq!(busy("DTSTART:19000101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=1000000000").len(), 14);
    let hours = "DTSTART:20200101T000000Z\nDURATION:PT5M\nRRULE:FREQ=HOURLY;BYHOUR=9,10;COUNT=1000000000";
    assert_eq!(busy(hours).len(), 28);
    // A date that never comes.
    assert_eq!(busy("DTSTART:19000115T000000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), [""; 0]);
    // Seconds counted since 1900 with a condition: too many to be followed, so unknown from the beginning.
    let wild = "DTSTART:19000101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;BYSECOND=0,30;COUNT=1000000000";
    let (time, cause) = unknown(wild);
    assert_eq!(
        (time.as_str(), cause.as_str()),
        ("09-28T00:00/10-12T00:00", "event one: it repeats too often to be followed")
    );
}

#[test]
fn all_events_of_a_file_share_the_work_that_is_allowed() {
    let wild = event("DTSTART:20260901T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;BYSECOND=0,1,2,3,4,5,6,7,8,9,10,20");
    let (_, unknown) = expand(&[wild.as_str()].repeat(200).join("\n"));
    // The first ones are followed, the rest is unknown, and the file is done with.
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    assert!(unknown[0].1.contains("too often"), "{unknown:?}");
}
