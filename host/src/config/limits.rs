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
    /// Time on the clock, waiting for its turn included; an operation ends itself 45 s after it began. 60 s;
    /// `CALENDAR_HOST_TIMEOUT_SECONDS`.
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
    /// Calls that run at the same time; others wait. 32; `CALENDAR_HOST_MAX_CALLS`.
    pub concurrent_calls: u32,
    /// Calls of one user that run at the same time; others of that user wait, so that nobody takes all the room.
    /// 8; `CALENDAR_HOST_MAX_CALLS_PER_USER`.
    pub concurrent_calls_per_user: u32,
    /// Requests of one user to one server with the same token at the same time, over all calls; others wait. Never
    /// more than 4 to Microsoft Graph, which allows no more per mailbox. 10; `CALENDAR_HOST_MAX_IN_FLIGHT`.
    pub in_flight: u32,
    /// How long busy times may be served again; zero = always read anew. Bookings never rely on them. 60 s;
    /// `CALENDAR_HOST_CACHE_SECONDS`, 0 or 30 to 120.
    pub cache: Duration,
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
            concurrent_calls_per_user: 8,
            in_flight: 10,
            cache: Duration::from_secs(60),
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
        let counts = [
            ("CALENDAR_HOST_MAX_REQUESTS", 100_000, &mut limits.requests),
            ("CALENDAR_HOST_MAX_CALLS", 1000, &mut limits.concurrent_calls),
            ("CALENDAR_HOST_MAX_CALLS_PER_USER", 1000, &mut limits.concurrent_calls_per_user),
            ("CALENDAR_HOST_MAX_IN_FLIGHT", 1000, &mut limits.in_flight),
        ];
        for (name, most, limit) in counts {
            if let Some(count) = variables.number(name, most)? {
                *limit = u32::try_from(count).unwrap_or(u32::MAX);
            }
        }
        limits.cache = cache(variables)?.unwrap_or(limits.cache);
        Ok(limits)
    }
}

/// Zero, or half a minute to two: shorter saves nothing, longer surprises people.
fn cache(variables: &Variables) -> Result<Option<Duration>, ConfigError> {
    const NAME: &str = "CALENDAR_HOST_CACHE_SECONDS";
    match variables.get(NAME).map(str::parse) {
        None => Ok(None),
        Some(Ok(seconds @ (0 | 30..=120))) => Ok(Some(Duration::from_secs(seconds))),
        Some(_) => {
            Err(ConfigError::new(NAME, "is not a number in range", "set it to 0 (off) or to a number from 30 to 120"))
        }
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

    #[test]
    fn the_cache_is_off_or_short() {
        let cache = |text| Limits::read(&Variables::new([("CALENDAR_HOST_CACHE_SECONDS", text)])).map(|one| one.cache);
        for (text, seconds) in [("0", 0), ("30", 30), ("120", 120), ("", 60)] {
            assert_eq!(cache(text), Ok(Duration::from_secs(seconds)));
        }
        for text in ["1", "29", "121", "-1", "x"] {
            assert_eq!(cache(text).unwrap_err().variable(), "CALENDAR_HOST_CACHE_SECONDS", "{text}");
        }
    }

    #[test]
    fn every_limit_has_a_variable_with_bounds() {
        let names = [
            "CALENDAR_HOST_MEMORY_MIB",
            "CALENDAR_HOST_CPU_SECONDS",
            "CALENDAR_HOST_TIMEOUT_SECONDS",
            "CALENDAR_HOST_MAX_REQUESTS",
            "CALENDAR_HOST_MAX_CALLS",
            "CALENDAR_HOST_MAX_CALLS_PER_USER",
            "CALENDAR_HOST_MAX_IN_FLIGHT",
        ];
        for name in names {
            assert_ne!(Limits::read(&Variables::new([(name, "3")])).unwrap(), Limits::default(), "{name}");
            for value in ["0", "-1", "many", "1000000"] {
                let error = Limits::read(&Variables::new([(name, value)])).unwrap_err();
                assert_eq!(error.variable(), name, "{value}");
            }
        }
    }
}
