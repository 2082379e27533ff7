//! Graph over HTTP: authenticates, reads the request once, limits how many run at once, and writes the answer.

use super::call::{Answer, Call};
use super::error::{GraphError, client_request_id};
use super::odata::prefer::Prefer;
use super::odata::query::Query;
use super::route;
use crate::oauth::access::Unauthorized;
use crate::state::State;
use crate::vendor::Vendor;
use axum::body::Body;
use axum::extract::State as Shared;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use std::sync::Arc;
use std::time::Duration;

/// Answers every path below `/v1.0`.
pub async fn handle(
    Shared(state): Shared<Arc<State>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request_id = uuid::Uuid::new_v4().to_string();
    let client_id = client_request_id(&headers, &request_id);
    let outcome = carry_out(&state, method, &uri, &headers, body, &request_id).await;
    let answer = outcome.unwrap_or_else(|refusal| {
        let answer =
            Answer::json(refusal.error.status, refusal.error.envelope(state.clock.now(), &request_id, &client_id));
        match refusal.header {
            Some((name, value)) => answer.header(HeaderName::from_static(name), &value),
            None => answer,
        }
    });
    write(answer, &request_id, &client_id)
}

/// A refusal with the header that belongs to it.
struct Refusal {
    error: GraphError,
    header: Option<(&'static str, String)>,
}

impl From<GraphError> for Refusal {
    fn from(error: GraphError) -> Self {
        Self { error, header: None }
    }
}

async fn carry_out(
    state: &Arc<State>,
    method: Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Bytes,
    request_id: &str,
) -> Result<Answer, Refusal> {
    let grant = state.authenticate(Vendor::Microsoft, headers).map_err(unauthorized)?;
    let raw_path = uri.path().get("/v1.0".len()..).unwrap_or_default().trim_matches('/').to_owned();
    let call = Call {
        path: segments(&raw_path),
        raw_path,
        query: Query::parse(uri.query().unwrap_or_default())?,
        root: root(state, uri, headers),
        prefer: Prefer::read(headers)?,
        headers: headers.clone(),
        now: state.clock.now(),
        method,
        body,
        grant,
    };
    let _turn = Turn::take(state, &call.grant.user_email)?;
    let pause = state.microsoft().switches.service_milliseconds;
    if pause > 0 {
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    Ok(route::answer(state, &call, request_id))
}

/// Splits a path and decodes its segments; `events('id')` is as good as `events/id`, and `delta()` as `delta`.
pub fn segments(raw: &str) -> Vec<String> {
    let mut found = Vec::new();
    for segment in raw.split('/').filter(|segment| !segment.is_empty()) {
        let text = decode(segment);
        match text.split_once("('").and_then(|(name, rest)| Some((name, rest.strip_suffix("')")?))) {
            Some((name, id)) if name.chars().all(char::is_alphabetic) => {
                found.push(name.to_owned());
                found.push(id.to_owned());
            }
            _ => found.push(text.strip_suffix("()").map(str::to_owned).unwrap_or(text)),
        }
    }
    found
}

/// Percent-decodes; a plus stays a plus in a path.
fn decode(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let hex = segment.get(index + 1..index + 3).and_then(|two| u8::from_str_radix(two, 16).ok());
        match hex.filter(|_| *byte == b'%') {
            Some(value) => {
                decoded.push(value);
                index += 3;
            }
            None => {
                decoded.push(*byte);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The root of links: the host the caller used, so that he can follow them, and the sandbox's own scheme.
fn root(state: &State, uri: &Uri, headers: &HeaderMap) -> String {
    let own = state.base_url().split("://").next();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = text("x-forwarded-proto").or_else(|| uri.scheme_str()).or(own).unwrap_or("http");
    let host = text("host").or_else(|| uri.authority().map(http::uri::Authority::as_str)).unwrap_or("localhost");
    format!("{scheme}://{host}/v1.0")
}

fn unauthorized(reason: Unauthorized) -> Refusal {
    let message = match reason {
        Unauthorized::Missing => "Access token is empty.",
        Unauthorized::Expired => "Lifetime validation failed, the token is expired.",
        Unauthorized::Unknown => "IDX14100: JWT is not well formed, there are no dots (.).",
        Unauthorized::Revoked => "Continuous access evaluation resulted in challenge with result: InteractionRequired.",
    };
    let challenge = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"";
    Refusal {
        error: GraphError::new(401, "InvalidAuthenticationToken", message),
        header: Some(("www-authenticate", challenge.to_owned())),
    }
}

/// One of the places a mailbox has for requests at once; given back when dropped.
struct Turn<'a> {
    state: &'a State,
    mailbox: String,
}

impl<'a> Turn<'a> {
    fn take(state: &'a State, address: &str) -> Result<Self, Refusal> {
        let mailbox = address.to_lowercase();
        let mut store = state.microsoft();
        let limit = store.switches.concurrency_limit;
        let wait = store.switches.throttle_retry_after_seconds;
        let count = store.under_way.entry(mailbox.clone()).or_default();
        if limit.is_some_and(|limit| *count >= limit) {
            let error =
                GraphError::new(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.");
            let header = wait.map(|seconds| ("retry-after", seconds.to_string()));
            return Err(Refusal { error, header });
        }
        *count += 1;
        drop(store);
        Ok(Self { state, mailbox })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(count) = self.state.microsoft().under_way.get_mut(&self.mailbox) {
            *count = count.saturating_sub(1);
        }
    }
}

fn write(answer: Answer, request_id: &str, client_request_id: &str) -> Response {
    let body = answer.body.as_ref().map(|body| serde_json::to_vec(body).unwrap_or_default());
    let mut response = Response::new(body.clone().map_or_else(Body::empty, Body::from));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.extend(answer.headers);
    for (name, value) in [("request-id", request_id), ("client-request-id", client_request_id)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    if body.is_some() {
        let kind = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert("odata-version", HeaderValue::from_static("4.0"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_decoded_after_the_path_is_split() {
        assert_eq!(segments("me/events/AAMk%2Fa%2Bb%3D/cancel"), ["me", "events", "AAMk/a+b=", "cancel"]);
        assert_eq!(segments("me/calendars('AAMk%2F')/events"), ["me", "calendars", "AAMk/", "events"]);
        assert_eq!(segments("%24batch"), ["$batch"]);
        assert_eq!(segments("me/calendarView/delta()"), ["me", "calendarView", "delta"]);
    }
}
