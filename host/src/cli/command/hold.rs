//! `hold`: keeps a time free for a while.

pub mod list;

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{Hold as Record, HoldRequest};
use chrono::TimeDelta;
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::selection::CalendarArg;
use crate::cli::input::{minutes, range, when};
use crate::cli::output::moment::{Moment, Span};
use crate::cli::output::table::Table;
use crate::cli::output::text;

/// Hold a time for a while, before it is booked
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host hold --start \"tomorrow 10:00\" --duration 45
  calendar-host hold --start 2026-03-09T15:00:00+01:00 --ttl 900 --key order-17 --json
  calendar-host book --title Call --start \"tomorrow 10:00\" --duration 45 --hold ID

Nothing is entered in a calendar. Until it ends, the time is busy for every other search and booking
of yours. A taken time is refused with free ones nearby (exit code 5). `holds` shows what is held,
`release` lets go. How to write times: `calendar-host --help`.")]
pub struct HoldArgs {
    /// When it starts
    #[arg(long, value_name = "TIME")]
    start: String,

    /// Its length: 30, 45m, 1h30m [default: 30]
    #[arg(long, value_name = "MIN", value_parser = minutes::duration, conflicts_with = "end")]
    duration: Option<u32>,

    /// When it ends, instead of --duration
    #[arg(long, value_name = "TIME")]
    end: Option<String>,

    /// Free time demanded, and held, before and after
    #[arg(long, value_name = "MIN", value_parser = minutes::buffer)]
    buffer: Option<u32>,

    /// How many seconds it is held, 1 to 3600 [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3600))]
    ttl: Option<u32>,

    /// The same key is the same hold, not prolonged [default: a hold of its own]
    #[arg(long, value_name = "KEY")]
    key: Option<String>,

    #[command(flatten)]
    target: CalendarArg,
}

/// A time that is held.
#[derive(Debug, Clone, Serialize)]
pub struct Hold {
    /// As `book --hold` and `release` take it.
    pub id: String,
    /// When the meeting would be.
    #[serde(flatten)]
    pub time: Span,
    /// What is kept free: the same with its buffers.
    pub blocked: Span,
    /// When it ends by itself.
    pub expires_at: Moment,
}

impl Hold {
    /// `record` in `zone`.
    pub fn new(record: Record, zone: &Zone) -> Self {
        Self {
            id: record.id,
            time: Span::new(&record.time, zone),
            blocked: Span::new(&record.blocked, zone),
            expires_at: Moment::from_seconds(record.expires_at, zone),
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::plain();
        table.row(["held", &self.time.to_string()]);
        table.row(["until", &format!("{} {}", self.expires_at.clock(), self.expires_at.offset())]);
        table.row(["hold", &text::line(&self.id)]);
        table.fmt(formatter)
    }
}

/// Holds the time.
pub async fn run(args: HoldArgs, context: &Context) -> Result<Hold, Failure> {
    let start = when::instant("--start", &args.start, &context.zone, context.now)?;
    let end = match &args.end {
        Some(text) => when::instant("--end", text, &context.zone, context.now)?,
        None => start + TimeDelta::minutes(args.duration.unwrap_or(30).into()),
    };
    let request = HoldRequest {
        buffer_before_minutes: args.buffer,
        buffer_after_minutes: args.buffer,
        ttl_seconds: args.ttl,
        target: context.selection(args.target.calendar.as_slice()),
        key: args.key,
        ..HoldRequest::new(range::between(("--start", start), ("--end", end))?)
    };
    let hold = context.host().await?.hold_slot(&context.user, &request).await?;
    Ok(Hold::new(hold, &context.zone))
}
