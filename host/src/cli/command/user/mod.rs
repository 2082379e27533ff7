//! `user`: what this host keeps of one person.

pub mod export;
pub mod purge;

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// What is stored of a user: hand it over, delete it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host user export --user ana --json > ana.json
  calendar-host user purge --user ana --yes")]
pub struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    Export(export::ExportArgs),
    Purge(purge::PurgeArgs),
}

/// Runs one of them.
pub async fn run(args: UserArgs, context: &Context) -> Result<(), Failure> {
    let printer = context.printer;
    match args.command {
        UserCommand::Export(args) => printer.print(&export::run(args, context).await?),
        UserCommand::Purge(args) => printer.print(&purge::run(args, context).await?),
    }
}
