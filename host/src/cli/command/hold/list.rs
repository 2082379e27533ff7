//! `holds`: what is held.

use std::fmt;

use clap::Args;
use serde::Serialize;

use super::Hold;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::table::Table;
use crate::cli::output::text;

/// Show the times that are held
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host holds
  calendar-host holds --user ana --json")]
pub struct HoldsArgs {}

/// Holds that are alive, by start.
#[derive(Debug, Serialize)]
pub struct Holds {
    holds: Vec<Hold>,
    time_zone: String,
}

/// Asks the ledger.
pub async fn run(_: HoldsArgs, context: &Context) -> Result<Holds, Failure> {
    let holds = context.host().await?.list_holds(&context.user).await?;
    let holds = holds.into_iter().map(|hold| Hold::new(hold, &context.zone)).collect();
    Ok(Holds { holds, time_zone: context.zone.name().to_owned() })
}

impl fmt::Display for Holds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.holds.is_empty() {
            return formatter.write_str("Nothing is held.");
        }
        let mut table = Table::new(&["HELD", "UNTIL", "HOLD"]);
        for hold in &self.holds {
            table.row([&hold.time.to_string(), &hold.expires_at.clock(), &text::line(&hold.id)]);
        }
        table.fmt(formatter)
    }
}
