//! Authorization codes: bound to client, redirect address and challenge, good for ten minutes and for one use.

use super::pkce::Challenge;
use crate::vendor::Vendor;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;

/// What an authorization code stands for.
#[derive(Clone)]
pub(super) struct Code {
    pub(super) vendor: Vendor,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<Challenge>,
    pub(super) email: String,
    pub(super) scopes: Vec<String>,
    pub(super) nonce: Option<String>,
    pub(super) offline: bool,
    pub(super) tenant_path: Option<String>,
}

/// Why a code cannot be redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unredeemable {
    Unknown,
    Used,
    Expired,
    OtherClient,
    OtherRedirect,
    WrongVerifier,
    OtherTenant,
}

/// What the client presents together with the code.
pub(super) struct Presented<'a> {
    pub(super) vendor: Vendor,
    pub(super) client_id: &'a str,
    pub(super) redirect_uri: Option<&'a str>,
    pub(super) verifier: Option<&'a str>,
    pub(super) tenant_path: Option<&'a str>,
}

/// All codes ever given.
#[derive(Default)]
pub(super) struct Codes(HashMap<String, (Code, DateTime<Utc>, bool)>);

impl Codes {
    pub(super) fn issue(&mut self, code: Code, now: DateTime<Utc>) -> String {
        let text = match code.vendor {
            Vendor::Google => format!("4/0A{}", crate::random::token(48)),
            Vendor::Microsoft => format!("0.AX{}", crate::random::token(120)),
        };
        self.0.insert(text.clone(), (code, now + TimeDelta::minutes(10), false));
        text
    }

    /// Takes the code, if everything fits. A code presented by the right client is used up even when the rest does not fit.
    pub(super) fn redeem(
        &mut self,
        text: &str,
        with: &Presented<'_>,
        now: DateTime<Utc>,
    ) -> Result<Code, Unredeemable> {
        let (code, expires, used) = self.0.get_mut(text).ok_or(Unredeemable::Unknown)?;
        if code.vendor != with.vendor {
            return Err(Unredeemable::Unknown);
        }
        if code.client_id != with.client_id {
            return Err(Unredeemable::OtherClient);
        }
        if *used {
            return Err(Unredeemable::Used);
        }
        *used = true;
        if now >= *expires {
            return Err(Unredeemable::Expired);
        }
        if with.redirect_uri != Some(code.redirect_uri.as_str()) {
            return Err(Unredeemable::OtherRedirect);
        }
        if code.tenant_path.as_deref() != with.tenant_path {
            return Err(Unredeemable::OtherTenant);
        }
        let fits = match (&code.challenge, with.verifier) {
            (Some(challenge), Some(verifier)) => challenge.admits(verifier),
            (Some(_), None) => false,
            (None, _) => true,
        };
        if fits { Ok(code.clone()) } else { Err(Unredeemable::WrongVerifier) }
    }
}
