//! Times that are held for a while: rows of the ledger without a meeting. Semantics:
//! `wit/booking-store.wit`.

use sqlx::SqliteConnection;

use super::Store;
use super::bookings::BookingFailure;
use super::ledger::{self, Entry};
use super::open::IMMEDIATE;
use crate::runtime::bindings::calendar::scheduling::booking_store::{
    Booking, BookingState, HeldTime, HoldOutcome, HoldRequest,
};
use crate::types::{Instant, TimeRange};

/// Whatever the key held before is over: a hold that expired.
const PUT: &str = "INSERT INTO bookings (user_id, key, fingerprint, state, generation, account, provider, calendar, \
     start_time, end_time, blocked_start, blocked_end, event_id, expires_at, created_at) \
     VALUES (?1, ?2, ?3, 'held', 0, '', 'google_calendar', '', ?4, ?5, ?6, ?7, NULL, ?8, ?9) \
     ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, start_time = excluded.start_time, \
     end_time = excluded.end_time, blocked_start = excluded.blocked_start, blocked_end = excluded.blocked_end, \
     expires_at = excluded.expires_at, created_at = excluded.created_at";

impl Store {
    /// Holds a time if nothing of the same user is in the way.
    pub(crate) async fn hold(&self, wanted: &HoldRequest, now: Instant) -> Result<HoldOutcome, BookingFailure> {
        let mut transaction = self.pool.begin_with(IMMEDIATE).await?;
        match ledger::by_key(&mut transaction, &wanted.user_id, &wanted.key).await? {
            Some(Entry { booking, .. }) if booking.state != BookingState::Held => return Ok(HoldOutcome::KeyConflict),
            Some(Entry { booking, .. }) if is_alive(&booking, now) => {
                return Ok(match booking.fingerprint == wanted.fingerprint {
                    true => HoldOutcome::Held(hold(&booking)),
                    false => HoldOutcome::KeyConflict,
                });
            }
            _ => {}
        }
        let others = ledger::by_time(&mut transaction, &wanted.user_id, wanted.blocked, now).await?;
        let in_the_way: Vec<TimeRange> = others.into_iter().map(|other| other.booking.blocked).collect();
        if !in_the_way.is_empty() {
            return Ok(HoldOutcome::Overlap(in_the_way));
        }
        let expires_at = now.saturating_add(wanted.ttl_seconds.into());
        sqlx::query(PUT)
            .bind(&wanted.user_id)
            .bind(&wanted.key)
            .bind(&wanted.fingerprint)
            .bind(wanted.time.start)
            .bind(wanted.time.end)
            .bind(wanted.blocked.start)
            .bind(wanted.blocked.end)
            .bind(expires_at)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(HoldOutcome::Held(HeldTime {
            key: wanted.key.clone(),
            time: wanted.time,
            blocked: wanted.blocked,
            expires_at,
        }))
    }

    /// Ends a hold; whether it was alive.
    pub(crate) async fn release(&self, user: &str, key: &str, now: Instant) -> Result<bool, BookingFailure> {
        let mut transaction = self.pool.begin_with(IMMEDIATE).await?;
        let present = ledger::by_key(&mut transaction, user, key).await?;
        let Some(Entry { booking, .. }) = present.filter(|one| one.booking.state == BookingState::Held) else {
            return Ok(false);
        };
        end(&mut transaction, user, key).await?;
        transaction.commit().await?;
        Ok(is_alive(&booking, now))
    }
}

/// Ends the hold with this key, if it is one.
pub(super) async fn end(db: &mut SqliteConnection, user: &str, key: &str) -> Result<(), sqlx::Error> {
    let statement = sqlx::query("DELETE FROM bookings WHERE user_id = ?1 AND key = ?2 AND state = 'held'");
    statement.bind(user).bind(key).execute(db).await?;
    Ok(())
}

fn is_alive(booking: &Booking, now: Instant) -> bool {
    booking.expires_at.is_some_and(|end| now < end)
}

