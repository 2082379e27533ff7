//! Rules on the wall clock: the examples of RFC 5545 section 3.8.5.3, and what it leaves to the reader.

use chrono::NaiveDateTime;

use crate::cli::input::busy::ics::expand::walls;
use crate::cli::input::busy::ics::gaps::Gaps;
use crate::cli::input::busy::ics::rule::Rule;
use crate::cli::input::busy::ics::stamp::Stamp;
use crate::cli::input::busy::ics::work::Work;

pub(super) fn wall(text: &str) -> NaiveDateTime {
    Stamp::parse(text).expect("a time").civil()
}

/// The wall times of a rule between two others.
pub(super) fn between(rule: &str, start: &str, floor: &str, ceiling: &str) -> Vec<NaiveDateTime> {
    let rule = Rule::parse(rule).expect(start);
    let until = rule.until.map(Stamp::civil);
    walls(&rule, wall(start), until, (wall(floor), wall(ceiling)), &Gaps::none(), &Work::default()).expect("bounded")
}

/// The first wall times of a rule, as `YYYYMMDD` where it starts at 09:00, else with the time.
fn first(rule: &str, start: &str, count: usize) -> Vec<String> {
    let all = between(rule, start, start, "20200101T000000");
    let at_nine = |one: &NaiveDateTime| one.format("%H%M%S").to_string() == "090000";
    let shown = |one: &NaiveDateTime| {
        let format = if at_nine(one) { "%Y%m%d" } else { "%Y%m%dT%H%M" };
        one.format(format).to_string()
    };
    all.iter().take(count).map(shown).collect()
}

