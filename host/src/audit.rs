//! The ledger of calls: one record for each operation on behalf of a user, appended to a file and to a table. Says who
//! did what, to which accounts, how it ended and what it cost; holds no bodies, no titles, no guests.
//!
//! ```text
//! record.rs   what is kept of one operation
//! trail.rs    what a running call leaves: accounts, requests, retries
//! ledger.rs   follows a call, then writes its record to both places
//! file.rs     audit.jsonl: appended by several processes, rotated by size
//! log.rs      reads the table
//! ```
//!
//! Searches of times that the caller brings along (`find-slots`, `propose-slots`) concern no user and no account; they
//! leave no record.

mod file;
pub(crate) mod ledger;
mod log;
mod record;
pub(crate) mod trail;

pub use log::{AuditLog, AuditQuery};
pub(crate) use record::digest;
pub use record::{ProviderRequest, Record, Traffic};
