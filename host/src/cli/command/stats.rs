//! `stats`: numbers of all processes, added up from the audit log.

use std::fmt;

use calendar_host::audit::{AuditLog, Traffic};
use calendar_host::metrics::{BOUNDS_MS, Durations, Numbers};
use calendar_host::types::Provider;
use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::since;
use crate::cli::output::table::Table;

/// Show numbers: calls, durations, requests, retries, quota use
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host stats
  calendar-host stats --since -24h --json
  calendar-host stats --user ana
  calendar-host stats --prometheus                           for a textfile collector

The numbers are added up from the audit log, so they hold for all processes that share the database.
A program that embeds the host has those of its own calls from CalendarHost::metrics().")]
pub struct StatsArgs {
    /// Only operations that began then or later; `-7d` and `-12h` count back
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,

    /// Write the text that Prometheus reads; users appear as digests
    #[arg(long, conflicts_with = "json")]
    prometheus: bool,
}

/// The numbers, in the form that was asked for.
#[derive(Debug)]
pub struct Stats {
    numbers: Numbers,
    is_prometheus: bool,
}

/// Adds up the records of `--user`, or everybody's.
pub async fn run(args: StatsArgs, context: &Context) -> Result<Stats, Failure> {
    let since = args.since.map(|text| since::instant(&text, &context.zone, context.now)).transpose()?;
    let log = AuditLog::open(&context.config()?).await?;
    let numbers = log.numbers(since, context.named_user()).await?;
    Ok(Stats { numbers, is_prometheus: args.prometheus })
}

impl Serialize for Stats {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let numbers = &self.numbers;
        let calls = numbers.calls.iter().map(|((operation, outcome), durations)| call(operation, outcome, durations));
        let users = numbers.traffic.iter().map(|((user, provider), traffic)| {
            let mut entry = counts(*traffic);
            entry.insert("user".to_owned(), json!(user));
            entry.insert("provider".to_owned(), json!(provider));
            Value::Object(entry)
        });
        let providers = [Provider::Google, Provider::Outlook]
            .map(|it| (it.as_str().to_owned(), Value::Object(counts(numbers.provider(it)))));
        json!({
            "calls": calls.collect::<Vec<_>>(),
            "providers": providers.into_iter().collect::<Map<_, _>>(),
            "users": users.collect::<Vec<_>>(),
            "cache_hits": numbers.cache_hits,
            "cache_misses": numbers.cache_misses,
            "audit_failures": numbers.audit_failures,
        })
        .serialize(serializer)
    }
}

fn call(operation: &str, outcome: &str, durations: &Durations) -> Value {
    let steps: Vec<_> =
        BOUNDS_MS.iter().zip(durations.within).map(|(ms, count)| json!({"ms": ms, "count": count})).collect();
    json!({
        "operation": operation,
        "outcome": outcome,
        "count": durations.count,
        "sum_ms": durations.sum_ms,
        "p50_ms": durations.percentile_ms(50),
        "p95_ms": durations.percentile_ms(95),
        "p99_ms": durations.percentile_ms(99),
        "within": steps,
    })
}

fn counts(traffic: Traffic) -> Map<String, Value> {
    let Traffic { requests, retries, throttled, refreshes, auth_failures } = traffic;
    let counts = [
        ("requests", requests),
        ("retries", retries),
        ("throttled", throttled),
        ("refreshes", refreshes),
        ("auth_failures", auth_failures),
    ];
    counts.into_iter().map(|(name, count)| (name.to_owned(), json!(count))).collect()
}

impl fmt::Display for Stats {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = &self.numbers;
        if self.is_prometheus {
            return formatter.write_str(&numbers.prometheus());
        }
        if numbers.calls.is_empty() {
            return formatter.write_str("No operation is on record.");
        }
        let mut calls = Table::new(&["OPERATION", "OUTCOME", "CALLS", "MEAN MS", "P50 MS", "P95 MS"]);
        for ((operation, outcome), durations) in &numbers.calls {
            let mean = durations.sum_ms.checked_div(durations.count).unwrap_or(0).to_string();
            let [p50, p95] = [50, 95].map(|percent| {
                durations.percentile_ms(percent).map_or_else(|| "> 60000".to_owned(), |bound| format!("<= {bound}"))
            });
            let count = durations.count.to_string();
            calls.row([operation.as_str(), outcome, &count, &mean, &p50, &p95]);
        }
        calls.fmt(formatter)?;
        formatter.write_str("\n\n")?;
        let mut traffic = Table::new(&["USER", "PROVIDER", "REQUESTS", "RETRIES", "THROTTLED", "REFRESHES", "REFUSED"]);
        for ((user, provider), sums) in &numbers.traffic {
            let Traffic { requests, retries, throttled, refreshes, auth_failures } = *sums;
            let counts = [requests, retries, throttled, refreshes, auth_failures].map(|count| count.to_string());
            let user = if user.is_empty() { "(others)" } else { user };
            let [requests, retries, throttled, refreshes, refused] = counts.each_ref().map(String::as_str);
            traffic.row([user, provider, requests, retries, throttled, refreshes, refused]);
        }
        traffic.fmt(formatter)?;
        write!(formatter, "\n\ncache: {} hits, {} misses", numbers.cache_hits, numbers.cache_misses)?;
        write!(formatter, "\naudit records that could not be written: {}", numbers.audit_failures)
    }
}
