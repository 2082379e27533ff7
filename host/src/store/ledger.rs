//! Rows of the ledger and of booked events. What they mean: `bookings.rs`.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::engine::text;
use super::{provider_name, provider_named};
use crate::runtime::bindings::calendar::scheduling::booking_store::{Booking, BookingState, EventRecord, Reservation};
use crate::types::{Instant, TimeRange};

/// A booking as it is in the database.
pub(super) struct Entry {
    pub(super) booking: Booking,
}

/// Columns of a booking and of its event, in the order [`Entry::read`] expects.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT b.key, b.fingerprint, b.state, b.generation, b.account, b.provider, b.calendar, b.start_time, ",
            "b.end_time, b.blocked_start, b.blocked_end, b.expires_at, b.created_at, e.event_id, e.title, e.start_time, ",
            "e.end_time, e.attendees, e.location, e.description, e.conferencing_link, e.status FROM bookings AS b ",
            "LEFT JOIN calendar_events AS e ON e.user_id = b.user_id AND e.provider = b.provider AND e.event_id = b.event_id ",
            $condition
        )
    };
}

const BY_KEY: &str = select!("WHERE b.user_id = $1 AND b.key = $2");
/// A booking that stands goes before one that was cancelled.
const BY_EVENT: &str = select!(
    "WHERE b.user_id = $1 AND b.event_id = $2 ORDER BY b.state = 'cancelled', b.created_at DESC, b.key LIMIT 1"
);
const BY_TIME: &str = select!(
    "WHERE b.user_id = $1 AND b.blocked_start < $3 AND b.blocked_end > $2 AND \
     (b.state = 'committed' OR (b.state IN ('held', 'reserved') AND b.expires_at > $4)) ORDER BY b.blocked_start, b.key LIMIT 10000"
);

const INSERT: &str = "INSERT INTO bookings (user_id, key, fingerprint, state, generation, account, provider, calendar, \
     start_time, end_time, blocked_start, blocked_end, event_id, expires_at, created_at, is_exclusive) \
     VALUES ($1, $2, $3, 'reserved', $4, $5, $6, $7, $8, $9, $10, $11, NULL, $12, $13, $14 = 1) \
     ON CONFLICT (user_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, state = excluded.state, \
     generation = excluded.generation, account = excluded.account, provider = excluded.provider, \
     calendar = excluded.calendar, start_time = excluded.start_time, end_time = excluded.end_time, \
     blocked_start = excluded.blocked_start, blocked_end = excluded.blocked_end, event_id = NULL, \
     expires_at = excluded.expires_at, created_at = excluded.created_at, is_exclusive = excluded.is_exclusive";

const PUT_EVENT: &str = "INSERT INTO calendar_events (user_id, provider, event_id, title, start_time, end_time, attendees, \
     location, description, conferencing_link, status, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
     ON CONFLICT (user_id, provider, event_id) DO UPDATE SET title = excluded.title, start_time = excluded.start_time, end_time = excluded.end_time, \
     attendees = excluded.attendees, location = excluded.location, description = excluded.description, \
     conferencing_link = excluded.conferencing_link, status = excluded.status";

/// What happened is recorded wherever it lies; it claims its time only where nothing else does.
const COMMIT: &str = "UPDATE bookings SET state = $3, event_id = $4, start_time = $5, end_time = $6, blocked_start = $7, \
     blocked_end = $8, expires_at = NULL, is_exclusive = ($3 = 'committed' AND NOT EXISTS (SELECT 1 FROM bookings AS o \
     WHERE o.user_id = $1 AND o.key <> $2 AND o.is_exclusive AND o.start_time < $6 AND o.end_time > $5)) \
     WHERE user_id = $1 AND key = $2";

/// The claims of holds and reservations that expired at or before `$2` end. Rows and keys stay.
const LAPSE: &str = "UPDATE bookings SET is_exclusive = FALSE \
     WHERE user_id = $1 AND state IN ('held', 'reserved') AND is_exclusive AND expires_at <= $2";

pub(super) async fn by_key(db: &mut AnyConnection, user: &str, key: &str) -> Result<Option<Entry>, sqlx::Error> {
    let row = sqlx::query(BY_KEY).bind(user).bind(key).fetch_optional(db).await?;
    row.map(|row| Entry::read(&row)).transpose()
}

pub(super) async fn by_event(db: &mut AnyConnection, user: &str, event: &str) -> Result<Option<Entry>, sqlx::Error> {
    let row = sqlx::query(BY_EVENT).bind(user).bind(event).fetch_optional(db).await?;
    row.map(|row| Entry::read(&row)).transpose()
}

/// Committed bookings, holds and reservations alive at `now` whose blocked time overlaps `range`.
pub(super) async fn by_time(
    db: &mut AnyConnection,
    user: &str,
    range: TimeRange,
    now: Instant,
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = sqlx::query(BY_TIME).bind(user).bind(range.start).bind(range.end).bind(now).fetch_all(db).await?;
    rows.iter().map(Entry::read).collect()
}

/// What is in the way of a meeting at `time` that wants `blocked` for itself: a gap between two meetings must hold the
/// longer of the two buffers that meet in it.
pub(super) async fn in_the_way(
    db: &mut AnyConnection,
    user: &str,
    (time, blocked): (TimeRange, TimeRange),
    now: Instant,
) -> Result<Vec<Booking>, sqlx::Error> {
    let near = by_time(db, user, blocked, now).await?.into_iter().map(|entry| entry.booking);
    Ok(near.filter(|one| one.time.overlaps(blocked) || one.blocked.overlaps(time)).collect())
}

