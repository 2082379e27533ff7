//! VTIMEZONE: clocks that the file brings along.

use super::*;
use crate::cli::input::busy::ics::vtimezone::Table;

const BERLIN: &str = "BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\n\
    TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT";

fn zone(name: &str, observances: &str) -> String {
    format!("BEGIN:VTIMEZONE\nTZID:{name}\n{observances}\nEND:VTIMEZONE")
}

fn at_ten(name: &str, zone: &str) -> (Vec<String>, Vec<(String, String)>) {
    expand(&format!("{zone}\n{}", event(&format!("DTSTART;TZID={name}:20261005T100000\nDURATION:PT1H"))))
}

#[test]
fn a_zone_of_the_file_is_followed_when_its_name_says_nothing() {
    let (busy, unknown) = at_ten("Customized Time Zone", &zone("Customized Time Zone", BERLIN));
    assert_eq!((busy, unknown), (vec!["10-05T08:00/10-05T09:00".to_owned()], Vec::new()));
    let (busy, _) = at_ten("\"(UTC+01:00) Amsterdam, Berlin\"", &zone("(UTC+01:00) Amsterdam, Berlin", BERLIN));
    assert_eq!(busy, ["10-05T08:00/10-05T09:00"]);
}

#[test]
fn the_rules_of_a_known_name_win_over_those_of_the_file() {
    let wrong = "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0500\nEND:STANDARD";
    assert_eq!(at_ten("Europe/Berlin", &zone("Europe/Berlin", wrong)).0, ["10-05T08:00/10-05T09:00"]);
    assert_eq!(at_ten("Office", &zone("Office", wrong)).0, ["10-05T15:00/10-05T16:00"]);
}

#[test]
fn a_location_counts_where_the_rules_of_the_file_do_not_say_something_else() {
    let located = |rules: &str| at_ten("Office", &zone("Office", &format!("X-LIC-LOCATION:Europe/Berlin\n{rules}")));
    let berlin = (vec!["10-05T08:00/10-05T09:00".to_owned()], Vec::new());
    assert_eq!(located(BERLIN), berlin);
    assert_eq!(located(""), berlin, "no rules");
    // New York's, or a clock that is changed on another Sunday: which of the two is meant nobody knows.
    let fixed = "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0500\nEND:STANDARD";
    for rules in [fixed, &BERLIN.replace("-1SU;BYMONTH=10", "1SU;BYMONTH=10")] {
        let (busy, unknown) = located(rules);
        assert_eq!((busy.len(), unknown[0].0.as_str()), (0, "10-04T08:00/10-06T13:00"), "{rules}");
    }
    let nowhere = BERLIN.to_owned() + "\nX-LIC-LOCATION:Atlantis/Center";
    assert_eq!(at_ten("Office", &zone("Office", &nowhere)), berlin);
}

#[test]
fn a_zone_that_makes_no_sense_stays_unknown() {
    let standard = |lines: &str| format!("BEGIN:STANDARD\n{lines}\nEND:STANDARD");
    let whole = "DTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100";
    for observances in [
        String::new(),
        standard("DTSTART:19700101T000000\nTZOFFSETTO:+0100"),
        standard("DTSTART:19700101T000000\nTZOFFSETFROM:+0100"),
        standard("TZOFFSETFROM:+0100\nTZOFFSETTO:+0100"),
        standard(&whole.replace("+0100", "0100")),
        standard(&whole.replace("+0100", "+2400")),
        standard(&whole.replace("+0100", "+1é0")),
        standard(&format!("{whole}\nRRULE:FREQ=SOMETIMES")),
        standard(&format!("{whole}\nEXDATE:19700101T000000")),
        format!("{}\n{}", standard(whole), standard(&whole.replace("TO:+0100", "TO:+0200"))),
    ] {
        let (busy, unknown) = at_ten("Office", &zone("Office", &observances));
        assert_eq!((busy.len(), unknown[0].0.as_str()), (0, "10-04T08:00/10-06T13:00"), "{observances}");
    }
    let two = format!("{}\n{}", zone("Office", BERLIN), zone("Office", &BERLIN.replace("+0100", "+0000")));
    assert_eq!(at_ten("Office", &two).1.len(), 1);
    assert_eq!(at_ten("Office", &format!("{0}\n{0}", zone("Office", BERLIN))).1, []);
}

fn table(observances: &str, year: i32) -> Table {
    let text = format!("BEGIN:VCALENDAR\n{}\nEND:VCALENDAR", zone("Z", observances));
    let calendars = component::calendars(text.as_bytes()).expect("readable");
    let ceiling = chrono::NaiveDate::from_ymd_opt(year, 12, 31).expect("a date").into();
    Table::read(&calendars[0].parts[0], ceiling, &Work::default()).expect("a table")
}

#[test]
fn the_table_of_berlin_is_the_clock_of_berlin() {
    let (table, berlin) = (table(BERLIN, 2030), Zone::parse("Europe/Berlin").expect("a zone"));
    let mut wall = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date").and_time(chrono::NaiveTime::MIN);
    let known = clock::Clock::Zone(berlin.clone());
    for _ in 0..3 * 366 * 48 {
        let (first, second) = table.instants(wall);
        assert_eq!((first, second), (known.first(wall), known.second(wall)), "{wall}");
        assert_eq!(table.civil(first), berlin.civil(first), "{wall}");
        wall += chrono::TimeDelta::minutes(30);
    }
}

#[test]
fn changes_may_be_single_dates_and_end() {
    // RFC 5545 section 3.6.5: until 2006 from the first Sunday of April, afterwards no change is written down.
    let text = "BEGIN:STANDARD\nDTSTART:20051030T020000\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nRDATE:20061029T020000\n\
        END:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:20050403T020000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\n\
        RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z\nEND:DAYLIGHT";
    let table = table(text, 2030);
    let civil = |at: &str| table.civil(at.parse().expect("an instant")).to_string();
    assert_eq!(civil("2005-04-03T06:59:59Z"), "2005-04-03 01:59:59");
    assert_eq!(civil("2005-04-03T07:00:00Z"), "2005-04-03 03:00:00");
    assert_eq!(civil("2006-07-01T12:00:00Z"), "2006-07-01 08:00:00");
    assert_eq!(civil("2006-12-01T12:00:00Z"), "2006-12-01 07:00:00");
    assert_eq!(civil("2026-07-01T12:00:00Z"), "2026-07-01 07:00:00");
    assert_eq!(civil("1999-07-01T12:00:00Z"), "1999-07-01 07:00:00");
}
