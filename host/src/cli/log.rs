//! What happens inside, on stderr: warnings always, more with `-v`. Field names are OpenTelemetry's where it has one.

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How the log is written: lines for people, or one JSON object a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    // No doc comments: they would double the length of every --help.
    #[default]
    Text,
    Json,
}

/// Starts the log. Only this project's events are ever made more talkative: those of its libraries may hold headers
/// and addresses. The certificate verifier is silent: what it refuses becomes the command's own error. So is the folder
/// of compiled code, unless asked: when several processes start at once one of them keeps its code there, and the others
/// have nothing to tell.
pub fn start(verbosity: u8, format: Format) {
    let filter = match verbosity {
        0 => "warn,rustls_platform_verifier=off,wasmtime_internal_cache=off",
        1 => "warn,calendar_host=info",
        _ => "warn,calendar_host=debug",
    };
    let log =
        tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_writer(std::io::stderr).with_ansi(false);
    match format {
        Format::Text => log.init(),
        Format::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).init(),
    }
}
