//! Embeds calendars: runs the calendar component in a sandbox and calls it.
//!
//! ```text
//! lib.rs         this overview
//! host.rs        CalendarHost and its Builder: open once, clone, share
//! operations.rs  one method per operation of the component
//! requests.rs    requests with everything at its default
//! types.rs       the records of the interface
//! config.rs      registered clients, addresses, folders, limits
//! runtime/       engine, limits, one fresh instance per call
//! imports/       one file per interface the component may call: secrets, tokens, bookings
//! egress/        every outbound request: policy, pooled client, counting
//! store/         SQLite, sealed tokens, the ledger of bookings
//! ```
//!
//! The component sees no files, no environment, no sockets. It reaches the network only through
//! `egress/` and other users' data not at all.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use calendar_host::types::Selection;
//! use calendar_host::{CalendarHost, Config};
//!
//! let host = CalendarHost::open(Config::from_env()?).await?;
//! for calendar in host.list_calendars("ana", &Selection::default()).await?.calendars {
//!     println!("{} {}", calendar.provider, calendar.name);
//! }
//! # Ok(()) }
//! ```

pub mod config;
mod egress;
mod host;
mod imports;
mod operations;
mod requests;
mod runtime;
mod setup;
mod store;
pub mod types;

pub use config::{Config, ConfigError, Limits};
pub use egress::exchange::{Exchange, Stats};
pub use host::{Builder, CalendarHost, Source};
pub use setup::SetupError;
pub use types::Error;
