//! The ledger of bookings: who holds which time. Semantics: `wit/booking-store.wit`. Every change
//! is one immediate transaction, so two processes never hold the same time.

use super::Store;
use super::holds;
use super::ledger::{self, Entry};
use super::open::IMMEDIATE;
use crate::runtime::bindings::calendar::scheduling::booking_store::{
    Booking, BookingState, EventRecord, Reservation, ReserveOutcome,
};
use crate::types::{Instant, TimeRange};

/// How long a reservation that was never committed keeps others out, in seconds.
const HOLD: i64 = 600;

/// Why a booking cannot be changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BookingFailure {
    /// No booking has this key.
    #[error("no such booking")]
    NotFound,
    /// Its state does not allow this.
    #[error("the booking is in another state")]
    WrongState,
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// What [`Store::reserve`] is going to do about the state a key is in.
enum Step {
    /// Nothing to write.
    Answer(ReserveOutcome),
    /// Hold the time of the request under this generation.
    Hold(u32),
    /// Hold the time of the earlier attempt on; `lapsed`: others may have taken it meanwhile.
    Resume { earlier: Booking, lapsed: bool },
}

impl Store {
    /// Holds a time if nothing of the same user is in the way.
    pub(crate) async fn reserve(&self, wanted: &Reservation, now: Instant) -> Result<ReserveOutcome, BookingFailure> {
        let mut transaction = self.pool.begin_with(IMMEDIATE).await?;
        let user = wanted.user_id.as_str();
        let present = ledger::by_key(&mut transaction, user, &wanted.key).await?;
        let step = decide(present, wanted, now);
        let must_be_free = match &step {
            Step::Hold(_) => Some(wanted.blocked),
            Step::Resume { earlier, lapsed: true } => Some(earlier.blocked),
            Step::Answer(_) | Step::Resume { lapsed: false, .. } => None,
        };
        if let Some(range) = must_be_free {
            let replaces = wanted.replaces.as_deref();
            let others = ledger::by_time(&mut transaction, user, range, now).await?;
            let in_the_way: Vec<TimeRange> = others
                .into_iter()
                .filter(|other| other.booking.key != wanted.key && Some(other.booking.key.as_str()) != replaces)
                .filter(|other| {
                    other.booking.state != BookingState::Held || Some(&other.booking.key) != wanted.hold.as_ref()
                })
                .map(|other| other.booking.blocked)
                .collect();
            if !in_the_way.is_empty() {
                return Ok(ReserveOutcome::Overlap(in_the_way));
            }
        }
        if let (Some(hold), Step::Hold(_) | Step::Resume { .. }) = (&wanted.hold, &step) {
            holds::end(&mut transaction, user, hold).await?;
        }
        let expires_at = now.saturating_add(HOLD);
        let outcome = match step {
            Step::Answer(outcome) => outcome,
            Step::Hold(generation) => {
                ledger::put_reservation(&mut transaction, wanted, generation, expires_at, now).await?;
                let held = ledger::by_key(&mut transaction, user, &wanted.key).await?;
                ReserveOutcome::Reserved(held.ok_or(sqlx::Error::RowNotFound)?.booking)
            }
            Step::Resume { earlier, .. } => {
                ledger::prolong(&mut transaction, user, &wanted.key, expires_at).await?;
                ReserveOutcome::Resumed(earlier)
            }
        };
        transaction.commit().await?;
        Ok(outcome)
    }

    /// Records the event of a reservation, or the newest facts of a committed booking.
    pub(crate) async fn commit(
        &self,
        user: &str,
        key: &str,
        event: &EventRecord,
        blocked: TimeRange,
        now: Instant,
    ) -> Result<Booking, BookingFailure> {
        let mut transaction = self.pool.begin_with(IMMEDIATE).await?;
        let booking = ledger::by_key(&mut transaction, user, key).await?.ok_or(BookingFailure::NotFound)?.booking;
        let is_over = booking.state == BookingState::Cancelled && event.status != "cancelled";
        if is_over || booking.state == BookingState::Held {
            return Err(BookingFailure::WrongState);
        }
        ledger::put_event(&mut transaction, user, &booking, event, blocked, now).await?;
        let committed = ledger::by_key(&mut transaction, user, key).await?.ok_or(BookingFailure::NotFound)?.booking;
        transaction.commit().await?;
        Ok(committed)
    }

