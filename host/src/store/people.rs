//! Everything that is kept of one user: to be handed over, to be deleted. Values stay sealed here.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Store, tokens};
use crate::audit::Record;

/// A sealed value: that it is there, never what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredValue {
    /// `grant`, `pending-authorization`, `refresh-lease` or `calendar-list`.
    pub kind: &'static str,
    /// The provider; none for a pending authorization.
    pub provider: Option<String>,
    /// The account; none for a pending authorization.
    pub account: Option<String>,
    /// First written.
    pub created_at: DateTime<Utc>,
    /// Last written.
    pub updated_at: DateTime<Utc>,
    /// When it ends by itself; none = never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredBooking {
    /// The idempotency key.
    pub key: String,
    /// Where it stands, for example `committed`.
    pub state: String,
    /// The account of the event.
    pub account: String,
    /// Its provider.
    pub provider: String,
    /// Its calendar.
    pub calendar: String,
    /// Begin of the meeting.
    pub start: DateTime<Utc>,
    /// End of the meeting, exclusive.
    pub end: DateTime<Utc>,
    /// Begin of the time that is taken, buffers included.
    pub blocked_start: DateTime<Utc>,
    /// End of the time that is taken, exclusive.
    pub blocked_end: DateTime<Utc>,
    /// The provider's id of the event; none until it is recorded.
    pub event_id: Option<String>,
    /// When a reservation stops blocking others.
    pub expires_at: Option<DateTime<Utc>>,
    /// First reserved.
    pub created_at: DateTime<Utc>,
}

/// What is kept of a booked event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredEvent {
    /// Its provider.
    pub provider: String,
    /// The provider's id.
    pub event_id: String,
    /// Title.
    pub title: String,
    /// Begin.
    pub start: DateTime<Utc>,
    /// End, exclusive.
    pub end: DateTime<Utc>,
    /// Invited addresses.
    pub attendees: Vec<String>,
    /// Where.
    pub location: Option<String>,
    /// Text.
    pub description: Option<String>,
    /// Video link.
    pub conferencing_link: Option<String>,
    /// `confirmed`, `tentative` or `cancelled`.
    pub status: String,
    /// First recorded.
    pub created_at: DateTime<Utc>,
}

/// Everything that is stored of one user. Of sealed values only that they exist: a token is a
/// credential, and this may leave the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserData {
    /// The user.
    pub user: String,
    /// Grants, pending authorizations, leases, calendar lists.
    pub values: Vec<StoredValue>,
    /// The ledger, by begin.
    pub bookings: Vec<StoredBooking>,
    /// Booked events, by begin.
    pub events: Vec<StoredEvent>,
    /// Records of the audit log's table, in the order they were written. Its file is not searched; it ages out.
    pub audit: Vec<Record>,
}

/// How many rows were deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Purged {
    /// Grants. They still stand at the provider.
    pub grants: u64,
    /// Pending authorizations, refresh leases, calendar lists.
    pub other_values: u64,
    /// Rows of the ledger.
    pub bookings: u64,
    /// Booked events.
    pub events: u64,
    /// Records of the audit log's table. Its file is not searched; it ages out.
    pub audit_records: u64,
    /// Another program read the database all the while: what was deleted stays in SQLite's log of writes until that
    /// program ends and something is written, or until the user is purged again.
    pub log_pending: bool,
}

const VALUES: &str = "\
SELECT 'grant', provider, account, created_at, updated_at, expires_at FROM oauth_tokens WHERE user_id = $1
UNION ALL
SELECT 'calendar-list', provider, account, created_at, updated_at, expires_at FROM calendar_lists WHERE user_id = $1
UNION ALL
SELECT kind, kind, name, created_at, updated_at, expires_at FROM ephemeral_values WHERE user_id = $1";
const BOOKINGS: &str = "SELECT key, state, account, provider, calendar, start_time, end_time, blocked_start, blocked_end, \
     event_id, expires_at, created_at FROM bookings WHERE user_id = $1 ORDER BY start_time, key";
