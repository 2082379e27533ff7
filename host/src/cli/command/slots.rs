//! `slots`: all free slots, of connected accounts or of files.

use calendar_host::types::{Explain, FindQuery};
use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::busy;
use crate::cli::input::search::SearchArgs;
use crate::cli::output::found::Found;
use crate::cli::output::slots::Slots;

/// List all free slots, with reasons when there are none
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", busy::HELP))]
pub struct SlotsArgs {
    #[command(flatten)]
    search: SearchArgs,

    /// Stop after this many slots [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=5000))]
    max: Option<u32>,

    /// Say why the other starts are not free: each of them with --busy, else their number
    #[arg(long)]
    explain: bool,
}

const EXAMPLES: &str = "\
Examples:
  calendar-host slots                                        half hours of the next 7 days
  calendar-host slots --duration 1h --hours 09:00-12:00,13:00-17:00 --days mon-thu --buffer 10
  calendar-host slots --from 2026-03-09 --to 2026-03-14 --tz America/New_York --notice 2h --json
  calendar-host slots --limit 3/day --holiday 2026-12-24..2026-12-26 --override 2026-12-23=closed
  calendar-host slots --busy team.ics --from 2026-10-04 --to 2026-10-05 --tz Australia/Lord_Howe \\
      --days all --explain
  calendar-host slots --busy ann.ics --busy ben.ics --busy cat.json --need 2 --optional dan.ics
  curl -s https://example.com/ann.ics | calendar-host slots --busy -

Slots start inside the range; they may end after it. With a calendar that cannot be read no slot is
offered: not known is not the same as free. How to write times: `calendar-host --help`.";

/// Searches the slots.
pub async fn run(args: SlotsArgs, context: &Context) -> Result<Found, Failure> {
    if args.search.has_files() {
        let explain = Some(if args.explain { Explain::Full } else { Explain::Summary });
        let query = FindQuery { explain, ..args.search.find_query(7, args.max, context)? };
        let found = context.detached().await?.find_slots(&query).await?;
        return Ok(Found::explained(found, &query.participants, args.explain, &context.zone));
    }
    let query = args.search.query(7, args.max, context)?;
    let slots = context.host().await?.check_availability(&context.user, &query).await?;
    Ok(Found::counted(Slots::new(slots, &context.zone), args.explain))
}
