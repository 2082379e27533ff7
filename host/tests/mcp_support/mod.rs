//! A program that speaks to `calendar-host mcp`, and a relay before the sandbox that sees connections close.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod client;
pub mod relay;
