//! The operations, one file per resource or action, each with its verb, path and the vendor's page.

pub mod actions;
pub mod batch;
pub mod calendars;
pub mod collection;
pub mod delta;
pub mod events;
pub mod instances;
pub mod me;
pub mod meeting_times;
pub mod schedule;
pub mod settings;
pub mod view;
