//! EXDATE, RDATE, RECURRENCE-ID.

use super::*;

fn master() -> String {
    event("DTSTART;TZID=Europe/Berlin:20261005T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3")
}

fn family(exceptions: &[&str]) -> (Vec<String>, Vec<(String, String)>) {
    let exceptions: Vec<String> = exceptions.iter().map(|lines| event(lines)).collect();
    expand(&format!("{}\n{}", master(), exceptions.join("\n")))
}

#[test]
fn excluded_and_added_dates_are_followed() {
    let lines = "DTSTART:20261001T090000Z\nDTEND:20261001T093000Z\nRRULE:FREQ=DAILY;COUNT=3\n\
        EXDATE:20261002T090000Z\nRDATE:20261009T120000Z,20261009T150000Z";
    let expected =
        ["10-01T09:00/10-01T09:30", "10-03T09:00/10-03T09:30", "10-09T12:00/10-09T12:30", "10-09T15:00/10-09T15:30"];
    assert_eq!(busy(lines), expected);
}

#[test]
fn an_excluded_date_is_found_on_any_clock_and_as_a_date_alone() {
    let series = "DTSTART;TZID=Australia/Lord_Howe:20261003T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE";
    let left = ["10-02T22:30/10-02T23:30", "10-04T22:00/10-04T23:00"];
    for excluded in [
        ";TZID=Australia/Lord_Howe:20261004T090000",
        ":20261004T090000",
        ":20261003T220000Z",
        ";TZID=America/New_York:20261003T180000",
        ";TZID=AUS Eastern Standard Time:20261004T090000",
        ";VALUE=DATE:20261004",
        ":20261004",
        ":20300101T000000Z,20261003T220000Z",
    ] {
        assert_eq!(busy(&format!("{series}{excluded}")), left, "{excluded}");
    }
    // What names no instance, or only perhaps, takes out none.
    for excluded in [":20261004T090001", ";VALUE=DATE:20261006", ";TZID=Office:20261004T090000", ":"] {
        assert_eq!(busy(&format!("{series}{excluded}")).len(), 3, "{excluded}");
    }
}

#[test]
fn the_excluded_instance_may_be_one_that_the_clock_skips() {
    let series =
        "DTSTART;TZID=Australia/Lord_Howe:20261003T021500\nDURATION:PT10M\nRRULE:FREQ=DAILY;UNTIL=20261005\nEXDATE";
    for excluded in [";TZID=Australia/Lord_Howe:20261004T021500", ":20261003T154500Z"] {
        assert_eq!(busy(&format!("{series}{excluded}")).len(), 2, "{excluded}");
    }
}

#[test]
fn an_excluded_time_shown_twice_is_the_first_one() {
    // RFC 5545 section 3.3.5. New York 2026-11-01: 01:30 is 05:30Z and 06:30Z.
    let left = |rule: &str, excluded: &str| {
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:n\nDTSTART;TZID=America/New_York:20261101T003000\nDURATION:PT5M\n\
             RRULE:{rule}\nEXDATE{excluded}\nEND:VEVENT\nEND:VCALENDAR"
        );
        let span = TimeRange { start: seconds("2026-10-31T00:00:00Z"), end: seconds("2026-11-02T00:00:00Z") };
        let times = read(text.as_bytes(), &Zone::utc(), span).expect("readable");
        assert!(times.unknown.is_empty(), "{:?}", times.unknown);
        times.busy.iter().flat_map(BusyGroup::ranges).map(|one| shown(&one)[6..11].to_owned()).collect::<Vec<_>>()
    };
    let (hours, once) = ("FREQ=HOURLY;UNTIL=20261101T023000", "FREQ=DAILY;BYHOUR=1;COUNT=1");
    let here = ";TZID=America/New_York:20261101T013000";
    assert_eq!(left(hours, here), ["04:30", "06:30", "07:30"]);
    assert_eq!(left(hours, ":20261101T053000Z"), ["04:30", "06:30", "07:30"]);
    assert_eq!(left(hours, ":20261101T063000Z"), ["04:30", "05:30", "07:30"]);
    assert_eq!(left(hours, &format!("{here}\nEXDATE:20261101T063000Z")), ["04:30", "07:30"]);
    assert_eq!(left(once, here), ["04:30"]);
    assert_eq!(left(once, ":20261101T063000Z"), ["04:30", "05:30"], "there is none at the second one");
}

#[test]
fn a_whole_day_is_excluded_as_a_date_or_as_its_beginning() {
    let series = "DTSTART;VALUE=DATE:20261003\nRRULE:FREQ=DAILY;INTERVAL=2;COUNT=3\nEXDATE";
    for excluded in [";VALUE=DATE:20261005", ":20261005T000000", ":20261005T000000Z", ":20261004T130000Z"] {
        assert_eq!(busy(&format!("{series}{excluded}")).len(), 2, "{excluded}");
    }
    assert_eq!(busy(&format!("{series}:20261005T090000")).len(), 3);
}

