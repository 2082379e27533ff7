//! Who holds which time: reservations, commits, keys.

use super::{Place, on_both_engines};
use crate::runtime::bindings::calendar::scheduling::booking_store::{
    BookingState, EventRecord, HoldOutcome, HoldRequest, Reservation, ReserveOutcome,
};
use crate::store::bookings::BookingFailure;
use crate::types::{Provider, TimeRange};

pub(super) fn range(start: i64, end: i64) -> TimeRange {
    TimeRange { start, end }
}

pub(super) fn wanted(key: &str, start: i64, end: i64) -> Reservation {
    Reservation {
        user_id: "ana".to_owned(),
        key: key.to_owned(),
        fingerprint: format!("fingerprint of {key}"),
        account: "google:1".to_owned(),
        provider: Provider::Google,
        calendar: "primary".to_owned(),
        time: range(start, end),
        blocked: range(start, end),
        replaces: None,
        hold: None,
    }
}

pub(super) fn event(id: &str, start: i64, end: i64, status: &str) -> EventRecord {
    EventRecord {
        event_id: id.to_owned(),
        title: "Planning".to_owned(),
        time: range(start, end),
        attendees: vec!["ben@example.com".to_owned(), "o'neil@example.com".to_owned()],
        location: Some("Room 1".to_owned()),
        description: None,
        conferencing_link: Some("https://meet.example.com/x".to_owned()),
        status: status.to_owned(),
    }
}

/// The inside of one outcome; any other fails the test.
macro_rules! outcome {
    ($outcome:expr, $variant:ident) => {
        match $outcome {
            ReserveOutcome::$variant(inner) => inner,
            other => panic!("expected {}, got {other:?}", stringify!($variant)),
        }
    };
}
pub(super) use outcome;

async fn a_booking_goes_from_reserved_to_committed_to_cancelled(place: Place) {
    let store = place.store().await;
    let held = outcome!(store.at(1).reserve(&wanted("k", 100, 200)).await.unwrap(), Reserved);
    assert_eq!((held.state, held.generation, held.created_at), (BookingState::Reserved, 0, 1));
    assert_eq!(held.event, None);
    let facts = event("e1", 100, 200, "confirmed");
    let committed = store.at(2).commit("ana", "k", &facts, range(90, 210)).await.unwrap();
    assert_eq!((committed.state, committed.event.as_ref()), (BookingState::Committed, Some(&facts)));
    assert_eq!(committed.blocked, range(90, 210));
    assert_eq!(store.booking_of_event("ana", "e1").await.unwrap(), Some(committed.clone()));
    assert_eq!(outcome!(store.at(3).reserve(&wanted("k", 100, 200)).await.unwrap(), Committed), committed);
    let cancelled = store.at(4).commit("ana", "k", &event("e1", 100, 200, "cancelled"), range(90, 210)).await.unwrap();
    assert_eq!(cancelled.state, BookingState::Cancelled);
    assert!(store.at(4).bookings("ana", range(0, 1000)).await.unwrap().is_empty());
    outcome!(store.at(5).reserve(&wanted("other", 100, 200)).await.unwrap(), Reserved);
}

async fn overlaps_are_half_open_and_count_the_blocked_time(place: Place) {
    let store = place.store().await;
    let mut first = wanted("first", 100, 200);
    first.blocked = range(50, 250);
    outcome!(store.at(0).reserve(&first).await.unwrap(), Reserved);
    for (start, end) in [(249, 300), (0, 51), (100, 200), (60, 70), (0, 1000)] {
        let taken = outcome!(store.at(0).reserve(&wanted("second", start, end)).await.unwrap(), Overlap);
        assert_eq!(taken, [range(100, 200)], "its time, without buffers");
    }
    outcome!(store.at(0).reserve(&wanted("before", 0, 50)).await.unwrap(), Reserved);
    outcome!(store.at(0).reserve(&wanted("after", 250, 300)).await.unwrap(), Reserved);
    assert_eq!(store.booking("ana", "second").await.unwrap(), None, "a refused reservation leaves nothing behind");
}

async fn users_do_not_get_in_each_others_way(place: Place) {
    let store = place.store().await;
    outcome!(store.at(0).reserve(&wanted("k", 100, 200)).await.unwrap(), Reserved);
    let mut other = wanted("k", 100, 200);
    other.user_id = "ben".to_owned();
    outcome!(store.at(0).reserve(&other).await.unwrap(), Reserved);
    assert_eq!(store.booking_of_event("ben", "e1").await.unwrap(), None);
    assert_eq!(store.at(0).bookings("ben", range(0, 1000)).await.unwrap().len(), 1);
}

