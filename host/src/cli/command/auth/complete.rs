//! `auth complete`: the second of two steps for servers.

use std::io::Read;

use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::account::Account;

/// Finish what `auth start` began, with the address the browser was sent to
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host auth complete --callback-url \"http://127.0.0.1:8765/callback?code=...&state=...\"
  calendar-host auth complete --callback-url - < callback.txt

The address holds a single-use code. Reading it from stdin keeps it out of the list of processes.")]
pub struct CompleteArgs {
    /// The whole address, query included; `-` reads it from stdin
    #[arg(long, value_name = "URL")]
    callback_url: String,
}

/// Stores the grant.
pub async fn run(args: CompleteArgs, context: &Context) -> Result<Account, Failure> {
    let callback = if args.callback_url == "-" { read()? } else { args.callback_url };
    let record = context.host().await?.complete_oauth_flow(&context.user, callback.trim()).await?;
    Ok(Account::new(&context.user, record))
}

/// Longer than any callback; a wrong file is not read to its end.
const LONGEST: u64 = 64 * 1024;

fn read() -> Result<String, Failure> {
    let mut text = String::new();
    match std::io::stdin().lock().take(LONGEST).read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::usage(
            format!("--callback-url: stdin cannot be read: {error}"),
            "write the address to the command's stdin",
        )),
    }
}
