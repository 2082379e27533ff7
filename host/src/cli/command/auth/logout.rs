//! `auth logout`: ends accounts.

use std::fmt;

use calendar_host::types::{Account as Record, Disconnection, ErrorCode};
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::account::Account;
use crate::cli::output::text;

/// End an account: revoke the grant where the provider can, delete the tokens
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host auth logout                                  the only connected account
  calendar-host auth logout ana@example.com
  calendar-host auth logout --provider outlook
  calendar-host auth logout --all")]
pub struct LogoutArgs {
    /// The account's id or e-mail address; not needed when only one is connected
    #[arg(value_name = "ACCOUNT", conflicts_with = "all")]
    which: Option<String>,

    /// All accounts (of --provider, if given)
    #[arg(long)]
    all: bool,
}

/// The ended accounts.
#[derive(Debug, Serialize)]
pub struct Disconnected {
    disconnected: Vec<Ended>,
}

#[derive(Debug, Serialize)]
struct Ended {
    #[serde(flatten)]
    account: Account,
    /// The provider confirmed that the grant ended there, too.
    revoked: bool,
    /// What the user still has to do, or what else has ended.
    notice: Option<String>,
}

/// Ends the account, or all of them.
pub async fn run(args: LogoutArgs, context: &Context) -> Result<Disconnected, Failure> {
    let host = context.host().await?;
    let chosen = match args.which.as_deref().or(context.account()) {
        Some(_) if args.all => {
            return Err(Failure::usage("--all: an account is named, too", "leave out --all, or --account"));
        }
        Some(account) if context.provider().is_some() => vec![super::named(account, context).await?.id],
        Some(account) => vec![account.to_owned()],
        None => choose(super::connected(context).await?, args.all)?,
    };
    let mut disconnected = Vec::new();
    for account in chosen {
        let Disconnection { account, revoked, notice } = host.disconnect(&context.user, &account).await?;
        disconnected.push(Ended { account: Account::new(&context.user, account), revoked, notice });
    }
    Ok(Disconnected { disconnected })
}

/// The accounts to end when none is named: the only one, or all on demand.
fn choose(records: Vec<Record>, all: bool) -> Result<Vec<String>, Failure> {
    let ids: Vec<String> = records.into_iter().map(|record| record.id).collect();
    match ids.len() {
        1 => Ok(ids),
        _ if all => Ok(ids),
        0 => Err(Failure::new(ErrorCode::NotFound, "no such account is connected", "see `calendar-host auth status`")),
        _ => Err(Failure::usage(
            format!("several accounts are connected: {}", ids.join(", ")),
            "name one of them, or end all with --all",
        )),
    }
}

impl fmt::Display for Disconnected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.disconnected.is_empty() {
            return formatter.write_str("No account was connected.");
        }
        for (index, ended) in self.disconnected.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            let name = ended.account.email.as_deref().unwrap_or(&ended.account.account);
            let how = if ended.revoked { "revoked at the provider" } else { "tokens deleted here" };
            write!(formatter, "{end}{} {}: disconnected, {how}", ended.account.provider, text::line(name))?;
            if let Some(notice) = &ended.notice {
                write!(formatter, "\n  {}", text::line(notice))?;
            }
        }
        Ok(())
    }
}
