//! The table of the audit log: appended, read back, added up. What a row means: `audit/record.rs`. The statements hold
//! in every engine: `$1` names parameters, sums are cast, nothing is special to one dialect.

use chrono::{DateTime, Utc};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Row};

use super::Store;
use super::engine::text;
use crate::audit::{AuditQuery, Record, Traffic};
use crate::metrics::{BOUNDS_MS, Durations, Numbers};
use crate::types::Provider;

const INSERT: &str = "INSERT INTO audit_log (at_ms, user_id, operation, decision, duration_ms, accounts, provider_requests, \
     google_requests, google_retries, google_throttled, google_refreshes, google_auth_failures, outlook_requests, \
     outlook_retries, outlook_throttled, outlook_refreshes, outlook_auth_failures, cache_hits, cache_misses, lost) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

/// The last rows that fit, latest first. A filter that is null holds for every row.
const SELECT: &str = "SELECT at_ms, user_id, operation, decision, duration_ms, accounts, provider_requests, \
     google_requests, google_retries, google_throttled, google_refreshes, google_auth_failures, outlook_requests, \
     outlook_retries, outlook_throttled, outlook_refreshes, outlook_auth_failures, cache_hits, cache_misses, lost \
     FROM audit_log WHERE (CAST($1 AS TEXT) IS NULL OR user_id = $1) AND (CAST($2 AS TEXT) IS NULL OR operation = $2) AND at_ms >= $3 \
     ORDER BY id DESC LIMIT $4";

/// Some of the oldest rows, no more than others can wait for.
const OLD: &str =
    "DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at_ms < $1 ORDER BY at_ms LIMIT 10000)";

const USERS: &str = "SELECT user_id, CAST(SUM(google_requests) AS BIGINT), CAST(SUM(google_retries) AS BIGINT), \
     CAST(SUM(google_throttled) AS BIGINT), CAST(SUM(google_refreshes) AS BIGINT), \
     CAST(SUM(google_auth_failures) AS BIGINT), CAST(SUM(outlook_requests) AS BIGINT), \
     CAST(SUM(outlook_retries) AS BIGINT), CAST(SUM(outlook_throttled) AS BIGINT), \
     CAST(SUM(outlook_refreshes) AS BIGINT), CAST(SUM(outlook_auth_failures) AS BIGINT), \
     CAST(SUM(cache_hits) AS BIGINT), CAST(SUM(cache_misses) AS BIGINT), CAST(SUM(lost) AS BIGINT) \
     FROM audit_log WHERE at_ms >= $1 AND (CAST($2 AS TEXT) IS NULL OR user_id = $2) GROUP BY user_id \
     ORDER BY SUM(google_requests + outlook_requests) DESC, user_id";

/// Calls by operation and decision; the steps of their durations follow the first four columns.
fn calls() -> String {
    let steps =
        BOUNDS_MS.map(|bound| format!(", CAST(SUM(CASE WHEN duration_ms <= {bound} THEN 1 ELSE 0 END) AS BIGINT)"));
    format!(
        "SELECT operation, decision, COUNT(*), CAST(SUM(duration_ms) AS BIGINT){} FROM audit_log \
         WHERE at_ms >= $1 AND (CAST($2 AS TEXT) IS NULL OR user_id = $2) AND decision <> 'begun' GROUP BY operation, decision",
        steps.concat()
    )
}

impl Store {
    /// Appends records, all or none.
    pub(crate) async fn add_audit(&self, records: &[Record]) -> Result<(), sqlx::Error> {
        let mut transaction = self.append().await?;
        for record in records {
            insert(record)?.execute(&mut *transaction).await?;
        }
        transaction.commit().await
    }

    /// Fails if nothing can be written. Leaves nothing behind.
    pub(crate) async fn check_writable(&self, trial: &Record) -> Result<(), sqlx::Error> {
        let mut transaction = self.append().await?;
        insert(trial)?.execute(&mut *transaction).await?;
        transaction.rollback().await
    }

    /// Takes the table away.
    #[cfg(test)]
    pub(crate) async fn drop_audit(&self) {
        sqlx::query("DROP TABLE audit_log").execute(&self.pool).await.unwrap();
    }

