//! `auth status`: the connected accounts.

use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::account::{Account, Accounts};

/// List the connected accounts and their state
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host auth status
  calendar-host auth status --provider google --json
  calendar-host auth status --account ana@example.com          exit code 4 when it is not connected")]
pub struct StatusArgs {}

/// Lists the accounts; asks the store only.
pub async fn run(_: StatusArgs, context: &Context) -> Result<Accounts, Failure> {
    let records = match context.account() {
        Some(account) => vec![super::named(account, context).await?],
        None => super::connected(context).await?,
    };
    Ok(Accounts { accounts: records.into_iter().map(|record| Account::new(&context.user, record)).collect() })
}
