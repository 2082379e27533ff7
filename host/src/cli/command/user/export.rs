//! `user export`: everything that is stored of the user.

use std::fmt;

use calendar_host::people::UserData;
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// Print everything that is stored of the user, as JSON; tokens are never part of it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host user export > me.json
  calendar-host user export --user ana --json > ana.json")]
pub struct ExportArgs {}

/// What is stored. JSON for people, too: it is to be handed over.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Export(UserData);

/// Reads it.
pub async fn run(_: ExportArgs, context: &Context) -> Result<Export, Failure> {
    Ok(Export(context.host().await?.user_data(&context.user).await?))
}

impl fmt::Display for Export {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&serde_json::to_string_pretty(self).map_err(|_| fmt::Error)?)
    }
}
