//! `calendar-host`: the command line over the library of the same name. Parse, run, print, exit.

mod cli;
mod loopback;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::parse(std::env::args_os()) {
        Ok(cli) => {
            cli::log::start(cli.verbosity(), cli.log_format());
            cli.run().await.into()
        }
        Err(exit) => exit.into(),
    }
}
