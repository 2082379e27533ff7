//! How a call to a provider fails: certainly without effect, or perhaps not.

use crate::error::Error;

/// How a call failed, as far as the provider's state is concerned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Certainly not done.
    #[error("{0}")]
    Failed(Error),
    /// It may have been done: no answer in time, or the connection was lost.
    #[error("{0}")]
    Unknown(Error),
}

impl CallError {
    /// What went wrong.
    #[must_use]
    pub fn error(&self) -> &Error {
        match self {
            CallError::Failed(error) | CallError::Unknown(error) => error,
        }
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        CallError::Failed(error)
    }
}

impl From<CallError> for Error {
    fn from(failure: CallError) -> Self {
        match failure {
            CallError::Failed(error) | CallError::Unknown(error) => error,
        }
    }
}
