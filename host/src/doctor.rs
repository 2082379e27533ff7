//! Finds what is wrong before a person has to: settings, files, the database, the way to the providers, the clock, the
//! accounts. Every finding says what to do. Nothing is changed and nothing is made that is not there.
//!
//! ```text
//! settings.rs  registered clients, redirect addresses, tenant, cloud
//! files.rs     data folder; key and database together
//! database.rs  the database file, or the server
//! keys.rs      the keys that seal, and what no key opens
//! network.rs   name, connection, TLS and answer of every address; the providers' clocks
//! accounts.rs  grants, scopes, calendars, through the component
//! zones.rs     how old the time zones are
//! ```

mod accounts;
mod database;
mod files;
mod keys;
mod network;
mod probe;
mod settings;
mod zones;

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use accounts::accounts;

use crate::config::{Config, ConfigError};

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// As it should be.
    Ok,
    /// Works, but not for everything or not for long.
    Warning,
    /// Something does not work.
    Problem,
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at; stable, for example `google-secret`.
    pub check: &'static str,
    /// Which one, where there are several: a variable, a provider, an account.
    pub subject: Option<String>,
    /// How serious it is.
    pub level: Level,
    /// What was found. Holds no secret.
    pub message: String,
    /// What a person does about it; `None` = nothing.
    pub remedy: Option<String>,
}

impl Finding {
    fn new(check: &'static str, level: Level, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, subject: None, level, message: message.into(), remedy: Some(remedy.into()) }
    }

    fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, subject: None, level: Level::Ok, message: message.into(), remedy: None }
    }

    fn warning(check: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(check, Level::Warning, message, remedy)
    }

    fn problem(check: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(check, Level::Problem, message, remedy)
    }

    fn about(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// A host that cannot be opened, or settings that cannot be used.
    #[must_use]
    pub fn unusable(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::problem("host", message, remedy)
    }
}

impl From<&ConfigError> for Finding {
    fn from(error: &ConfigError) -> Self {
        Self::problem("settings", error.to_string(), error.remedy()).about(error.variable())
    }
}

/// What was found without accounts and component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// In the order they were made.
    pub findings: Vec<Finding>,
    /// Data folder, key and database are there and up to date: opening the host makes and changes nothing.
    pub is_ready: bool,
}

/// Looks at everything that needs neither accounts nor component.
pub async fn examine(config: &Config, now: DateTime<Utc>) -> Examination {
    let mut findings = settings::settings(config);
    findings.push(zones::zones(now));
    let (files, is_ready) = files::files(config).await;
    findings.extend(files);
    findings.extend(network::network(config).await);
    Examination { findings, is_ready }
}
