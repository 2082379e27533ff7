//! What may be shown of a grant.

use super::{AccountState, Grant};
use crate::account::{AccountId, Provider};
use crate::oauth::scope;

/// What may be shown of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Stable name.
    pub id: AccountId,
    /// The provider.
    pub provider: Provider,
    /// Address or sign-in name.
    pub email: Option<String>,
    /// Usable or not.
    pub state: AccountState,
    /// Granted scopes, short names, sorted.
    pub scopes: Vec<String>,
    /// Asked for but not granted; the features that need them are off.
    pub missing_scopes: Vec<String>,
    /// When not active: what a person does about it.
    pub remedy: Option<String>,
}

impl Account {
    /// Whether `text` is the account's id or its address.
    #[must_use]
    pub fn is_named(&self, text: &str) -> bool {
        self.id.as_str() == text || self.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(text))
    }
}

impl From<&Grant> for Account {
    fn from(grant: &Grant) -> Self {
        Self {
            id: grant.account.clone(),
            provider: grant.provider,
            email: grant.email.clone(),
            state: grant.state,
            scopes: grant.scopes.clone(),
            missing_scopes: scope::missing(grant.provider, &grant.scopes),
            remedy: grant.remedy.clone(),
        }
    }
}
