//! Microsoft Graph v1.0, the Outlook calendar of one mailbox: the same verbs and file names as
//! `google/`, plus what only Graph needs (zone names, paging by links, extended properties).
//! Not here: tokens and retries (`session`, `http::retry`), and which calendar to ask (`op`).
//!
//! `$batch` is used for the busy times of more calendars than may be asked at once (`batch`); elsewhere
//! requests in flight together are one round trip deep as they are. `findMeetingTimes` is not used: it
//! suggests some times and does not say when anybody is busy, so an exact answer can be built neither
//! from what it offers nor from what it leaves out.
//!
//! Every request asks for times in UTC and for immutable ids and carries a correlation id
//! (`request`); times are sent in UTC, so no zone data but ours decides anything.

mod batch;
pub mod busy;
mod busy_rule;
pub mod calendars;
pub mod cancel;
pub mod create;
mod custom_zone;
#[cfg(test)]
mod double;
pub mod event;
pub mod events;
pub mod fault;
mod find;
mod mailbox;
mod meeting_block;
mod page;
mod property;
mod request;
pub mod schedule;
pub mod time;
mod transaction;
pub mod update;
pub mod zones;
mod zones_table;
