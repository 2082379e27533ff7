//! `demo`: everything once, against the sandbox, without account, network or settings.

mod browser;
mod connect;
mod report;
mod script;

use std::path::Path;
use std::time::Instant;

use calendar_core::schedule::zone::Zone;
use calendar_host::Config;
use calendar_host::types::ErrorCode;
use calendar_sandbox::config::Config as SandboxConfig;
use clap::Args;

use super::sandbox;
use crate::cli::context::Context;
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use script::Script;

/// See everything work, without any account, network or settings
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host demo
  calendar-host demo --json

Starts Google Calendar and Microsoft Graph on loopback, connects an account of each through the
real OAuth redirect, shows the week, proposes times, books a meeting on each with its video link, is
refused a double-booking, and cleans up. Nothing leaves this machine and nothing is left on it.")]
pub struct DemoArgs {}

/// Plays the demonstration; fails when any step does not do what it should.
pub async fn run(_: DemoArgs, context: &Context) -> Result<(), Failure> {
    let started = Instant::now();
    let folder = tempfile::Builder::new().prefix("calendar-host-demo-").tempdir().map_err(|error| {
        Failure::host(format!("no temporary folder can be made: {error}"), "check TMPDIR and the free space")
    })?;
    let sandbox = sandbox::start(SandboxConfig::default()).await?;
    let host = context.open(config(&sandbox.environment(), folder.path())?).await?;
    let zone = if context.has_explicit_zone { context.zone.clone() } else { known("Europe/Berlin") };
    let script =
        Script { host: &host, printer: context.printer, now: context.now, zone, their_zone: known("America/New_York") };
    context.printer.narrate("Google Calendar and Microsoft Graph, on loopback, with invented people.")?;
    let mut report = tokio::select! {
        report = script.play() => report?,
        ended = sandbox::told_to_end() => return Err(ended.err().unwrap_or_else(interrupted)),
    };
    let requests = host.stats().requests;
    drop(host);
    sandbox.shutdown().await;
    folder
        .close()
        .map_err(|error| Failure::host(format!("the temporary folder stays behind: {error}"), "delete it"))?;
    report.finish(requests, started.elapsed());
    context.printer.print(&report)
}

fn interrupted() -> Failure {
    Failure::new(ErrorCode::Internal, "the demonstration was interrupted", "nothing of it is left on this machine")
}

/// A zone of the database; UTC should it ever be removed from there.
fn known(name: &str) -> Zone {
    Zone::parse(name).unwrap_or_else(|_| Zone::utc())
}

/// The settings of the sandbox, and of the user's own nothing but where compiled code is kept.
fn config(sandbox: &[(&'static str, String)], data_dir: &Path) -> Result<Config, Failure> {
    let kept = ["HOME", "XDG_CACHE_HOME", "CALENDAR_HOST_CACHE_DIR"];
    let own = kept.into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?)));
    let variables =
        Environment::of(own.chain(sandbox.iter().cloned())).with("CALENDAR_HOST_DATA_DIR", data_dir.to_string_lossy());
    Ok(Config::from_vars(variables.variables())?)
}
