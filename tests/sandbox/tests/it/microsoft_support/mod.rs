//! A signed-in Graph caller over plain http, and a small world. It retries nothing.

use bytes::Bytes;
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use calendar_sandbox::mail::MailKind;
use calendar_sandbox::microsoft::Control;
use calendar_sandbox::vendor::Vendor;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

pub const ANA: &str = "ana@contoso.example";
pub const LEE: &str = "lee@contoso.example";
pub const HOME: &str = "ana@outlook.example";
pub const BERLIN: &str = "W. Europe Standard Time";
pub const EVERYTHING: &[&str] = &["User.Read", "Calendars.ReadWrite", "Calendars.Read.Shared", "MailboxSettings.Read"];

/// A sandbox with two colleagues and a personal account. Without a seed they have no events and the clock stands at
/// 2026-06-01T00:00:00Z; with a seed they are the default people and the clock runs.
pub struct World {
    pub sandbox: Sandbox,
    pub control: Control,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

/// A signed-in account.
#[derive(Clone)]
pub struct Graph {
    pub base: String,
    pub token: String,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Config::empty()).await
    }

    pub async fn with(config: Config) -> Self {
        let is_seeded = config.seed.is_some();
        let sandbox = Sandbox::start(config).await.expect("a sandbox");
        let control = sandbox.control().microsoft();
        if is_seeded {
            return Self { sandbox, control };
        }
        sandbox.control().freeze_clock(utc("2026-06-01T00:00:00Z"));
        for (email, name, zone, personal) in
            [(ANA, "Ana", BERLIN, false), (LEE, "Lee", "GMT Standard Time", false), (HOME, "Ana", BERLIN, true)]
        {
            control.insert_user(email, name, zone, personal).expect("a user");
        }
        Self { sandbox, control }
    }

    pub fn graph(&self, email: &str) -> Graph {
        self.graph_with(email, EVERYTHING)
    }

    pub fn graph_with(&self, email: &str, scopes: &[&str]) -> Graph {
        let token = self.sandbox.control().access_token(Vendor::Microsoft, email, scopes);
        Graph { base: format!("{}/v1.0", self.sandbox.base_url()), token }
    }

    /// Messages so far as (kind, to).
    pub fn mails(&self) -> Vec<(MailKind, String)> {
        self.sandbox.control().mails().into_iter().map(|mail| (mail.kind, mail.to)).collect()
    }
}

impl Reply {
    pub fn code(&self) -> (u16, String) {
        (self.status, self.body.pointer("/error/code").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn text(&self, pointer: &str) -> String {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// One member of every item of a collection, as text.
    pub fn each(&self, pointer: &str) -> Vec<String> {
        let items = self.body["value"].as_array().cloned().unwrap_or_default();
        items
            .iter()
            .map(|item| {
                item.pointer(pointer)
                    .map_or_else(String::new, |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            })
            .collect()
    }
}

impl Graph {
    pub async fn send(&self, method: &str, url: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Reply {
        let client: Client<_, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).retry_canceled_requests(false).build_http();
        let mut request =
            Request::builder().method(method).uri(url).header("authorization", format!("Bearer {}", self.token));
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let answer = client.request(request.body(Full::new(bytes)).expect("a request")).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        Reply { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send("GET", &format!("{}{path}", self.base), headers, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", &format!("{}{path}", self.base), &[], Some(body)).await
    }

    pub async fn patch(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        self.send("PATCH", &format!("{}{path}", self.base), headers, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", &format!("{}{path}", self.base), &[], None).await
    }

    /// Creates an event that must be accepted, and answers it.
    pub async fn create(&self, event: &Value) -> Value {
        let reply = self.post("/me/events", event).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.body
    }

    /// A view of the default calendar.
    pub async fn view(&self, from: &str, to: &str, more: &str) -> Reply {
        self.get(&format!("/me/calendarView?startDateTime={from}&endDateTime={to}{more}")).await
    }
}

pub fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A timed event in UTC.
pub fn meeting(subject: &str, from: &str, to: &str) -> Value {
    json!({"subject": subject, "start": {"dateTime": from, "timeZone": "UTC"}, "end": {"dateTime": to, "timeZone": "UTC"}})
}

/// The same with guests.
pub fn with_guests(mut event: Value, guests: &[&str]) -> Value {
    event["attendees"] =
        guests.iter().map(|guest| json!({"type": "required", "emailAddress": {"address": guest}})).collect();
    event
}

/// Percent-encodes a path segment or a query value.
pub fn escape(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The path of an event.
pub fn path_of(event: &Value) -> String {
    format!("/me/events/{}", escape(event["id"].as_str().expect("an id")))
}