const EVENTS: &str = "SELECT provider, event_id, title, start_time, end_time, attendees, location, description, \
     conferencing_link, status, created_at FROM calendar_events WHERE user_id = $1 ORDER BY start_time, event_id";

/// Every table with rows of users. The ledger first: it refers to the events.
pub(super) const DELETIONS: [&str; 6] = [
    "DELETE FROM bookings WHERE user_id = $1",
    "DELETE FROM calendar_events WHERE user_id = $1",
    "DELETE FROM oauth_tokens WHERE user_id = $1",
    "DELETE FROM ephemeral_values WHERE user_id = $1",
    "DELETE FROM calendar_lists WHERE user_id = $1",
    "DELETE FROM audit_log WHERE user_id = $1",
];

/// Events that bookings of one account name.
const BOOKED: &str =
    "SELECT DISTINCT provider, event_id FROM bookings WHERE user_id = $1 AND account = $2 AND event_id IS NOT NULL";
const BOOKINGS_OF_ACCOUNT: &str = "DELETE FROM bookings WHERE user_id = $1 AND account = $2";
/// An event that no booking names any more.
const UNNAMED: &str = "DELETE FROM calendar_events AS e WHERE user_id = $1 AND provider = $2 AND event_id = $3 AND NOT EXISTS \
     (SELECT 1 FROM bookings AS b WHERE b.user_id = e.user_id AND b.provider = e.provider AND b.event_id = e.event_id)";

/// Bookings that are over since `$1`: the meeting is long past, and no attempt is under way.
const OLD_BOOKINGS: &str = "DELETE FROM bookings WHERE blocked_end <= $1 AND (expires_at IS NULL OR expires_at <= $1)";
/// Events that ended, and that no booking names any more.
const OLD_EVENTS: &str = "DELETE FROM calendar_events AS e WHERE end_time <= $1 AND NOT EXISTS (SELECT 1 FROM bookings AS b \
     WHERE b.user_id = e.user_id AND b.provider = e.provider AND b.event_id = e.event_id)";

impl Store {
    /// Everything that is kept of the user, as it is at one moment.
    pub(crate) async fn user_data(&self, user: &str) -> Result<UserData, sqlx::Error> {
        let mut moment = self.moment().await?;
        let values = sqlx::query(VALUES).bind(user).fetch_all(&mut *moment).await?;
        let bookings = sqlx::query(BOOKINGS).bind(user).fetch_all(&mut *moment).await?;
        let events = sqlx::query(EVENTS).bind(user).fetch_all(&mut *moment).await?;
        let audit = Self::audit_of(&mut moment, user).await?;
        let mut values: Vec<StoredValue> = values.iter().map(value).collect::<Result<_, _>>()?;
        values.sort_by(|one, other| {
            (one.kind, &one.provider, &one.account, one.created_at).cmp(&(
                other.kind,
                &other.provider,
                &other.account,
                other.created_at,
            ))
        });
        Ok(UserData {
            user: user.to_owned(),
            values,
            bookings: bookings.iter().map(booking).collect::<Result<_, _>>()?,
            events: events.iter().map(event).collect::<Result<_, _>>()?,
            audit,
        })
    }

    /// Deletes everything that is kept of the user, or nothing when it fails.
    pub(crate) async fn purge_user(&self, user: &str) -> Result<Purged, sqlx::Error> {
        let (mut transaction, _) = self.write(user).await?;
        // Whoever deletes sealed values waits for those who save some.
        tokens::next_version(&mut transaction).await?;
        let mut deleted = [0; DELETIONS.len()];
        for (count, statement) in deleted.iter_mut().zip(DELETIONS) {
            *count = sqlx::query(statement).bind(user).execute(&mut *transaction).await?.rows_affected();
        }
        transaction.commit().await?;
        let log_pending = !self.empty_log().await;
        let [bookings, events, grants, ephemeral, lists, audit_records] = deleted;
        Ok(Purged { grants, other_values: ephemeral + lists, bookings, events, audit_records, log_pending })
    }