#[test]
fn added_times_may_be_periods_of_their_own_length() {
    let lines = "DTSTART;TZID=Europe/Berlin:20261005T100000\nDURATION:PT1H\n\
        RDATE;VALUE=PERIOD:20261006T080000Z/20261006T083000Z,20261007T080000Z/PT2H\n\
        RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20261008T100000/PT15M";
    let expected =
        ["10-05T08:00/10-05T09:00", "10-06T08:00/10-06T08:30", "10-07T08:00/10-07T10:00", "10-08T08:00/10-08T08:15"];
    assert_eq!(busy(lines), expected);
    let other =
        "DTSTART;TZID=Europe/Berlin:20261005T100000\nDURATION:PT1H\nRDATE;TZID=America/New_York:20261006T100000";
    assert_eq!(busy(other), ["10-05T08:00/10-05T09:00", "10-06T14:00/10-06T15:00"]);
    let (busy, unknown) = expand(&event(&other.replace("America/New_York", "Office")));
    assert_eq!((busy.len(), unknown[0].0.as_str()), (1, "10-05T08:00/10-07T13:00"));
}

#[test]
fn an_exception_moves_its_instance_and_a_cancelled_or_free_one_removes_it() {
    let moved = "RECURRENCE-ID:20261006T080000Z\nDTSTART;TZID=America/New_York:20261006T100000\nDURATION:PT30M";
    for status in ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"] {
        let time = "RECURRENCE-ID;TZID=Europe/Berlin:20261007T100000\nDTSTART;TZID=Europe/Berlin:20261007T100000";
        let (busy, unknown) = family(&[moved, &format!("{time}\nDURATION:PT1H\n{status}")]);
        assert_eq!(busy, ["10-05T08:00/10-05T09:00", "10-06T14:00/10-06T14:30"]);
        assert_eq!(unknown, []);
    }
}

#[test]
fn an_exception_may_leave_the_span_or_come_into_it() {
    let out = "RECURRENCE-ID:20261006T080000Z\nDTSTART:20261106T080000Z\nDURATION:PT1H";
    assert_eq!(family(&[out]).0, ["10-05T08:00/10-05T09:00", "10-07T08:00/10-07T09:00"]);
    let far = event("DTSTART:20260105T100000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;COUNT=3");
    let into = event("RECURRENCE-ID:20260205T100000Z\nDTSTART:20261001T100000Z\nDURATION:PT1H");
    assert_eq!(expand(&format!("{far}\n{into}")).0, ["10-01T10:00/10-01T11:00"]);
}

#[test]
fn an_exception_without_its_series_is_an_event_and_takes_nothing_out_of_others() {
    let stray = event("RECURRENCE-ID:20261001T100000Z\nDTSTART:20261002T100000Z\nDURATION:PT1H");
    let other = event("DTSTART:20261001T100000Z\nDURATION:PT1H").replace("UID:one", "UID:two");
    assert_eq!(expand(&format!("{stray}\n{other}")).0, ["10-01T10:00/10-01T11:00", "10-02T10:00/10-02T11:00"]);
    // One whose instance is not readable moves nothing away.
    let broken = event("RECURRENCE-ID:soon\nDTSTART:20261001T100000Z\nDURATION:PT1H");
    let (busy, unknown) = expand(&format!("{}\n{broken}", event("DTSTART:20261001T100000Z\nDURATION:PT1H")));
    assert_eq!((busy.len(), unknown.len()), (1, 1));
}

#[test]
fn a_change_for_all_that_follow_makes_the_series_unknown_from_there() {
    let lines = "RECURRENCE-ID;RANGE=THISANDFUTURE:20261006T080000Z\nDTSTART:20261006T070000Z\nDURATION:PT1H";
    let (busy, unknown) = family(&[lines]);
    // What the exception itself says is certain, what it means for the third instance is not.
    assert_eq!(busy, ["10-05T08:00/10-05T09:00", "10-06T07:00/10-06T08:00"]);
    assert_eq!(unknown[0].0, "10-06T07:00/10-12T00:00");
    let (busy, unknown) = family(&[&format!("{lines}\nSTATUS:CANCELLED")]);
    assert_eq!((busy.len(), unknown), (1, Vec::new()));
    let (_, unknown) = family(&[&lines.replace("FUTURE", "PRIOR")]);
    assert_eq!(unknown[0].0, "09-28T00:00/10-12T00:00");
}
