//! Files that are cut off or damaged: refused, or unknown where they were busy; never quietly less busy, and never a
//! crash.

use super::property::{Random, joined};
use super::*;

const FILE: &str = "BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:Team
BEGIN:VTIMEZONE
TZID:Office
BEGIN:STANDARD
DTSTART:20251025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20250330T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:a
DTSTART;TZID=Office:20260928T100000
DTEND;TZID=Office:20260928T103000
RRULE:FREQ=WEEKLY;COUNT=9;BYDAY=MO,WE
EXDATE;TZID=Office:20260930T100000
RDATE;TZID=Office:20261002T090000
RDATE;VALUE=PERIOD:20261003T090000Z/PT1H
BEGIN:VALARM
TRIGGER:-PT10M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:a
RECURRENCE-ID;TZID=Office:20261005T100000
DTSTART;TZID=Europe/Berlin:20261006T150000
DURATION:PT45M
END:VEVENT
BEGIN:VEVENT
UID:b
DTSTART;VALUE=DATE:20261008
DTEND;VALUE=DATE:20261010
STATUS:TENTATIVE
END:VEVENT
BEGIN:VFREEBUSY
DTSTART:20260901T000000Z
DTEND:20261101T000000Z
FREEBUSY;FBTYPE=BUSY:20261001T200000Z/20261001T210000Z,20261002T200000Z/PT30M
END:VFREEBUSY
END:VCALENDAR
";

/// What is not free.
fn taken(times: BusyTimes) -> Vec<TimeRange> {
    let busy = times.busy.iter().flat_map(BusyGroup::ranges);
    joined(busy.chain(times.unknown.into_iter().map(|one| one.time)).collect())
}

fn reading(bytes: &[u8]) -> Result<Vec<TimeRange>, String> {
    crate::cli::input::busy::parse(bytes, &lord_howe(), span()).map(taken)
}

/// Whether all of `inner` is in `outer`.
fn holds(outer: &[TimeRange], inner: &[TimeRange]) -> bool {
    inner.iter().all(|one| outer.iter().any(|all| all.start <= one.start && one.end <= all.end))
}

#[test]
fn the_whole_file_says_what_it_says() {
    let whole = reading(FILE.as_bytes()).expect("readable");
    let shown: Vec<String> = whole.iter().map(shown).collect();
    assert_eq!(
        shown,
        [
            "09-28T08:00/09-28T08:30",
            "10-01T20:00/10-01T21:00",
            "10-02T07:00/10-02T07:30",
            "10-02T20:00/10-02T20:30",
            "10-03T09:00/10-03T10:00",
            "10-06T13:00/10-06T13:45",
            "10-07T08:00/10-07T08:30",
            "10-07T13:00/10-09T13:00",
        ]
    );
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let complete = FILE.trim_end().len();
    for length in 0..complete {
        assert!(reading(&FILE.as_bytes()[..length]).is_err(), "{length}");
    }
    assert!(reading(&FILE.as_bytes()[..complete]).is_ok());
}

