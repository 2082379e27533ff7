//! One file per command: its options, its `--help`, and the call it makes.

pub mod agenda;
pub mod audit;
pub mod auth;
pub mod book;
pub mod busy;
pub mod calendars;
pub mod cancel;
pub mod demo;
pub mod doctor;
pub mod hold;
pub mod keys;
pub mod mcp;
pub mod next;
pub mod propose;
pub mod quick_book;
pub mod release;
pub mod sandbox;
pub mod schedule;
pub mod show;
pub mod slots;
pub mod stats;
pub mod update;
pub mod user;
