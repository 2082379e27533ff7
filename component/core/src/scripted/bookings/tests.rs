use super::*;
use crate::account::EventId;
use crate::scripted::{START, Stage, user};

fn minutes(from: i64, to: i64) -> Interval {
    Interval::new(START + TimeDelta::minutes(from), START + TimeDelta::minutes(to)).unwrap()
}

fn wanted(key: &str, time: Interval) -> Reservation {
    Reservation {
        user: user(),
        key: key.into(),
        fingerprint: format!("fingerprint of {key}"),
        account: AccountId::new("google:1"),
        provider: Provider::Google,
        calendar: CalendarId::new("primary"),
        time,
        blocked: time,
        replaces: None,
        hold: None,
    }
}

fn event(id: &str, status: &str) -> EventRecord {
    EventRecord {
        event_id: EventId::new(id),
        title: "Planning".into(),
        time: minutes(0, 30),
        attendees: Vec::new(),
        location: None,
        description: None,
        conferencing_link: None,
        status: status.into(),
    }
}

#[test]
fn a_lapsed_hold_is_resumed_only_while_nobody_else_has_its_time() {
    let stage = Stage::new();
    let reserve = |key: &str, time| stage.bookings.reserve(&wanted(key, time)).unwrap();
    let ReserveOutcome::Reserved(held) = reserve("k", minutes(0, 30)) else { panic!("not held") };
    // What counts is the time of the first attempt, not that of the repetition.
    assert_eq!(reserve("k", minutes(60, 90)), ReserveOutcome::Resumed(held.clone()));
    stage.clock.advance(HOLD);
    assert!(matches!(reserve("other", minutes(15, 45)), ReserveOutcome::Reserved(_)));
    assert_eq!(reserve("k", minutes(60, 90)), ReserveOutcome::Overlap(vec![minutes(15, 45)]));
    assert!(stage.bookings.abort(&user(), "other").unwrap());
    assert_eq!(reserve("k", minutes(60, 90)), ReserveOutcome::Resumed(held));
    // Resuming holds the time anew.
    assert_eq!(reserve("other", minutes(15, 45)), ReserveOutcome::Overlap(vec![minutes(0, 30)]));
}

#[test]
fn a_cancelled_booking_answers_as_the_hosts_store_does() {
    let stage = Stage::new();
    let commit = |key: &str, id: &str, status: &str| {
        stage.bookings.commit(&user(), key, &event(id, status), minutes(0, 30)).map(|one| one.state)
    };
    stage.bookings.reserve(&wanted("a", minutes(0, 30))).unwrap();
    assert_eq!(commit("a", "e", "confirmed"), Ok(BookingState::Committed));
    assert_eq!(stage.bookings.abort(&user(), "a"), Err(BookingStoreError::WrongState));
    assert_eq!(commit("a", "e", "cancelled"), Ok(BookingState::Cancelled));
    assert_eq!(commit("a", "e", "cancelled"), Ok(BookingState::Cancelled));
    assert_eq!(commit("a", "e", "confirmed"), Err(BookingStoreError::WrongState));
    assert_eq!(stage.bookings.abort(&user(), "a"), Ok(false));
    // The one that stands is found, not the first by key.
    stage.bookings.reserve(&wanted("b", minutes(0, 30))).unwrap();
    assert_eq!(commit("b", "e", "confirmed"), Ok(BookingState::Committed));
    assert_eq!(stage.bookings.find_event(&user(), "e").unwrap().unwrap().key, "b");
}
