//! Times that are held for a while: rows of the ledger without a meeting. Semantics:
//! `wit/booking-store.wit`.

use sqlx::AnyConnection;

use super::bookings::BookingFailure;
use super::ledger::{self, Entry};
use super::{Store, engine};
use crate::runtime::bindings::calendar::scheduling::booking_store::{
    Booking, BookingState, HeldTime, HoldOutcome, HoldRequest,
};
use crate::types::{Instant, TimeRange};

/// Whatever the key held before is over: a hold that expired.
const PUT: &str = "INSERT INTO bookings (user_id, key, fingerprint, state, generation, account, provider, calendar, \
     start_time, end_time, blocked_start, blocked_end, event_id, expires_at, created_at, is_exclusive) \
     VALUES ($1, $2, $3, 'held', 0, '', 'google_calendar', '', $4, $5, $6, $7, NULL, $8, $9, TRUE) \
     ON CONFLICT (user_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, start_time = excluded.start_time, \
     end_time = excluded.end_time, blocked_start = excluded.blocked_start, blocked_end = excluded.blocked_end, \
     expires_at = excluded.expires_at, created_at = excluded.created_at, is_exclusive = TRUE";

impl Store {
    /// Holds a time if nothing of the same user is in the way.
    pub(crate) async fn hold(&self, wanted: &HoldRequest) -> Result<HoldOutcome, BookingFailure> {
        match self.try_to_hold(wanted).await {
            Err(BookingFailure::Database(error)) if engine::is_overlap(&error) => {
                Ok(HoldOutcome::Overlap(self.taken(&wanted.user_id, wanted.time).await?))
            }
            outcome => outcome,
        }
    }

    async fn try_to_hold(&self, wanted: &HoldRequest) -> Result<HoldOutcome, BookingFailure> {
        let (mut transaction, now) = self.write(&wanted.user_id).await?;
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
        let free = (wanted.time, wanted.blocked);
        let others = ledger::in_the_way(&mut transaction, &wanted.user_id, free, now).await?;
        let in_the_way: Vec<TimeRange> = others.into_iter().map(|other| other.time).collect();
        if !in_the_way.is_empty() {
            return Ok(HoldOutcome::Overlap(in_the_way));
        }
        ledger::lapse(&mut transaction, &wanted.user_id, now).await?;
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
    pub(crate) async fn release(&self, user: &str, key: &str) -> Result<bool, BookingFailure> {
        let (mut transaction, now) = self.write(user).await?;
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
pub(super) async fn end(db: &mut AnyConnection, user: &str, key: &str) -> Result<(), sqlx::Error> {
    let statement = sqlx::query("DELETE FROM bookings WHERE user_id = $1 AND key = $2 AND state = 'held'");
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
