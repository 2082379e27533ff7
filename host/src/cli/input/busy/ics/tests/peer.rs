//! Random rules beside another implementation, the crate `rrule`, on a clock without changes. Where the two are meant to
//! differ (a week number without a weekday) rules are not drawn, nor where the other one is known to err: days with and
//! without a number side by side, BYSETPOS in the week of DTSTART, minutes and seconds of certain hours. The last have a
//! reference of their own.

use chrono::{Datelike, TimeDelta, Timelike};
use rrule::{RRuleSet, Tz};

use super::expand::{between, wall};
use super::property::Random;

fn rule(random: &mut Random) -> String {
    let pick = |random: &mut Random, words: &[&str]| words[random.below(words.len())].to_owned();
    let kind = random.below(7);
    let name = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"][kind];
    let intervals: &[usize] =
        [&[1, 2][..], &[1, 2, 5], &[1, 2, 3], &[1, 3, 10], &[1, 5, 36], &[7, 90, 1000], &[977, 5400]][kind];
    let mut rule = format!("FREQ={name};INTERVAL={}", intervals[random.below(intervals.len())]);
    let mut add = |text: String| rule.push_str(&format!(";{text}"));
    if random.one_in(3) {
        add(format!("BYMONTH={}", pick(random, &["1", "2,10", "3,4,5,9", "12"])));
    }
    if kind != 2 && random.one_in(3) {
        add(format!("BYMONTHDAY={}", pick(random, &["1", "-1", "13,31", "-3,28,29", "7,8,9,10,11,12,13"])));
    }
    match (random.below(3), kind) {
        (0, 0 | 1) => add(format!("BYDAY={}", pick(random, &["1MO", "-1FR,2TU", "5SU", "1MO,-2WE"]))),
        (1, _) => add(format!("BYDAY={}", pick(random, &["MO", "TU,TH,SU", "SA,SU", "MO,TU,WE,TH,FR"]))),
        _ => {}
    }
    if kind == 0 && random.one_in(4) {
        add(format!("BYYEARDAY={}", pick(random, &["1,100,-1", "60,366"])));
    }
    if kind < 4 && random.one_in(3) {
        add(format!("BYHOUR={}", pick(random, &["9", "0,23", "8,12,17"])));
    }
    if kind < 5 && random.one_in(4) {
        add(format!("BYMINUTE={}", pick(random, &["0", "15,45", "59"])));
    }
    if kind < 6 && random.one_in(6) {
        add(format!("BYSECOND={}", pick(random, &["0", "10,50"])));
    }
    if rule.contains(";BY") && kind < 4 && kind != 2 && random.one_in(4) {
        rule.push_str(&format!(";BYSETPOS={}", pick(random, &["1", "-1", "2,-2", "3"])));
    }
    if random.one_in(3) {
        rule.push_str(&format!(";WKST={}", pick(random, &["SU", "MO", "TH"])));
    }
    if random.one_in(3) {
        rule.push_str(&format!(";COUNT={}", 1 + random.below(40)));
    }
    rule
}

#[test]
fn another_implementation_finds_the_same_wall_times() {
    let mut random = Random(7);
    let (mut compared, mut found) = (0, 0);
    for _ in 0..600 {
        let rule = rule(&mut random);
        let start = ["20240229T093000", "20250331T000000", "20251228T235959"][random.below(3)];
        let first = wall(start).and_utc();
        let last = first + TimeDelta::days([40, 400, 1500][random.below(3)]);
        let text = format!("DTSTART:{start}Z\nRRULE:{rule}");
        let Ok(set) = text.parse::<RRuleSet>() else { continue };
        let theirs = set.before(last.with_timezone(&Tz::UTC)).all_unchecked();
        let theirs: Vec<_> = theirs.into_iter().map(|at| at.naive_utc()).collect();
        let ours = between(&rule, start, start, &last.format("%Y%m%dT%H%M%S").to_string());
        assert_eq!(ours, theirs, "{start} {rule}");
        compared += 1;
        found += ours.len();
    }
    assert!(compared > 300 && found > 10_000, "{compared} rules, {found} times");
}

#[test]
fn hours_minutes_and_seconds_are_every_so_many_steps_as_far_as_they_are_wanted() {
    let start = wall("20250130T091407");
    for (name, unit, every) in [("HOURLY", 3600, 5), ("MINUTELY", 60, 7), ("MINUTELY", 60, 90), ("SECONDLY", 1, 1001)] {
        for hours in [&[][..], &[9], &[0, 13, 23]] {
            for minutes in [&[][..], &[14], &[0, 59]] {
                for days in [&[][..], &[31], &[1, 2]] {
                    let list = |part: &str, values: &[u32]| {
                        let words: Vec<String> = values.iter().map(ToString::to_string).collect();
                        if words.is_empty() { String::new() } else { format!(";{part}={}", words.join(",")) }
                    };
                    // Of an hour a minute is chosen, from shorter steps the minutes are picked.
                    let minutes = if unit == 3600 { &[14][..] } else { minutes };
                    let rule = format!(
                        "FREQ={name};INTERVAL={every}{}{}{}",
                        list("BYHOUR", hours),
                        list("BYMINUTE", minutes),
                        list("BYMONTHDAY", days)
                    );
                    let is_in = |values: &[u32], number: u32| values.is_empty() || values.contains(&number);
                    let wants = |at: &chrono::NaiveDateTime| {
                        is_in(hours, at.hour()) && is_in(minutes, at.minute()) && is_in(days, at.day())
                    };
                    let steps =
                        (0..70 * 86_400 / (unit * every)).map(|step| start + TimeDelta::seconds(step * unit * every));
                    let end = start + TimeDelta::days(70) - TimeDelta::seconds(unit * every);
                    let expected: Vec<_> = steps.filter(wants).filter(|at| *at <= end).collect();
                    let ours =
                        between(&rule, "20250130T091407", "20250130T091407", &end.format("%Y%m%dT%H%M%S").to_string());
                    assert_eq!(ours, expected, "{rule}");
                }
            }
        }
    }
}
