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
    let host = context.host().await?;
    let records = match context.account() {
        Some(account) => vec![host.account_status(&context.user, account).await?],
        None => host.list_accounts(&context.user).await?,
    };
    let is_asked = |provider| context.provider().is_none_or(|asked| asked == provider);
    let asked = records.into_iter().filter(|record| is_asked(record.provider));
    Ok(Accounts { accounts: asked.map(|record| Account::new(&context.user, record)).collect() })
}
