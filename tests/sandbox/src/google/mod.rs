//! Google Calendar API v3, from its documentation: <https://developers.google.com/workspace/calendar/api/v3/reference>.
//!
//! ```text
//! api -> auth, query            decode: who asks, for what
//!     -> calendar_list, list, free_busy, instances, write, guests    what happens (pure: a store, an instant, no HTTP)
//!     -> view, fields, error    encode
//! ```
//! The store holds events as values of `event`; bodies are checked by `draft`. Push channels, access rules, import and
//! quickAdd are not offered.

mod api;
mod attendee;
mod auth;
pub mod calendar;
mod calendar_list;
mod conference;
mod control;
mod control_http;
mod draft;
mod error;
mod event;
mod exceptions;
mod fields;
mod free_busy;
mod guests;
mod instances;
mod list;
mod list_query;
mod query;
mod rules;
pub mod seed;
mod store;
pub mod switches;
mod token;
mod view;
mod when;
mod write;

pub use api::router;
pub use control::Control;
pub use control_http::control_router;
pub use error::error_response;
pub use seed::seed;
pub use store::Store;
