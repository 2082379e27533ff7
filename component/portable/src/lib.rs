//! The adapter that makes the calendar component portable: it exports what `calendar.wasm` imports.
//!
//! | interface | kept where |
//! |---|---|
//! | `secrets` | environment: the variables of `calendar-host` (`GOOGLE_CLIENT_ID` …) |
//! | `cache` | nowhere: every answer is `none` |
//! | `token-store`, `booking-store` | a file in a folder, else in memory, for the life of the instance |
//!
//! The folder is `CALENDAR_HOST_DATA_DIR`, else the first preopened one but `/`, and the file `calendar-store.json`.
//! Values of the token store are sealed as `calendar-host` seals them, with `CALENDAR_HOST_KEY`; in memory
//! with a key of the instance. The ledger is in the clear, as there. The file is written anew for every change
//! and renamed into place, so a crash leaves the old one or the new one. It is meant for **one instance at a time**:
//! two that run at once would overwrite each other's changes; for several processes there is `calendar-host`.
//!
//! Only `exports.rs` touches WASI; everything else is tested natively.

pub mod bindings;
mod cloud;
#[cfg(target_os = "wasi")]
mod exports;
pub mod holds;
pub mod keeping;
pub mod ledger;
pub mod place;
pub mod settings;
pub mod state;
pub mod tokens;