    /// Deletes what is recorded of meetings in one account of the user, or nothing when it fails; how many rows.
    pub(crate) async fn forget_account(&self, user: &str, account: &str) -> Result<u64, sqlx::Error> {
        let (mut transaction, _) = self.write(user).await?;
        let booked = sqlx::query(BOOKED).bind(user).bind(account).fetch_all(&mut *transaction).await?;
        let bookings = sqlx::query(BOOKINGS_OF_ACCOUNT).bind(user).bind(account);
        let mut gone = bookings.execute(&mut *transaction).await?.rows_affected();
        for row in &booked {
            let (provider, event): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let event = sqlx::query(UNNAMED).bind(user).bind(provider).bind(event);
            gone += event.execute(&mut *transaction).await?.rows_affected();
        }
        transaction.commit().await?;
        Ok(gone)
    }

    /// Forgets bookings and events, of all users, that ended so many seconds ago or earlier. What still blocks time or may
    /// still be resumed stays. How many rows went.
    pub(crate) async fn forget_ended(&self, seconds: i64) -> Result<u64, sqlx::Error> {
        // Nobody's lock: several hosts that clean up do so one after the other.
        let (mut transaction, now) = self.write("").await?;
        let end = now.saturating_sub(seconds);
        let mut gone = 0;
        for statement in [OLD_BOOKINGS, OLD_EVENTS] {
            gone += sqlx::query(statement).bind(end).execute(&mut *transaction).await?.rows_affected();
        }
        transaction.commit().await?;
        Ok(gone)
    }
}

fn value(row: &AnyRow) -> Result<StoredValue, sqlx::Error> {
    let (kind, named) = match row.try_get::<&str, _>(0)? {
        "grant" => ("grant", true),
        "calendar-list" => ("calendar-list", true),
        "pending" => ("pending-authorization", false),
        _ => ("refresh-lease", true),
    };
    let text = |index: usize| named.then(|| row.try_get(index)).transpose();
    Ok(StoredValue {
        kind,
        provider: text(1)?,
        account: text(2)?,
        created_at: time(row, 3)?,
        updated_at: time(row, 4)?,
        expires_at: time_if_any(row, 5)?,
    })
}

fn booking(row: &AnyRow) -> Result<StoredBooking, sqlx::Error> {
    Ok(StoredBooking {
        key: row.try_get(0)?,
        state: row.try_get(1)?,
        account: row.try_get(2)?,
        provider: row.try_get(3)?,
        calendar: row.try_get(4)?,
        start: time(row, 5)?,
        end: time(row, 6)?,
        blocked_start: time(row, 7)?,
        blocked_end: time(row, 8)?,
        event_id: row.try_get(9)?,
        expires_at: time_if_any(row, 10)?,
        created_at: time(row, 11)?,
    })
}

fn event(row: &AnyRow) -> Result<StoredEvent, sqlx::Error> {
    let attendees: &str = row.try_get(5)?;
    Ok(StoredEvent {
        provider: row.try_get(0)?,
        event_id: row.try_get(1)?,
        title: row.try_get(2)?,
        start: time(row, 3)?,
        end: time(row, 4)?,
        attendees: serde_json::from_str(attendees).map_err(|error| sqlx::Error::Decode(error.into()))?,
        location: row.try_get(6)?,
        description: row.try_get(7)?,
        conferencing_link: row.try_get(8)?,
        status: row.try_get(9)?,
        created_at: time(row, 10)?,
    })
}

fn time(row: &AnyRow, column: usize) -> Result<DateTime<Utc>, sqlx::Error> {
    time_if_any(row, column)?.ok_or_else(|| sqlx::Error::Decode("a time is missing".into()))
}

fn time_if_any(row: &AnyRow, column: usize) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let Some(seconds) = row.try_get::<Option<i64>, _>(column)? else { return Ok(None) };
    DateTime::from_timestamp(seconds, 0).map(Some).ok_or_else(|| sqlx::Error::Decode("a time is out of range".into()))
}
