//! Everything that is kept, and its file:
//!
//! ```json
//! {
//!   "format": "calendar-portable store 1",
//!   "last_version": 7,
//!   "tokens": [{ "key": "accounts/ana/google/google%3A1", "key_id": "…", "sealed": "base64", "version": 7, "expires_at": null }],
//!   "bookings": [{ "user": "ana", "booking": { "key": "…", "state": "Committed", … } }]
//! }
//! ```
//!
//! `booking` is the record of `wit/booking-store.wit`. A file of another format is refused, never overwritten.

use serde::{Deserialize, Serialize};

use crate::bindings::exports::calendar::scheduling::booking_store::Booking;

/// The format of the file; another one is another version's.
pub const FORMAT: &str = "calendar-portable store 1";

/// Everything that is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Always [`FORMAT`].
    pub format: String,
    /// The last version that was given out; never given out again.
    pub last_version: i64,
    /// Values of the token store.
    pub tokens: Vec<Token>,
    /// The ledger.
    pub bookings: Vec<Kept>,
}

/// A sealed value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// Its key, in clear.
    pub key: String,
    /// Which key it was sealed with.
    pub key_id: String,
    /// Nonce and ciphertext, base64.
    pub sealed: String,
    /// For compare-and-set.
    pub version: i64,
    /// It is forgotten then.
    pub expires_at: Option<i64>,
}

/// A booking of somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Whose.
    pub user: String,
    /// What the component is told.
    pub booking: Booking,
}

impl Default for State {
    fn default() -> Self {
        Self { format: FORMAT.to_owned(), last_version: 0, tokens: Vec::new(), bookings: Vec::new() }
    }
}