    /// Gives a reservation up; whether there was one.
    pub(crate) async fn abort(&self, user: &str, key: &str) -> Result<bool, BookingFailure> {
        let mut transaction = self.pool.begin_with(IMMEDIATE).await?;
        let Some(Entry { booking, .. }) = ledger::by_key(&mut transaction, user, key).await? else { return Ok(false) };
        match booking.state {
            BookingState::Committed => return Err(BookingFailure::WrongState),
            BookingState::Cancelled => return Ok(false),
            BookingState::Held => return Err(BookingFailure::WrongState),
            BookingState::Reserved => ledger::give_up(&mut transaction, user, &booking).await?,
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// The booking with this key.
    pub(crate) async fn booking(&self, user: &str, key: &str) -> Result<Option<Booking>, BookingFailure> {
        let mut connection = self.pool.acquire().await?;
        Ok(ledger::by_key(&mut connection, user, key).await?.map(|entry| entry.booking))
    }

    /// The booking that holds this event; one that stands before one that was cancelled.
    pub(crate) async fn booking_of_event(&self, user: &str, event: &str) -> Result<Option<Booking>, BookingFailure> {
        let mut connection = self.pool.acquire().await?;
        Ok(ledger::by_event(&mut connection, user, event).await?.map(|entry| entry.booking))
    }

    /// What holds time inside `range`, by start.
    pub(crate) async fn bookings(
        &self,
        user: &str,
        range: TimeRange,
        now: Instant,
    ) -> Result<Vec<Booking>, BookingFailure> {
        let mut connection = self.pool.acquire().await?;
        let entries = ledger::by_time(&mut connection, user, range, now).await?;
        Ok(entries.into_iter().map(|entry| entry.booking).collect())
    }
}

/// A reservation that still holds its time, or held it until it expired, is resumed with the time
/// of the first attempt: an event may exist there.
fn decide(present: Option<Entry>, wanted: &Reservation, now: Instant) -> Step {
    let Some(Entry { booking }) = present else { return Step::Hold(0) };
    match booking.state {
        BookingState::Held => Step::Answer(ReserveOutcome::KeyConflict(booking)),
        BookingState::Cancelled => Step::Hold(booking.generation.saturating_add(1)),
        _ if booking.fingerprint != wanted.fingerprint => Step::Answer(ReserveOutcome::KeyConflict(booking)),
        BookingState::Committed => Step::Answer(ReserveOutcome::Committed(booking)),
        BookingState::Reserved => {
            let lapsed = booking.expires_at.is_none_or(|end| end <= now);
            Step::Resume { earlier: booking, lapsed }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::types::Provider;

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange { start, end }
    }

    fn wanted(key: &str, start: i64, end: i64) -> Reservation {
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

    fn event(id: &str, start: i64, end: i64, status: &str) -> EventRecord {
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

    async fn store(folder: &tempfile::TempDir) -> Store {
        Store::open(&Config::new(folder.path())).await.unwrap()
    }

    macro_rules! expect {
        ($outcome:expr, $variant:ident) => {
            match $outcome {
                ReserveOutcome::$variant(inner) => inner,
                other => panic!("expected {}, got {other:?}", stringify!($variant)),
            }
        };
    }

    #[tokio::test]
    async fn a_booking_goes_from_reserved_to_committed_to_cancelled() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let held = expect!(store.reserve(&wanted("k", 100, 200), 1).await.unwrap(), Reserved);
        assert_eq!((held.state, held.generation, held.created_at), (BookingState::Reserved, 0, 1));
        assert_eq!(held.event, None);
        let facts = event("e1", 100, 200, "confirmed");
        let committed = store.commit("ana", "k", &facts, range(90, 210), 2).await.unwrap();
        assert_eq!((committed.state, committed.event.as_ref()), (BookingState::Committed, Some(&facts)));
        assert_eq!(committed.blocked, range(90, 210));
        assert_eq!(store.booking_of_event("ana", "e1").await.unwrap(), Some(committed.clone()));
        assert_eq!(expect!(store.reserve(&wanted("k", 100, 200), 3).await.unwrap(), Committed), committed);
        let cancelled = store.commit("ana", "k", &event("e1", 100, 200, "cancelled"), range(90, 210), 4).await.unwrap();
        assert_eq!(cancelled.state, BookingState::Cancelled);
        assert!(store.bookings("ana", range(0, 1000), 4).await.unwrap().is_empty());
        expect!(store.reserve(&wanted("other", 100, 200), 5).await.unwrap(), Reserved);
    }

    #[tokio::test]
    async fn overlaps_are_half_open_and_count_the_blocked_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let mut first = wanted("first", 100, 200);
        first.blocked = range(50, 250);
        expect!(store.reserve(&first, 0).await.unwrap(), Reserved);
        for (start, end) in [(249, 300), (0, 51), (100, 200), (60, 70), (0, 1000)] {
            let taken = expect!(store.reserve(&wanted("second", start, end), 0).await.unwrap(), Overlap);
            assert_eq!(taken, [range(50, 250)]);
        }
        expect!(store.reserve(&wanted("before", 0, 50), 0).await.unwrap(), Reserved);
        expect!(store.reserve(&wanted("after", 250, 300), 0).await.unwrap(), Reserved);
        assert_eq!(store.booking("ana", "second").await.unwrap(), None, "a refused reservation leaves nothing behind");
    }

    #[tokio::test]
    async fn users_do_not_get_in_each_others_way() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        expect!(store.reserve(&wanted("k", 100, 200), 0).await.unwrap(), Reserved);
        let mut other = wanted("k", 100, 200);
        other.user_id = "ben".to_owned();
        expect!(store.reserve(&other, 0).await.unwrap(), Reserved);
        assert_eq!(store.booking_of_event("ben", "e1").await.unwrap(), None);
        assert_eq!(store.bookings("ben", range(0, 1000), 0).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn an_unfinished_reservation_is_resumed_with_its_first_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let held = expect!(store.reserve(&wanted("k", 100, 200), 0).await.unwrap(), Reserved);
        let mut again = wanted("k", 300, 400);
        again.fingerprint.clone_from(&held.fingerprint);
        assert_eq!(expect!(store.reserve(&again, 599).await.unwrap(), Resumed), held);
        // Resuming holds the time for another ten minutes.
        expect!(store.reserve(&wanted("other", 100, 200), 1198).await.unwrap(), Overlap);
        expect!(store.reserve(&wanted("other", 100, 200), 1199).await.unwrap(), Reserved);
        // Now somebody else has it.
        expect!(store.reserve(&again, 1200).await.unwrap(), Overlap);
        store.abort("ana", "other").await.unwrap();
        expect!(store.reserve(&again, 1201).await.unwrap(), Resumed);
    }

    #[tokio::test]
    async fn a_key_stands_for_one_meeting() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let held = expect!(store.reserve(&wanted("k", 100, 200), 0).await.unwrap(), Reserved);
        let mut other = wanted("k", 500, 600);
        other.fingerprint = "another".to_owned();
        assert_eq!(expect!(store.reserve(&other, 0).await.unwrap(), KeyConflict), held);
        expect!(store.reserve(&other, 10_000).await.unwrap(), KeyConflict);
        store.commit("ana", "k", &event("e1", 100, 200, "confirmed"), range(100, 200), 0).await.unwrap();
        expect!(store.reserve(&other, 0).await.unwrap(), KeyConflict);
    }

    #[tokio::test]
    async fn a_cancelled_booking_starts_again_with_the_next_generation() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        expect!(store.reserve(&wanted("k", 100, 200), 0).await.unwrap(), Reserved);
        store.commit("ana", "k", &event("e1", 100, 200, "confirmed"), range(100, 200), 0).await.unwrap();
        store.commit("ana", "k", &event("e1", 100, 200, "cancelled"), range(100, 200), 0).await.unwrap();
        let facts = event("e2", 100, 200, "confirmed");
        assert!(matches!(store.commit("ana", "k", &facts, range(100, 200), 0).await, Err(BookingFailure::WrongState)));
        let mut again = wanted("k", 300, 400);
        again.fingerprint = "another".to_owned();
        let held = expect!(store.reserve(&again, 7).await.unwrap(), Reserved);
        assert_eq!((held.generation, held.time, held.event), (1, range(300, 400), None));
        // Given up, it still does not give the generation out twice.
        assert!(store.abort("ana", "k").await.unwrap());
        assert_eq!(expect!(store.reserve(&again, 8).await.unwrap(), Reserved).generation, 2);
    }

    #[tokio::test]
    async fn giving_up_frees_the_time_but_never_a_booked_meeting() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        assert!(!store.abort("ana", "k").await.unwrap());
        expect!(store.reserve(&wanted("k", 100, 200), 0).await.unwrap(), Reserved);
        assert!(store.abort("ana", "k").await.unwrap());
        assert_eq!(store.booking("ana", "k").await.unwrap(), None);
        expect!(store.reserve(&wanted("k", 100, 200), 0).await.unwrap(), Reserved);
        store.commit("ana", "k", &event("e1", 100, 200, "confirmed"), range(100, 200), 0).await.unwrap();
        assert!(matches!(store.abort("ana", "k").await, Err(BookingFailure::WrongState)));
    }

