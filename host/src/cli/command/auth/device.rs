//! `auth login --device`: connects an account where there is no browser (RFC 8628). Shows the code,
//! polls as often as it may, tells what happens. With `--json` every event is one line.

use std::fmt;
use std::time::{Duration, Instant};

use calendar_host::CalendarHost;
use calendar_host::types::{DeviceAuthorization, Error, ErrorCode, Provider};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::account::Account;
use crate::cli::output::moment::Moment;
use crate::cli::output::printer::Printer;
use crate::cli::output::text;

/// Shortest wait between polls, whatever the provider says.
const SHORTEST_WAIT: u32 = 1;

/// What happens, in the order in which it does.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event {
    /// The code to type elsewhere.
    DeviceAuthorization {
        user_code: String,
        verification_uri: String,
        message: String,
        expires_at: Moment,
        interval_seconds: u32,
    },
    /// The person has not decided.
    Pending { wait_seconds: u32 },
    /// A poll failed in a way that may pass.
    Retry { code: &'static str, message: String, wait_seconds: u32 },
    /// The end.
    Connected { account: Account },
}

/// Connects an account and says so. `timeout`: `None` = as long as the code lives.
///
/// # Errors
/// What the provider or the person refuses, and `timeout`.
pub async fn run(provider: Provider, timeout: Option<Duration>, context: &Context) -> Result<(), Failure> {
    let connected = connect(provider, timeout, context).await;
    match context.printer {
        Printer::Text => context.printer.print(&connected?),
        Printer::Json => {
            let account = connected.map_err(Failure::in_one_line)?;
            context.printer.event(&Event::Connected { account })
        }
    }
}

async fn connect(provider: Provider, timeout: Option<Duration>, context: &Context) -> Result<Account, Failure> {
    let host = context.host().await?;
    let started = host.start_device_flow(&context.user, provider).await?;
    tell(context.printer, &Event::announce(&started, context))?;
    let give_up = timeout.map(|timeout| Instant::now() + timeout);
    let mut wait = started.interval_seconds;
    loop {
        rest(wait, give_up).await?;
        let event = match poll(&host, &context.user, &started).await? {
            Ok(account) => return Ok(Account::new(&context.user, account)),
            Err(event) => event,
        };
        wait = event.wait();
        tell(context.printer, &event)?;
    }
}

/// One poll: the account, or what to tell meanwhile.
async fn poll(
    host: &CalendarHost,
    user: &str,
    started: &DeviceAuthorization,
) -> Result<Result<calendar_host::types::Account, Event>, Failure> {
    match host.poll_device_flow(user, &started.state).await {
        Ok(status) => Ok(status.account.ok_or(Event::Pending { wait_seconds: status.wait_seconds })),
        Err(error) if may_pass(&error) => Ok(Err(Event::Retry {
            code: error.code.as_str(),
            wait_seconds: error.retry_after_seconds.unwrap_or(0).max(started.interval_seconds),
            message: error.message,
        })),
        Err(error) => Err(error.into()),
    }
}

/// Whether asking again can help. An expired code ends it in any case.
fn may_pass(error: &Error) -> bool {
    matches!(error.code, ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout)
}

/// Waits for the next poll.
async fn rest(seconds: u32, give_up: Option<Instant>) -> Result<(), Failure> {
    let next = Instant::now() + Duration::from_secs(seconds.max(SHORTEST_WAIT).into());
    if give_up.is_some_and(|end| next > end) {
        return Err(Failure::new(
            ErrorCode::Timeout,
            "nobody entered the code in time",
            "run the command again and enter the code sooner, or raise --timeout",
        ));
    }
    tokio::time::sleep_until(next.into()).await;
    Ok(())
}

/// People are told what they have to do; programs are told everything.
fn tell(printer: Printer, event: &Event) -> Result<(), Failure> {
    match (printer, event) {
        (Printer::Json, _) => printer.event(event),
        (Printer::Text, Event::Pending { .. }) => Ok(()),
        (Printer::Text, _) => {
            printer.note(event);
            Ok(())
        }
    }
}

impl Event {
    fn announce(started: &DeviceAuthorization, context: &Context) -> Self {
        Self::DeviceAuthorization {
            user_code: started.user_code.clone(),
            verification_uri: started.verification_uri.clone(),
            message: started.message.clone(),
            expires_at: Moment::from_seconds(started.expires_at, &context.zone),
            interval_seconds: started.interval_seconds,
        }
    }

    fn wait(&self) -> u32 {
        match self {
            Self::DeviceAuthorization { interval_seconds: wait, .. }
            | Self::Pending { wait_seconds: wait }
            | Self::Retry { wait_seconds: wait, .. } => *wait,
            Self::Connected { .. } => 0,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeviceAuthorization { message, expires_at, .. } => write!(
                formatter,
                "{}\n\nEnter the code only if you started this yourself. It ends at {} {}. Ctrl-C gives up.",
                text::line(message),
                expires_at.clock(),
                expires_at.offset()
            ),
            Self::Pending { wait_seconds } => write!(formatter, "waiting {wait_seconds} s"),
            Self::Retry { message, wait_seconds, .. } => {
                write!(formatter, "note: {}; asking again in {wait_seconds} s", text::line(message))
            }
            Self::Connected { account } => account.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar_core::schedule::zone::Zone;

    fn event() -> Event {
        Event::DeviceAuthorization {
            user_code: "FJW2-PZK7".into(),
            verification_uri: "https://microsoft.com/devicelogin".into(),
            message: "Open https://microsoft.com/devicelogin and enter FJW2-PZK7.\u{1b}[2J".into(),
            expires_at: Moment::from_seconds(1_772_964_000, &Zone::utc()),
            interval_seconds: 5,
        }
    }

    #[test]
    fn people_are_shown_the_code_and_warned_of_strangers() {
        insta::assert_snapshot!(event().to_string(), @r"
        Open https://microsoft.com/devicelogin and enter FJW2-PZK7. [2J

        Enter the code only if you started this yourself. It ends at 10:00 UTC. Ctrl-C gives up.
        ");
    }

    #[test]
    fn programs_read_one_object_a_line() {
        let line = serde_json::to_string(&Event::Pending { wait_seconds: 10 }).expect("JSON");
        assert_eq!(line, r#"{"event":"pending","wait_seconds":10}"#);
        let line = serde_json::to_string(&event()).expect("JSON");
        assert!(line.starts_with(r#"{"event":"device_authorization","user_code":"FJW2-PZK7","#), "{line}");
        assert!(!line.contains('\n'));
    }

    #[tokio::test]
    async fn a_wait_beyond_the_timeout_is_not_begun() {
        let begun = Instant::now();
        let failure = rest(600, Some(begun + Duration::from_secs(60))).await.expect_err("too late");
        assert_eq!(failure.error().code, ErrorCode::Timeout);
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}
