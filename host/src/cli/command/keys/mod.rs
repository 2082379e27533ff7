//! `keys`: what seals the tokens at rest.

pub mod list;
pub mod rotate;

use calendar_host::keys::KeyError;
use calendar_host::types::ErrorCode;
use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// The keys that seal tokens: list them, replace the one that seals
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host keys list
  calendar-host keys rotate

Keys are named by ids that do not reveal them.")]
pub struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    List(list::ListArgs),
    Rotate(rotate::RotateArgs),
}

/// Runs one of them.
pub async fn run(args: KeysArgs, context: &Context) -> Result<(), Failure> {
    match args.command {
        KeysCommand::List(args) => context.printer.print(&list::run(args, context).await?),
        KeysCommand::Rotate(args) => rotate::run(args, context).await,
    }
}

fn failed(error: KeyError) -> Failure {
    let (message, remedy) = (error.to_string(), error.remedy());
    match error {
        KeyError::Setup(error) => error.into(),
        KeyError::Busy => Failure::new(ErrorCode::Unavailable, message, remedy),
        KeyError::Environment | KeyError::Retired(_) => Failure::host(message, remedy),
        _ => Failure::new(ErrorCode::Storage, message, remedy),
    }
}
