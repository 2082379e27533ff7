//! What could not be read. Unknown is not free, so every list says what is missing from it.

use std::fmt;

use calendar_host::types::UnknownSource;
use serde::Serialize;

use super::text;

/// A calendar, or a whole account, that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unknown {
    account: String,
    /// None = the whole account.
    calendar: Option<String>,
    code: &'static str,
    reason: String,
}

impl Unknown {
    /// All of `sources`.
    pub fn all(sources: Vec<UnknownSource>) -> Vec<Self> {
        sources.into_iter().map(Self::from).collect()
    }
}

impl From<UnknownSource> for Unknown {
    fn from(source: UnknownSource) -> Self {
        let UnknownSource { account, calendar, code, reason } = source;
        Self { account, calendar, code: code.as_str(), reason }
    }
}

/// The lines for people: empty when everything could be read.
pub fn lines(unknown: &[Unknown]) -> impl fmt::Display + '_ {
    fmt::from_fn(move |formatter| {
        if !unknown.is_empty() {
            write!(formatter, "\nNot known (not the same as free):")?;
        }
        for source in unknown {
            write!(formatter, "\n  {}", text::line(&source.account))?;
            if let Some(calendar) = &source.calendar {
                write!(formatter, ", calendar {}", text::line(calendar))?;
            }
            write!(formatter, ": {} ({})", text::line(&source.reason), source.code)?;
        }
        Ok(())
    })
}
