//! The calendar component's core: operations, provider clients, OAuth, slot engine.
//!
//! ```text
//! op/  ->  session, provider/google|outlook  ->  http/  ->  ports (the shell)
//!   \->  schedule/ (pure)      \->  oauth/ (pure)
//! ```
//!
//! No arrow goes back up. There is no WASI, no WIT and no clock in this crate: everything it needs
//! of the world is a trait in [`ports`], so every line runs natively under test.

pub mod account;
pub mod booking;
pub mod calendar;
pub mod error;
pub mod http;
pub mod meeting;
pub mod oauth;
pub mod op;
pub mod person;
pub mod ports;
pub mod provider;
pub mod schedule;
#[cfg(test)]
pub mod scripted;
pub mod secret;
pub mod session;
