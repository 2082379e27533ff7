//! What one call of the component may use.

use std::time::Duration;

use super::ConfigError;
use super::variables::Variables;

/// Bounds of one call; each call runs in an instance of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory in bytes, all memories together. 64 MiB; variable `CALENDAR_HOST_MEMORY_MIB`.
    pub memory_bytes: usize,
    /// Computing time; waiting for an answer does not count. 10 s; `CALENDAR_HOST_CPU_SECONDS`.
    pub cpu: Duration,
    /// Time on the clock, waiting included. 60 s; `CALENDAR_HOST_TIMEOUT_SECONDS`.
    pub wall_clock: Duration,
    /// Outbound requests. 200; `CALENDAR_HOST_MAX_REQUESTS`.
    pub requests: u32,
    /// Bytes of one request body. 1 MiB.
    pub request_body_bytes: usize,
    /// Bytes of one response body. 8 MiB.
    pub response_body_bytes: usize,
    /// Establishing a connection, TLS included. 10 s.
    pub connect: Duration,
    /// From a request to the end of its response. 30 s.
    pub request: Duration,
    /// Calls that run at the same time; others wait. 32.
    pub concurrent_calls: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 64 << 20,
            cpu: Duration::from_secs(10),
            wall_clock: Duration::from_secs(60),
            requests: 200,
            request_body_bytes: 1 << 20,
            response_body_bytes: 8 << 20,
            connect: Duration::from_secs(10),
            request: Duration::from_secs(30),
            concurrent_calls: 32,
        }
    }
}

impl Limits {
    pub(super) fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let mut limits = Self::default();
        if let Some(mebibytes) = variables.number("CALENDAR_HOST_MEMORY_MIB", 4096)? {
            limits.memory_bytes = usize::try_from(mebibytes << 20).unwrap_or(usize::MAX);
        }
        if let Some(seconds) = variables.number("CALENDAR_HOST_CPU_SECONDS", 3600)? {
            limits.cpu = Duration::from_secs(seconds);
        }
        if let Some(seconds) = variables.number("CALENDAR_HOST_TIMEOUT_SECONDS", 3600)? {
            limits.wall_clock = Duration::from_secs(seconds);
        }
        if let Some(requests) = variables.number("CALENDAR_HOST_MAX_REQUESTS", 100_000)? {
            limits.requests = u32::try_from(requests).unwrap_or(u32::MAX);
        }
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_replace_single_limits() {
        let limits =
            Limits::read(&Variables::new([("CALENDAR_HOST_MEMORY_MIB", "16"), ("CALENDAR_HOST_TIMEOUT_SECONDS", "5")]))
                .unwrap();
        assert_eq!(limits.memory_bytes, 16 * 1024 * 1024);
        assert_eq!(limits.wall_clock, Duration::from_secs(5));
        assert_eq!(limits.cpu, Limits::default().cpu);
    }
}
