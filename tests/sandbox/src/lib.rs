//! # calendar-sandbox: Google Calendar and Microsoft Graph on loopback
//!
//! A second, stateful implementation of what both vendors document, written from their documentation and not from our
//! client. One listener on 127.0.0.1, plain http unless given a certificate, serves both vendors at the root of the host, as real clients expect:
//!
//! ```text
//! /o/oauth2/v2/auth  /token  /revoke            Google's OAuth        oauth/
//! /calendar/v3/...                              Google Calendar v3    google/
//! /{tenant}/oauth2/v2.0/authorize|token|...     Entra ID              oauth/
//! /v1.0/...                                     Microsoft Graph       microsoft/
//! /_sandbox/...                                 the control plane     control_http.rs
//! ```
//!
//! A request passes `serve` (faults, recording), then the vendor's router, which asks `State` who is speaking and answers from
//! its own store. Time is `clock`'s, never the machine's. What it does not do: push channels, anything but calendars.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), calendar_sandbox::error::Error> {
//! use calendar_sandbox::{Sandbox, config::Config};
//! let sandbox = Sandbox::start(Config::default()).await?;
//! assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
//! assert!(sandbox.control().exchanges().is_empty());
//! sandbox.shutdown().await;
//! # Ok(()) }
//! ```

mod broken;
pub mod clock;
pub mod config;
pub mod control;
mod control_http;
pub mod error;
pub mod fault;
pub mod google;
pub mod mail;
pub mod microsoft;
pub mod oauth;
pub mod person;
pub mod random;
pub mod record;
pub mod recurrence;
pub mod sandbox;
pub mod seed;
pub mod serve;
mod slow_body;
pub mod state;
pub mod tls;
pub mod vendor;
pub mod zone;

pub use sandbox::Sandbox;
