//! The one place that writes: data on stdout, everything else on stderr.

use std::fmt::Display;
use std::io::{self, Write};

use calendar_core::schedule::zone::Zone;
use calendar_host::types::ErrorCode;
use serde::Serialize;

use crate::cli::failure::Failure;

/// Who reads the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printer {
    /// A person: text.
    Text,
    /// A program: one JSON document, errors included, on stdout.
    Json,
}

impl Printer {
    /// A printer for a program (`--json`) or a person.
    pub fn new(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }

    /// Writes the result of a command to stdout.
    ///
    /// # Errors
    /// When stdout cannot be written. A reader that has seen enough and closed the pipe is no error.
    pub fn print<T: Display + Serialize>(self, value: &T) -> Result<(), Failure> {
        let text = match self {
            Self::Text => value.to_string(),
            Self::Json => json(value)?,
        };
        write(io::stdout(), &text)
    }

    /// Writes one of several results to stdout, for a program as one line.
    ///
    /// # Errors
    /// As [`Printer::print`].
    pub fn event<T: Display + Serialize>(self, value: &T) -> Result<(), Failure> {
        let text = match self {
            Self::Text => value.to_string(),
            Self::Json => line(value)?,
        };
        write(io::stdout(), &text)
    }

    /// Writes a line for people to stdout; with `--json` to stderr, where it does not disturb.
    ///
    /// # Errors
    /// As [`Printer::print`].
    pub fn narrate(self, line: impl Display) -> Result<(), Failure> {
        match self {
            Self::Text => write(io::stdout(), &line.to_string()),
            Self::Json => write(io::stderr(), &line.to_string()),
        }
    }

    /// Writes a line to stderr.
    pub fn note(self, line: impl Display) {
        // Nobody is left to tell when stderr is gone.
        let _ = write(io::stderr(), &line.to_string());
    }

    /// Writes why a command failed: text to stderr; with `--json` the record to stdout as well.
    pub fn failure(self, failure: &Failure, zone: &Zone) {
        self.note(failure.human(zone));
        let view = failure.view(zone);
        let text = if failure.is_in_one_line() { line(&view) } else { json(&view) };
        if let (Self::Json, Ok(text)) = (self, text) {
            let _ = write(io::stdout(), &text);
        }
    }
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(|error| unwritable(&error))
}

fn line(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| unwritable(&error))
}

fn unwritable(error: &serde_json::Error) -> Failure {
    Failure::new(ErrorCode::Internal, format!("the result cannot be written as JSON: {error}"), "report this defect")
}

fn write(mut stream: impl Write, text: &str) -> Result<(), Failure> {
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    match write!(stream, "{text}{newline}").and_then(|()| stream.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::host(format!("cannot write the output: {error}"), "check where stdout leads"))
        }
        _ => Ok(()),
    }
}