#[test]
fn the_examples_of_the_standard_come_out_as_they_are_printed_there() {
    for (start, rule, expected) in [
        ("19970902T090000", "FREQ=DAILY;INTERVAL=10;COUNT=5", "19970902 19970912 19970922 19971002 19971012"),
        ("19980101T090000", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "19980101 19980102 19980103"),
        ("19980101T090000", "FREQ=YEARLY;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "19980101 19980102 19980103"),
        ("19970902T090000", "FREQ=WEEKLY;INTERVAL=2;WKST=SU", "19970902 19970916 19970930 19971014"),
        ("19970902T090000", "FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH", "19970902 19970904 19970909 19970911"),
        ("19970901T090000", "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,WE,FR", "19970901 19970903 19970905 19970915"),
        ("19970905T090000", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "19970905 19971003 19971107 19971205 19980102"),
        ("19970907T090000", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "19970907 19970928 19971102 19971130"),
        ("19970922T090000", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "19970922 19971020 19971117 19971222 19980119 19980216"),
        ("19970928T090000", "FREQ=MONTHLY;BYMONTHDAY=-3", "19970928 19971029 19971128 19971229 19980129 19980226"),
        ("19970902T090000", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "19970902 19970915 19971002 19971015"),
        ("19970930T090000", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "19970930 19971001 19971031 19971101"),
        ("19970910T090000", "FREQ=MONTHLY;INTERVAL=18;COUNT=3;BYMONTHDAY=10,11,12", "19970910 19970911 19970912"),
        (
            "19970902T090000",
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
            "19970902 19970909 19970916 19970923 19970930 19971104",
        ),
        ("19970610T090000", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "19970610 19970710 19980610 19980710"),
        ("19970310T090000", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "19970310 19990110 19990210 19990310"),
        (
            "19970101T090000",
            "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
            "19970101 19970410 19970719 20000101",
        ),
        ("19970519T090000", "FREQ=YEARLY;BYDAY=20MO", "19970519 19980518 19990517"),
        ("19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "19970512 19980511 19990517"),
        ("19970313T090000", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "19970313 19970320 19970327 19980305"),
        ("19980213T090000", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "19980213 19980313 19981113 19990813 20001013"),
        (
            "19970913T090000",
            "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
            "19970913 19971011 19971108 19971213",
        ),
        (
            "19961105T090000",
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
            "19961105 20001107 20041102",
        ),
        ("19970904T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "19970904 19971007 19971106"),
        ("19970929T090000", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "19970929 19971030 19971127 19971230"),
        ("19970902T090000", "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", "19970902 19970902T1200 19970902T1500"),
        ("19970902T090000", "FREQ=MINUTELY;INTERVAL=15;COUNT=6", "19970902 19970902T0915 19970902T0930 19970902T0945"),
        ("19970902T090000", "FREQ=MINUTELY;INTERVAL=90;COUNT=4", "19970902 19970902T1030 19970902T1200 19970902T1330"),
        (
            "19970902T090000",
            "FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40",
            "19970902 19970902T0920 19970902T0940 19970902T1000 19970902T1020 19970902T1040 19970903",
        ),
        (
            "19970902T090000",
            "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10",
            "19970902 19970902T0920 19970902T0940 19970902T1000 19970902T1020 19970902T1040 19970903",
        ),
        (
            "19970805T090000",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
            "19970805 19970810 19970819 19970824",
        ),
        (
            "19970805T090000",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
            "19970805 19970817 19970819 19970831",
        ),
        ("20070115T090000", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "20070115 20070130 20070215 20070315 20070330"),
        // Not in the standard.
        ("20120229T090000", "FREQ=YEARLY", "20120229 20160229"),
        ("20180131T090000", "FREQ=MONTHLY", "20180131 20180331 20180531"),
        ("20171229T090000", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "20180101 20181231"),
        ("20150101T090000", "FREQ=YEARLY;BYWEEKNO=-1,53;BYDAY=SU", "20160103 20170101 20171231 20181230"),
        ("20150107T090000", "FREQ=YEARLY;BYWEEKNO=2", "20150107 20160113 20170111"),
        ("20160101T090000", "FREQ=YEARLY;BYYEARDAY=-1,366", "20161231 20171231 20181231"),
        ("20160101T090000", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3,10", "20160327 20161030 20170326 20171029"),
        ("20160101T090000", "FREQ=HOURLY;BYMINUTE=10,50;BYSETPOS=-1;COUNT=2", "20160101T0950 20160101T1050"),
        ("20160101T090000", "FREQ=SECONDLY;INTERVAL=1800;BYMONTHDAY=2", "20160102T0000 20160102T0030"),
    ] {
        let expected: Vec<&str> = expected.split(' ').collect();
        assert_eq!(first(rule, start, expected.len()), expected, "{start} {rule}");
    }
}

#[test]
fn a_rule_entered_late_goes_on_as_if_followed_from_its_beginning() {
    for rule in [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU;WKST=SU",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=2,11",
        "FREQ=HOURLY;INTERVAL=7",
        "FREQ=HOURLY;INTERVAL=5;BYDAY=MO;BYHOUR=3,4,5",
        "FREQ=MINUTELY;INTERVAL=47;BYHOUR=9",
        "FREQ=SECONDLY;INTERVAL=7001",
        "FREQ=SECONDLY;INTERVAL=11;BYHOUR=9;BYMINUTE=7;BYMONTHDAY=-1",
    ] {
        let all = between(rule, "20110613T091500", "20110613T091500", "20131231T000000");
        let late = between(rule, "20110613T091500", "20130403T100000", "20131231T000000");
        let expected: Vec<_> = all.iter().copied().filter(|one| *one >= wall("20130403T100000")).collect();
        assert_eq!(late, expected, "{rule}");
        assert!(!late.is_empty() && late.len() < all.len(), "{rule}");
        let counted = between(
            &format!("{rule};COUNT={}", all.len() - 1),
            "20110613T091500",
            "20130403T100000",
            "20131231T000000",
        );
        assert_eq!(counted, expected[..expected.len() - 1], "{rule}");
    }
}

#[test]
fn the_end_of_the_calendar_ends_every_rule() {
    for rule in ["FREQ=YEARLY;INTERVAL=4000000000", "FREQ=DAILY;INTERVAL=4294967295", "FREQ=HOURLY;INTERVAL=4294967295"]
    {
        assert_eq!(between(rule, "99981230T090000", "99990101T000000", "99991231T235959"), [], "{rule}");
    }
    let last = between("FREQ=DAILY", "99981230T090000", "99991230T000000", "99991231T235959");
    assert_eq!(last, [wall("99991230T090000"), wall("99991231T090000")]);
    let counted = "FREQ=SECONDLY;INTERVAL=86400;COUNT=9223372036854775807";
    assert_eq!(between(counted, "99981230T090000", "99991230T000000", "99991231T235959"), last);
}
