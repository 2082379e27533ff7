//! The options that bound what calls may use and reach; each has a variable of the same meaning.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::environment::Environment;

/// Options that replace a limit of the configuration.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Policy of outbound requests, a TOML file [default: CALENDAR_HOST_POLICY]
    #[arg(long, global = true, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    policy: Option<String>,

    /// Time of one call, its turn included; an operation itself ends after 45 s [default: CALENDAR_HOST_TIMEOUT_SECONDS or 60]
    #[arg(long, global = true, value_name = "SECONDS")]
    timeout_seconds: Option<u64>,

    /// Computing time of one call [default: CALENDAR_HOST_CPU_SECONDS or 10]
    #[arg(long, global = true, value_name = "SECONDS")]
    cpu_seconds: Option<u64>,

    /// Memory of one call [default: CALENDAR_HOST_MEMORY_MIB or 64]
    #[arg(long, global = true, value_name = "MIB")]
    memory_mib: Option<u64>,

    /// Requests of one call [default: CALENDAR_HOST_MAX_REQUESTS or 200]
    #[arg(long, global = true, value_name = "COUNT")]
    max_requests: Option<u64>,

    /// Requests of a user to one server at a time [default: CALENDAR_HOST_MAX_IN_FLIGHT or 10]
    #[arg(long, global = true, value_name = "COUNT")]
    max_in_flight: Option<u64>,

    /// Calls at a time [default: CALENDAR_HOST_MAX_CALLS or 32]
    #[arg(long, global = true, value_name = "COUNT")]
    max_calls: Option<u64>,

    /// Calls of one user at a time [default: CALENDAR_HOST_MAX_CALLS_PER_USER or 8]
    #[arg(long, global = true, value_name = "COUNT")]
    max_calls_per_user: Option<u64>,
}

impl LimitArgs {
    /// The same variables, with those replaced that an option stands for.
    pub fn over(&self, environment: Environment) -> Environment {
        let numbers = [
            ("CALENDAR_HOST_TIMEOUT_SECONDS", self.timeout_seconds),
            ("CALENDAR_HOST_CPU_SECONDS", self.cpu_seconds),
            ("CALENDAR_HOST_MEMORY_MIB", self.memory_mib),
            ("CALENDAR_HOST_MAX_REQUESTS", self.max_requests),
            ("CALENDAR_HOST_MAX_IN_FLIGHT", self.max_in_flight),
            ("CALENDAR_HOST_MAX_CALLS", self.max_calls),
            ("CALENDAR_HOST_MAX_CALLS_PER_USER", self.max_calls_per_user),
        ];
        let numbers = numbers.into_iter().filter_map(|(name, number)| Some((name, number?.to_string())));
        let policy = self.policy.clone().map(|path| ("CALENDAR_HOST_POLICY", path));
        numbers.chain(policy).fold(environment, |environment, (name, value)| environment.with(name, value))
    }
}
