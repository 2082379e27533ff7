//! The life of a Meet room: asked for, pending, then there or failed. The outcome is fixed when it is asked for.
//! <https://developers.google.com/workspace/calendar/api/guides/create-events#conferencing>

use super::error::{Failure, Outcome};
use crate::random;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// A video meeting of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conference {
    request_id: String,
    code: String,
    ready_at: DateTime<Utc>,
    fails: bool,
}

/// What a body asks about the conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing, or nothing that counts.
    Keep,
    /// `conferenceData: null`.
    Remove,
    /// A new room under this request id.
    Create(String),
}

impl Wish {
    /// Reads the member `conferenceData`, which only counts with `conferenceDataVersion=1`.
    ///
    /// # Errors
    /// 400 `invalid` or `required` for a broken request.
    pub fn parse(body: &Value, version: u8) -> Outcome<Self> {
        let Some(data) = body.get("conferenceData").filter(|_| version > 0) else { return Ok(Self::Keep) };
        if data.is_null() {
            return Ok(Self::Remove);
        }
        let Some(request) = data.get("createRequest") else { return Ok(Self::Keep) };
        let id = request.get("requestId").and_then(Value::as_str).filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| Failure::required("Missing conference request id."))?;
        let kind = request.pointer("/conferenceSolutionKey/type");
        match kind.and_then(Value::as_str) {
            Some("hangoutsMeet") => Ok(Self::Create(id.to_owned())),
            _ if kind.is_none() => Ok(Self::Create(id.to_owned())),
            _ => Err(Failure::invalid("Invalid conference type value.")),
        }
    }
}

impl Conference {
    /// A room asked for now.
    pub fn request(request_id: &str, ready_at: DateTime<Utc>, fails: bool) -> Self {
        let letters: String =
            random::base32hex(10).chars().map(|one| if one.is_ascii_digit() { 'z' } else { one }).collect();
        let code = [&letters[..3], &letters[3..7], &letters[7..]].join("-");
        Self { request_id: request_id.to_owned(), code, ready_at, fails }
    }

    /// Whether this room came from that request; repeating a request makes no second room.
    pub fn is_from(&self, request_id: &str) -> bool {
        self.request_id == request_id
    }

    /// The link, once there is one.
    pub fn link(&self, now: DateTime<Utc>) -> Option<String> {
        (now >= self.ready_at && !self.fails).then(|| format!("https://meet.google.com/{}", self.code))
    }

    /// The member `conferenceData`.
    pub fn json(&self, now: DateTime<Utc>) -> Value {
        let key = json!({"type": "hangoutsMeet"});
        let request = |status: &str| json!({"requestId": self.request_id, "conferenceSolutionKey": key, "status": {"statusCode": status}});
        match self.link(now) {
            Some(link) => json!({
                "createRequest": request("success"),
                "entryPoints": [{"entryPointType": "video", "uri": link, "label": link.trim_start_matches("https://")}],
                "conferenceSolution": {"key": key, "name": "Google Meet", "iconUri": "https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo_meet_2020q4_color_2x_web_512dp.png"},
                "conferenceId": self.code,
            }),
            None if now < self.ready_at => json!({"createRequest": request("pending")}),
            None => json!({"createRequest": request("failure")}),
        }
    }
}