#[test]
fn a_damaged_value_never_makes_less_busy() {
    let whole = reading(FILE.as_bytes()).expect("readable");
    let mut damaged = 0;
    let says_time = |line: &str| {
        let names =
            ["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "FREEBUSY", "TZ", "STATUS"];
        names.iter().any(|name| line.starts_with(name))
    };
    let mut at = 0;
    for line in FILE.lines() {
        let value = line.find([':', ';']).map_or(line.len(), |colon| colon + 1);
        for place in value..line.len() {
            // The alarm is nobody's time.
            if !says_time(line) {
                continue;
            }
            for letter in [b'#', b'q', b' '] {
                let mut bytes = FILE.as_bytes().to_vec();
                bytes[at + place] = letter;
                damaged += 1;
                if let Ok(taken) = reading(&bytes) {
                    let text = String::from_utf8_lossy(&bytes[at..at + line.len()]).into_owned();
                    assert!(holds(&taken, &whole), "{text}");
                }
            }
        }
        at += line.len() + 1;
    }
    assert!(damaged > 1500, "{damaged}");
}

#[test]
fn a_line_that_is_lost_from_the_frame_is_missed() {
    for (index, line) in FILE.lines().enumerate() {
        if line.starts_with("BEGIN:") || line.starts_with("END:") {
            let left: Vec<&str> =
                FILE.lines().enumerate().filter(|(at, _)| *at != index).map(|(_, line)| line).collect();
            assert!(reading(left.join("\n").as_bytes()).is_err(), "{line}");
        }
    }
}

#[test]
fn random_damage_is_survived() {
    let mut random = Random(5545);
    let letters = b"\r\n :;=,\"0123456789TZP-+XBEGINDU\0\xff\xc3";
    let (mut refused, mut read) = (0, 0);
    for _ in 0..3000 {
        let mut bytes = FILE.as_bytes().to_vec();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            match random.below(4) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, letters[random.below(letters.len())]),
                2 => bytes.truncate(at.max(20)),
                _ => bytes[at] = letters[random.below(letters.len())],
            }
        }
        match reading(&bytes) {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 500 && read > 500, "{refused} refused, {read} read");
}

#[test]
fn what_says_half_or_nothing_for_sure_is_unknown() {
    let unclear = [
        "BEGIN:VEVENT\nUID:a\nDTSTART:20260904T090000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYSETPOS=2\nEND:VEVENT",
        "BEGIN:VEVENT\nUID:b\nDTSTART:20260904T090000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYDAY=7MO\nEND:VEVENT",
        "BEGIN:VFREEBUSY\nUID:c\nDTSTART:20261004T000000Z\nDURATION:PT12H\nEND:VFREEBUSY",
        "BEGIN:VFREEBUSY\nUID:d\nREQUEST-STATUS:3.8;No authority\nEND:VFREEBUSY",
    ];
    for parts in unclear {
        let (busy, unknown) = expand(parts);
        let whole = shown(&span());
        assert!(busy.is_empty() && unknown.iter().any(|(time, _)| *time == whole), "{parts}: {busy:?} {unknown:?}");
    }
}

#[test]
fn what_contradicts_itself_is_unknown() {
    let whole = shown(&span());
    for (lines, part) in [
        // Read as midnight it would take no time.
        ("DTSTART;VALUE=DATE:20261004T000000", "DTSTART has VALUE=DATE"),
        ("DTSTART;VALUE=DATE-TIME:20261004", "DTSTART has VALUE=DATE-TIME"),
        ("DTSTART;VALUE=PERIOD:20261004T090000Z/PT1H", "DTSTART has VALUE=PERIOD"),
        ("DTSTART;VALUE=TIME:20261004T090000", "DTSTART has VALUE=TIME"),
        ("DTSTART;TZID=Europe/Berlin:20261004T090000Z\nDURATION:PT1H", "DTSTART is in UTC and has a TZID"),
        ("DTSTART;TZID=Office:20261004T090000Z\nDURATION:PT1H", "DTSTART is in UTC and has a TZID"),
    ] {
        let (time, cause) = unknown(lines);
        assert!(time == whole && cause.contains(part), "{lines}: {time} {cause}");
    }
    let start = "DTSTART:20261004T090000Z\nDURATION:PT1H\n";
    for (more, part) in [
        ("RDATE;VALUE=DATE:20261005T090000Z", "RDATE has VALUE=DATE"),
        ("RDATE;VALUE=PERIOD:20261005T090000Z", "RDATE has VALUE=PERIOD"),
        ("RDATE;VALUE=DATE-TIME:20261005T090000Z/PT1H", "RDATE has VALUE=DATE-TIME"),
        ("RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20261005T090000Z", "EXDATE has VALUE=DATE"),
        ("RRULE:FREQ=DAILY\nEXDATE;TZID=Asia/Tokyo:20261005T090000Z", "EXDATE is in UTC and has a TZID"),
    ] {
        let (_, cause) = unknown(&format!("{start}{more}"));
        assert!(cause.contains(part), "{more}: {cause}");
    }
    // What says the same twice, and a zone beside a date, which does not matter to it.
    let hour = ["10-04T09:00/10-04T10:00"];
    for zone in ["UTC", "Etc/GMT", "Africa/Abidjan"] {
        assert_eq!(busy(&format!("DTSTART;TZID={zone}:20261004T090000Z\nDURATION:PT1H")), hour, "{zone}");
    }
    assert_eq!(busy("DTSTART;VALUE=date-time:20261004T090000Z\nDURATION:PT1H"), hour);
    assert_eq!(busy("DTSTART;VALUE=DATE;TZID=Europe/Berlin:20261004"), ["10-03T13:30/10-04T13:00"]);
}

