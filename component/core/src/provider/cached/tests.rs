//! What is kept, for whom, and until when.

use serde_json::json;

use super::*;
use crate::account::{CalendarId, Provider};
use crate::http::request::Method;
use crate::op::book_meeting::{BookingRequest, book_meeting};
use crate::op::get_busy_times::get_busy_times;
use crate::op::sources::Selection;
use crate::provider::{self, Ending};
use crate::schedule::rules::Rules;
use crate::scripted::{Google, Listed, Stage, account, block_on, json as answer, user};

const MAIN: Listed = Listed { id: "main", role: "owner", is_selected: true };
const TEAM: Listed = Listed { id: "team", role: "owner", is_selected: true };

fn stage() -> (Stage, Google) {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    stage.cache.switch_on();
    let google = Google::on(&stage, &[MAIN, TEAM]);
    google.add("main", "a", ("2026-06-11T10:00:00Z", "2026-06-11T11:00:00Z"), json!({}));
    (stage, google)
}

fn between(from: &str, to: &str) -> Interval {
    Interval::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

fn booking(time: Interval) -> BookingRequest {
    BookingRequest {
        title: "Demo".into(),
        time,
        time_zone: "UTC".into(),
        attendees: Vec::new(),
        description: None,
        location: None,
        video: false,
        target: Selection::default(),
        key: None,
        hold: None,
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::zero(),
        alternatives: Rules::default(),
    }
}

fn day() -> Interval {
    between("2026-06-11T00:00:00Z", "2026-06-12T00:00:00Z")
}

/// The hours at which somebody is busy on that day, and how many reads that took.
fn busy(stage: &Stage) -> (Vec<u32>, usize) {
    let before = stage.http.count("/freeBusy");
    let (busy, unknown) = block_on(get_busy_times(stage.world(), &user(), day(), &Selection::default())).unwrap();
    assert_eq!(unknown, []);
    let hours = busy.iter().map(|time| chrono::Timelike::hour(&time.start())).collect();
    (hours, stage.http.count("/freeBusy") - before)
}

#[test]
fn what_was_read_a_moment_ago_is_not_read_again() {
    let (stage, google) = stage();
    assert_eq!(busy(&stage), (vec![10], 1));
    google.add("main", "b", ("2026-06-11T12:00:00Z", "2026-06-11T13:00:00Z"), json!({}));
    assert_eq!(busy(&stage), (vec![10], 0));
    stage.cache.invalidate("busy/");
    assert_eq!(busy(&stage), (vec![10, 12], 1));
}

#[test]
fn a_host_without_a_cache_is_asked_every_time() {
    let (stage, _google) = stage();
    stage.cache.switch_off();
    assert_eq!((busy(&stage), busy(&stage)), ((vec![10], 1), (vec![10], 1)));
}

#[test]
fn entries_come_back_as_they_were_kept() {
    let (stage, _google) = stage();
    let session = stage.session(Provider::Google);
    let calendars = block_on(provider::calendars(&session)).unwrap();
    for detail in [Detail::Merged, Detail::Ids, Detail::Events] {
        let live = block_on(provider::busy(&session, &calendars, day(), detail));
        let first = block_on(super::busy(&session, &calendars, day(), detail));
        let before = stage.http.requests().len();
        let kept = block_on(super::busy(&session, &calendars, day(), detail));
        assert_eq!((&first, &kept), (&live, &live), "{detail:?}");
        assert_eq!(stage.http.requests().len(), before, "{detail:?}");
    }
    for (index, kind) in KINDS.into_iter().enumerate() {
        let event = BusyEvent { interval: day(), event_id: Some(EventId::new("x")), kind };
        let kept = Kept::of(&event).unwrap();
        assert_eq!(kept.2, index);
        assert_eq!(kept.event(), Some(event));
    }
}

#[test]
fn a_damaged_answer_is_no_answer() {
    let (stage, _google) = stage();
    busy(&stage);
    for damage in ["", "[[", "[[1,0,0,null]]", "[[0,1,99,null]]", "{}"] {
        stage.cache.replace_all(damage.as_bytes());
        assert_eq!(busy(&stage), (vec![10], 1), "{damage}");
    }
}

#[test]
fn every_circumstance_is_part_of_the_key() {
    let (stage, _google) = stage();
    let session = stage.session(Provider::Google);
    let calendars = block_on(provider::calendars(&session)).unwrap();
    let calendar = calendars.first().unwrap();
    let usual = key(calendar, day(), Detail::Merged);
    let zoned = Calendar { time_zone: Some("Asia/Tokyo".to_owned()), ..calendar.clone() };
    let weaker = Calendar { access: crate::calendar::Access::FreeBusy, ..calendar.clone() };
    let other = Calendar { id: CalendarId::new("main/2026"), ..calendar.clone() };
    for different in [
        key(calendar, day(), Detail::Ids),
        key(calendar, between("2026-06-11T00:00:00Z", "2026-06-11T23:59:59Z"), Detail::Merged),
        key(&zoned, day(), Detail::Merged),
        key(&weaker, day(), Detail::Merged),
        key(&other, day(), Detail::Merged),
    ] {
        assert_ne!(different, usual);
    }
}

#[test]
fn what_is_unknown_is_asked_for_every_time() {
    let (stage, _google) = stage();
    let failing = |request: &crate::http::request::Request| {
        let _ = request;
        Ok(answer(
            200,
            json!({"calendars": {
                "main": {"busy": [{"start": "2026-06-11T10:00:00Z", "end": "2026-06-11T11:00:00Z"}]},
                "team": {"errors": [{"domain": "global", "reason": "notFound"}]}
            }}),
        ))
    };
    stage.http.always(Method::Post, "/freeBusy", failing);
    for _ in 0..2 {
        let (_, unknown) = block_on(get_busy_times(stage.world(), &user(), day(), &Selection::default())).unwrap();
        assert_eq!(unknown.len(), 1);
        assert_eq!(unknown.first().and_then(|one| one.calendar.clone()), Some(CalendarId::new("team")));
    }
    let team = stage.http.requests().iter().filter(|one| one.url.ends_with("/freeBusy")).count();
    assert!(team >= 2, "the unknown calendar was asked for again");
}

#[test]
fn every_write_forgets_before_and_after_whatever_becomes_of_it() {
    let (stage, _google) = stage();
    busy(&stage);
    let session = stage.session(Provider::Google);
    let before = stage.cache.forgotten();
    stage.http.always(
        Method::Delete,
        "/calendar/v3/",
        answer(403, json!({"error": {"code": 403, "errors": [{"reason": "forbidden"}]}})),
    );
    let refused =
        block_on(provider::cancel(&session, &CalendarId::new("main"), &EventId::new("a"), Ending::Cancel, None, None));
    assert!(refused.is_err());
    assert_eq!(stage.cache.forgotten() - before, 2);
    assert_eq!(busy(&stage).1, 1);
}

#[test]
fn a_booking_is_checked_against_the_live_calendar_not_the_cache() {
    let (stage, google) = stage();
    assert_eq!(busy(&stage), (vec![10], 1));
    google.add("team", "b", ("2026-06-11T12:00:00Z", "2026-06-11T13:00:00Z"), json!({}));
    let book = |from, to| block_on(book_meeting(stage.world(), &user(), &booking(between(from, to))));
    let taken = book("2026-06-11T12:30:00Z", "2026-06-11T13:30:00Z").unwrap_err();
    assert!(matches!(taken.kind, Kind::Conflict { .. }), "{taken:?}");
    book("2026-06-11T14:00:00Z", "2026-06-11T15:00:00Z").unwrap();
    assert_eq!(busy(&stage), (vec![10, 12, 14], 1), "the own write is seen at once");
}

#[test]
fn what_belongs_to_an_account_is_forgotten_with_it() {
    let (stage, _google) = stage();
    busy(&stage);
    forget_account(&stage.world(), &AccountId::new("google:2002"));
    assert_eq!(busy(&stage).1, 0);
    forget_account(&stage.world(), &account(Provider::Google));
    assert_eq!(busy(&stage).1, 1);
}
