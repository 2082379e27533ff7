//! The connected accounts: whether their grants can still be used, what they allow, where a meeting could go. Asks the
//! component, and through it the providers: a token that ran out is renewed on the way.

use calendar_core::account::Provider as Vendor;
use calendar_core::oauth::scope::{self, Feature};

use super::{Finding, Level};
use crate::CalendarHost;
use crate::types::{Access, Account, AccountState, ErrorCode, Provider, Selection, UnknownSource};

/// The tenant of all personal Microsoft accounts.
const PERSONAL: &str = "outlook:9188040d-6c67-4c5b-b112-36a304b66dad.";

/// What each feature needs, and what is missing without it.
const FEATURES: [Feature; 5] =
    [Feature::ListCalendars, Feature::ReadBusy, Feature::ReadEvents, Feature::WriteEvents, Feature::MailboxSettings];

/// What is found about all accounts of `user`.
pub async fn accounts(host: &CalendarHost, user: &str) -> Vec<Finding> {
    let accounts = match host.list_accounts(user).await {
        Ok(accounts) => accounts,
        Err(error) => return vec![Finding::problem("account", error.message, error.remedy)],
    };
    if accounts.is_empty() {
        let remedy = "connect one: calendar-host auth login google, or: calendar-host auth login outlook";
        return vec![Finding::warning("account", format!("user {user:?} has no connected account"), remedy)];
    }
    let mut findings = Vec::new();
    for account in accounts {
        findings.extend(examine(host, user, &account).await);
    }
    findings
}

async fn examine(host: &CalendarHost, user: &str, account: &Account) -> Vec<Finding> {
    let id = account.id.as_str();
    let mut findings = Vec::new();
    if host.config().client(account.provider).is_none() {
        let message = format!("the account is connected, but {} is not configured any more", account.provider);
        let variable = format!("{}_CLIENT_ID", account.provider.as_str().to_ascii_uppercase());
        return vec![Finding::problem("account", message, format!("set {variable} again, or disconnect it")).about(id)];
    }
    let selection = Selection { account: Some(account.id.clone()), ..Selection::default() };
    let list = host.list_calendars(user, &selection).await;
    // The state as it is after the provider was asked.
    let account = host.account_status(user, id).await.unwrap_or_else(|_| account.clone());
    findings.push(state(&account));
    match list {
        Err(error) => findings.push(reading(error.code, &error.message, &error.remedy)),
        Ok(list) => {
            let unknown = list.unknown.iter().map(|UnknownSource { code, reason, .. }| reading(*code, reason, RETRY));
            findings.extend(unknown);
            if list.unknown.is_empty() {
                let is_writable = |access| matches!(access, Access::Write | Access::Owner);
                let count = list.calendars.iter().filter(|calendar| is_writable(calendar.access)).count();
                findings.push(calendars(list.calendars.len(), count));
            }
        }
    }
    findings.extend(scopes(&account));
    if account.id.starts_with(PERSONAL) {
        let message = "personal Microsoft accounts cannot read when other people are busy";
        findings.push(Finding::warning("account-kind", message, "ask each person to connect an own account"));
    }
    findings.into_iter().map(|finding| finding.about(id)).collect()
}

const RETRY: &str = "see the reason; calendars that cannot be read count as unknown, never as free";

fn state(account: &Account) -> Finding {
    let check = "account";
    let remedy = || account.remedy.clone().unwrap_or_else(|| "connect the account again".to_owned());
    match account.state {
        AccountState::Active => Finding::ok(check, "the grant is active"),
        AccountState::NeedsReauth => {
            Finding::problem(check, "the provider no longer accepts the stored grant (invalid_grant)", remedy())
        }
        AccountState::NeedsScope => Finding::problem(check, "nothing useful is granted (AADSTS65001)", remedy()),
        AccountState::NeedsAdmin => {
            Finding::problem(check, "an administrator must allow the application first (AADSTS65001, 90094)", remedy())
        }
        AccountState::Disabled => Finding::problem(check, "the provider says that the account is disabled", remedy()),
    }
}

/// Why calendars could not be read. What passes by itself is a warning.
fn reading(code: ErrorCode, reason: &str, remedy: &str) -> Finding {
    let level = match code {
        ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout => Level::Warning,
        _ => Level::Problem,
    };
    Finding::new("calendars", level, format!("calendars cannot be read ({}): {reason}", code.as_str()), remedy)
}

fn calendars(all: usize, writable: usize) -> Finding {
    let check = "calendars";
    let remedy = "share a calendar with the account for writing, or connect the account that owns it";
    match (all, writable) {
        (0, _) => Finding::problem(check, "the account has no calendar", remedy),
        (_, 0) => {
            Finding::warning(check, format!("none of {all} calendars can be written: nothing can be booked"), remedy)
        }
        _ => Finding::ok(check, format!("{all} calendars can be read, {writable} of them written")),
    }
}

fn scopes(account: &Account) -> Vec<Finding> {
    let check = "scopes";
    let vendor = match account.provider {
        Provider::Google => Vendor::Google,
        Provider::Outlook => Vendor::Outlook,
    };
    let mut findings = Vec::new();
    for feature in FEATURES {
        // Google's is not asked for: its calendars tell their zone in another way.
        let is_needed = vendor == Vendor::Outlook || feature != Feature::MailboxSettings;
        if is_needed && !scope::allows(vendor, &account.scopes, feature) {
            let wanted = scope::sufficient(vendor, feature).first().copied().unwrap_or_default();
            let remedy = format!("connect the account again and allow {wanted}");
            let message = format!("permission to {} is missing: {wanted} (insufficient_scope)", feature.as_str());
            findings.push(Finding::problem(check, message, remedy));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok(check, "every feature is granted"));
    }
    findings
}
