//! What happens inside, on stderr: warnings always, more with `-v`.

use tracing_subscriber::EnvFilter;

/// Starts the log. Only this project's events are ever made more talkative: those of its libraries may hold headers
/// and addresses. The certificate verifier is silent: what it refuses becomes the command's own error. So is the folder
/// of compiled code, unless asked: when several processes start at once one of them keeps its code there, and the others
/// have nothing to tell.
pub fn start(verbosity: u8) {
    let filter = match verbosity {
        0 => "warn,rustls_platform_verifier=off,wasmtime_internal_cache=off",
        1 => "warn,calendar_host=info",
        _ => "warn,calendar_host=debug",
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
}
