//! A grant: what one user allowed at one provider, as stored, and what may be shown of it.
//! Not here: reading and writing the store (`session::grants`), and when to refresh (`session`).

mod account;
mod key;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, Serializer};

use crate::account::{AccountId, Provider};
use crate::error::{Error, Kind};
use crate::oauth::endpoint::Endpoints;
use crate::secret::Secret;
pub use account::Account;
pub use key::{account_of_key, calendars_key, key, lease_key, prefix, provider_of};

/// Whether a stored grant can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// Works, perhaps with fewer scopes than asked.
    Active,
    /// The grant ended; the user connects again.
    NeedsReauth,
    /// Nothing useful was granted; the user consents again.
    NeedsScope,
    /// An administrator must allow the application.
    NeedsAdmin,
    /// The user account was disabled or deleted.
    Disabled,
}

/// An access token and its times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// The token.
    #[serde(serialize_with = "expose")]
    pub token: Secret,
    /// When it was received, whole seconds since 1970 UTC.
    #[serde(with = "seconds")]
    pub obtained_at: DateTime<Utc>,
    /// When it ends, by the provider's `expires_in`.
    #[serde(with = "seconds")]
    pub expires_at: DateTime<Utc>,
}

/// The stored record of one granted user at one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its name.
    pub account: AccountId,
    /// Its provider.
    pub provider: Provider,
    /// Address or sign-in name; a label, never an identity.
    pub email: Option<String>,
    /// Entra tenant of the user.
    pub tenant: Option<String>,
    /// Usable or not.
    pub state: AccountState,
    /// When not active: what a person does about it.
    pub remedy: Option<String>,
    /// Granted scopes, short names, sorted.
    pub scopes: Vec<String>,
    /// `client_id` that was granted to.
    pub client_id: String,
    /// When the user consented.
    #[serde(with = "seconds")]
    pub consented_at: DateTime<Utc>,
    /// Where its tokens may go: [`Endpoints::origins`] as they were when the user consented.
    #[serde(default)]
    pub origins: Vec<String>,
    /// None once the grant ended.
    pub access: Option<AccessToken>,
    /// None once the grant ended, or when the provider gave none.
    #[serde(serialize_with = "expose_option")]
    pub refresh: Option<Secret>,
    /// Refreshes of the last minute that the provider's refusals forced, oldest first, as seconds
    /// since 1970.
    #[serde(default)]
    pub forced: Vec<i64>,
    /// No refresh before this instant, in seconds since 1970: the provider complained of a loop.
    #[serde(default)]
    pub pause_until: Option<i64>,
    /// What the next sign-in must bring, as JSON (`oauth::claims`).
    #[serde(default)]
    pub claims: Option<String>,
}

impl Grant {
    /// The access token, if it lives longer than the margin at which it is replaced: five minutes
    /// give or take thirty seconds, by account, and at most a tenth of its life.
    #[must_use]
    pub fn fresh(&self, now: DateTime<Utc>) -> Option<&AccessToken> {
        let access = self.access.as_ref()?;
        let life = access.expires_at - access.obtained_at;
        let margin = (TimeDelta::seconds(300) + jitter(&self.account)).min(life / 10);
        (access.expires_at - now > margin).then_some(access)
    }

    /// The access token, if it has not ended.
    #[must_use]
    pub fn valid(&self, now: DateTime<Utc>) -> Option<&AccessToken> {
        self.access.as_ref().filter(|access| access.expires_at > now)
    }

    /// Ends the grant: the state changes, the token bytes go.
    pub fn end(&mut self, state: AccountState, remedy: &str) {
        self.state = state;
        self.remedy = Some(remedy.to_owned());
        self.access = None;
        self.refresh = None;
    }

    /// Refuses addresses that are not those of the consent, so that changed settings cannot send its tokens elsewhere.
    ///
    /// # Errors
    /// `ReauthorizationRequired`.
    pub fn require_origins(&self, endpoints: &Endpoints) -> Result<(), Error> {
        if self.origins == endpoints.origins() {
            return Ok(());
        }
        if self.origins.is_empty() {
            let what = format!("{}: was connected before the addresses of a consent were kept with it", self.account);
            let error = Error::new(Kind::ReauthorizationRequired, what).at(self.provider);
            return Err(error.with_remedy("Connect the account again, once."));
        }
        let what =
            format!("{}: was connected at {}, other addresses are configured", self.account, self.origins.join(", "));
        let remedy =
            "Restore the endpoint settings (look for a .env file in this folder), or connect the account again.";
        Err(Error::new(Kind::ReauthorizationRequired, what).at(self.provider).with_remedy(remedy))
    }

