//! The ledger of bookings: who holds which time. Semantics: `wit/booking-store.wit`. Every change is one transaction, and
//! those of one user are one at a time in all processes: two never hold the same time.

use super::ledger::{self, Entry};
use super::{Store, engine, holds};
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
    pub(crate) async fn reserve(&self, wanted: &Reservation) -> Result<ReserveOutcome, BookingFailure> {
        match self.try_to_reserve(wanted).await {
            Err(BookingFailure::Database(error)) if engine::is_overlap(&error) => {
                Ok(ReserveOutcome::Overlap(self.taken(&wanted.user_id, wanted.time).await?))
            }
            outcome => outcome,
        }
    }

    async fn try_to_reserve(&self, wanted: &Reservation) -> Result<ReserveOutcome, BookingFailure> {
        let user = wanted.user_id.as_str();
        let (mut transaction, now) = self.write(user).await?;
        let present = ledger::by_key(&mut transaction, user, &wanted.key).await?;
        let step = decide(present, wanted, now);
        let must_be_free = match &step {
            Step::Hold(_) => Some((wanted.time, wanted.blocked)),
            Step::Resume { earlier, lapsed: true } => Some((earlier.time, earlier.blocked)),
            Step::Answer(_) | Step::Resume { lapsed: false, .. } => None,
        };
        // A meeting that moves over a part of its own time lies over its own claim until it has moved.
        let mut claims = must_be_free.is_some();
        if let Some(free) = must_be_free {
            let replaces = wanted.replaces.as_deref();
            let others = ledger::in_the_way(&mut transaction, user, free, now).await?;
            claims = !others.iter().any(|other| Some(other.key.as_str()) == replaces && other.time.overlaps(free.0));
            let in_the_way: Vec<TimeRange> = others
                .into_iter()
                .filter(|other| other.key != wanted.key && Some(other.key.as_str()) != replaces)
                .filter(|other| other.state != BookingState::Held || Some(&other.key) != wanted.hold.as_ref())
                .map(|other| other.time)
                .collect();
            if !in_the_way.is_empty() {
                return Ok(ReserveOutcome::Overlap(in_the_way));
            }
        }
        if let (Some(hold), Step::Hold(_) | Step::Resume { .. }) = (&wanted.hold, &step) {
            holds::end(&mut transaction, user, hold).await?;
        }
        ledger::lapse(&mut transaction, user, now).await?;
        let expires_at = now.saturating_add(HOLD);
        let outcome = match step {
            Step::Answer(outcome) => outcome,
            Step::Hold(generation) => {
                ledger::put_reservation(&mut transaction, wanted, generation, claims, (now, expires_at)).await?;
                let held = ledger::by_key(&mut transaction, user, &wanted.key).await?;
                ReserveOutcome::Reserved(held.ok_or(sqlx::Error::RowNotFound)?.booking)
            }
            Step::Resume { earlier, .. } => {
                ledger::prolong(&mut transaction, user, &wanted.key, expires_at, claims).await?;
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
    ) -> Result<Booking, BookingFailure> {
        let (mut transaction, now) = self.write(user).await?;
        let booking = ledger::by_key(&mut transaction, user, key).await?.ok_or(BookingFailure::NotFound)?.booking;
        let is_over = booking.state == BookingState::Cancelled && event.status != "cancelled";
        if is_over || booking.state == BookingState::Held {
            return Err(BookingFailure::WrongState);
        }
        ledger::lapse(&mut transaction, user, now).await?;
        ledger::put_event(&mut transaction, user, &booking, event, blocked, now).await?;
        let committed = ledger::by_key(&mut transaction, user, key).await?.ok_or(BookingFailure::NotFound)?.booking;
        transaction.commit().await?;
        Ok(committed)
    }

    /// Gives a reservation up; whether there was one.
    pub(crate) async fn abort(&self, user: &str, key: &str) -> Result<bool, BookingFailure> {
        let (mut transaction, _) = self.write(user).await?;
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
    pub(crate) async fn bookings(&self, user: &str, range: TimeRange) -> Result<Vec<Booking>, BookingFailure> {
        let mut connection = self.pool.acquire().await?;
        let now = self.now(&mut connection).await?;
        let entries = ledger::by_time(&mut connection, user, range, now).await?;
        Ok(entries.into_iter().map(|entry| entry.booking).collect())
    }

    /// What is in the way in `range`, after the database refused an overlap: what is listed there, or all of it.
    pub(super) async fn taken(&self, user: &str, range: TimeRange) -> Result<Vec<TimeRange>, BookingFailure> {
        tracing::warn!("the database refused an overlap that the ledger did not show");
        let taken: Vec<_> = self.bookings(user, range).await?.into_iter().map(|booking| booking.time).collect();
        Ok(if taken.is_empty() { vec![range] } else { taken })
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
