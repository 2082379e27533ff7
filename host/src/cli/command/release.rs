//! `release`: ends a hold before its time.

use std::fmt;

use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// Let go of a held time
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host release HOLD_ID
  calendar-host release hold-order-17 --json

Releasing what is not held any more is fine.")]
pub struct ReleaseArgs {
    /// The hold, as `hold` and `holds` show it
    #[arg(value_name = "HOLD")]
    id: String,
}

/// What became of it.
#[derive(Debug, Serialize)]
pub struct Released {
    id: String,
    was_held: bool,
}

/// Ends the hold.
pub async fn run(args: ReleaseArgs, context: &Context) -> Result<Released, Failure> {
    let was_held = context.host().await?.release_hold(&context.user, &args.id).await?;
    Ok(Released { id: args.id, was_held })
}

impl fmt::Display for Released {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.was_held { "Released." } else { "It was not held any more." })
    }
}
