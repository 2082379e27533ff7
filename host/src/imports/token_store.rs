//! `token-store`: sealed values of the call's own user.

use super::{LAST_INSTANT, now, token_key};
use crate::audit::trail::Trail;
use crate::keys;
use crate::runtime::CallState;
use crate::runtime::bindings::calendar::scheduling::token_store::{Entry, Host, StoreError, Version};
use crate::store::tokens::{TokenError, TokenKey, Versioned};
use crate::types::Instant;

/// Bytes of one value.
const VALUE: usize = 64 * 1024;

impl Host for CallState {
    async fn load(&mut self, key: String) -> wasmtime::Result<Result<Option<Entry>, StoreError>> {
        let Some(key) = self.key(&key) else { return Ok(Err(StoreError::Denied)) };
        // Every operation on accounts begins here; at most once an hour there is something to do.
        self.store.forget_old(now()).await;
        let loaded = self.store.load_token(&key).await;
        key.account().into_iter().for_each(|account| Trail::current().add_account(account));
        let entry = |(value, version): Versioned| Entry { value: value.to_vec(), version };
        Ok(loaded.map(|found| found.map(entry)).map_err(|error| self.lower(error)))
    }

    async fn save(
        &mut self,
        key: String,
        value: Vec<u8>,
        expected: Option<Version>,
        expires_at: Option<Instant>,
    ) -> wasmtime::Result<Result<Version, StoreError>> {
        let value = zeroize::Zeroizing::new(value);
        let Some(key) = self.key(&key) else { return Ok(Err(StoreError::Denied)) };
        if value.len() > VALUE {
            return Ok(Err(StoreError::TooLarge));
        }
        if expires_at.is_some_and(|instant| !(0..=LAST_INSTANT).contains(&instant)) {
            return Ok(Err(StoreError::Denied));
        }
        // The guest's clock is this host's; the store goes by the database's, and is told how long.
        let lives = expires_at.map(|instant| instant.saturating_sub(now()));
        let saved = self.store.save_token(&key, &value, expected, lives).await;
        Ok(saved.map_err(|error| self.lower(error)))
    }

    async fn delete(&mut self, key: String, expected: Option<Version>) -> wasmtime::Result<Result<bool, StoreError>> {
        let Some(key) = self.key(&key) else { return Ok(Err(StoreError::Denied)) };
        let deleted = self.store.delete_token(&key, expected).await;
        Ok(deleted.map_err(|error| self.lower(error)))
    }

    async fn list(&mut self, prefix: String) -> wasmtime::Result<Result<Vec<String>, StoreError>> {
        let Some(kinds) = token_key::parse_prefix(&prefix, &self.user) else { return Ok(Err(StoreError::Denied)) };
        let mut keys = Vec::new();
        for kind in kinds {
            match self.store.token_names(&self.user, kind).await {
                Ok(names) => keys.extend(names.iter().map(|name| token_key::write(&self.user, kind, name))),
                Err(error) => return Ok(Err(self.lower(error))),
            }
        }
        keys.sort_unstable();
        Ok(Ok(keys))
    }
}

impl CallState {
    fn key(&self, text: &str) -> Option<TokenKey> {
        let key = token_key::parse(text, &self.user);
        if key.is_none() {
            tracing::warn!("the component asked for a malformed key, or for one of another user");
        }
        key
    }