    /// The last records that fit `query`, in the order they were written.
    pub(crate) async fn audit(&self, query: &AuditQuery) -> Result<Vec<Record>, sqlx::Error> {
        let rows = sqlx::query(SELECT)
            .bind(query.user.as_deref())
            .bind(query.operation.as_deref())
            .bind(query.since.map_or(i64::MIN, |since| since.timestamp_millis()))
            .bind(i64::from(query.limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().rev().map(record).collect()
    }

    /// Every record of the user, in the order they were written.
    pub(super) async fn audit_of(db: &mut AnyConnection, user: &str) -> Result<Vec<Record>, sqlx::Error> {
        let all = sqlx::query(SELECT).bind(Some(user)).bind(None::<&str>).bind(i64::MIN).bind(i64::MAX);
        all.fetch_all(db).await?.iter().rev().map(record).collect()
    }

    /// Deletes the records of operations that began longer ago than so many seconds. How many rows went.
    pub(super) async fn forget_audit(&self, seconds: i64) -> Result<u64, sqlx::Error> {
        let mut gone = 0;
        loop {
            let (mut transaction, now) = self.write("").await?;
            let end = now.saturating_sub(seconds).saturating_mul(1000);
            let rows = sqlx::query(OLD).bind(end).execute(&mut *transaction).await?.rows_affected();
            transaction.commit().await?;
            gone += rows;
            if rows == 0 {
                return Ok(gone);
            }
        }
    }

    /// What all processes did since then, added up.
    pub(crate) async fn audit_numbers(
        &self,
        since: Option<DateTime<Utc>>,
        user: Option<&str>,
    ) -> Result<Numbers, sqlx::Error> {
        let since = since.map_or(i64::MIN, |since| since.timestamp_millis());
        let mut numbers = Numbers::default();
        let statement = sqlx::AssertSqlSafe(calls());
        for row in sqlx::query(statement).bind(since).bind(user).fetch_all(&self.pool).await? {
            let mut durations = Durations { count: number(&row, 2)?, sum_ms: number(&row, 3)?, within: [0; _] };
            for (step, within) in durations.within.iter_mut().enumerate() {
                *within = number(&row, 4 + step)?;
            }
            numbers.calls.insert((row.try_get(0)?, row.try_get(1)?), durations);
        }
        for row in sqlx::query(USERS).bind(since).bind(user).fetch_all(&self.pool).await? {
            let user: String = row.try_get(0)?;
            numbers.add_traffic(&user, Provider::Google, traffic(&row, 1)?);
            numbers.add_traffic(&user, Provider::Outlook, traffic(&row, 6)?);
            numbers.cache_hits += number(&row, 11)?;
            numbers.cache_misses += number(&row, 12)?;
            numbers.audit_failures += number(&row, 13)?;
        }
        Ok(numbers)
    }
}

type Statement<'q> = sqlx::query::Query<'q, Any, <Any as sqlx::Database>::Arguments>;

fn insert(record: &Record) -> Result<Statement<'_>, sqlx::Error> {
    let json = |value: serde_json::Result<String>| value.map_err(|error| sqlx::Error::Encode(error.into()));
    let statement = sqlx::query(INSERT)
        .bind(record.time.timestamp_millis())
        .bind(text(&record.user))
        .bind(&record.operation)
        .bind(&record.decision)
        .bind(whole(record.duration_ms))
        .bind(json(serde_json::to_string(&record.accounts))?)
        .bind(json(serde_json::to_string(&record.provider_requests))?);
    let Record { google, outlook, .. } = record;
    let counts = [google, outlook].map(|traffic| {
        [traffic.requests, traffic.retries, traffic.throttled, traffic.refreshes, traffic.auth_failures]
    });
    let counts = counts.into_iter().flatten().chain([record.cache_hits, record.cache_misses, record.lost]);
    Ok(counts.fold(statement, |statement, count| statement.bind(whole(count))))
}

fn record(row: &AnyRow) -> Result<Record, sqlx::Error> {
    let json = |error: serde_json::Error| sqlx::Error::Decode(error.into());
    let (accounts, requests): (String, String) = (row.try_get(5)?, row.try_get(6)?);
    Ok(Record {
        time: DateTime::from_timestamp_millis(row.try_get(0)?).unwrap_or_default(),
        user: row.try_get(1)?,
        operation: row.try_get(2)?,
        decision: row.try_get(3)?,
        duration_ms: number(row, 4)?,
        accounts: serde_json::from_str(&accounts).map_err(json)?,
        provider_requests: serde_json::from_str(&requests).map_err(json)?,
        google: traffic(row, 7)?,
        outlook: traffic(row, 12)?,
        cache_hits: number(row, 17)?,
        cache_misses: number(row, 18)?,
        lost: number(row, 19)?,
    })
}

/// Five columns from `first` on.
fn traffic(row: &AnyRow, first: usize) -> Result<Traffic, sqlx::Error> {
    Ok(Traffic {
        requests: number(row, first)?,
        retries: number(row, first + 1)?,
        throttled: number(row, first + 2)?,
        refreshes: number(row, first + 3)?,
        auth_failures: number(row, first + 4)?,
    })
}

fn number(row: &AnyRow, column: usize) -> Result<u64, sqlx::Error> {
    Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
