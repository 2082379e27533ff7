//! `sandbox`: Google Calendar and Microsoft Graph on this machine, until Ctrl-C.

use std::fmt;
use std::path::{Path, PathBuf};

use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use calendar_sandbox::tls::TlsFiles;
use calendar_sandbox::vendor::Vendor;
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::text;

/// Run Google Calendar and Microsoft Graph on this machine, to try everything without an account
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host sandbox                        then paste the printed lines into a second terminal
  calendar-host sandbox --env .env             commands run in this directory find it by themselves
  calendar-host sandbox --auto-approve --port 8790 --json

In the second terminal: calendar-host auth login google. The people and events are invented,
arranged around the present week, and gone when the sandbox ends.")]
pub struct SandboxArgs {
    /// Port on 127.0.0.1; 0 is any free one
    #[arg(long, value_name = "PORT", default_value = "0")]
    port: u16,

    /// The consent page answers by itself: yes to everything, for the hinted or first account
    #[arg(long)]
    auto_approve: bool,

    /// Write the settings to this file as well; it is deleted at the end
    #[arg(long, value_name = "FILE")]
    env: Option<PathBuf>,

    /// Answer https with this certificate, good for localhost; for clients that refuse plain http
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// The certificate's private key
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// Write every exchange to this folder, as JSON lines
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
}

/// How to reach the sandbox.
#[derive(Debug, Serialize)]
struct Running {
    base_url: String,
    environment: serde_json::Map<String, serde_json::Value>,
}

/// Runs the sandbox until the program is told to end.
pub async fn run(args: SandboxArgs, context: &Context) -> Result<(), Failure> {
    let folder = tempfile::Builder::new().prefix("calendar-host-sandbox-").tempdir().map_err(|error| {
        Failure::host(format!("no temporary folder can be made: {error}"), "check TMPDIR and the free space")
    })?;
    let tls = args.tls_cert.zip(args.tls_key).map(|(certificate, key)| TlsFiles { certificate, key });
    let config =
        Config { port: args.port, tls, auto_approve: args.auto_approve, record_dir: args.record, ..Config::default() };
    let sandbox = start(config).await?;
    let mut environment = sandbox.environment();
    environment.push(("CALENDAR_HOST_DATA_DIR", folder.path().to_string_lossy().into_owned()));
    let file = args.env.as_deref().map(|path| SettingsFile::write(path, &environment)).transpose()?;

    let base_url = sandbox.base_url().to_owned();
    let pairs = environment.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
    context.printer.print(&Running { base_url: base_url.clone(), environment: pairs.collect() })?;
    context.printer.note(format!("\nThe sandbox answers on {base_url}. People to sign in as:\n{}", people(&sandbox)));
    context.printer.note("Ctrl-C ends it.");
    told_to_end().await?;
    drop(file);
    sandbox.shutdown().await;
    Ok(())
}

/// Starts a sandbox; also for `demo`.
pub async fn start(config: Config) -> Result<Sandbox, Failure> {
    Sandbox::start(config).await.map_err(|error| {
        let mut message = error.to_string();
        if let Some(source) = std::error::Error::source(&error) {
            message = format!("{message}: {source}");
        }
        Failure::host(
            format!("the sandbox cannot be started: {message}"),
            "choose another --port, or 0 for any free one",
        )
    })
}

fn people(sandbox: &Sandbox) -> String {
    let control = sandbox.control();
    let vendors = [("google", Vendor::Google), ("outlook", Vendor::Microsoft)];
    let lines = vendors.into_iter().flat_map(|(name, vendor)| {
        control.people(vendor).into_iter().map(move |person| format!("  {name:<8} {}", person.email))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Waits for Ctrl-C, or for the polite signals of a supervisor; also for `demo`.
pub async fn told_to_end() -> Result<(), Failure> {
    let failed = |error| Failure::host(format!("signals cannot be received: {error}"), "");
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let mut hang_up = signal(SignalKind::hangup()).map_err(failed)?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result.map_err(failed),
            _ = terminate.recv() => Ok(()),
            _ = hang_up.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(failed)
}

impl fmt::Display for Running {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.environment.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(formatter, "{end}export {name}={}", text::quoted(value.as_str().unwrap_or_default()))?;
        }
        Ok(())
    }
}

/// A file of settings that lives as long as the sandbox.
#[derive(Debug)]
struct SettingsFile(PathBuf);

const MARK: &str = "# Written by `calendar-host sandbox`, deleted when it ends.";

impl SettingsFile {
    /// Writes the file. One that somebody else wrote is left alone.
    fn write(path: &Path, environment: &[(&str, String)]) -> Result<Self, Failure> {
        let failed =
            |error| Failure::host(format!("--env: {}: {error}", path.display()), "name a file that can be written");
        match std::fs::read_to_string(path) {
            Ok(present) if !present.starts_with(MARK) => {
                return Err(Failure::usage(
                    format!("--env: {} exists and is not the sandbox's", path.display()),
                    "name another file, or move this one away",
                ));
            }
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let lines: String = environment.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect();
        std::fs::write(path, format!("{MARK}\n{lines}")).map_err(failed)?;
        Ok(Self(path.to_owned()))
    }
}

impl Drop for SettingsFile {
    fn drop(&mut self) {
        // The file holds invented settings only; one that is gone already is as good.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::environment::Environment;

    #[test]
    fn the_settings_file_is_read_back_as_written_and_deleted_at_the_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".env");
        let settings =
            [("SANDBOX_ONLY_URL", "http://127.0.0.1:1/a?b#c".to_owned()), ("SANDBOX_ONLY_DIR", "/a b".to_owned())];
        let file = SettingsFile::write(&path, &settings).expect("a file");
        let environment = Environment::load(&path).expect("variables");
        assert_eq!(environment.get("SANDBOX_ONLY_URL"), Some("http://127.0.0.1:1/a?b#c"));
        assert_eq!(environment.get("SANDBOX_ONLY_DIR"), Some("/a b"));
        let again = SettingsFile::write(&path, &settings);
        assert!(again.is_ok(), "its own file may be replaced");
        drop((file, again));
        assert!(!path.exists());
    }

    #[test]
    fn a_file_of_somebody_else_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".env");
        std::fs::write(&path, "GOOGLE_CLIENT_ID=real\n").expect("a file");
        let failure = SettingsFile::write(&path, &[]).expect_err("refused");
        assert!(failure.error().message.contains("not the sandbox's"), "{failure:?}");
        assert_eq!(std::fs::read_to_string(&path).expect("still there"), "GOOGLE_CLIENT_ID=real\n");
    }

    #[test]
    fn the_settings_are_printed_as_lines_for_a_shell() {
        let environment = serde_json::json!({ "A": "http://127.0.0.1:1", "B": "two words" });
        let running =
            Running { base_url: String::new(), environment: environment.as_object().expect("an object").clone() };
        assert_eq!(running.to_string(), "export A=http://127.0.0.1:1\nexport B='two words'");
    }
}
