//! What is wrong with a variable.

/// A variable that cannot be used. Never contains the value of a secret one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {message}")]
pub struct ConfigError {
    variable: &'static str,
    message: String,
    remedy: String,
}

impl ConfigError {
    pub(crate) fn new(variable: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { variable, message: message.into(), remedy: remedy.into() }
    }

    /// The variable.
    #[must_use]
    pub fn variable(&self) -> &'static str {
        self.variable
    }

    /// What a person does about it.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}
