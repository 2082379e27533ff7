//! What lies over something else all the same: meetings that move, and what happened at the provider.

use super::bookings::{event, outcome, range, wanted};
use super::{Place, on_both_engines};
use crate::runtime::bindings::calendar::scheduling::booking_store::{
    BookingState, HoldOutcome, HoldRequest, Reservation, ReserveOutcome,
};
use crate::store::Store;

async fn book(store: &Store, key: &str, start: i64, end: i64) {
    outcome!(store.reserve(&wanted(key, start, end)).await.unwrap(), Reserved);
    let facts = event(&format!("event of {key}"), start, end, "confirmed");
    store.commit("ana", key, &facts, range(start, end)).await.unwrap();
}

fn hold(key: &str, start: i64, end: i64) -> HoldRequest {
    let Reservation { user_id, key, fingerprint, time, blocked, .. } = wanted(key, start, end);
    HoldRequest { user_id, key, fingerprint, time, blocked, ttl_seconds: 60 }
}

async fn what_happened_at_the_provider_is_recorded_over_other_bookings(place: Place) {
    let store = place.store().await;
    store.at(0);
    book(&store, "a", 100, 200).await;
    book(&store, "b", 300, 400).await;
    let facts = event("event of b", 150, 250, "confirmed");
    let moved = store.commit("ana", "b", &facts, range(140, 260)).await.unwrap();
    assert_eq!((moved.time, moved.blocked), (range(150, 250), range(140, 260)));
    let taken = outcome!(store.reserve(&wanted("c", 190, 210)).await.unwrap(), Overlap);
    assert_eq!(taken, [range(100, 200), range(150, 250)], "both are in the way");
    outcome!(store.reserve(&wanted("c", 300, 400)).await.unwrap(), Reserved);
    store.commit("ana", "a", &event("event of a", 100, 200, "cancelled"), range(100, 200)).await.unwrap();
    let taken = outcome!(store.reserve(&wanted("d", 190, 210)).await.unwrap(), Overlap);
    assert_eq!(taken, [range(150, 250)]);
    outcome!(store.reserve(&wanted("e", 100, 140)).await.unwrap(), Reserved);
}

async fn a_booking_that_lost_its_time_is_recorded_when_its_meeting_exists(place: Place) {
    let store = place.store().await;
    outcome!(store.at(0).reserve(&wanted("slow", 100, 200)).await.unwrap(), Reserved);
    outcome!(store.at(600).reserve(&wanted("quick", 150, 250)).await.unwrap(), Reserved);
    let facts = event("e1", 100, 200, "confirmed");
    let recorded = store.at(601).commit("ana", "slow", &facts, range(100, 200)).await.unwrap();
    assert_eq!(recorded.state, BookingState::Committed);
    let facts = event("e2", 150, 250, "confirmed");
    store.commit("ana", "quick", &facts, range(150, 250)).await.unwrap();
    assert_eq!(store.bookings("ana", range(0, 1000)).await.unwrap().len(), 2);
}

async fn a_lapsed_hold_or_reservation_is_in_nobodys_way(place: Place) {
    let store = place.store().await;
    assert!(matches!(store.at(0).hold(&hold("h", 100, 200)).await.unwrap(), HoldOutcome::Held(_)));
    let held = outcome!(store.at(60).reserve(&wanted("k", 100, 200)).await.unwrap(), Reserved);
    assert!(matches!(store.at(660).hold(&hold("h", 150, 250)).await.unwrap(), HoldOutcome::Held(_)));
    let taken = outcome!(store.at(661).reserve(&wanted("k", 100, 200)).await.unwrap(), Overlap);
    assert_eq!(taken, [range(150, 250)], "the key can be resumed, but its time is taken");
    assert_eq!(outcome!(store.at(720).reserve(&wanted("k", 100, 200)).await.unwrap(), Resumed), held);
    assert!(matches!(store.at(721).hold(&hold("h", 150, 250)).await.unwrap(), HoldOutcome::Overlap(_)));
}

async fn a_meeting_moves_over_itself_step_by_step_and_gives_up_without_a_trace(place: Place) {
    let store = place.store().await;
    store.at(0);
    book(&store, "k", 100, 200).await;
    for (step, start) in [(1, 150), (2, 50), (3, 60)] {
        let mut moved = wanted(&format!("move {step}"), start, start + 100);
        moved.replaces = Some("k".to_owned());
        outcome!(store.reserve(&moved).await.unwrap(), Reserved);
        outcome!(store.reserve(&moved).await.unwrap(), Resumed);
        outcome!(store.reserve(&wanted("other", start, start + 100)).await.unwrap(), Overlap);
        let facts = event("event of k", start, start + 100, "confirmed");
        store.commit("ana", "k", &facts, range(start, start + 100)).await.unwrap();
        assert!(store.abort("ana", &moved.key).await.unwrap());
    }
    let mut given_up = wanted("move 4", 100, 200);
    given_up.replaces = Some("k".to_owned());
    outcome!(store.reserve(&given_up).await.unwrap(), Reserved);
    assert!(store.abort("ana", "move 4").await.unwrap());
    assert_eq!(outcome!(store.reserve(&wanted("other", 100, 200)).await.unwrap(), Overlap), [range(60, 160)]);
    outcome!(store.reserve(&wanted("after", 160, 200)).await.unwrap(), Reserved);
}

on_both_engines! {
    what_happened_at_the_provider_is_recorded_over_other_bookings,
    a_booking_that_lost_its_time_is_recorded_when_its_meeting_exists,
    a_lapsed_hold_or_reservation_is_in_nobodys_way,
    a_meeting_moves_over_itself_step_by_step_and_gives_up_without_a_trace,
}
