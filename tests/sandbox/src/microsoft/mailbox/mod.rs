//! What a mailbox holds: calendars and events as plain state, and the rules that change them. Nothing here knows HTTP.

pub mod calendar;
pub mod copies;
pub mod create;
pub mod draft;
pub mod event;
pub mod exception;
pub mod guests;
pub mod ids;
pub mod letter;
pub mod occurrence;
pub mod owner;
pub mod remove;
pub mod render;
pub mod respond;
pub mod transaction;
pub mod update;
