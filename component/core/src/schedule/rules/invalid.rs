//! The refusal of a rule.

/// A rule that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct InvalidRule {
    /// The field, as a path such as `hours` or `participants[2].buffer_before`.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

impl InvalidRule {
    /// An error about `field`.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        InvalidRule { field: field.into(), reason: reason.into() }
    }

    /// The same error about a part of `parent`.
    pub fn within(self, parent: &str) -> Self {
        InvalidRule { field: format!("{parent}.{}", self.field), reason: self.reason }
    }
}
