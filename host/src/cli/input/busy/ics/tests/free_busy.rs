//! VFREEBUSY.

use super::*;

const WINDOW: &str = "DTSTART:20260928T000000Z\nDTEND:20261012T000000Z";

fn answer(lines: &str) -> String {
    format!("BEGIN:VFREEBUSY\nUID:f\n{lines}\nEND:VFREEBUSY")
}

#[test]
fn periods_are_busy_by_their_type() {
    let lines = "FREEBUSY:20261005T100000Z/20261005T110000Z,20261006T100000Z/PT30M\n\
        FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261007T100000Z/PT1H\nFREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261008T100000Z/PT1H\n\
        FREEBUSY;FBTYPE=FREE:20261009T100000Z/PT1H\nFREEBUSY;FBTYPE=X-NEW:20261010T100000Z/PT1H";
    let times = times(&answer(&format!("{WINDOW}\n{lines}")));
    let of = |kind| {
        let groups = times.busy.iter().filter(move |group| group.kind == kind);
        groups.flat_map(BusyGroup::ranges).map(|one| shown(&one)).collect::<Vec<_>>()
    };
    let busy =
        ["10-05T10:00/10-05T11:00", "10-06T10:00/10-06T10:30", "10-08T10:00/10-08T11:00", "10-10T10:00/10-10T11:00"];
    assert_eq!(of(BusyKind::Busy), busy);
    assert_eq!(of(BusyKind::Tentative), ["10-07T10:00/10-07T11:00"]);
    assert!(times.unknown.is_empty());
}

#[test]
fn outside_the_window_of_an_answer_nothing_is_known() {
    let (_, unknown) = expand(&answer("DTSTART:20261001T000000Z\nDTEND:20261003T000000Z"));
    let times: Vec<&str> = unknown.iter().map(|(time, _)| time.as_str()).collect();
    assert_eq!(times, ["09-28T00:00/10-01T00:00", "10-03T00:00/10-12T00:00"]);
    // Answers of one person add up; that of somebody else covers nothing for them.
    let month = |from: &str, to: &str, who: &str| {
        answer(&format!("ATTENDEE:mailto:{who}@example.com\nDTSTART:{from}T000000Z\nDTEND:{to}T000000Z"))
    };
    let ann = [month("20260901", "20261001", "ann"), month("20261001", "20261101", "ann")].join("\n");
    assert_eq!(expand(&ann).1, []);
    let both = format!("{}\n{}", month("20260901", "20261001", "ann"), month("20261001", "20261101", "ben"));
    assert_eq!(expand(&both).1.len(), 2);
    assert_eq!(expand(&answer("FREEBUSY:20261005T100000Z/PT1H")).1, []);
}

#[test]
fn what_cannot_be_read_or_is_only_asked_is_unknown() {
    for lines in ["FREEBUSY:20261005T100000Z", "FREEBUSY:20261005T100000Z/20261005T090000Z", "DTSTART:soon"] {
        assert_eq!(expand(&answer(lines)).1[0].0, "09-28T00:00/10-12T00:00", "{lines}");
    }
    let (_, unknown) = expand(&format!("METHOD:REQUEST\n{}", answer(WINDOW)));
    assert!(unknown[0].1.contains("a question"), "{unknown:?}");
    let (busy, unknown) = expand(&answer(&format!("{WINDOW}\nFREEBUSY;TZID=Office:20261005T100000/PT1H")));
    assert_eq!((busy.len(), unknown[0].0.as_str()), (0, "10-04T08:00/10-06T13:00"));
}
