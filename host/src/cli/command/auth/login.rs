//! `auth login`: connects an account in the browser of this machine, or by a code in another one (`device`).

use std::time::Duration;

use calendar_host::CalendarHost;
use calendar_host::types::{Account as Record, ErrorCode, Provider};
use clap::Args;

use super::device;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::selection::ProviderArg;
use crate::cli::output::account::Account;
use crate::cli::output::text;
use crate::loopback::{Loopback, LoopbackError};

/// Connect an account in the browser of this machine, or by a code in another one
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host auth login google
  calendar-host auth login outlook --login-hint ana@contoso.example
  calendar-host auth login google --no-browser --port 0       open the printed address yourself
  calendar-host auth login outlook --device                   no browser here: type a code elsewhere

Listens on the configured redirect address (GOOGLE_REDIRECT_URI, OUTLOOK_REDIRECT_URI) until the
provider sends the browser back. When that is not an address of this machine use `auth start` and
`auth complete`.

With --device --json every event is one line: device_authorization, pending, retry, connected; or error.")]
pub struct LoginArgs {
    /// Where the account is
    #[arg(value_name = "PROVIDER")]
    at: ProviderArg,

    /// The address to pre-select at the provider
    #[arg(long, value_name = "EMAIL", conflicts_with = "device")]
    login_hint: Option<String>,

    /// Print a code to type in any browser, on a telephone for example, and wait for it (Outlook only)
    #[arg(long, conflicts_with_all = ["no_browser", "port"])]
    device: bool,

    /// Do not open a browser; the address to open is printed on stderr either way
    #[arg(long)]
    no_browser: bool,

    /// Listen on this port instead of the configured one; 0 is any free one. For clients registered as desktop
    /// applications, whose providers accept every port
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// Give up after so many seconds [default: 300; with --device the life of the code]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: Option<u64>,
}

/// How long the browser is waited for.
const PATIENCE: Duration = Duration::from_secs(300);

/// One login: what `auth login` and `demo` have in common.
pub struct Login<'a> {
    /// The host to connect.
    pub host: &'a CalendarHost,
    /// Whose calendars.
    pub user: &'a str,
    /// The provider.
    pub provider: Provider,
    /// The redirect address registered with it.
    pub redirect_uri: &'a str,
    /// Replaces the port of that address.
    pub port: Option<u16>,
    /// The address to pre-select.
    pub login_hint: Option<&'a str>,
    /// How long to wait for the browser.
    pub timeout: Duration,
}

impl Login<'_> {
    /// Opens the listener, lets `open` send a browser to the consent page, and stores what comes back.
    ///
    /// # Errors
    /// When the address cannot be listened on, nobody comes in time, or the provider or the user refuses.
    pub async fn run(self, open: impl FnOnce(&str)) -> Result<Record, Failure> {
        let loopback = Loopback::bind(self.redirect_uri, self.port).await?;
        // None = exactly the configured address.
        let replaced = Some(loopback.redirect_uri()).filter(|address| *address != self.redirect_uri);
        let request = self.host.start_oauth_flow(self.user, self.provider, replaced, self.login_hint).await?;
        open(&request.url);
        let callback = loopback.callback(&request.state, self.timeout).await?;
        Ok(self.host.complete_oauth_flow(self.user, &callback).await?)
    }
}

/// Connects an account.
pub async fn run(args: LoginArgs, context: &Context) -> Result<(), Failure> {
    let provider = args.at.into();
    let timeout = args.timeout.map(Duration::from_secs);
    if args.device {
        return device::run(provider, timeout, context).await;
    }
    let config = context.config()?;
    let redirect_uri = context.redirect_uri(&config, provider)?;
    let host = context.open(config).await?;
    let login = Login {
        host: &host,
        user: &context.user,
        provider,
        redirect_uri: &redirect_uri,
        port: args.port,
        login_hint: args.login_hint.as_deref(),
        timeout: timeout.unwrap_or(PATIENCE),
    };
    let printer = context.printer;
    let record = login.run(|url| {
        printer.note(format!("Open this address in a browser of this machine:\n\n{}\n", text::line(url)));
        // Whatever a component says, nothing but a web page is ever opened.
        if !args.no_browser && (url.starts_with("https://") || url.starts_with("http://")) {
            browse(url.to_owned(), context);
        }
    });
    printer.print(&Account::new(&context.user, record.await?))
}

/// Opens the browser in the background: some block until they are closed.
fn browse(url: String, context: &Context) {
    let printer = context.printer;
    std::thread::spawn(move || {
        if let Err(error) = webbrowser::open(&url) {
            printer.note(format!("note: no browser could be opened ({error}); open the address yourself"));
        }
    });
}

impl From<LoopbackError> for Failure {
    fn from(error: LoopbackError) -> Self {
        let message = error.to_string();
        match error {
            LoopbackError::NotLoopback(_) => {
                Self::host(message, "use `auth start` and `auth complete`, or register a loopback address")
            }
            LoopbackError::Listen { .. } => Self::host(
                message,
                "end the program that uses the port, or choose another one with --port 0 (for desktop clients)",
            ),
            LoopbackError::TimedOut(_) => Self::new(
                ErrorCode::Timeout,
                message,
                "run the command again and answer in the browser, or raise --timeout",
            ),
        }
    }
}
