//! Device codes of Entra (RFC 8628): a device shows a code, a person enters it elsewhere, the device polls meanwhile.

use crate::random;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;

/// Life of a device code in seconds.
pub(super) const LIFETIME_SECONDS: i64 = 900;

/// What a poll finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Poll {
    Unknown,
    Pending,
    Declined,
    Expired,
    Approved { email: String, scopes: Vec<String> },
}

#[derive(Clone)]
struct Device {
    client_id: String,
    user_code: String,
    scopes: Vec<String>,
    expires: DateTime<Utc>,
    polls: u32,
    answer: Option<Option<String>>,
}

/// All device codes.
#[derive(Default)]
pub(super) struct Devices(HashMap<String, Device>);

impl Devices {
    /// A new device code and the code a person types.
    pub(super) fn issue(&mut self, client_id: &str, scopes: Vec<String>, now: DateTime<Utc>) -> (String, String) {
        let device_code = format!("GM{}", random::token(100));
        let user_code = random::base32hex(9).to_uppercase();
        let expires = now + TimeDelta::seconds(LIFETIME_SECONDS);
        let device = Device {
            client_id: client_id.to_owned(),
            user_code: user_code.clone(),
            scopes,
            expires,
            polls: 0,
            answer: None,
        };
        self.0.insert(device_code.clone(), device);
        (device_code, user_code)
    }

    /// The person's answer: an account, or `None` to decline. `false` when no such code is waiting.
    pub(super) fn answer(&mut self, user_code: &str, email: Option<&str>) -> bool {
        let waiting =
            |device: &&mut Device| device.answer.is_none() && device.user_code.eq_ignore_ascii_case(user_code.trim());
        match self.0.values_mut().find(waiting) {
            Some(device) => {
                device.answer = Some(email.map(str::to_owned));
                true
            }
            None => false,
        }
    }

    /// One poll. `stand_in` is the account that approves by itself after the first poll, if the sandbox answers by itself.
    pub(super) fn poll(
        &mut self,
        device_code: &str,
        client_id: &str,
        stand_in: Option<&str>,
        now: DateTime<Utc>,
    ) -> Poll {
        let Some(device) = self.0.get_mut(device_code).filter(|device| device.client_id == client_id) else {
            return Poll::Unknown;
        };
        if now >= device.expires {
            return Poll::Expired;
        }
        device.polls += 1;
        if device.polls > 1 && device.answer.is_none() {
            device.answer = stand_in.map(|email| Some(email.to_owned()));
        }
        match device.answer.clone() {
            None => Poll::Pending,
            Some(None) => Poll::Declined,
            Some(Some(email)) => {
                let scopes = device.scopes.clone();
                self.0.remove(device_code);
                Poll::Approved { email, scopes }
            }
        }
    }
}
