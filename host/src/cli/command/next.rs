//! `next`: the first free slot, of connected accounts or of files.

use calendar_host::types::Explain;
use calendar_host::types::FindQuery;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::search::SearchArgs;
use crate::cli::output::found::Found;
use crate::cli::output::slots::Slots;

/// Show the first free slot
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host next                                         within the next 30 days
  calendar-host next --duration 90 --notice 1h --hours 08:00-12:00 --days tue,thu
  calendar-host next --from \"tomorrow 13:00\" --tz Europe/Berlin --json
  calendar-host next --busy ann.ics --busy ben.ics --duration 1h

How to write times: `calendar-host --help`; the files: `calendar-host slots --help`.")]
pub struct NextArgs {
    #[command(flatten)]
    search: SearchArgs,
}

/// Searches the first slot.
pub async fn run(args: NextArgs, context: &Context) -> Result<Found, Failure> {
    if args.search.has_files() {
        let query = FindQuery { explain: Some(Explain::Summary), ..args.search.find_query(30, Some(1), context)? };
        let mut found = context.detached().await?.find_slots(&query).await?;
        // That there are more slots is no news here.
        found.truncated_at = None;
        return Ok(Found::explained(found, &query.participants, false, &context.zone));
    }
    let query = args.search.query(30, None, context)?;
    let mut slots = context.host().await?.find_next_available_slot(&context.user, &query).await?;
    slots.truncated_at = None;
    Ok(Found::counted(Slots::new(slots, &context.zone), false))
}
