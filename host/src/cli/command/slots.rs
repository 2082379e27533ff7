//! `slots`: all free slots.

use calendar_host::types::SlotQuery;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::range::RangeArgs;
use crate::cli::input::rules::RuleArgs;
use crate::cli::input::selection::CalendarsArg;
use crate::cli::output::slots::Slots;

/// List all free slots, with reasons when there are none
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host slots                                        half hours of the next 7 days
  calendar-host slots --duration 1h --hours 09:00-12:00,13:00-17:00 --days mon-thu --buffer 10
  calendar-host slots --from 2026-03-09 --to 2026-03-14 --tz America/New_York --notice 2h --json

Slots start inside the range; they may end after it. With a calendar that cannot be read no slot is
offered: not known is not the same as free. How to write times: `calendar-host --help`.")]
pub struct SlotsArgs {
    #[command(flatten)]
    search: SearchArgs,

    /// Stop after this many slots [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=5000))]
    max: Option<u32>,
}

/// Where and for what to search: shared by the commands that look for slots.
#[derive(Debug, Args)]
pub struct SearchArgs {
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    calendars: CalendarsArg,
}

impl SearchArgs {
    /// The query; without `--to` it covers `days` days.
    pub fn query(&self, days: u64, max_slots: Option<u32>, context: &Context) -> Result<SlotQuery, Failure> {
        Ok(SlotQuery {
            range: self.range.range(days, &context.zone, context.now)?,
            rules: self.rules.rules(&context.zone),
            selection: context.selection(&self.calendars.calendars),
            max_slots,
        })
    }

    /// Length of the meeting in minutes.
    pub fn duration_minutes(&self) -> u32 {
        self.rules.duration
    }
}

/// Searches the slots.
pub async fn run(args: SlotsArgs, context: &Context) -> Result<Slots, Failure> {
    let query = args.search.query(7, args.max, context)?;
    let slots = context.host().await?.check_availability(&context.user, &query).await?;
    Ok(Slots::new(slots, &context.zone))
}
