//! What a refusal of the authorization server means: an error with a remedy, and what it does to
//! the account. RFC 6749 sections 4.1.2.1 and 5.2; the vendors' own words on top.
//!
//! Decided first by `error`, which is stable; the vendors' codes only refine it; never by text.
//! A deployment error (wrong secret, wrong address) never changes an account's state: one bad
//! secret must not end a thousand grants.

mod entra;
mod google;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;

use crate::account::Provider;
use crate::error::{Error, Kind};
use crate::http::date;
use crate::http::response::Response;
use crate::oauth::claims;
use crate::oauth::grant::AccountState;

/// What was asked of the authorization server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Consent, in the browser.
    Consent,
    /// A code for tokens.
    Code,
    /// A refresh token for an access token.
    Refresh,
    /// A device code: asking for one, and asking for its tokens.
    Device,
}

/// What a refusal does to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: try again later, or correct the deployment.
    Unchanged,
    /// The grant ended in this state.
    Ended(AccountState),
    /// No refresh for a while: the provider saw a loop.
    Paused,
}

/// A refusal, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What the caller is told.
    pub error: Error,
    /// What becomes of the account.
    pub effect: Effect,
    /// What the next sign-in must bring (`oauth::claims`).
    pub claims: Option<String>,
}

/// How long the provider wants to be left alone after it saw a loop.
pub const PAUSE: TimeDelta = TimeDelta::minutes(5);

/// For an authorization code that is void.
const CONNECT_AGAIN: &str = "The sign-in expired or was used before. Connect again.";

