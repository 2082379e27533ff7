//! The stage of the tests that need more than one crate: a sandbox on loopback, a host with the
//! real component, and people who connect through the real OAuth redirect.

pub mod gate;
pub mod people;
#[cfg(unix)]
pub mod postgres;
pub mod query;
pub mod relay;
pub mod stage;
