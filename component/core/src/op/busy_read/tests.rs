//! The last list only says where to read first: every answer is the one a first call would give.

use serde_json::json;

use super::*;
use crate::account::Provider;
use crate::http::request::Method;
use crate::oauth::grant::calendars_key;
use crate::op::authorization::disconnect;
use crate::ports::{TokenStoreError, Tokens};
use crate::scripted::{Google, Listed, Stage, account, block_on, json as answer, user};

const MAIN: Listed = Listed { id: "main", role: "owner", is_selected: true };
const TEAM: Listed = Listed { id: "team", role: "owner", is_selected: true };
const UNSELECTED: Listed = Listed { is_selected: false, ..TEAM };

fn stage() -> Stage {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    stage
}

/// Google with these calendars, the main one busy at 10 and the team's at 12.
fn google(stage: &Stage, calendars: &[Listed]) {
    let google = Google::on(stage, calendars);
    google.add("main", "a", ("2026-06-11T10:00:00Z", "2026-06-11T11:00:00Z"), json!({}));
    google.add("team", "b", ("2026-06-11T12:00:00Z", "2026-06-11T13:00:00Z"), json!({}));
}

fn range() -> Interval {
    Interval::new("2026-06-11T00:00:00Z".parse().unwrap(), "2026-06-12T00:00:00Z".parse().unwrap()).unwrap()
}

fn read_all(stage: &Stage, selection: &Selection) -> Result<BusyRead, Error> {
    block_on(read(stage.world(), &user(), selection, range(), Detail::Merged)).map(|(_, read)| read)
}

/// The hours at which something takes time, and how often free/busy was asked for it.
fn busy(stage: &Stage) -> (Vec<u32>, usize) {
    let before = stage.http.count("/freeBusy");
    let read = read_all(stage, &Selection::default()).unwrap();
    assert_eq!(read.unknown, []);
    let hours = read.entries.iter().map(|entry| chrono::Timelike::hour(&entry.event.interval.start()));
    let mut hours: Vec<_> = hours.collect();
    hours.sort_unstable();
    (hours, stage.http.count("/freeBusy") - before)
}

fn key() -> String {
    calendars_key(&user(), Provider::Google, &account(Provider::Google))
}

fn version(stage: &Stage) -> Option<i64> {
    stage.tokens.load(&key()).unwrap().map(|entry| entry.version)
}

#[test]
fn the_list_is_kept_and_written_again_only_when_it_changed() {
    let stage = stage();
    google(&stage, &[MAIN, TEAM]);
    assert_eq!(busy(&stage), (vec![10, 12], 1));
    let first = version(&stage);
    assert_eq!(busy(&stage), (vec![10, 12], 1));
    assert_eq!((first.is_some(), version(&stage)), (true, first));
    google(&stage, &[MAIN]);
    busy(&stage);
    assert_ne!(version(&stage), first);
}

#[test]
fn a_calendar_that_was_selected_or_added_since_is_read_in_a_second_step() {
    for before in [&[MAIN, UNSELECTED][..], &[MAIN]] {
        let stage = stage();
        google(&stage, before);
        assert_eq!(busy(&stage), (vec![10], 1));
        google(&stage, &[MAIN, TEAM]);
        assert_eq!(busy(&stage), (vec![10, 12], 2));
        assert_eq!(busy(&stage), (vec![10, 12], 1));
    }
}

#[test]
fn a_calendar_that_is_gone_or_no_longer_selected_takes_no_time_and_is_not_unknown() {
    for after in [&[MAIN, UNSELECTED][..], &[MAIN]] {
        let stage = stage();
        google(&stage, &[MAIN, TEAM]);
        busy(&stage);
        google(&stage, after);
        assert_eq!(busy(&stage), (vec![10], 1));
        assert_eq!(read_all(&stage, &Selection::default()).unwrap().calendars.len(), 1);
    }
}

#[test]
fn a_calendar_whose_zone_or_access_changed_is_read_again() {
    let stage = stage();
    google(&stage, &[MAIN, TEAM]);
    busy(&stage);
    google(&stage, &[MAIN, Listed { role: "reader", ..TEAM }]);
    assert_eq!(busy(&stage), (vec![10, 12], 2));
    let entry =
        json!({"id": "main", "summary": "main", "primary": true, "accessRole": "owner", "timeZone": "Asia/Tokyo"});
    stage.http.on(Method::Get, "/calendarList", answer(200, json!({"items": [entry]})));
    assert_eq!(busy(&stage), (vec![10], 2));
}

#[test]
fn a_damaged_or_unreadable_list_is_ignored_and_replaced() {
    let stage = stage();
    google(&stage, &[MAIN, TEAM]);
    for damage in [&b"\xff"[..], b"{}", b"[{\"id\":\"main\"}]", b""] {
        stage.tokens.save(&key(), damage, version(&stage), None).unwrap();
        assert_eq!(busy(&stage), (vec![10, 12], 1));
        assert_ne!(stage.tokens.load(&key()).unwrap().unwrap().value, damage);
    }
    let before = version(&stage);
    stage.tokens.fail("calendars/", TokenStoreError::Unreadable);
    assert_eq!(busy(&stage), (vec![10, 12], 1));
    assert_ne!(version(&stage), before);
}

#[test]
fn a_store_that_keeps_no_lists_costs_nothing_but_time() {
    for error in [TokenStoreError::Denied, TokenStoreError::TooLarge, TokenStoreError::Unavailable] {
        let stage = stage();
        google(&stage, &[MAIN, TEAM]);
        stage.tokens.fail("calendars/", error);
        stage.tokens.fail("calendars/", error);
        assert_eq!(busy(&stage), (vec![10, 12], 1));
        assert_eq!(version(&stage), None);
    }
}

#[test]
fn an_account_whose_list_fails_is_unknown_whatever_was_read_by_the_last_one() {
    let stage = stage();
    google(&stage, &[MAIN, TEAM]);
    busy(&stage);
    stage.http.on(Method::Get, "/calendarList", answer(404, json!({"error": {"code": 404}})));
    let error = read_all(&stage, &Selection::default()).unwrap_err();
    assert!(error.message.contains("google:1001"), "{error}");
}

#[test]
fn named_calendars_are_read_by_the_last_list_and_decided_by_the_new_one() {
    let stage = stage();
    google(&stage, &[MAIN, UNSELECTED]);
    busy(&stage);
    let named = Selection { calendars: vec![CalendarId::new("team")], ..Selection::default() };
    let (asked, read) = (stage.http.count("/freeBusy"), read_all(&stage, &named).unwrap());
    assert_eq!((read.entries.len(), stage.http.count("/freeBusy") - asked), (1, 1));
    google(&stage, &[MAIN]);
    let error = read_all(&stage, &named).unwrap_err();
    assert_eq!(error.kind, crate::error::Kind::NotFound);
}

#[test]
fn disconnecting_deletes_the_list() {
    let stage = stage();
    google(&stage, &[MAIN]);
    busy(&stage);
    assert!(version(&stage).is_some());
    stage.http.on(Method::Post, "/revoke", answer(200, json!({})));
    block_on(disconnect(stage.world(), &user(), "google:1001")).unwrap();
    assert_eq!(stage.tokens.keys(), Vec::<String>::new());
}

#[test]
fn a_list_that_arrives_after_the_disconnect_is_not_kept() {
    let stage = stage();
    let session = stage.session(Provider::Google);
    let known = session.known_calendars();
    stage.tokens.delete("accounts/ana/google/google%3A1001", None).unwrap();
    session.remember_calendars(&known, &[]);
    assert_eq!(stage.tokens.keys(), Vec::<String>::new());
}