async fn an_unfinished_reservation_is_resumed_with_its_first_time(place: Place) {
    let store = place.store().await;
    let held = outcome!(store.at(0).reserve(&wanted("k", 100, 200)).await.unwrap(), Reserved);
    let mut again = wanted("k", 300, 400);
    again.fingerprint.clone_from(&held.fingerprint);
    assert_eq!(outcome!(store.at(599).reserve(&again).await.unwrap(), Resumed), held);
    // Resuming holds the time for another ten minutes.
    outcome!(store.at(1198).reserve(&wanted("other", 100, 200)).await.unwrap(), Overlap);
    outcome!(store.at(1199).reserve(&wanted("other", 100, 200)).await.unwrap(), Reserved);
    // Now somebody else has it.
    outcome!(store.at(1200).reserve(&again).await.unwrap(), Overlap);
    store.abort("ana", "other").await.unwrap();
    outcome!(store.at(1201).reserve(&again).await.unwrap(), Resumed);
}

async fn a_key_stands_for_one_meeting(place: Place) {
    let store = place.store().await;
    let held = outcome!(store.at(0).reserve(&wanted("k", 100, 200)).await.unwrap(), Reserved);
    let mut other = wanted("k", 500, 600);
    other.fingerprint = "another".to_owned();
    assert_eq!(outcome!(store.at(0).reserve(&other).await.unwrap(), KeyConflict), held);
    outcome!(store.at(10_000).reserve(&other).await.unwrap(), KeyConflict);
    store.at(0).commit("ana", "k", &event("e1", 100, 200, "confirmed"), range(100, 200)).await.unwrap();
    outcome!(store.at(0).reserve(&other).await.unwrap(), KeyConflict);
}

async fn a_cancelled_booking_starts_again_with_the_next_generation(place: Place) {
    let store = place.store().await;
    outcome!(store.at(0).reserve(&wanted("k", 100, 200)).await.unwrap(), Reserved);
    store.at(0).commit("ana", "k", &event("e1", 100, 200, "confirmed"), range(100, 200)).await.unwrap();
    store.at(0).commit("ana", "k", &event("e1", 100, 200, "cancelled"), range(100, 200)).await.unwrap();
    let facts = event("e2", 100, 200, "confirmed");
    assert!(matches!(store.at(0).commit("ana", "k", &facts, range(100, 200)).await, Err(BookingFailure::WrongState)));
    let mut again = wanted("k", 300, 400);
    again.fingerprint = "another".to_owned();
    let held = outcome!(store.at(7).reserve(&again).await.unwrap(), Reserved);
    assert_eq!((held.generation, held.time, held.event), (1, range(300, 400), None));
    // Given up, it still does not give the generation out twice.
    assert!(store.abort("ana", "k").await.unwrap());
    assert_eq!(outcome!(store.at(8).reserve(&again).await.unwrap(), Reserved).generation, 2);
}

async fn giving_up_frees_the_time_but_never_a_booked_meeting(place: Place) {
    let store = place.store().await;
    assert!(!store.abort("ana", "k").await.unwrap());
    outcome!(store.at(0).reserve(&wanted("k", 100, 200)).await.unwrap(), Reserved);
    assert!(store.abort("ana", "k").await.unwrap());
    assert_eq!(store.booking("ana", "k").await.unwrap(), None);
    outcome!(store.at(0).reserve(&wanted("k", 100, 200)).await.unwrap(), Reserved);
    store.at(0).commit("ana", "k", &event("e1", 100, 200, "confirmed"), range(100, 200)).await.unwrap();
    assert!(matches!(store.abort("ana", "k").await, Err(BookingFailure::WrongState)));
}

async fn a_booking_may_be_moved_over_itself(place: Place) {
    let store = place.store().await;
    outcome!(store.at(0).reserve(&wanted("k", 100, 200)).await.unwrap(), Reserved);
    store.at(0).commit("ana", "k", &event("e1", 100, 200, "confirmed"), range(100, 200)).await.unwrap();
    let mut moved = wanted("k moved", 150, 250);
    outcome!(store.at(0).reserve(&moved).await.unwrap(), Overlap);
    moved.replaces = Some("k".to_owned());
    outcome!(store.at(0).reserve(&moved).await.unwrap(), Reserved);
    let facts = event("e1", 150, 250, "confirmed");
    let committed = store.at(0).commit("ana", "k", &facts, range(150, 250)).await.unwrap();
    assert_eq!((committed.time, committed.event), (range(150, 250), Some(facts)));
    assert!(store.abort("ana", "k moved").await.unwrap());
}

async fn committing_something_unknown_is_an_error(place: Place) {
    let store = place.store().await;
    let facts = event("e1", 100, 200, "confirmed");
    assert!(matches!(store.at(0).commit("ana", "k", &facts, range(100, 200)).await, Err(BookingFailure::NotFound)));
}

