//! `auth`: connecting, checking and ending accounts.

pub mod complete;
pub mod device;
pub mod login;
pub mod logout;
pub mod start;
pub mod status;

use clap::{Args, Subcommand};

use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// Connect accounts, see their state, end them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host auth login google
  calendar-host auth status
  calendar-host auth logout google:1234567890")]
pub struct AuthArgs {
    #[command(subcommand)]
    command: AuthCommand,
}

#[derive(Debug, Subcommand)]
enum AuthCommand {
    Login(login::LoginArgs),
    Start(start::StartArgs),
    Complete(complete::CompleteArgs),
    Status(status::StatusArgs),
    Logout(logout::LogoutArgs),
}

/// Runs one of them.
pub async fn run(args: AuthArgs, context: &Context) -> Result<(), Failure> {
    let printer = context.printer;
    match args.command {
        AuthCommand::Login(args) => login::run(args, context).await,
        AuthCommand::Start(args) => printer.print(&start::run(args, context).await?),
        AuthCommand::Complete(args) => printer.print(&complete::run(args, context).await?),
        AuthCommand::Status(args) => printer.print(&status::run(args, context).await?),
        AuthCommand::Logout(args) => printer.print(&logout::run(args, context).await?),
    }
}
