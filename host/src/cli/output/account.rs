//! Accounts as they are shown by `auth`.

use std::fmt;

use calendar_host::types::{Account as Record, AccountState};
use serde::Serialize;

use super::table::Table;
use super::text;

/// One connected account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// The embedding application's name for the person.
    pub user_id: String,
    /// `google` or `outlook`.
    pub provider: &'static str,
    /// The stable name, as `--account` takes it.
    pub account: String,
    /// The address; none = the provider did not say.
    pub email: Option<String>,
    /// Usable or not.
    pub state: &'static str,
    /// Granted scopes.
    pub scopes: Vec<String>,
    /// Scopes that were asked for and not granted.
    pub missing_scopes: Vec<String>,
    /// When not active: what to do about it.
    pub remedy: Option<String>,
}

impl Account {
    /// An account of `user`.
    pub fn new(user: &str, record: Record) -> Self {
        let state = state(record.state);
        let Record { id, provider, email, scopes, missing_scopes, remedy, .. } = record;
        let (user_id, provider) = (user.to_owned(), provider.as_str());
        Self { user_id, provider, account: id, email, state, scopes, missing_scopes, remedy }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::plain();
        table.row(["user", &self.user_id]);
        table.row(["provider", self.provider]);
        table.row(["account", &self.account]);
        table.row(["e-mail", self.email.as_deref().unwrap_or("-")]);
        table.row(["state", self.state]);
        table.row(["scopes", &self.scopes.join(" ")]);
        if !self.missing_scopes.is_empty() {
            table.row(["missing scopes", &self.missing_scopes.join(" ")]);
        }
        table.fmt(formatter)?;
        remedy(formatter, self)
    }
}

/// The accounts of a user.
#[derive(Debug, Serialize)]
pub struct Accounts {
    /// By id.
    pub accounts: Vec<Account>,
}

impl fmt::Display for Accounts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.accounts.is_empty() {
            return formatter
                .write_str("No account is connected. Connect one: calendar-host auth login google|outlook");
        }
        let mut table = Table::new(&["PROVIDER", "E-MAIL", "STATE", "ACCOUNT"]);
        for account in &self.accounts {
            let email = account.email.as_deref().unwrap_or("-");
            table.row([account.provider, email, account.state, &account.account]);
        }
        table.fmt(formatter)?;
        self.accounts.iter().try_for_each(|account| remedy(formatter, account))
    }
}

fn remedy(formatter: &mut fmt::Formatter<'_>, account: &Account) -> fmt::Result {
    match &account.remedy {
        Some(remedy) => write!(formatter, "\n{}: {}", text::line(&account.account), text::line(remedy)),
        None => Ok(()),
    }
}

fn state(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "active",
        AccountState::NeedsReauth => "needs-reauth",
        AccountState::NeedsScope => "needs-scope",
        AccountState::NeedsAdmin => "needs-admin",
        AccountState::Disabled => "disabled",
    }
}
