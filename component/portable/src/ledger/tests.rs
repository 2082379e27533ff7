//! The rules of `wit/booking-store.wit`, on the state.

use super::*;
use crate::bindings::calendar::scheduling::types::Provider;

fn range(start: i64, end: i64) -> TimeRange {
    TimeRange { start, end }
}

fn wanted(key: &str, start: i64, end: i64) -> Reservation {
    Reservation {
        user_id: "ana".to_owned(),
        key: key.to_owned(),
        fingerprint: "f".to_owned(),
        account: "google:1".to_owned(),
        provider: Provider::Google,
        calendar: "ana@example.com".to_owned(),
        time: range(start, end),
        blocked: range(start, end),
        replaces: None,
        hold: None,
    }
}

fn event(id: &str, start: i64, end: i64, status: &str) -> EventRecord {
    EventRecord {
        event_id: id.to_owned(),
        title: "t".to_owned(),
        time: range(start, end),
        attendees: Vec::new(),
        location: None,
        description: None,
        conferencing_link: None,
        status: status.to_owned(),
    }
}

fn booked(state: &mut State, key: &str, start: i64, end: i64) {
    reserve(state, &wanted(key, start, end), 0).unwrap();
    commit(state, "ana", key, event(key, start, end, "confirmed"), range(start, end)).unwrap();
}

#[test]
fn a_held_time_keeps_others_out_until_it_lapses() {
    let mut state = State::default();
    assert!(matches!(reserve(&mut state, &wanted("a", 100, 200), 0), Ok(ReserveOutcome::Reserved(_))));
    let other = wanted("b", 150, 250);
    assert_eq!(reserve(&mut state, &other, 599), Ok(ReserveOutcome::Overlap(vec![range(100, 200)])));
    assert!(matches!(reserve(&mut state, &wanted("c", 200, 300), 599), Ok(ReserveOutcome::Reserved(_))));
    assert!(matches!(reserve(&mut state, &wanted("d", 150, 190), 600), Ok(ReserveOutcome::Reserved(_))));
    let late = reserve(&mut state, &wanted("a", 100, 200), 601);
    assert_eq!(late, Ok(ReserveOutcome::Overlap(vec![range(150, 190)])));
}

#[test]
fn buffers_that_meet_are_not_added_up() {
    let mut state = State::default();
    let buffered = |key: &str, start: i64, end: i64| Reservation {
        blocked: range(start - 15, end + 15),
        ..wanted(key, start, end)
    };
    assert!(matches!(reserve(&mut state, &buffered("a", 100, 130), 0), Ok(ReserveOutcome::Reserved(_))));
    for near in [buffered("b", 144, 160), wanted("b", 144, 160)] {
        assert_eq!(reserve(&mut state, &near, 0), Ok(ReserveOutcome::Overlap(vec![range(100, 130)])));
    }
    assert!(matches!(reserve(&mut state, &buffered("b", 145, 160), 0), Ok(ReserveOutcome::Reserved(_))));
}

#[test]
fn another_user_has_a_ledger_of_their_own() {
    let mut state = State::default();
    booked(&mut state, "a", 100, 200);
    let mut other = wanted("a", 100, 200);
    other.user_id = "ben".to_owned();
    assert!(matches!(reserve(&mut state, &other, 0), Ok(ReserveOutcome::Reserved(_))));
    assert_eq!(list(&state, "ben", range(0, 1000), 0).len(), 1);
    assert_eq!(find_event(&state, "ben", "a"), None);
}

#[test]
fn an_earlier_attempt_is_resumed_with_its_own_time() {
    let mut state = State::default();
    reserve(&mut state, &wanted("a", 100, 200), 0).unwrap();
    let Ok(ReserveOutcome::Resumed(earlier)) = reserve(&mut state, &wanted("a", 100, 200), 500) else { panic!() };
    assert_eq!(earlier.time, range(100, 200));
    assert_eq!(list(&state, "ana", range(0, 1000), 1099).len(), 1, "resuming holds it on");
}

#[test]
fn a_key_stands_for_one_meeting() {
    let mut state = State::default();
    booked(&mut state, "a", 100, 200);
    assert!(matches!(reserve(&mut state, &wanted("a", 100, 200), 0), Ok(ReserveOutcome::Committed(_))));
    let mut other = wanted("a", 500, 600);
    other.fingerprint = "g".to_owned();
    assert!(matches!(reserve(&mut state, &other, 0), Ok(ReserveOutcome::KeyConflict(_))));
}

#[test]
fn a_cancelled_booking_frees_its_time_and_starts_again_with_the_next_generation() {
    let mut state = State::default();
    booked(&mut state, "a", 100, 200);
    commit(&mut state, "ana", "a", event("a", 100, 200, "cancelled"), range(100, 200)).unwrap();
    assert!(list(&state, "ana", range(0, 1000), 0).is_empty());
    let again = commit(&mut state, "ana", "a", event("a", 100, 200, "confirmed"), range(100, 200));
    assert_eq!(again, Err(BookingError::WrongState));
    let Ok(ReserveOutcome::Reserved(next)) = reserve(&mut state, &wanted("a", 300, 400), 0) else { panic!() };
    assert_eq!((next.generation, next.event), (1, None));
    assert_eq!(abort(&mut state, "ana", "a"), Ok(true));
    let Ok(ReserveOutcome::Reserved(next)) = reserve(&mut state, &wanted("a", 300, 400), 0) else { panic!() };
    assert_eq!(next.generation, 2, "given up, it does not give the generation out twice");
}

#[test]
fn giving_up_frees_the_time_but_never_a_booked_meeting() {
    let mut state = State::default();
    assert_eq!(abort(&mut state, "ana", "a"), Ok(false));
    reserve(&mut state, &wanted("a", 100, 200), 0).unwrap();
    assert_eq!(abort(&mut state, "ana", "a"), Ok(true));
    assert_eq!(get(&state, "ana", "a"), None);
    booked(&mut state, "a", 100, 200);
    assert_eq!(abort(&mut state, "ana", "a"), Err(BookingError::WrongState));
}

#[test]
fn a_booking_may_be_moved_over_itself() {
    let mut state = State::default();
    booked(&mut state, "a", 100, 200);
    let mut moved = wanted("a moved", 150, 250);
    assert!(matches!(reserve(&mut state, &moved, 0), Ok(ReserveOutcome::Overlap(_))));
    moved.replaces = Some("a".to_owned());
    assert!(matches!(reserve(&mut state, &moved, 0), Ok(ReserveOutcome::Reserved(_))));
}

#[test]
fn malformed_arguments_are_denied_and_unknown_keys_not_found() {
    let mut state = State::default();
    let mut backwards = wanted("a", 100, 200);
    backwards.time = range(200, 100);
    let mut outside = wanted("a", 100, 200);
    outside.blocked = range(150, 200);
    for broken in [wanted("", 100, 200), wanted("a", -5, 5), backwards, outside] {
        assert_eq!(reserve(&mut state, &broken, 0), Err(BookingError::Denied));
    }
    let odd = commit(&mut state, "ana", "a", event("a", 1, 2, "perhaps"), range(1, 2));
    assert_eq!(odd, Err(BookingError::Denied));
    let unknown = commit(&mut state, "ana", "a", event("a", 1, 2, "confirmed"), range(1, 2));
    assert_eq!(unknown, Err(BookingError::NotFound));
    assert_eq!(state, State::default());
}

#[test]
fn the_ledger_is_the_same_after_writing_and_reading() {
    let mut state = State::default();
    booked(&mut state, "a", 100, 200);
    let text = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&text).unwrap(), state);
}
