//! From the host's records to text and JSON. One file per thing that is shown; keys are the interface's words in
//! snake_case and never change, enum values are the interface's words as they are.

pub mod account;
pub mod calendar;
pub mod found;
pub mod gap;
pub mod meeting;
pub mod moment;
pub mod offer;
pub mod printer;
pub mod refused;
pub mod schedule;
pub mod slots;
pub mod table;
pub mod text;
pub mod unknown;
