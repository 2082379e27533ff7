//! The two ways to reach the server.

pub mod http;
pub mod stdio;
pub mod token;
