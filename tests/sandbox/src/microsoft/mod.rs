//! Microsoft Graph v1.0, calendar part: a stateful stand-in written from the vendor's documentation.
//!
//! ```text
//! server.rs     HTTP: token, correlation ids, requests at once       route.rs    path -> operation, case ignored
//! api/          one file per resource or action                       odata/      query options, Prefer, filters, pages
//! mailbox/      state and the rules that change it, without HTTP      time/       zones, ranges, recurrence patterns
//! switches.rs   behaviour no contract states                          control.rs  what tests may look at and change
//! ```
//!
//! What it does not do: subscriptions, attachments, open extensions, groups, other people's mailboxes, permissions on calendars.

pub mod api;
pub mod call;
pub mod control;
mod control_http;
pub mod error;
pub mod mailbox;
pub mod odata;
pub mod route;
pub mod scopes;
mod seed;
pub mod server;
pub mod store;
pub mod switches;
pub mod time;

use crate::state::State;
use std::sync::Arc;

pub use control::Control;
pub use control_http::router as control_router;
pub use error::error_response;
pub use seed::seed;
pub use store::Store;
pub use switches::Switches;

/// The router of `/v1.0/...`.
pub fn router(state: Arc<State>) -> axum::Router {
    axum::Router::new().fallback(server::handle).with_state(state)
}
