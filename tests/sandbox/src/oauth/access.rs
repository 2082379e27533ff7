//! Access and refresh tokens of both vendors: issue, look up, expire, revoke. Tokens are opaque and random; nothing can be
//! read out of one.

use crate::random;
use crate::vendor::Vendor;
use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;
use std::collections::HashMap;

/// What a person has allowed a client to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Vendor of the account.
    pub vendor: Vendor,
    /// Address of the account.
    pub user_email: String,
    /// The client it was given to.
    pub client_id: String,
    /// Granted scopes as asked for.
    pub scopes: Vec<String>,
}

impl Grant {
    /// Whether any of these scopes was granted. Names are compared without case and without `https://graph.microsoft.com/`.
    pub fn has_any(&self, wanted: &[&str]) -> bool {
        self.scopes.iter().any(|scope| wanted.iter().any(|one| short(scope).eq_ignore_ascii_case(short(one))))
    }
}

fn short(scope: &str) -> &str {
    scope.strip_prefix("https://graph.microsoft.com/").unwrap_or(scope)
}

/// Why a request's token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unauthorized {
    /// No `Authorization` header, or not a bearer token.
    Missing,
    /// The token was never issued by this vendor.
    Unknown,
    /// The token's time is over.
    Expired,
    /// The grant behind it was ended.
    Revoked,
}

#[derive(Debug, Clone)]
struct Access {
    grant: Grant,
    expires: DateTime<Utc>,
    revoked: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Refresh {
    pub(super) grant: Grant,
    pub(super) revoked: bool,
    pub(super) last_used: DateTime<Utc>,
    serial: u64,
}

/// Google drops the oldest refresh token of an account and client silently when there are more.
const GOOGLE_MOST_REFRESH_TOKENS: usize = 100;

/// All tokens ever issued.
#[derive(Default)]
pub(super) struct Tokens {
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    serial: u64,
}

impl Tokens {
    pub(super) fn issue_access(&mut self, grant: Grant, expires: DateTime<Utc>) -> String {
        let token = match grant.vendor {
            Vendor::Google => format!("ya29.a0{}", random::token(96)),
            Vendor::Microsoft => format!("EwB{}", random::token(200)),
        };
        self.access.insert(token.clone(), Access { grant, expires, revoked: false });
        token
    }

    pub(super) fn issue_refresh(&mut self, grant: Grant, now: DateTime<Utc>) -> String {
        let token = match grant.vendor {
            Vendor::Google => format!("1//0{}", random::token(60)),
            Vendor::Microsoft => format!("0.A{}", random::token(120)),
        };
        if grant.vendor == Vendor::Google {
            self.drop_oldest(&grant);
        }
        self.serial += 1;
        let serial = self.serial;
        self.refresh.insert(token.clone(), Refresh { grant, revoked: false, last_used: now, serial });
        token
    }

    /// Makes room for one more refresh token of an account and client.
    fn drop_oldest(&mut self, grant: &Grant) {
        let same = |other: &&mut Refresh| {
            !other.revoked && other.grant.user_email == grant.user_email && other.grant.client_id == grant.client_id
        };
        let mut live: Vec<&mut Refresh> = self.refresh.values_mut().filter(same).collect();
        if live.len() >= GOOGLE_MOST_REFRESH_TOKENS
            && let Some(oldest) = live.iter_mut().min_by_key(|other| other.serial)
        {
            oldest.revoked = true;
        }
    }

    pub(super) fn refresh(&mut self, token: &str) -> Option<&mut Refresh> {
        self.refresh.get_mut(token)
    }

    /// The grant behind an access or refresh token that is still good.
    pub(super) fn grant_of(&self, token: &str, now: DateTime<Utc>) -> Option<&Grant> {
        let access = self.access.get(token).filter(|one| !one.revoked && now < one.expires).map(|one| &one.grant);
        access.or_else(|| self.refresh.get(token).filter(|one| !one.revoked).map(|one| &one.grant))
    }

    /// Ends every token of one account. Answers how many were ended.
    pub(super) fn revoke(&mut self, vendor: Vendor, email: &str) -> usize {
        let hit = |grant: &Grant| grant.vendor == vendor && grant.user_email.eq_ignore_ascii_case(email);
        let mut count = 0;
        for one in self.access.values_mut().filter(|one| !one.revoked && hit(&one.grant)) {
            one.revoked = true;
            count += 1;
        }
        for one in self.refresh.values_mut().filter(|one| !one.revoked && hit(&one.grant)) {
            one.revoked = true;
            count += 1;
        }
        count
    }

    /// Ends the time of every access token of a vendor.
    pub(super) fn expire_access(&mut self, vendor: Vendor, now: DateTime<Utc>) {
        for one in self.access.values_mut().filter(|one| one.grant.vendor == vendor) {
            one.expires = one.expires.min(now - TimeDelta::seconds(1));
        }
    }

    pub(super) fn authenticate(
        &self,
        vendor: Vendor,
        headers: &HeaderMap,
        now: DateTime<Utc>,
    ) -> Result<Grant, Unauthorized> {
        let token = bearer(headers).ok_or(Unauthorized::Missing)?;
        let access = self.access.get(token).filter(|one| one.grant.vendor == vendor).ok_or(Unauthorized::Unknown)?;
        if access.revoked {
            return Err(Unauthorized::Revoked);
        }
        if now >= access.expires {
            return Err(Unauthorized::Expired);
        }
        Ok(access.grant.clone())
    }

    pub(super) fn user_of(&self, headers: &HeaderMap) -> Option<String> {
        self.access.get(bearer(headers)?).map(|one| one.grant.user_email.clone())
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}
