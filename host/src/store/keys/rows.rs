//! What the database knows of keys: by which each row is sealed, and which are retired. The statements hold in every
//! engine.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Any, AnyConnection, Row as _, Transaction};

use super::super::tokens::{Kind, TokenKey};
use super::super::{Store, provider_named};
use crate::imports::token_key;
use crate::keys::SealedRows;
use calendar_seal::Sealed;

/// A table of sealed values.
pub(super) struct Table {
    batch: &'static str,
    reseal: &'static str,
    kind: fn(&str) -> Option<Kind>,
}

macro_rules! table {
    ($table:literal, $kind:literal, $name:literal, $parse:expr) => {
        Table {
            batch: concat!(
                "SELECT user_id, ",
                $kind,
                ", ",
                $name,
                ", key_id, sealed, version FROM ",
                $table,
                " WHERE key_id <> $1 AND (user_id, ",
                $kind,
                ", ",
                $name,
                ") > ($2, $3, $4) ORDER BY user_id, ",
                $kind,
                ", ",
                $name,
                " LIMIT $5"
            ),
            reseal: concat!(
                "UPDATE ",
                $table,
                " SET key_id = $1, sealed = $2 WHERE user_id = $3 AND ",
                $kind,
                " = $4 AND ",
                $name,
                " = $5 AND version = $6 AND key_id = $7"
            ),
            kind: $parse,
        }
    };
}

/// Every table of sealed values.
pub(super) const TABLES: [Table; 3] = [
    table!("oauth_tokens", "provider", "account", |word| provider_named(word).map(Kind::Account)),
    table!("ephemeral_values", "kind", "name", |word| match word {
        "pending" => Some(Kind::Pending),
        _ => provider_named(word).map(Kind::Lease),
    }),
    table!("calendar_lists", "provider", "account", |word| provider_named(word).map(Kind::Calendars)),
];

const COUNTS: &str = "\
SELECT key_id, 'grants', COUNT(*) FROM oauth_tokens GROUP BY key_id
UNION ALL
SELECT key_id, 'calendar lists', COUNT(*) FROM calendar_lists GROUP BY key_id
UNION ALL
SELECT key_id, 'short-lived', COUNT(*) FROM ephemeral_values GROUP BY key_id";

/// A sealed value in its place.
pub(super) struct Row {
    pub(super) key: TokenKey,
    pub(super) sealed: Sealed,
    pub(super) version: i64,
}

/// The place after which the next batch begins: the three columns of the primary key.
#[derive(Default)]
pub(super) struct Mark(String, String, String);

/// A value that is to be sealed by another key than it is.
pub(super) struct Change {
    pub(super) row: Row,
    pub(super) sealed: Sealed,
}

/// Begins a change that waits for every save under way, and that every later save waits for: each holds the counter of
/// versions locked until it is committed.
async fn change(store: &Store) -> Result<Transaction<'static, Any>, sqlx::Error> {
    let mut transaction = store.append().await?;
    sqlx::query("UPDATE versions SET last = last").execute(&mut *transaction).await?;
    Ok(transaction)
}

/// How many rows each key sealed.
pub(super) async fn counts(store: &Store) -> Result<BTreeMap<String, SealedRows>, sqlx::Error> {
    let mut counts: BTreeMap<String, SealedRows> = BTreeMap::new();
    for row in sqlx::query(COUNTS).fetch_all(&store.pool).await? {
        let (id, table, count): (String, String, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let rows = counts.entry(id).or_default();
        let count = u64::try_from(count).unwrap_or(0);
        match table.as_str() {
            "grants" => rows.grants += count,
            "calendar lists" => rows.calendar_lists += count,
            _ => rows.short_lived += count,
        }
    }
    Ok(counts)
}

/// At most `limit` rows after `mark` that another key than `current` sealed; moves the mark behind them.
pub(super) async fn batch(
    store: &Store,
    table: &Table,
    current: &str,
    mark: &mut Mark,
    limit: u32,
) -> Result<Vec<Row>, sqlx::Error> {
    let Mark(user, kind, name) = &*mark;
    let rows = sqlx::query(table.batch).bind(current).bind(user).bind(kind).bind(name).bind(i64::from(limit));
    let mut batch = Vec::new();
    for row in rows.fetch_all(&store.pool).await? {
        let (user, kind, name): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        *mark = Mark(user.clone(), kind.clone(), name.clone());
        let kind = (table.kind)(&kind).ok_or_else(|| sqlx::Error::Decode("a row of no known kind".into()))?;
        let sealed = Sealed { key_id: row.try_get(3)?, bytes: row.try_get(4)? };
        batch.push(Row { key: token_key::of_stored(user, kind, name), sealed, version: row.try_get(5)? });
    }
    Ok(batch)
}

/// Replaces each sealed value that is still the one that was read; how many were.
pub(super) async fn reseal(store: &Store, table: &Table, changes: &[Change]) -> Result<u64, sqlx::Error> {
    let mut transaction = change(store).await?;
    let mut resealed = 0;
    for Change { row, sealed } in changes {
        let update = sqlx::query(table.reseal)
            .bind(&sealed.key_id)
            .bind(&sealed.bytes)
            .bind(&row.key.user)
            .bind(row.key.kind.column())
            .bind(&row.key.name)
            .bind(row.version)
            .bind(&row.sealed.key_id);
        resealed += update.execute(&mut *transaction).await?.rows_affected();
    }
    transaction.commit().await?;
    Ok(resealed)
}

/// The retired keys.
pub(super) async fn retired(store: &Store) -> Result<BTreeSet<String>, sqlx::Error> {
    let ids: Vec<String> = sqlx::query_scalar("SELECT key_id FROM retired_keys").fetch_all(&store.pool).await?;
    Ok(ids.into_iter().collect())
}

/// Whether nothing may be sealed by this key any more. Asked in the transaction that writes, after it changed the
/// counter of versions.
pub(in crate::store) async fn is_retired(connection: &mut AnyConnection, id: &str) -> Result<bool, sqlx::Error> {
    let found = sqlx::query("SELECT key_id FROM retired_keys WHERE key_id = $1").bind(id);
    Ok(found.fetch_optional(connection).await?.is_some())
}

/// Retires keys: when this returns, no save by one of them is under way, and none will succeed.
pub(super) async fn retire(store: &Store, ids: &[&str], now: i64) -> Result<(), sqlx::Error> {
    let mut transaction = change(store).await?;
    for id in ids {
        let insert = "INSERT INTO retired_keys (key_id, retired_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        sqlx::query(insert).bind(id).bind(now).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}
