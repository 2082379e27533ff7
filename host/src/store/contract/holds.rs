//! Times that are held for a while.

use super::{Place, on_both_engines};
use crate::runtime::bindings::calendar::scheduling::booking_store::{
    BookingState, HoldOutcome, HoldRequest, Reservation, ReserveOutcome,
};
use crate::store::Store;
use crate::types::{Instant, Provider, TimeRange};

fn range(start: i64, end: i64) -> TimeRange {
    TimeRange { start, end }
}

fn wanted(key: &str, start: i64, end: i64) -> HoldRequest {
    HoldRequest {
        user_id: "ana".to_owned(),
        key: key.to_owned(),
        fingerprint: format!("{start} to {end}"),
        time: range(start, end),
        blocked: range(start, end),
        ttl_seconds: 60,
    }
}

fn reservation(key: &str, start: i64, end: i64, hold: Option<&str>) -> Reservation {
    Reservation {
        user_id: "ana".to_owned(),
        key: key.to_owned(),
        fingerprint: "f".to_owned(),
        account: "google:1".to_owned(),
        provider: Provider::Google,
        calendar: "primary".to_owned(),
        time: range(start, end),
        blocked: range(start, end),
        replaces: None,
        hold: hold.map(str::to_owned),
    }
}

async fn held(store: &Store, wanted: &HoldRequest, now: Instant) -> bool {
    matches!(store.at(now).hold(wanted).await.unwrap(), HoldOutcome::Held(_))
}

async fn a_hold_blocks_holds_and_bookings_until_it_expires(place: Place) {
    let store = place.store().await;
    assert!(held(&store, &wanted("a", 100, 200), 0).await);
    let overlap = HoldOutcome::Overlap(vec![range(100, 200)]);
    assert_eq!(store.at(59).hold(&wanted("b", 199, 300)).await.unwrap(), overlap);
    let taken = store.at(59).reserve(&reservation("k", 150, 160, None)).await.unwrap();
    assert_eq!(taken, ReserveOutcome::Overlap(vec![range(100, 200)]));
    let listed = store.at(59).bookings("ana", range(0, 1000)).await.unwrap();
    assert_eq!((listed.len(), listed[0].state, listed[0].expires_at), (1, BookingState::Held, Some(60)));
    assert!(held(&store, &wanted("b", 199, 300), 60).await);
    assert!(held(&store, &wanted("a", 300, 400), 60).await, "the key of an expired hold is free");
}

async fn the_same_key_is_the_same_hold_and_never_a_bookings(place: Place) {
    let store = place.store().await;
    let HoldOutcome::Held(first) = store.at(0).hold(&wanted("a", 100, 200)).await.unwrap() else { panic!("held") };
    assert_eq!(store.at(30).hold(&wanted("a", 100, 200)).await.unwrap(), HoldOutcome::Held(first));
    assert_eq!(store.at(30).hold(&wanted("a", 300, 400)).await.unwrap(), HoldOutcome::KeyConflict);
    let booked = store.at(30).reserve(&reservation("a", 500, 600, None)).await.unwrap();
    assert!(matches!(booked, ReserveOutcome::KeyConflict(_)), "{booked:?}");
    store.at(30).reserve(&reservation("k", 500, 600, None)).await.unwrap();
    assert_eq!(store.at(30).hold(&wanted("k", 700, 800)).await.unwrap(), HoldOutcome::KeyConflict);
}

async fn a_booking_takes_a_hold_and_nothing_else_with_it(place: Place) {
    let store = place.store().await;
    assert!(held(&store, &wanted("a", 100, 200), 0).await && held(&store, &wanted("b", 200, 300), 0).await);
    let wide = store.at(1).reserve(&reservation("k", 100, 300, Some("a"))).await.unwrap();
    assert_eq!(wide, ReserveOutcome::Overlap(vec![range(200, 300)]));
    assert!(!held(&store, &wanted("c", 150, 160), 2).await, "a refused booking leaves the hold alone");
    let booked = store.at(3).reserve(&reservation("k", 120, 180, Some("a"))).await.unwrap();
    assert!(matches!(booked, ReserveOutcome::Reserved(_)), "{booked:?}");
    assert!(held(&store, &wanted("c", 180, 200), 4).await, "the hold is over");
    assert!(!store.at(5).release("ana", "a").await.unwrap());
    // What a booking names as a hold, and is none, is in the way like anything else.
    let other = store.at(6).reserve(&reservation("m", 120, 180, Some("k"))).await.unwrap();
    assert_eq!(other, ReserveOutcome::Overlap(vec![range(120, 180)]));
}

async fn releasing_frees_the_time_and_never_a_booking(place: Place) {
    let store = place.store().await;
    assert!(held(&store, &wanted("a", 100, 200), 0).await);
    assert!(!store.at(1).release("ben", "a").await.unwrap());
    assert!(store.at(1).release("ana", "a").await.unwrap() && !store.at(1).release("ana", "a").await.unwrap());
    store.at(2).reserve(&reservation("k", 100, 200, None)).await.unwrap();
    assert!(!store.at(3).release("ana", "k").await.unwrap());
    assert!(!held(&store, &wanted("a", 100, 200), 4).await);
    assert!(held(&store, &wanted("z", 300, 400), 5).await && !store.at(65).release("ana", "z").await.unwrap());
}

async fn of_many_simultaneous_holds_exactly_one_wins(place: Place) {
    let stores = [place.store().await, place.store().await];
    let attempts = (0..12).map(|index: i64| {
        let store = stores[usize::try_from(index % 2).unwrap()].clone();
        tokio::spawn(async move { store.at(0).hold(&wanted(&format!("k{index}"), 100 + index, 200 + index)).await })
    });
    let mut won = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        won += usize::from(matches!(attempt.await.unwrap().unwrap(), HoldOutcome::Held(_)));
    }
    assert_eq!(won, 1);
}

on_both_engines! {
    a_hold_blocks_holds_and_bookings_until_it_expires,
    the_same_key_is_the_same_hold_and_never_a_bookings,
    a_booking_takes_a_hold_and_nothing_else_with_it,
    releasing_frees_the_time_and_never_a_booking,
    of_many_simultaneous_holds_exactly_one_wins,
}
