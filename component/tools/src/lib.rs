//! The calendar as plain functions, for agent runtimes that turn a component's exports into tools: times are RFC 3339
//! text, records are flat, and whose calendar it is says `CALENDAR_USER`, so that no argument chooses a person.
//!
//! Each function is one operation of `calendar:scheduling`, composed in below. `wit/tools.wit` describes them; the
//! packaging embeds those descriptions in the artifact.

pub mod answer;
pub mod bindings;
#[cfg(target_os = "wasi")]
mod exports;
pub mod hours;
pub mod time;
