//! `next`: the first free slot.

use clap::Args;

use super::slots::SearchArgs;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::slots::Slots;

/// Show the first free slot
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host next                                         within the next 30 days
  calendar-host next --duration 90 --notice 1h --hours 08:00-12:00 --days tue,thu
  calendar-host next --from \"tomorrow 13:00\" --tz Europe/Berlin --json

How to write times: `calendar-host --help`.")]
pub struct NextArgs {
    #[command(flatten)]
    search: SearchArgs,
}

/// Searches the first slot.
pub async fn run(args: NextArgs, context: &Context) -> Result<Slots, Failure> {
    let query = args.search.query(30, None, context)?;
    let mut slots = context.host().await?.find_next_available_slot(&context.user, &query).await?;
    // That there are more slots is no news here.
    slots.truncated_at = None;
    Ok(Slots::new(slots, &context.zone))
}
