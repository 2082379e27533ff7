//! `busy`: when the user is busy.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::BusyTimes;
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::range::RangeArgs;
use crate::cli::input::selection::CalendarsArg;
use crate::cli::output::moment::Span;
use crate::cli::output::unknown::{self, Unknown};

/// Show when you are busy, over all accounts
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host busy                                         the next 7 days
  calendar-host busy --from today --to +2d
  calendar-host busy --from 2026-03-09 --to 2026-03-14 --tz America/New_York --json

How to write times: `calendar-host --help`.")]
pub struct BusyArgs {
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    calendars: CalendarsArg,
}

/// Busy times and what could not be read.
#[derive(Debug, Serialize)]
pub struct Busy {
    /// Sorted, merged, cut to the range.
    pub busy: Vec<Span>,
    /// The user may be busy there at any time.
    pub unknown: Vec<Unknown>,
    /// The range that was asked for.
    pub range: Span,
    time_zone: String,
}

/// Reads the busy times.
pub async fn run(args: BusyArgs, context: &Context) -> Result<Busy, Failure> {
    let range = args.range.range(7, &context.zone, context.now)?;
    let selection = context.selection(&args.calendars.calendars);
    let times = context.host().await?.get_busy_times(&context.user, range, &selection).await?;
    Ok(Busy::new(times, Span::new(&range, &context.zone), &context.zone))
}

impl Busy {
    /// The answer to a question about `range`.
    pub fn new(times: BusyTimes, range: Span, zone: &Zone) -> Self {
        let busy = Span::all(&times.busy, zone);
        Self { busy, unknown: Unknown::all(times.unknown), range, time_zone: zone.name().to_owned() }
    }
}

impl fmt::Display for Busy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.busy.is_empty() {
            write!(formatter, "Nothing between {} and {}.", self.range.start, self.range.end)?;
        }
        for (index, span) in self.busy.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(formatter, "{end}{span}")?;
        }
        write!(formatter, "{}", unknown::lines(&self.unknown))
    }
}
