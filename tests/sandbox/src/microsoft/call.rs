//! One request to Graph, read once, and its answer before it becomes HTTP. A part of a batch is such a request too.

use super::error::GraphError;
use super::odata::prefer::Prefer;
use super::odata::query::Query;
use crate::oauth::access::Grant;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::Value;

/// A request.
#[derive(Debug, Clone)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Path below the version, decoded, segment by segment.
    pub path: Vec<String>,
    /// Path below the version as it was sent, for links back to it.
    pub raw_path: String,
    /// Query.
    pub query: Query,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
    /// Scheme, host, port and version, for absolute links.
    pub root: String,
    /// Who calls, and what he may.
    pub grant: Grant,
    /// The preferences that are honoured.
    pub prefer: Prefer,
    /// The present instant.
    pub now: DateTime<Utc>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers other than type, length and correlation.
    pub headers: HeaderMap,
    /// JSON body, if any.
    pub body: Option<Value>,
}

/// What a handler gives.
pub type Outcome = Result<Answer, GraphError>;

impl Answer {
    /// An answer with a body.
    pub fn json(status: u16, body: Value) -> Self {
        Self { status, headers: HeaderMap::new(), body: Some(body) }
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: HeaderMap::new(), body: None }
    }

    /// With a header; a value that cannot be one is left out.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// With the `ETag` header that repeats the resource's `@odata.etag`.
    pub fn tagged(self) -> Self {
        let etag =
            self.body.as_ref().and_then(|body| body.get("@odata.etag")).and_then(Value::as_str).map(str::to_owned);
        match etag {
            Some(etag) => self.header(header::ETAG, &etag),
            None => self,
        }
    }
}

impl Call {
    /// A link to this path with another query. Empty brackets of a function are left out, as Graph does.
    pub fn link(&self, query: &str) -> String {
        format!("{}/{}?{query}", self.root, self.raw_path.replace("()", ""))
    }

    /// The `@odata.context` of a resource.
    pub fn context(&self, what: &str) -> String {
        format!("{}/$metadata#{what}", self.root)
    }

    /// Checks `If-Match` against an etag.
    ///
    /// # Errors
    /// 412 when it names another version.
    pub fn check_match(&self, etag: &str) -> Result<(), GraphError> {
        let Some(wanted) = self.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()) else {
            return Ok(());
        };
        let bare = |text: &str| text.trim().trim_start_matches("W/").to_owned();
        if wanted.split(',').any(|one| one.trim() == "*" || bare(one) == bare(etag)) {
            return Ok(());
        }
        let message = "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.";
        Err(GraphError::new(412, "ErrorIrresolvableConflict", message))
    }

    /// Refuses the call unless one of these scopes was granted.
    ///
    /// # Errors
    /// 403 `ErrorAccessDenied`.
    pub fn need(&self, scopes: &[&str]) -> Result<(), GraphError> {
        if self.grant.has_any(scopes) { Ok(()) } else { Err(GraphError::access_denied()) }
    }
}
