//! The first step of the demonstration: an account at each provider, through the listener that `auth login` uses.

use std::time::Duration;

use calendar_host::types::{AccountState, Provider};
use tokio::sync::oneshot;

use super::browser;
use super::script::{Script, USER, broken};
use crate::cli::command::auth::login::Login;
use crate::cli::failure::Failure;
use crate::cli::output::account::Account;
use crate::cli::output::table::Table;

impl Script<'_> {
    /// Connects both accounts.
    pub(super) async fn connect(&self) -> Result<Vec<Account>, Failure> {
        self.heading("Connect an account at each provider, through the browser redirect of OAuth")?;
        let mut accounts = Vec::new();
        let mut table = Table::plain();
        for (provider, login_hint) in
            [(Provider::Google, "ana@example.com"), (Provider::Outlook, "ana@contoso.example")]
        {
            let redirect_uri =
                self.host.redirect_uri(provider).ok_or_else(|| broken("a provider is not configured"))?;
            let login = Login {
                host: self.host,
                user: USER,
                provider,
                redirect_uri,
                port: Some(0),
                login_hint: Some(login_hint),
                timeout: Duration::from_secs(30),
            };
            let (stopped, stop) = oneshot::channel();
            let login = login.run(|url| {
                let url = url.to_owned();
                tokio::spawn(async move {
                    if let Err(reason) = browser::open(&url).await {
                        // The login may have ended in the meantime.
                        let _ = stopped.send(reason);
                    }
                });
            });
            let record = tokio::select! {
                record = login => record?,
                Ok(reason) = stop => return Err(broken(format!("its browser stopped: {reason}"))),
            };
            if record.state != AccountState::Active {
                return Err(broken(format!("the {provider} account is not active")));
            }
            let account = Account::new(USER, record);
            table.row([account.provider, account.email.as_deref().unwrap_or("-"), account.state]);
            accounts.push(account);
        }
        self.show(&table)?;
        Ok(accounts)
    }
}