/// What a refusal is about; what it does follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// The person said no.
    Declined,
    /// The code or the sign-in is void: begin again; the sentence says why.
    StartAgain(&'static str),
    /// The grant ended; the sentence says what a person does.
    Reauth(&'static str),
    /// Consent is missing.
    Scope(&'static str),
    /// An administrator must act.
    Admin(&'static str),
    /// The account is gone.
    Disabled(&'static str),
    /// The registration or the configuration is wrong.
    Config(&'static str),
    /// The provider is out of order for a moment.
    Transient,
    /// The provider saw too many equal requests.
    Loop,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire {
    error: String,
    error_subtype: Option<String>,
    error_codes: Value,
    correlation_id: Option<String>,
    claims: Value,
}

impl Wire {
    /// The numbers, whatever else stands among them: they only refine what `error` says.
    fn codes(&self) -> Vec<u32> {
        let codes = self.error_codes.as_array().into_iter().flatten();
        codes.filter_map(|code| u32::try_from(code.as_u64()?).ok()).collect()
    }
}

/// Judges an answer of the token endpoint that is not a success.
#[must_use]
pub fn of_answer(provider: Provider, step: Step, response: &Response, now: DateTime<Utc>) -> Fault {
    let wire: Wire = response.json().unwrap_or_default();
    let retry_after = date::retry_after(response, now);
    let is_server_fault = response.status == 429 || response.status >= 500;
    if is_server_fault || wire.error.is_empty() {
        let kind = match response.status {
            429 => Kind::RateLimited { retry_after },
            500.. => Kind::Unavailable { retry_after },
            _ => Kind::Protocol,
        };
        let what = format!("{provider} sign-in: status {}", response.status);
        let error = Error::new(kind, what).at(provider).with_request_id(id(wire.correlation_id));
        return Fault { error, effect: Effect::Unchanged, claims: None };
    }
    judge(provider, step, &wire, retry_after)
}

/// A device code that ended before anybody asked the provider: as its own `expired_token`.
#[must_use]
pub fn expired_device_code(provider: Provider) -> Error {
    let wire = Wire { error: "expired_token".to_owned(), ..Wire::default() };
    judge(provider, Step::Device, &wire, None).error
}

/// Judges an error that the browser brought back to the redirect address.
#[must_use]
pub fn of_callback(provider: Provider, error: &str) -> Fault {
    let wire = Wire { error: error.to_owned(), ..Wire::default() };
    judge(provider, Step::Consent, &wire, None)
}

fn judge(provider: Provider, step: Step, wire: &Wire, retry_after: Option<TimeDelta>) -> Fault {
    let by_word = match provider {
        Provider::Google => google::by_word(step, &wire.error, wire.error_subtype.as_deref()),
        Provider::Outlook => entra::by_word(step, &wire.error),
    };
    let codes = wire.codes();
    let code = codes.iter().find_map(|code| Some((*code, entra::by_code(*code, step)?)));
    let class = match (provider, code) {
        // The device flow's own words say all there is to say.
        (Provider::Outlook, Some(_)) if entra::is_of_device_flow(&wire.error) => by_word,
        // A deployment error or an outage stays one, whatever its number says about the account.
        (Provider::Outlook, Some((_, Class::Reauth(_) | Class::Disabled(_) | Class::Scope(_))))
            if matches!(by_word, Class::Config(_) | Class::Transient) =>
        {
            by_word
        }
        (Provider::Outlook, Some((_, class))) => class,
        _ => by_word,
    };
    let shown = word(&wire.error).unwrap_or_else(|| "an unknown error".to_owned());
    let numbers: String = codes.iter().take(3).map(|n| format!(" AADSTS{n}")).collect();
    let numbers = if provider == Provider::Outlook { numbers } else { String::new() };
    let message = format!("{provider} sign-in: {shown}{numbers}");
    let (kind, remedy) = meaning(provider, class, retry_after);
    let error = Error::new(kind, message).at(provider).with_request_id(id(wire.correlation_id.clone()));
    Fault {
        error: match remedy {
            Some(remedy) => error.with_remedy(remedy),
            None => error,
        },
        effect: effect(class, by_word),
        claims: wire.claims.as_str().filter(|_| provider == Provider::Outlook).and_then(claims::checked),
    }
}

/// Only refusals of the grant itself may end it.
fn effect(class: Class, by_word: Class) -> Effect {
    match class {
        Class::Loop => Effect::Paused,
        _ if matches!(by_word, Class::Config(_) | Class::Declined | Class::Transient) => Effect::Unchanged,
        Class::Reauth(_) => Effect::Ended(AccountState::NeedsReauth),
        Class::Scope(_) => Effect::Ended(AccountState::NeedsScope),
        Class::Admin(_) => Effect::Ended(AccountState::NeedsAdmin),
        Class::Disabled(_) => Effect::Ended(AccountState::Disabled),
        Class::Declined | Class::StartAgain(_) | Class::Config(_) | Class::Transient => Effect::Unchanged,
    }
}

fn meaning(provider: Provider, class: Class, retry_after: Option<TimeDelta>) -> (Kind, Option<String>) {
    let (kind, remedy) = match class {
        Class::Declined => (Kind::PermissionDenied, "Access was not granted. Start again and allow calendar access."),
        Class::StartAgain(remedy) | Class::Reauth(remedy) | Class::Disabled(remedy) => {
            (Kind::ReauthorizationRequired, remedy)
        }
        Class::Scope(remedy) => (Kind::PermissionDenied, remedy),
        Class::Admin(remedy) => (Kind::AdminConsentRequired, remedy),
        Class::Config(remedy) => (Kind::Unsupported, remedy),
        Class::Transient => return (Kind::Unavailable { retry_after }, None),
        Class::Loop => return (Kind::Unavailable { retry_after: Some(PAUSE) }, None),
    };
    (kind, Some(remedy.replace("{provider}", &provider.to_string())))
}

/// A server's word as it may be shown: lower-case letters, digits and underscores.
fn word(error: &str) -> Option<String> {
    let clean = !error.is_empty()
        && error.len() <= 64
        && error.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    clean.then(|| error.to_owned())
}

/// A request id as it may be shown.
fn id(text: Option<String>) -> Option<String> {
    text.filter(|id| !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

#[cfg(test)]
mod tests;
