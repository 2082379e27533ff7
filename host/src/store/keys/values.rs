//! Values in the clear, as `imports/` asks for them: sealed on the way in, opened on the way out.

use super::super::Store;
use super::super::tokens::{TokenError, TokenKey, Versioned};

impl Store {
    /// The value; none when it was never saved, was deleted or has expired.
    pub(crate) async fn load_token(&self, key: &TokenKey) -> Result<Option<Versioned>, TokenError> {
        let mut missing = None;
        loop {
            let Some((sealed, version)) = self.load_sealed(key).await? else { return Ok(None) };
            let unknown = match self.keys.unseal(key.place(), &sealed) {
                Err(TokenError::UnknownKey(id)) if missing.as_ref() != Some(&id) => id,
                opened => return Ok(Some((opened?, version))),
            };
            // Other keys by now, perhaps; and if this one was dropped since, another row.
            self.read_keys_again().await;
            missing = Some(unknown);
        }
    }

    /// Saves if the present version is `expected` (none = absent); the new version. It ends by itself after `lives` seconds
    /// by the database's clock.
    pub(crate) async fn save_token(
        &self,
        key: &TokenKey,
        value: &[u8],
        expected: Option<i64>,
        lives: Option<i64>,
    ) -> Result<i64, TokenError> {
        let mut is_new = false;
        loop {
            let sealed = match self.keys.seal(key.place(), value) {
                // The keys could not be read when the last one was refused.
                Err(TokenError::RetiredKey(_)) if !is_new => None,
                sealed => Some(sealed?),
            };
            if let Some(sealed) = sealed {
                match self.save_sealed(key, &sealed, expected, lives).await {
                    // Each round ends with one key less; there is no key left to seal by in the end.
                    Err(TokenError::RetiredKey(id)) => self.keys.refuse(id),
                    outcome => return outcome,
                }
            }
            self.read_keys_again().await;
            is_new = true;
        }
    }

    /// With the keys of before, if they cannot be read.
    async fn read_keys_again(&self) {
        if let Err(error) = self.keys.reload().await {
            tracing::error!(remedy = error.remedy(), "the sealing keys cannot be read again: {error}");
        }
    }
}