async fn a_late_commit_still_records_the_event(place: Place) {
    let store = place.store().await;
    outcome!(store.at(0).reserve(&wanted("k", 100, 200)).await.unwrap(), Reserved);
    assert!(store.at(600).bookings("ana", range(0, 1000)).await.unwrap().is_empty());
    store.at(9999).commit("ana", "k", &event("e1", 100, 200, "confirmed"), range(100, 200)).await.unwrap();
    let listed = store.at(9999).bookings("ana", range(199, 200)).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert!(store.at(9999).bookings("ana", range(200, 300)).await.unwrap().is_empty());
}

async fn of_many_simultaneous_reservations_exactly_one_wins(place: Place) {
    let stores = [place.store().await, place.store().await];
    let attempts = (0..12).map(|index: i64| {
        let store = stores[usize::try_from(index % 2).unwrap()].clone();
        tokio::spawn(async move { store.at(0).reserve(&wanted(&format!("k{index}"), 100 + index, 200 + index)).await })
    });
    let mut reserved = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        match attempt.await.unwrap().unwrap() {
            ReserveOutcome::Reserved(_) => reserved += 1,
            ReserveOutcome::Overlap(taken) => assert_eq!(taken.len(), 1),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(reserved, 1);
}

async fn the_same_key_at_the_same_time_gives_one_reservation(place: Place) {
    let stores = [place.store().await, place.store().await];
    let attempts = (0..8).map(|index| {
        let store = stores[index % 2].clone();
        tokio::spawn(async move { store.at(0).reserve(&wanted("k", 100, 200)).await })
    });
    let mut outcomes = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        outcomes.push(attempt.await.unwrap().unwrap());
    }
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, ReserveOutcome::Reserved(_))).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, ReserveOutcome::Resumed(_))).count(), 7);
}

/// Rules S20 and S32 of the slots: a gap must hold the longer of the two buffers that meet in it, not both.
async fn buffers_that_meet_are_not_added_up(place: Place) {
    let store = place.store().await;
    let buffered = |key: &str, start: i64, end: i64, buffer: i64| Reservation {
        blocked: range(start - buffer, end + buffer),
        ..wanted(key, start, end)
    };
    let holding = |key: &str, start: i64, end: i64, buffer: i64| HoldRequest {
        user_id: "ana".to_owned(),
        key: key.to_owned(),
        fingerprint: "f".to_owned(),
        time: range(start, end),
        blocked: range(start - buffer, end + buffer),
        ttl_seconds: 300,
    };
    let taken = || ReserveOutcome::Overlap(vec![range(100, 130)]);
    outcome!(store.at(1).reserve(&buffered("first", 100, 130, 15)).await.unwrap(), Reserved);
    assert_eq!(store.reserve(&buffered("b", 144, 160, 15)).await.unwrap(), taken());
    assert_eq!(store.reserve(&buffered("b", 144, 160, 0)).await.unwrap(), taken(), "the other's buffer is the longer");
    assert_eq!(store.reserve(&buffered("b", 149, 160, 20)).await.unwrap(), taken(), "the own buffer is the longer");
    assert_eq!(store.hold(&holding("h", 60, 86, 15)).await.unwrap(), HoldOutcome::Overlap(vec![range(100, 130)]));
    outcome!(store.reserve(&buffered("b", 145, 160, 15)).await.unwrap(), Reserved);
    assert!(matches!(store.hold(&holding("h", 60, 85, 15)).await.unwrap(), HoldOutcome::Held(_)));
    for (key, start, end) in [("first", 100, 130), ("b", 145, 160)] {
        let facts = event(key, start, end, "confirmed");
        store.commit("ana", key, &facts, range(start - 15, end + 15)).await.unwrap();
    }
    outcome!(store.reserve(&buffered("c", 175, 200, 5)).await.unwrap(), Reserved);
    // What lapsed is resumed by the same rule.
    outcome!(store.at(602).reserve(&buffered("d", 215, 230, 15)).await.unwrap(), Reserved);
    outcome!(store.at(603).reserve(&buffered("c", 175, 200, 5)).await.unwrap(), Resumed);
}

on_both_engines! {
    buffers_that_meet_are_not_added_up,
    a_booking_goes_from_reserved_to_committed_to_cancelled,
    overlaps_are_half_open_and_count_the_blocked_time,
    users_do_not_get_in_each_others_way,
    an_unfinished_reservation_is_resumed_with_its_first_time,
    a_key_stands_for_one_meeting,
    a_cancelled_booking_starts_again_with_the_next_generation,
    giving_up_frees_the_time_but_never_a_booked_meeting,
    a_booking_may_be_moved_over_itself,
    committing_something_unknown_is_an_error,
    a_late_commit_still_records_the_event,
    of_many_simultaneous_reservations_exactly_one_wins,
    the_same_key_at_the_same_time_gives_one_reservation,
}
