//! SQLite's log of writes: what was deleted or overwritten can be read there until it is folded into the file, where
//! deleted rows are overwritten. A server does both by itself, in its own time.

use super::Store;
use super::engine::Engine;

impl Store {
    /// Folds the log of writes into the file and empties it. `false`: another program read the database all the while, or
    /// it failed; then a later checkpoint does it.
    pub(super) async fn empty_log(&self) -> bool {
        if self.engine != Engine::Sqlite {
            return true;
        }
        // Waits as long as for any lock. That somebody was in the way is an answer, not an error:
        // https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
        let blocked = sqlx::query_scalar::<_, i64>("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.pool).await;
        let why = match blocked {
            Ok(0) => return true,
            Ok(_) => "another program is reading the database".to_owned(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(%why, "deleted data stays in the database's log of writes until its next checkpoint");
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[tokio::test]
    async fn a_reader_that_does_not_end_is_said_and_the_next_purge_does_it() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::new(folder.path());
        let (store, reader) = (Store::open(&config).await.unwrap(), Store::open(&config).await.unwrap());
        let mut moment = reader.moment().await.unwrap();
        sqlx::query("SELECT user_id FROM oauth_tokens").fetch_all(&mut *moment).await.unwrap();
        assert!(store.purge_user("ana").await.unwrap().log_pending);
        moment.commit().await.unwrap();
        assert!(!store.purge_user("ana").await.unwrap().log_pending);
    }
}
