//! A program that speaks to `calendar-host mcp`, and a relay before the sandbox that sees connections close.

pub mod client;
pub mod relay;
