//! The calendar component: a WASI shell around `calendar-core`.
//!
//! ```text
//! caller -- WIT export (exports.rs) -- codec -- operation (calendar_core::op) -- provider client
//!                                                   |                               |
//!                                              ledger, grants                  http -- outbound.rs -- host
//!                                              (wasi.rs -- host)
//! ```
//!
//! | interface | operation | reads | writes |
//! |---|---|---|---|
//! | authorization | start-oauth-flow | | pending authorization |
//! | | complete-oauth-flow | token endpoint | grant |
//! | | is-authenticated, account-status, list-accounts | grants | |
//! | | disconnect | | revocation endpoint, grant |
//! | calendars | list-calendars | calendars of all accounts | |
//! | availability | get-busy-times | calendars, then busy times | |
//! | | get-schedule | other people's free/busy, of all accounts at once | |
//! | | check-availability, find-next-available-slot, propose-meeting-times | calendars, then busy times, ledger | |
//! | slots | find-slots, propose-slots | | |
//! | meetings | book-meeting, quick-book-meeting | calendars, then busy times, ledger; the event's surroundings | ledger, event, ledger |
//! | | get-event | event | |
//! | | update-event | event; busy times when moved | ledger when moved, event |
//! | | cancel-event | event | event, ledger |
//! | | get-upcoming-meetings | calendars, then events | |
//! | holds | hold-slot | calendars, then busy times, ledger | ledger |
//! | | release-hold, list-holds | ledger | ledger |
//!
//! Only this crate knows the bindings; only `wasi.rs` and `outbound.rs` touch WASI.

pub mod bindings;
pub mod codec;
#[cfg(target_os = "wasi")]
mod exports;
#[cfg(target_os = "wasi")]
mod outbound;
#[cfg(target_os = "wasi")]
mod wasi;