    /// None when the grant can be used, else the error that says why not.
    #[must_use]
    pub fn unusable(&self) -> Option<Error> {
        let (kind, what) = match self.state {
            AccountState::Active => return None,
            AccountState::NeedsReauth => (Kind::ReauthorizationRequired, "the permission ended"),
            AccountState::NeedsScope => (Kind::PermissionDenied, "nothing useful was allowed"),
            AccountState::NeedsAdmin => (Kind::AdminConsentRequired, "an administrator must allow the application"),
            AccountState::Disabled => (Kind::ReauthorizationRequired, "the user account was disabled"),
        };
        let error = Error::new(kind, format!("{}: {what}", self.account)).at(self.provider);
        Some(match &self.remedy {
            Some(remedy) => error.with_remedy(remedy.clone()),
            None => error,
        })
    }
}

/// Minus thirty to plus thirty seconds, the same for the same account, so that a host's accounts
/// do not all refresh in one moment.
fn jitter(account: &AccountId) -> TimeDelta {
    let sum = account.as_str().bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    TimeDelta::seconds(i64::from(sum % 61) - 30)
}

fn expose<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

fn expose_option<S: Serializer>(secret: &Option<Secret>, to: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(Secret::expose).serialize(to)
}

/// Instants as whole seconds since 1970.
mod seconds {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.timestamp())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
        let seconds = i64::deserialize(from)?;
        DateTime::from_timestamp(seconds, 0).ok_or_else(|| D::Error::custom("instant out of range"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn grant(life: i64) -> Grant {
        let mut grant = scripted::grant(Provider::Google, at(0));
        grant.access = Some(AccessToken { token: Secret::new("canary"), obtained_at: at(0), expires_at: at(life) });
        grant
    }

    #[test]
    fn survives_storage_and_never_shows_its_tokens() {
        let grant = grant(3600);
        let stored = serde_json::to_vec(&grant).unwrap();
        assert_eq!(serde_json::from_slice::<Grant>(&stored).unwrap(), grant);
        assert!(String::from_utf8(stored).unwrap().contains("canary"));
        assert!(!format!("{grant:?}").contains("canary"));
    }

    #[test]
    fn a_grant_of_other_addresses_is_refused_and_one_without_any_says_what_to_do() {
        let endpoints = |api: &str| {
            let client =
                crate::ports::OAuthClient { api_url: Some(api.to_owned()), ..scripted::client(Provider::Google) };
            Endpoints::of(Provider::Google, &client).unwrap()
        };
        let (own, other) = (endpoints("https://www.googleapis.com/calendar/v3"), endpoints("https://h.example/v3"));
        let mut grant = grant(3600);
        assert_eq!(grant.require_origins(&own), Ok(()));
        let error = grant.require_origins(&other).unwrap_err();
        assert!(error.message.contains("was connected at https://") && error.remedy.contains("endpoint settings"));
        grant.origins.clear();
        let error = grant.require_origins(&own).unwrap_err();
        assert_eq!(
            (error.kind, error.remedy.as_str()),
            (Kind::ReauthorizationRequired, "Connect the account again, once.")
        );
        assert!(error.message.contains("before the addresses"), "{}", error.message);
    }

    #[test]
    fn is_replaced_about_five_minutes_before_its_end() {
        let grant = grant(3600);
        assert!(grant.fresh(at(3600 - 331)).is_some());
        assert!(grant.fresh(at(3600 - 269)).is_none());
        assert!(grant.valid(at(3599)).is_some());
        assert!(grant.valid(at(3600)).is_none());
    }

    #[test]
    fn a_short_lived_token_is_used_for_nine_tenths_of_its_life() {
        let grant = grant(60);
        assert!(grant.fresh(at(53)).is_some());
        assert!(grant.fresh(at(54)).is_none());
    }

    #[test]
    fn jitter_differs_between_accounts_and_stays_within_thirty_seconds() {
        let all: std::collections::BTreeSet<i64> =
            (0..200).map(|n| jitter(&AccountId::new(format!("google:{n}"))).num_seconds()).collect();
        assert!(all.len() > 20);
        assert!(all.iter().all(|seconds| (-30..=30).contains(seconds)));
    }

    #[test]
    fn ending_a_grant_wipes_its_tokens_and_keeps_the_reason() {
        let mut grant = grant(3600);
        grant.end(AccountState::Disabled, "Ask the organisation.");
        let stored = serde_json::to_string(&grant).unwrap();
        assert!(!stored.contains("canary") && !stored.contains("refresh-google"), "{stored}");
        let error = grant.unusable().unwrap();
        assert_eq!(error.kind, Kind::ReauthorizationRequired);
        assert_eq!(error.remedy, "Ask the organisation.");
    }
}
