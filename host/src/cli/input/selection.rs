//! Which calendars are read, and to which one is written.

use calendar_host::types::{Provider, Selection};
use clap::{Args, ValueEnum};

/// `google` or `outlook` on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProviderArg {
    // No doc comments: they would double the length of every --help.
    Google,
    Outlook,
}

impl From<ProviderArg> for Provider {
    fn from(provider: ProviderArg) -> Self {
        match provider {
            ProviderArg::Google => Self::Google,
            ProviderArg::Outlook => Self::Outlook,
        }
    }
}

/// The calendars that are read.
#[derive(Debug, Clone, Default, Args)]
pub struct CalendarsArg {
    /// Only this calendar, by id; may be repeated [default: every calendar counted as busy]
    #[arg(long = "calendar", value_name = "ID")]
    pub calendars: Vec<String>,
}

/// The calendar that is written to.
#[derive(Debug, Clone, Default, Args)]
pub struct CalendarArg {
    /// The calendar, by id [default: the account's primary calendar]
    #[arg(long, value_name = "ID")]
    pub calendar: Option<String>,
}

/// The selection of `--provider`, `--account` and `--calendar`.
pub fn selection(provider: Option<ProviderArg>, account: Option<&str>, calendars: &[String]) -> Selection {
    Selection {
        provider: provider.map(Provider::from),
        account: account.map(str::to_owned),
        calendars: calendars.to_vec(),
    }
}
