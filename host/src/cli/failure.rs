//! Why a command failed: the interface's error record, made here or in the host, and the exit code it leads to.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{ErrorCode, Provider};
use calendar_host::{ConfigError, Error, SetupError};
use serde::Serialize;

use super::exit::Exit;
use super::output::moment::Span;
use super::output::text;

/// What a failed command returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    error: Box<Error>,
    exit: Exit,
    is_in_one_line: bool,
    is_told: bool,
}

impl Failure {
    /// A failure found by the command line itself.
    pub fn new(code: ErrorCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Error {
            code,
            message: message.into(),
            remedy: hint.into(),
            retry_after_seconds: None,
            provider: None,
            provider_request_id: None,
            alternatives: Vec::new(),
        }
        .into()
    }

    /// A value that an option does not take. `message` names the option.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArgument, message, hint)
    }

    /// Settings or files of this machine that are in the way.
    pub fn host(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArgument, message, hint).of_host()
    }

    /// The same failure under another code; the exit code stays.
    pub fn with_code(mut self, code: ErrorCode) -> Self {
        self.error.code = code;
        self
    }

    /// The same failure, but for the exit code: a setting of this machine caused it.
    pub fn of_host(self) -> Self {
        Self { exit: Exit::Host, ..self }
    }

    /// The same failure, after a command that writes one JSON document a line.
    pub fn in_one_line(self) -> Self {
        Self { is_in_one_line: true, ..self }
    }

    /// The same failure, after the command's own answer has said everything: only the exit code is left.
    pub fn told(self) -> Self {
        Self { is_told: true, ..self }
    }

    /// Whether nothing is left to say.
    pub fn is_told(&self) -> bool {
        self.is_told
    }

    /// Whether its JSON is one line.
    pub fn is_in_one_line(&self) -> bool {
        self.is_in_one_line
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// The error record.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The error for programs; instants are given in `zone`.
    pub fn view(&self, zone: &Zone) -> View<'_> {
        let error = &self.error;
        View {
            error: Fields {
                code: error.code.as_str(),
                message: &error.message,
                remedy: &error.remedy,
                retry_after_seconds: error.retry_after_seconds,
                provider: error.provider.map(Provider::as_str),
                provider_request_id: error.provider_request_id.as_deref(),
                alternatives: Span::all(&error.alternatives, zone),
            },
        }
    }

    /// The error for people: `error:`, what is free instead, `hint:`.
    pub fn human<'a>(&'a self, zone: &'a Zone) -> impl fmt::Display + 'a {
        fmt::from_fn(move |formatter| {
            let error = &self.error;
            write!(formatter, "error: {}", text::paragraph(&error.message))?;
            for range in &error.alternatives {
                write!(formatter, "\nfree: {}", Span::new(range, zone))?;
            }
            if !error.remedy.is_empty() {
                write!(formatter, "\nhint: {}", text::paragraph(&error.remedy))?;
            }
            if let Some(command) = command(error.code) {
                write!(formatter, "\nhint: {command}")?;
            }
            if let Some(seconds) = error.retry_after_seconds {
                write!(formatter, "\nhint: wait at least {seconds} s before trying again")?;
            }
            if let Some(id) = &error.provider_request_id {
                let provider = error.provider.map_or("provider", Provider::as_str);
                write!(formatter, "\nnote: {provider} request id {}", text::line(id))?;
            }
            Ok(())
        })
    }
}

/// The command that cures an error, where there is one.
fn command(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::NotAuthenticated | ErrorCode::ReauthorizationRequired => {
            Some("calendar-host auth login google, or: calendar-host auth login outlook")
        }
        _ => None,
    }
}

/// The JSON of a failure: one key, `error`.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    error: Fields<'a>,
}

#[derive(Debug, Serialize)]
struct Fields<'a> {
    code: &'static str,
    message: &'a str,
    remedy: &'a str,
    retry_after_seconds: Option<u32>,
    provider: Option<&'static str>,
    provider_request_id: Option<&'a str>,
    alternatives: Vec<Span>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { exit: error.code.into(), error: Box::new(error), is_in_one_line: false, is_told: false }
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        let code = match &error {
            SetupError::Config(_) => ErrorCode::InvalidArgument,
            SetupError::Tls(_) | SetupError::Component(_) => ErrorCode::Unsupported,
            _ => ErrorCode::Storage,
        };
        Self::host(error.to_string(), error.remedy()).with_code(code)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        SetupError::Config(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar_host::types::TimeRange;

    fn taken() -> Failure {
        Error {
            code: ErrorCode::Conflict,
            message: "the time is taken on google:1".into(),
            remedy: "choose another time".into(),
            retry_after_seconds: Some(7),
            provider: Some(Provider::Google),
            provider_request_id: Some("abc".into()),
            alternatives: vec![TimeRange { start: 1_772_964_000, end: 1_772_965_800 }],
        }
        .into()
    }

    #[test]
    fn programs_read_every_field_of_the_error() {
        let zone = Zone::parse("America/New_York").expect("a zone");
        insta::assert_json_snapshot!(taken().view(&zone), @r#"
        {
          "error": {
            "code": "conflict",
            "message": "the time is taken on google:1",
            "remedy": "choose another time",
            "retry_after_seconds": 7,
            "provider": "google",
            "provider_request_id": "abc",
            "alternatives": [
              {
                "start": "2026-03-08T06:00:00-04:00",
                "end": "2026-03-08T06:30:00-04:00"
              }
            ]
          }
        }
        "#);
    }

    #[test]
    fn people_read_what_is_free_instead_and_what_to_do() {
        insta::assert_snapshot!(taken().human(&Zone::utc()).to_string(), @r"
        error: the time is taken on google:1
        free: Sun 2026-03-08 10:00-10:30 UTC
        hint: choose another time
        hint: wait at least 7 s before trying again
        note: google request id abc
        ");
    }

    #[test]
    fn a_user_without_account_is_told_how_to_connect_one() {
        let failure = Failure::new(ErrorCode::NotAuthenticated, "user `ana` has no connected account", "Connect one.");
        insta::assert_snapshot!(failure.human(&Zone::utc()).to_string(), @r"
        error: user `ana` has no connected account
        hint: Connect one.
        hint: calendar-host auth login google, or: calendar-host auth login outlook
        ");
    }

    #[test]
    fn a_refused_setting_ends_with_the_exit_code_of_the_host() {
        let failure = Failure::host("GOOGLE_CLIENT_ID is not set", "set it");
        assert_eq!(failure.exit(), Exit::Host);
        assert_eq!(failure.error().code, ErrorCode::InvalidArgument);
    }
}