fn hold(booking: &Booking) -> HeldTime {
    let expires_at = booking.expires_at.unwrap_or(booking.created_at);
    HeldTime { key: booking.key.clone(), time: booking.time, blocked: booking.blocked, expires_at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::runtime::bindings::calendar::scheduling::booking_store::{Reservation, ReserveOutcome};
    use crate::types::Provider;

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

    async fn store(folder: &tempfile::TempDir) -> Store {
        Store::open(&Config::new(folder.path())).await.unwrap()
    }

    async fn held(store: &Store, wanted: &HoldRequest, now: Instant) -> bool {
        matches!(store.hold(wanted, now).await.unwrap(), HoldOutcome::Held(_))
    }

    #[tokio::test]
    async fn a_hold_blocks_holds_and_bookings_until_it_expires() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        assert!(held(&store, &wanted("a", 100, 200), 0).await);
        let overlap = HoldOutcome::Overlap(vec![range(100, 200)]);
        assert_eq!(store.hold(&wanted("b", 199, 300), 59).await.unwrap(), overlap);
        let taken = store.reserve(&reservation("k", 150, 160, None), 59).await.unwrap();
        assert_eq!(taken, ReserveOutcome::Overlap(vec![range(100, 200)]));
        let listed = store.bookings("ana", range(0, 1000), 59).await.unwrap();
        assert_eq!((listed.len(), listed[0].state, listed[0].expires_at), (1, BookingState::Held, Some(60)));
        assert!(held(&store, &wanted("b", 199, 300), 60).await);
        assert!(held(&store, &wanted("a", 300, 400), 60).await, "the key of an expired hold is free");
    }

    #[tokio::test]
    async fn the_same_key_is_the_same_hold_and_never_a_bookings() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let HoldOutcome::Held(first) = store.hold(&wanted("a", 100, 200), 0).await.unwrap() else { panic!("held") };
        assert_eq!(store.hold(&wanted("a", 100, 200), 30).await.unwrap(), HoldOutcome::Held(first));
        assert_eq!(store.hold(&wanted("a", 300, 400), 30).await.unwrap(), HoldOutcome::KeyConflict);
        let booked = store.reserve(&reservation("a", 500, 600, None), 30).await.unwrap();
        assert!(matches!(booked, ReserveOutcome::KeyConflict(_)), "{booked:?}");
        store.reserve(&reservation("k", 500, 600, None), 30).await.unwrap();
        assert_eq!(store.hold(&wanted("k", 700, 800), 30).await.unwrap(), HoldOutcome::KeyConflict);
    }

    #[tokio::test]
    async fn a_booking_takes_a_hold_and_nothing_else_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        assert!(held(&store, &wanted("a", 100, 200), 0).await && held(&store, &wanted("b", 200, 300), 0).await);
        let wide = store.reserve(&reservation("k", 100, 300, Some("a")), 1).await.unwrap();
        assert_eq!(wide, ReserveOutcome::Overlap(vec![range(200, 300)]));
        assert!(!held(&store, &wanted("c", 150, 160), 2).await, "a refused booking leaves the hold alone");
        let booked = store.reserve(&reservation("k", 120, 180, Some("a")), 3).await.unwrap();
        assert!(matches!(booked, ReserveOutcome::Reserved(_)), "{booked:?}");
        assert!(held(&store, &wanted("c", 180, 200), 4).await, "the hold is over");
        assert!(!store.release("ana", "a", 5).await.unwrap());
        // What a booking names as a hold, and is none, is in the way like anything else.
        let other = store.reserve(&reservation("m", 120, 180, Some("k")), 6).await.unwrap();
        assert_eq!(other, ReserveOutcome::Overlap(vec![range(120, 180)]));
    }

    #[tokio::test]
    async fn releasing_frees_the_time_and_never_a_booking() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        assert!(held(&store, &wanted("a", 100, 200), 0).await);
        assert!(!store.release("ben", "a", 1).await.unwrap());
        assert!(store.release("ana", "a", 1).await.unwrap() && !store.release("ana", "a", 1).await.unwrap());
        store.reserve(&reservation("k", 100, 200, None), 2).await.unwrap();
        assert!(!store.release("ana", "k", 3).await.unwrap());
        assert!(!held(&store, &wanted("a", 100, 200), 4).await);
        assert!(held(&store, &wanted("z", 300, 400), 5).await && !store.release("ana", "z", 65).await.unwrap());
    }

    #[tokio::test]
    async fn of_many_simultaneous_holds_exactly_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        let stores = [store(&folder).await, store(&folder).await];
        let attempts = (0..12).map(|index: i64| {
            let store = stores[usize::try_from(index % 2).unwrap()].clone();
            tokio::spawn(async move { store.hold(&wanted(&format!("k{index}"), 100 + index, 200 + index), 0).await })
        });
        let mut won = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            won += usize::from(matches!(attempt.await.unwrap().unwrap(), HoldOutcome::Held(_)));
        }
        assert_eq!(won, 1);
    }
}
