//! A plain http client for the tests, and shorthands. It retries nothing and follows no redirect.

use bytes::Bytes;
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use calendar_sandbox::vendor::Vendor;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// The body as JSON; `null` when it is not.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// Status and Google's reason, or the status and an empty text.
    pub fn reason(&self) -> (u16, String) {
        let body = self.json();
        let reason = body.pointer("/error/errors/0/reason").and_then(Value::as_str).unwrap_or_default();
        (self.status.as_u16(), reason.to_owned())
    }

    /// Status and RFC 6749 error.
    pub fn error(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["error"].as_str().unwrap_or_default().to_owned())
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }

    /// The parameters of the redirect, and its address without them.
    pub fn redirect(&self) -> (String, Vec<(String, String)>) {
        let target = url::Url::parse(&self.header("location")).expect("a redirect");
        let pairs = target.query_pairs().into_owned().collect();
        let mut bare = target.clone();
        bare.set_query(None);
        (bare.to_string(), pairs)
    }

    /// One parameter of the redirect.
    pub fn parameter(&self, name: &str) -> String {
        let (_, pairs) = self.redirect();
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
    }
}

/// Sends one request on its own connection.
pub async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Result<Reply, String> {
    let client: Client<HttpConnector, Full<Bytes>> =
        Client::builder(TokioExecutor::new()).retry_canceled_requests(false).build_http();
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(body.into())).map_err(|error| error.to_string())?;
    let answer = client.request(request).await.map_err(|error| error.to_string())?;
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
    Ok(Reply { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() })
}

/// Posts a form.
pub async fn post_form(url: &str, headers: &[(&str, &str)], pairs: &[(&str, &str)]) -> Reply {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
    all.extend_from_slice(headers);
    send("POST", url, &all, body).await.expect("an answer")
}

/// An address with a query.
pub fn with_query(url: &str, pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{url}?{query}")
}

/// A signed-in Google account.
#[derive(Clone)]
pub struct Google {
    pub base: String,
    pub token: String,
}

impl Google {
    /// Signs in with the whole calendar scope.
    pub fn new(sandbox: &Sandbox, email: &str) -> Self {
        Self::with_scopes(sandbox, email, &["https://www.googleapis.com/auth/calendar"])
    }

    /// Signs in with certain scopes.
    pub fn with_scopes(sandbox: &Sandbox, email: &str, scopes: &[&str]) -> Self {
        let token = sandbox.control().access_token(Vendor::Google, email, scopes);
        Self { base: format!("{}/calendar/v3", sandbox.base_url()), token }
    }

    /// Sends a request with more headers.
    pub async fn call_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Reply {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", bearer.as_str())];
        if body.is_some() {
            all.push(("content-type", "application/json"));
        }
        all.extend_from_slice(headers);
        let text = body.map(Value::to_string).unwrap_or_default();
        send(method, &format!("{}{path}", self.base), &all, text).await.expect("an answer")
    }

    /// Sends a request.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Reply {
        self.call_with(method, path, &[], body).await
    }

    /// Gets JSON; the answer must be 200.
    pub async fn get(&self, path: &str) -> Value {
        let reply = self.call("GET", path, None).await;
        assert_eq!(reply.status, 200, "GET {path}: {}", reply.text);
        reply.json()
    }

    /// Posts JSON; the answer must be 200.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let reply = self.call("POST", path, Some(body)).await;
        assert_eq!(reply.status, 200, "POST {path}: {}", reply.text);
        reply.json()
    }
}

/// An instant from text.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// An empty world with the clock standing at Monday 2026-06-08 08:00 UTC, two Google accounts in it.
pub async fn google_world() -> Sandbox {
    let sandbox = Sandbox::start(Config::empty()).await.expect("a sandbox");
    let control = sandbox.control();
    control.freeze_clock(at("2026-06-08T08:00:00Z"));
    control.google().insert_user("ana@example.com", "Ana", "Europe/Berlin").expect("a new account");
    control.google().insert_user("ben@example.com", "Ben", "America/New_York").expect("a new account");
    sandbox
}