    /// In the interface's words; the rest is for the log and for the end of the call.
    fn lower(&mut self, error: TokenError) -> StoreError {
        let remedy = match &error {
            TokenError::VersionMismatch => return StoreError::VersionMismatch,
            TokenError::Database(error) => {
                tracing::error!(%error, "the token store failed");
                return StoreError::Unavailable;
            }
            TokenError::Unreadable => {
                "disconnect the account and connect it again: the row is damaged, or was moved".to_owned()
            }
            TokenError::UnknownKey(id) => keys::restore(id),
            TokenError::RetiredKey(_) => keys::RENEW.to_owned(),
        };
        tracing::error!(remedy, "a stored value cannot be opened or saved: {error}");
        let lowered = match error {
            TokenError::RetiredKey(_) => StoreError::Unavailable,
            _ => StoreError::Unreadable,
        };
        self.key_trouble = Some((error.to_string(), remedy));
        lowered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::tests::call;

    const KEY: &str = "accounts/ana/google/google%3A1";

    #[tokio::test]
    async fn a_value_is_saved_listed_and_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let mut call = call(&folder, "ana").await;
        let version = call.save(KEY.to_owned(), b"x".to_vec(), None, None).await.unwrap().unwrap();
        let entry = call.load(KEY.to_owned()).await.unwrap().unwrap().unwrap();
        assert_eq!((entry.value.as_slice(), entry.version), (&b"x"[..], version));
        let other = "accounts/ana/outlook/a.b";
        call.save(other.to_owned(), b"y".to_vec(), None, None).await.unwrap().unwrap();
        call.save("leases/ana/google/google%3A1".to_owned(), vec![], None, Some(now() + 60)).await.unwrap().unwrap();
        assert_eq!(call.list("accounts/ana/".to_owned()).await.unwrap().unwrap(), [KEY, other]);
        assert_eq!(call.list("accounts/ana/outlook".to_owned()).await.unwrap().unwrap(), [other]);
        let stale = call.save(KEY.to_owned(), vec![], Some(version + 100), None).await.unwrap();
        assert_eq!(stale, Err(StoreError::VersionMismatch));
        assert_eq!(call.delete(KEY.to_owned(), Some(version)).await.unwrap(), Ok(true));
        assert_eq!(call.load(KEY.to_owned()).await.unwrap().unwrap(), None);
    }

    #[tokio::test]
    async fn another_users_values_are_out_of_reach() {
        let folder = tempfile::tempdir().unwrap();
        let mut ana = call(&folder, "ana").await;
        ana.save(KEY.to_owned(), b"x".to_vec(), None, None).await.unwrap().unwrap();
        let mut eve = call(&folder, "eve").await;
        assert_eq!(eve.load(KEY.to_owned()).await.unwrap(), Err(StoreError::Denied));
        assert_eq!(eve.save(KEY.to_owned(), vec![], None, None).await.unwrap(), Err(StoreError::Denied));
        assert_eq!(eve.delete(KEY.to_owned(), None).await.unwrap(), Err(StoreError::Denied));
        assert_eq!(eve.list("accounts/ana/".to_owned()).await.unwrap(), Err(StoreError::Denied));
        assert_eq!(eve.list("accounts/".to_owned()).await.unwrap(), Err(StoreError::Denied));
        assert_eq!(eve.list("accounts/eve/".to_owned()).await.unwrap(), Ok(vec![]));
    }

    #[tokio::test]
    async fn sizes_and_times_have_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let mut call = call(&folder, "ana").await;
        let too_large = call.save(KEY.to_owned(), vec![0; VALUE + 1], None, None).await.unwrap();
        assert_eq!(too_large, Err(StoreError::TooLarge));
        call.save(KEY.to_owned(), vec![0; VALUE], None, None).await.unwrap().unwrap();
        for instant in [-1, i64::MIN, i64::MAX, LAST_INSTANT + 1] {
            let saved = call.save("pending/ana/a".to_owned(), vec![], None, Some(instant)).await.unwrap();
            assert_eq!(saved, Err(StoreError::Denied), "{instant}");
        }
    }

    #[tokio::test]
    async fn a_value_that_has_expired_is_never_served() {
        let folder = tempfile::tempdir().unwrap();
        let mut call = call(&folder, "ana").await;
        let key = "pending/ana/a";
        call.save(key.to_owned(), vec![], None, Some(now() - 1)).await.unwrap().unwrap();
        assert_eq!(call.load(key.to_owned()).await.unwrap().unwrap(), None);
        assert_eq!(call.list("pending/ana".to_owned()).await.unwrap(), Ok(vec![]));
    }
}
