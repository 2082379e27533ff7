//! Google Calendar API v3: <https://developers.google.com/workspace/calendar/api/v3/reference>.
//!
//! One file per verb (`calendars`, `busy`, `events`, `create`, `update`, `cancel`), over the shapes
//! of the wire (`event`, `time`, `fault`). The same file names as in `outlook/`. Not here: tokens
//! and retries (`session`), and what a free slot is (`schedule`).

pub mod api;
pub mod busy;
pub mod busy_rule;
pub mod calendars;
pub mod cancel;
pub mod change;
pub mod create;
pub mod event;
pub mod event_id;
pub mod events;
pub mod fault;
pub mod free_busy;
#[cfg(test)]
mod hostile;
pub mod insertion;
#[cfg(test)]
mod sample;
pub mod schedule;
pub mod time;
pub mod update;
