//! `calendars`: the calendars of the connected accounts.

use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::calendar::Calendars;

/// List the calendars of the connected accounts
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host calendars
  calendar-host calendars --provider google --json")]
pub struct CalendarsArgs {}

/// Lists the calendars.
pub async fn run(_: CalendarsArgs, context: &Context) -> Result<Calendars, Failure> {
    let list = context.host().await?.list_calendars(&context.user, &context.selection(&[])).await?;
    Ok(Calendars::from(list))
}