/// Ends the claims of what expired.
pub(super) async fn lapse(db: &mut AnyConnection, user: &str, now: Instant) -> Result<(), sqlx::Error> {
    sqlx::query(LAPSE).bind(user).bind(now).execute(db).await?;
    Ok(())
}

/// Writes a reservation over whatever the key held. `is_exclusive`: it claims its time.
pub(super) async fn put_reservation(
    db: &mut AnyConnection,
    wanted: &Reservation,
    generation: u32,
    is_exclusive: bool,
    (now, expires_at): (Instant, Instant),
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(&wanted.user_id)
        .bind(&wanted.key)
        .bind(&wanted.fingerprint)
        .bind(i64::from(generation))
        .bind(&wanted.account)
        .bind(provider_name(wanted.provider))
        .bind(&wanted.calendar)
        .bind(wanted.time.start)
        .bind(wanted.time.end)
        .bind(wanted.blocked.start)
        .bind(wanted.blocked.end)
        .bind(expires_at)
        .bind(now)
        .bind(i64::from(is_exclusive))
        .execute(db)
        .await?;
    Ok(())
}

/// Lets a reservation hold its time until `expires_at`. `claims`: it claims its time again.
pub(super) async fn prolong(
    db: &mut AnyConnection,
    user: &str,
    key: &str,
    expires_at: Instant,
    claims: bool,
) -> Result<(), sqlx::Error> {
    let statement = sqlx::query(
        "UPDATE bookings SET expires_at = $3, is_exclusive = (is_exclusive OR $4 = 1) WHERE user_id = $1 AND key = $2",
    );
    statement.bind(user).bind(key).bind(expires_at).bind(i64::from(claims)).execute(db).await?;
    Ok(())
}

/// Writes the event and what the booking takes from it.
pub(super) async fn put_event(
    db: &mut AnyConnection,
    user: &str,
    booking: &Booking,
    event: &EventRecord,
    blocked: TimeRange,
    now: Instant,
) -> Result<(), sqlx::Error> {
    let attendees = serde_json::to_string(&event.attendees).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(PUT_EVENT)
        .bind(user)
        .bind(provider_name(booking.provider))
        .bind(&event.event_id)
        .bind(text(&event.title))
        .bind(event.time.start)
        .bind(event.time.end)
        .bind(attendees)
        .bind(event.location.as_deref().map(text))
        .bind(event.description.as_deref().map(text))
        .bind(event.conferencing_link.as_deref().map(text))
        .bind(&event.status)
        .bind(now)
        .execute(&mut *db)
        .await?;
    let state = if event.status == "cancelled" { "cancelled" } else { "committed" };
    sqlx::query(COMMIT)
        .bind(user)
        .bind(&booking.key)
        .bind(state)
        .bind(&event.event_id)
        .bind(event.time.start)
        .bind(event.time.end)
        .bind(blocked.start)
        .bind(blocked.end)
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets a reservation of the first generation; a later one is kept as cancelled, so that no
/// generation is given out twice.
pub(super) async fn give_up(db: &mut AnyConnection, user: &str, booking: &Booking) -> Result<(), sqlx::Error> {
    let statement = match booking.generation {
        0 => "DELETE FROM bookings WHERE user_id = $1 AND key = $2",
        _ => {
            "UPDATE bookings SET state = 'cancelled', expires_at = NULL, is_exclusive = FALSE WHERE user_id = $1 AND key = $2"
        }
    };
    sqlx::query(statement).bind(user).bind(&booking.key).execute(db).await?;
    Ok(())
}

impl Entry {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let damaged = |what: &str| sqlx::Error::Decode(format!("unknown {what}").into());
        let provider: String = row.try_get(5)?;
        let state = match row.try_get::<&str, _>(2)? {
            "held" => BookingState::Held,
            "reserved" => BookingState::Reserved,
            "committed" => BookingState::Committed,
            "cancelled" => BookingState::Cancelled,
            _ => return Err(damaged("state")),
        };
        let booking = Booking {
            key: row.try_get(0)?,
            fingerprint: row.try_get(1)?,
            state,
            generation: u32::try_from(row.try_get::<i64, _>(3)?).map_err(|_| damaged("generation"))?,
            account: row.try_get(4)?,
            provider: provider_named(&provider).ok_or_else(|| damaged("provider"))?,
            calendar: row.try_get(6)?,
            time: TimeRange { start: row.try_get(7)?, end: row.try_get(8)? },
            blocked: TimeRange { start: row.try_get(9)?, end: row.try_get(10)? },
            event: read_event(row)?,
            created_at: row.try_get(12)?,
            expires_at: row.try_get(11)?,
        };
        Ok(Self { booking })
    }
}

fn read_event(row: &AnyRow) -> Result<Option<EventRecord>, sqlx::Error> {
    let Some(event_id) = row.try_get(13)? else { return Ok(None) };
    let attendees: String = row.try_get(17)?;
    Ok(Some(EventRecord {
        event_id,
        title: row.try_get(14)?,
        time: TimeRange { start: row.try_get(15)?, end: row.try_get(16)? },
        attendees: serde_json::from_str(&attendees).map_err(|error| sqlx::Error::Decode(error.into()))?,
        location: row.try_get(18)?,
        description: row.try_get(19)?,
        conferencing_link: row.try_get(20)?,
        status: row.try_get(21)?,
    }))
}
