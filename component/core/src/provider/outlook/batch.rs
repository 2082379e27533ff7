//! `POST /$batch`: up to twenty reads in one request. A part that failed for a moment is left to be read
//! alone, where repeating, waiting and renewing the token are known already. Not here: writes.
//!
//! The service runs four parts of a mailbox at once, so a batch stands for as many requests as may be
//! in flight: it saves the round trips, not the work.
//!
//! <https://learn.microsoft.com/graph/json-batching>

use std::collections::HashMap;

use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{fault, request};
use crate::error::Error;
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::http::retry::Replay;
use crate::session::Session;

/// Most parts of one batch.
pub const MOST_PARTS: usize = 20;
const WHAT: &str = "batch of reads";

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A final answer, good or bad.
    Answered(Response),
    /// Read it alone.
    Alone,
}

#[derive(Deserialize)]
struct Answer {
    responses: Vec<Value>,
}

#[derive(Deserialize)]
struct WirePart {
    id: String,
    status: u16,
    #[serde(default)]
    headers: Option<HashMap<String, Value>>,
    #[serde(default)]
    body: Option<Value>,
}

/// Reads `urls`, at most [`MOST_PARTS`]: one part each, in the same order. When parts are to be read
/// alone because the service asked to wait, it has been waited already.
///
/// # Errors
/// Why there is no answer at all. A service that refuses the batch itself leaves all parts to be read
/// alone.
pub async fn get(session: &Session<'_>, urls: &[String], body: request::Body) -> Result<Vec<Part>, Error> {
    let parts: Vec<Value> = urls.iter().enumerate().map(|(number, url)| part(session, number, url, body)).collect();
    let url = format!("{}/$batch", session.api());
    let request = request::request(session, Method::Post, url, body).json(&json!({ "requests": parts }));
    let response = session.call_alone(request, Replay::Safe).await?;
    if !response.is_success() {
        return Ok(urls.iter().map(|_| Part::Alone).collect());
    }
    let answer: Answer = fault::body(WHAT, &response)?;
    let mut found: HashMap<String, WirePart> = HashMap::new();
    for part in answer.responses {
        if let Ok(part) = WirePart::deserialize(part) {
            found.insert(part.id.clone(), part);
        }
    }
    let mut parts = Vec::with_capacity(urls.len());
    let mut wait = TimeDelta::zero();
    for number in 0..urls.len() {
        let part = found.remove(&number.to_string()).map(response_of);
        parts.push(match part {
            Some(response) if is_final(response.status) => Part::Answered(response),
            other => {
                wait = other.and_then(|response| fault::retry_after(&response)).unwrap_or_default().max(wait);
                Part::Alone
            }
        });
    }
    if wait > TimeDelta::zero() {
        // Without time to wait, the single reads say so themselves.
        request::pause(session, wait).await;
    }
    Ok(parts)
}

fn part(session: &Session<'_>, number: usize, url: &str, body: request::Body) -> Value {
    let alone: Request = request::request(session, Method::Get, String::new(), body);
    let headers: HashMap<&str, &str> = alone
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("prefer"))
        .map(|(_, value)| ("Prefer", value.as_str()))
        .collect();
    let relative = url.strip_prefix(session.api()).unwrap_or(url);
    json!({"id": number.to_string(), "method": "GET", "url": relative, "headers": headers})
}

/// The part as if it had been asked alone.
fn response_of(part: WirePart) -> Response {
    let headers = part.headers.unwrap_or_default().into_iter();
    // Numbers are written as such by some services: `Retry-After` among them.
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let headers = headers.filter_map(|(name, value)| Some((name.to_ascii_lowercase(), text(value)?)));
    let body = part.body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
    Response { status: part.status, headers: headers.collect(), body }
}

/// Refused for a moment, or for want of a fresh token: not final.
fn is_final(status: u16) -> bool {
    !matches!(status, 401 | 408 | 423 | 424 | 429 | 500 | 502..=504 | 509)
}

#[cfg(test)]
mod tests;
