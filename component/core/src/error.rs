//! One error by meaning. Every failure of the component ends here, with what a person does next.
//! Not here: how a vendor's answer becomes an error (`provider::*::fault`, `oauth::fault`).

use chrono::TimeDelta;

use crate::account::Provider;
use crate::schedule::interval::Interval;

/// The meaning of a failure, with what the caller needs to go on. The names are the interface's
/// error codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// An argument breaks a rule; the message begins with the field.
    InvalidArgument,
    /// No account could serve this.
    NotAuthenticated,
    /// The grant ended.
    ReauthorizationRequired,
    /// Scope or role is missing.
    PermissionDenied,
    /// An administrator must act first.
    AdminConsentRequired,
    /// No such account, calendar or event.
    NotFound,
    /// The time is taken, or the key is used.
    Conflict {
        /// Nearest free times, by distance.
        alternatives: Vec<Interval>,
    },
    /// The event changed since it was read.
    PreconditionFailed,
    /// The provider asks to slow down.
    RateLimited {
        /// What the provider asked for.
        retry_after: Option<TimeDelta>,
    },
    /// The provider, or the way to it, is down.
    Unavailable {
        /// What the provider asked for.
        retry_after: Option<TimeDelta>,
    },
    /// The deadline passed.
    Timeout,
    /// The host's policy refused the request.
    DeniedByHost,
    /// A store of the host failed.
    Storage,
    /// The provider broke its own contract.
    Protocol,
    /// Not possible here.
    Unsupported,
    /// Our defect.
    Internal,
}

/// A failure: meaning, what failed, and the remedy. Never holds secrets, bodies or addresses with
/// queries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The meaning.
    pub kind: Kind,
    /// What failed, on which account, calendar or field: a lowercase fragment without full stop.
    pub message: String,
    /// What a person does next: one sentence.
    pub remedy: String,
    /// Whose answer it was; none = no provider was involved.
    pub provider: Option<Provider>,
    /// The provider's id of the failed request.
    pub request_id: Option<String>,
}

impl Error {
    /// Any meaning with the remedy that usually fits it.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        let remedy = default_remedy(&kind).to_owned();
        Self { kind, message: message.into(), remedy, provider: None, request_id: None }
    }

    /// A bad argument. `field` is the interface's name of it, `reason` completes "field: …".
    #[must_use]
    pub fn invalid(field: &str, reason: impl AsRef<str>) -> Self {
        Self::new(Kind::InvalidArgument, format!("{field}: {}", reason.as_ref()))
    }

    /// Replaces the usual remedy.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Names the provider whose answer it was.
    #[must_use]
    pub fn at(mut self, provider: Provider) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Adds the provider's request id.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<String>) -> Self {
        self.request_id = id;
        self
    }

    /// Puts "context: " before the message.
    #[must_use]
    pub fn context(mut self, context: impl AsRef<str>) -> Self {
        self.message = format!("{}: {}", context.as_ref(), self.message);
        self
    }

    /// How long to wait before trying again, if the provider said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<TimeDelta> {
        match self.kind {
            Kind::RateLimited { retry_after } | Kind::Unavailable { retry_after } => retry_after,
            _ => None,
        }
    }
}

fn default_remedy(kind: &Kind) -> &'static str {
    match kind {
        Kind::InvalidArgument => "Correct the argument and call again.",
        Kind::NotAuthenticated => "Connect a calendar account first.",
        Kind::ReauthorizationRequired => "Connect the account again.",
        Kind::PermissionDenied => "Connect the account again and allow what is missing.",
        Kind::AdminConsentRequired => "Ask the organisation's administrator to allow the application.",
        Kind::NotFound => "Check the id; list what exists and choose again.",
        Kind::Conflict { .. } => "Choose another time.",
        Kind::PreconditionFailed => "Read the event again and repeat the change.",
        Kind::RateLimited { .. } => "Wait and try again.",
        Kind::Unavailable { .. } => "Try again later.",
        Kind::Timeout => "Try again; repeating the same call is safe.",
        Kind::DeniedByHost => "Allow the address in the host's egress policy.",
        Kind::Storage => "Check the host's data directory and its database, then try again.",
        Kind::Protocol => "Try again; if it persists, report it with the request id.",
        Kind::Unsupported => "Use another calendar or account.",
        Kind::Internal => "Report this as a defect.",
    }
}
