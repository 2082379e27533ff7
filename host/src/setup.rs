//! Why a host cannot be opened. Failures of calls are [`crate::Error`].

mod server;

use std::path::PathBuf;

pub use server::ServerProblem;

use crate::config::ConfigError;

/// Why a host cannot be opened, with what a person does about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A variable is wrong or missing.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file or folder cannot be used.
    #[error("{what} {}: {source}", path.display())]
    File {
        /// What failed, for example `cannot create`.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The key file can be read by others, or holds something else than a key.
    #[error("the key file {} {reason}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
        /// What a person does about it.
        remedy: String,
    },
    /// The operating system's keyring cannot be used, or holds something else than keys.
    #[error("the keyring {reason}")]
    Keyring {
        /// What is wrong with it.
        reason: String,
        /// What a person does about it.
        remedy: String,
    },
    /// The database cannot be opened or brought up to date.
    #[error("cannot open the database {}: {source}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database server cannot be used.
    #[error("cannot use the database {place}: {problem}")]
    DatabaseServer {
        /// Host, port and name.
        place: String,
        /// What is in the way.
        problem: ServerProblem,
    },
    /// TLS cannot be set up, or a certificate file cannot be used.
    #[error("cannot set up TLS: {0}")]
    Tls(String),
    /// The component cannot be compiled, or asks for something this host does not offer.
    #[error("cannot load the component: {0}")]
    Component(String),
}

impl SetupError {
    /// What a person does about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Config(error) => error.remedy().to_owned(),
            Self::File { .. } => "check that the folder exists and that you may write to it; \
                                  CALENDAR_HOST_DATA_DIR names another one"
                .to_owned(),
            Self::KeyFile { remedy, .. } | Self::Keyring { remedy, .. } => remedy.clone(),
            Self::Database { path, .. } => format!(
                "check the free space and the permissions of {}; a file from a newer version needs that version",
                path.display()
            ),
            Self::DatabaseServer { problem, .. } => problem.remedy().to_owned(),
            Self::Tls(_) => {
                "check CALENDAR_HOST_CA_FILE and the system's certificates (package ca-certificates)".to_owned()
            }
            Self::Component(_) => "use a component that was built for this version of the host".to_owned(),
        }
    }
}
