//! The operations of the interface, one file each, over the providers, the ledger and the slot
//! engine. Everything they take is validated already (the shell's codec), everything they return
//! is a domain type.

pub mod authorization;
pub mod availability;
pub mod book_meeting;
pub mod busy_read;
pub mod cancel_event;
pub mod fingerprint;
pub mod get_busy_times;
pub mod get_event;
pub mod get_schedule;
pub mod holds;
pub mod list_calendars;
pub mod moved;
pub mod propose_meeting_times;
pub mod quick_book_meeting;
pub mod recheck;
pub mod search;
pub mod sources;
pub mod target;
pub mod upcoming_meetings;
pub mod update_event;
