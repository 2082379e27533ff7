//! `audit`: what was done, by whom, to which accounts, and how it ended.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::audit::{AuditLog, AuditQuery, Record};
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::since;
use crate::cli::output::moment::Moment;
use crate::cli::output::table::Table;

/// Show what was done: one record for each operation
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host audit                                        the last 100, everybody's
  calendar-host audit --user ana --since -7d
  calendar-host audit --operation book-meeting --limit 1000 --json

A record holds time, user, operation, account ids, the provider's request ids, the outcome, the
duration and counts: no titles, no guests, no addresses. The same records are lines of audit.jsonl
in the data folder. CALENDAR_HOST_AUDIT=required refuses changes while it cannot be written.")]
pub struct AuditArgs {
    /// Only operations that began then or later; `-7d` and `-12h` count back
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,

    /// Only this operation, for example `book-meeting`
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,

    /// At most this many: the last ones
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
}

/// Records in the order they were written.
#[derive(Debug, Serialize)]
pub struct Audit {
    records: Vec<Record>,
    #[serde(skip)]
    zone: Zone,
}

/// Reads the records of `--user`, or everybody's.
pub async fn run(args: AuditArgs, context: &Context) -> Result<Audit, Failure> {
    let since = args.since.map(|text| since::instant(&text, &context.zone, context.now)).transpose()?;
    let (user, limit) = (context.named_user().map(str::to_owned), args.limit);
    let log = AuditLog::open(&context.config()?).await?;
    let records = log.records(&AuditQuery { user, operation: args.operation, since, limit }).await?;
    Ok(Audit { records, zone: context.zone.clone() })
}

impl fmt::Display for Audit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.records.is_empty() {
            return formatter.write_str("No record.");
        }
        let mut table = Table::new(&["TIME", "USER", "OPERATION", "OUTCOME", "MS", "REQUESTS", "RETRIES", "ACCOUNTS"]);
        for record in &self.records {
            let time = Moment::new(record.time, &self.zone).to_string();
            let requests = (record.google.requests + record.outlook.requests).to_string();
            let retries = (record.google.retries + record.outlook.retries).to_string();
            let (duration, accounts) = (record.duration_ms.to_string(), record.accounts.join(" "));
            let (user, operation, outcome) = (&record.user, &record.operation, &record.decision);
            table.row([&time, user, operation, outcome, &duration, &requests, &retries, &accounts].map(String::as_str));
        }
        table.fmt(formatter)
    }
}