#[test]
fn a_carriage_return_inside_a_line_hides_no_event() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\rEND:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n";
    let error = read(text.as_bytes(), &lord_howe(), span()).expect_err("refused");
    assert!(error.contains("line 3"), "{error}");
}

#[test]
fn instances_long_before_the_span_are_work_too() {
    let every = |most: u32| (0..most).map(|one| one.to_string()).collect::<Vec<_>>().join(",");
    let rule = format!(
        "RRULE:FREQ=DAILY;BYHOUR={};BYMINUTE={};BYSECOND={};COUNT=9000000000000",
        every(24),
        every(60),
        every(60)
    );
    let (_, unknown) = expand(&event(&format!("DTSTART:20000101T000000Z\nDURATION:PT1S\n{rule}")));
    assert_eq!(unknown.len(), 1, "given up, not waited for");
}

#[test]
fn the_product_of_the_parts_of_a_rule_is_work() {
    let every = |most: u32| (0..most).map(|one| one.to_string()).collect::<Vec<_>>().join(",");
    let is_given_up = |start: &str, rule: &str| {
        let (_, unknown) = expand(&event(&format!("DTSTART:{start}\nDURATION:PT1S\nRRULE:{rule}")));
        unknown.iter().any(|(_, cause)| cause.contains("too often"))
    };
    let (minutes, seconds) = (every(60), every(60));
    // Of 3600 seconds of each hour of ten years one is taken.
    let first = format!("FREQ=HOURLY;BYMINUTE={minutes};BYSECOND={seconds};BYSETPOS=1;COUNT=9000000000000");
    assert!(is_given_up("20160101T000000Z", &first));
    assert!(!is_given_up("20261001T000000Z", &format!("FREQ=HOURLY;BYMINUTE={minutes};BYSETPOS=1;COUNT=48")));
    // A day of seconds that no date ever has, 200 times.
    let (hours, never) = (every(24), "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30");
    let rule = format!("RRULE:{never};BYHOUR={hours};BYMINUTE={minutes};BYSECOND={seconds}");
    let wild = event(&format!("DTSTART:20260101T000000Z\nDURATION:PT1S\n{rule}"));
    let (_, unknown) = expand(&[wild.as_str()].repeat(200).join("\n"));
    assert!(unknown.iter().any(|(_, cause)| cause.contains("too often")), "{unknown:?}");
}

#[test]
fn comparing_instances_with_what_is_taken_out_is_work() {
    // A million seconds beside ten thousand that are taken out.
    let out: Vec<String> = (0..10_000).map(|one| format!("2027{:04}T000000Z", 101 + one % 12 * 100)).collect();
    let lines = format!("DTSTART:20260929T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY\nEXDATE:{}", out.join(","));
    let (time, cause) = unknown(&lines);
    assert!(time == "09-29T00:00/10-12T00:00" && cause.contains("too often"), "{time} {cause}");
}
