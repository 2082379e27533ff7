//! `token-store` on the state: sealed values with versions.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::bindings::exports::calendar::scheduling::token_store::{Entry, StoreError};
use crate::place::{Place, is_below};
use crate::state::{State, Token};
use calendar_seal::{Sealed, Sealer};

/// Bytes of one value.
const LARGEST: usize = 64 * 1024;
/// 9999-12-31T23:59:59Z, the last instant of the interface.
const LAST_INSTANT: i64 = 253_402_300_799;

impl Token {
    fn is_alive(&self, now: i64) -> bool {
        self.expires_at.is_none_or(|end| end > now)
    }
}

fn find<'a>(state: &'a State, key: &str, now: i64) -> Option<&'a Token> {
    state.tokens.iter().find(|token| token.key == key && token.is_alive(now))
}

/// The value of a key.
///
/// # Errors
/// `denied`: no key; `unreadable`: sealed with another key, or damaged.
pub fn load(state: &State, sealer: &Sealer, key: &str, now: i64) -> Result<Option<Entry>, StoreError> {
    let place = Place::parse(key).ok_or(StoreError::Denied)?;
    let Some(token) = find(state, key, now) else { return Ok(None) };
    let bytes = STANDARD.decode(&token.sealed).map_err(|_| StoreError::Unreadable)?;
    let sealed = Sealed { key_id: token.key_id.clone(), bytes };
    let value = sealer.open(place.sealed(), &sealed).map_err(|_| StoreError::Unreadable)?;
    Ok(Some(Entry { value: value.to_vec(), version: token.version }))
}

/// What is to be saved.
pub struct Change<'a> {
    /// The key.
    pub key: &'a str,
    /// The value.
    pub value: &'a [u8],
    /// The version it replaces; none = there must be none.
    pub expected: Option<i64>,
    /// The value is forgotten then.
    pub expires_at: Option<i64>,
}

/// Saves if the present version is the expected one; the new version. What has expired goes with it.
///
/// # Errors
/// As the interface says.
pub fn save(state: &mut State, sealer: &Sealer, change: &Change<'_>, now: i64) -> Result<i64, StoreError> {
    let place = Place::parse(change.key).ok_or(StoreError::Denied)?;
    if change.value.len() > LARGEST {
        return Err(StoreError::TooLarge);
    }
    if change.expires_at.is_some_and(|at| !(0..=LAST_INSTANT).contains(&at)) {
        return Err(StoreError::Denied);
    }
    if find(state, change.key, now).map(|token| token.version) != change.expected {
        return Err(StoreError::VersionMismatch);
    }
    let sealed = sealer.seal(place.sealed(), change.value).map_err(|_| StoreError::Unavailable)?;
    state.last_version = state.last_version.checked_add(1).ok_or(StoreError::Unavailable)?;
    state.tokens.retain(|token| token.key != change.key && token.is_alive(now));
    state.tokens.push(Token {
        key: change.key.to_owned(),
        key_id: sealed.key_id,
        sealed: STANDARD.encode(sealed.bytes),
        version: state.last_version,
        expires_at: change.expires_at,
    });
    Ok(state.last_version)
}

/// Deletes if the present version is the expected one (none = any); whether it existed.
///
/// # Errors
/// As the interface says.
pub fn delete(state: &mut State, key: &str, expected: Option<i64>, now: i64) -> Result<bool, StoreError> {
    Place::parse(key).ok_or(StoreError::Denied)?;
    let present = find(state, key, now).map(|token| token.version);
    if expected.is_some() && present != expected {
        return Err(StoreError::VersionMismatch);
    }
    state.tokens.retain(|token| token.key != key);
    Ok(present.is_some())
}

/// Keys below a prefix, sorted.
#[must_use]
pub fn list(state: &State, prefix: &str, now: i64) -> Vec<String> {
    let below = state.tokens.iter().filter(|token| token.is_alive(now) && is_below(&token.key, prefix));
    let mut keys: Vec<String> = below.map(|token| token.key.clone()).collect();
    keys.sort_unstable();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar_seal::Key;

    const KEY: &str = "accounts/ana/google/google%3A1";

    fn sealer() -> Sealer {
        Sealer::new(Key::new([3; 32]))
    }

    fn put(
        state: &mut State,
        key: &str,
        expected: Option<i64>,
        expires_at: Option<i64>,
        now: i64,
    ) -> Result<i64, StoreError> {
        save(state, &sealer(), &Change { key, value: b"token", expected, expires_at }, now)
    }

    #[test]
    fn a_value_is_saved_only_over_the_version_that_was_read() {
        let mut state = State::default();
        let first = put(&mut state, KEY, None, None, 0).unwrap();
        assert_eq!(put(&mut state, KEY, None, None, 0), Err(StoreError::VersionMismatch));
        let second = put(&mut state, KEY, Some(first), None, 0).unwrap();
        assert!(second > first);
        assert_eq!(delete(&mut state, KEY, Some(first), 0), Err(StoreError::VersionMismatch));
        assert_eq!(delete(&mut state, KEY, Some(second), 0), Ok(true));
        assert_eq!(delete(&mut state, KEY, None, 0), Ok(false));
        assert!(put(&mut state, KEY, None, None, 0).unwrap() > second, "a version is never given out twice");
    }

    #[test]
    fn what_is_kept_is_sealed_and_opens_with_its_key_only() {
        let mut state = State::default();
        put(&mut state, KEY, None, None, 0).unwrap();
        assert_eq!(load(&state, &sealer(), KEY, 0).unwrap().unwrap().value, b"token");
        assert!(!serde_json::to_string(&state).unwrap().contains(&STANDARD.encode("token")));
        let other = Sealer::new(Key::new([4; 32]));
        assert_eq!(load(&state, &other, KEY, 0), Err(StoreError::Unreadable));
        state.tokens[0].key = "accounts/eve/google/google%3A1".to_owned();
        assert_eq!(load(&state, &sealer(), &state.tokens[0].key, 0), Err(StoreError::Unreadable));
    }

    #[test]
    fn what_has_expired_is_gone() {
        let mut state = State::default();
        put(&mut state, "pending/ana/0a", None, Some(100), 0).unwrap();
        assert_eq!(list(&state, "pending/ana", 99), ["pending/ana/0a"]);
        assert!(load(&state, &sealer(), "pending/ana/0a", 100).unwrap().is_none());
        assert!(list(&state, "pending/ana", 100).is_empty());
        put(&mut state, KEY, None, None, 100).unwrap();
        assert_eq!(state.tokens.len(), 1);
    }

    #[test]
    fn malformed_keys_and_large_values_are_refused() {
        let mut state = State::default();
        assert_eq!(put(&mut state, "accounts/ana", None, None, 0), Err(StoreError::Denied));
        assert_eq!(put(&mut state, KEY, None, Some(-1), 0), Err(StoreError::Denied));
        let value = vec![0; LARGEST + 1];
        let large = Change { key: KEY, value: &value, expected: None, expires_at: None };
        assert_eq!(save(&mut state, &sealer(), &large, 0), Err(StoreError::TooLarge));
        assert_eq!(state, State::default());
    }
}
