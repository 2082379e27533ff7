//! What can go wrong when the sandbox itself is set up. Vendor-shaped errors live with their vendor.

/// Why the sandbox could not start or could not do what its owner asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The listener could not be opened.
    #[error("cannot listen on {address}")]
    Listen {
        /// Address asked for.
        address: String,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The folder for recordings could not be made.
    #[error("cannot write recordings to {path}")]
    Record {
        /// Folder asked for.
        path: String,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// Certificate or key cannot be used.
    #[error("cannot use {path} for TLS: {reason}")]
    Tls {
        /// File asked for.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No such user, calendar or event.
    #[error("no such {0}")]
    NotFound(String),
    /// The value given is not acceptable.
    #[error("invalid value: {0}")]
    Invalid(String),
}