    #[tokio::test]
    async fn a_booking_may_be_moved_over_itself() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        expect!(store.reserve(&wanted("k", 100, 200), 0).await.unwrap(), Reserved);
        store.commit("ana", "k", &event("e1", 100, 200, "confirmed"), range(100, 200), 0).await.unwrap();
        let mut moved = wanted("k moved", 150, 250);
        expect!(store.reserve(&moved, 0).await.unwrap(), Overlap);
        moved.replaces = Some("k".to_owned());
        expect!(store.reserve(&moved, 0).await.unwrap(), Reserved);
        let facts = event("e1", 150, 250, "confirmed");
        let committed = store.commit("ana", "k", &facts, range(150, 250), 0).await.unwrap();
        assert_eq!((committed.time, committed.event), (range(150, 250), Some(facts)));
        assert!(store.abort("ana", "k moved").await.unwrap());
    }

    #[tokio::test]
    async fn committing_something_unknown_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let facts = event("e1", 100, 200, "confirmed");
        assert!(matches!(store.commit("ana", "k", &facts, range(100, 200), 0).await, Err(BookingFailure::NotFound)));
    }

    #[tokio::test]
    async fn a_late_commit_still_records_the_event() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        expect!(store.reserve(&wanted("k", 100, 200), 0).await.unwrap(), Reserved);
        assert!(store.bookings("ana", range(0, 1000), 600).await.unwrap().is_empty());
        store.commit("ana", "k", &event("e1", 100, 200, "confirmed"), range(100, 200), 9999).await.unwrap();
        let listed = store.bookings("ana", range(199, 200), 9999).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert!(store.bookings("ana", range(200, 300), 9999).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn of_many_simultaneous_reservations_exactly_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        let stores = [store(&folder).await, store(&folder).await];
        let attempts = (0..12).map(|index: i64| {
            let store = stores[usize::try_from(index % 2).unwrap()].clone();
            tokio::spawn(async move { store.reserve(&wanted(&format!("k{index}"), 100 + index, 200 + index), 0).await })
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

    #[tokio::test]
    async fn the_same_key_at_the_same_time_gives_one_reservation() {
        let folder = tempfile::tempdir().unwrap();
        let stores = [store(&folder).await, store(&folder).await];
        let attempts = (0..8).map(|index| {
            let store = stores[index % 2].clone();
            tokio::spawn(async move { store.reserve(&wanted("k", 100, 200), 0).await })
        });
        let mut outcomes = Vec::new();
        for attempt in attempts.collect::<Vec<_>>() {
            outcomes.push(attempt.await.unwrap().unwrap());
        }
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, ReserveOutcome::Reserved(_))).count(), 1);
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, ReserveOutcome::Resumed(_))).count(), 7);
    }
}
