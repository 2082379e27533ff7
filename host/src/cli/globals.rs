//! The options that every command takes.

use std::path::PathBuf;

use calendar_host::config::Secret;
use clap::builder::NonEmptyStringValueParser;
use clap::{ArgAction, Args};

use super::input::selection::ProviderArg;
use super::limits::LimitArgs;
use super::log::Format;

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Whose calendars; any name [default: CALENDAR_HOST_USER or `default`]
    #[arg(long, global = true, value_name = "NAME")]
    pub user: Option<String>,

    /// Only this provider
    #[arg(long, global = true, value_enum, value_name = "PROVIDER")]
    pub provider: Option<ProviderArg>,

    /// Only this account: its id (see `auth status`) or its e-mail address
    #[arg(long, global = true, value_name = "ACCOUNT", value_parser = NonEmptyStringValueParser::new())]
    pub account: Option<String>,

    /// Print one JSON document on stdout, also for errors
    #[arg(long, global = true)]
    pub json: bool,

    /// IANA zone in which times are read and shown [default: CALENDAR_HOST_TZ, the system's, or UTC]
    #[arg(long, global = true, value_name = "ZONE")]
    pub tz: Option<String>,

    /// Folder of database and key [default: CALENDAR_HOST_DATA_DIR or the user's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// PostgreSQL database instead of the file there; a password is better kept in the variable [default: DATABASE_URL]
    #[arg(long, global = true, value_name = "URL", value_parser = secret)]
    pub database_url: Option<Secret>,

    /// Run this component instead of the built-in one
    #[arg(long, global = true, value_name = "FILE")]
    pub component: Option<PathBuf>,

    /// Say on stderr what happens; twice for more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,

    #[command(flatten)]
    pub limits: LimitArgs,
    /// How stderr tells it: lines for people, or one JSON object a line
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value_t)]
    pub log_format: Format,
}

/// Whatever it is; what else is wrong with it is said later, without showing it.
fn secret(text: &str) -> Result<Secret, &'static str> {
    // An empty variable is one that is not set; an empty option is a mistake: it would put another database in its place.
    if text.is_empty() { Err("it is empty; leave the option out, or give a value") } else { Ok(Secret::new(text)) }
}
