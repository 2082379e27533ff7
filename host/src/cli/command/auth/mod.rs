//! `auth`: connecting, checking and ending accounts.

pub mod complete;
pub mod device;
pub mod login;
pub mod logout;
pub mod start;
pub mod status;

use calendar_host::types::{Account, ErrorCode};
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

/// The connected accounts, of `--provider` if it is given.
async fn connected(context: &Context) -> Result<Vec<Account>, Failure> {
    let records = context.host().await?.list_accounts(&context.user).await?;
    let is_asked = |record: &Account| context.provider().is_none_or(|asked| asked == record.provider);
    Ok(records.into_iter().filter(is_asked).collect())
}

/// The connected account of this id or e-mail address, at `--provider` if it is given.
async fn named(name: &str, context: &Context) -> Result<Account, Failure> {
    let Some(provider) = context.provider() else {
        return Ok(context.host().await?.account_status(&context.user, name).await?);
    };
    let is_named = |record: &Account| {
        record.id == name || record.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(name))
    };
    let mut found: Vec<_> = connected(context).await?.into_iter().filter(is_named).collect();
    match (found.pop(), found.is_empty()) {
        (Some(account), true) => Ok(account),
        (Some(_), false) => Err(Failure::usage(
            format!("{name} is several {provider} accounts"),
            "name one by its id: see `auth status`",
        )),
        (None, _) => {
            let message = format!("no {provider} account {name} is connected");
            Err(Failure::new(ErrorCode::NotFound, message, "see `calendar-host auth status`"))
        }
    }
}
