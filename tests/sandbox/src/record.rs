//! Every exchange with the vendors' endpoints, kept in memory and, if wanted, appended to files as JSON lines. The
//! `Authorization` header's value is never kept, and the bodies of OAuth endpoints never reach a file.

use crate::error::Error;
use crate::vendor::{Realm, Vendor};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

/// How an exchange ended on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The whole answer was sent.
    Answered,
    /// The connection was closed on purpose, before or inside the answer.
    Dropped,
    /// A fault replaced the answer.
    Faulted,
}

/// One request and its answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exchange {
    /// Whose endpoint.
    pub vendor: Vendor,
    /// HTTP method.
    pub method: String,
    /// Path as sent, without the query.
    pub path: String,
    /// Query as sent, without `?`; empty when there is none.
    pub query: String,
    /// Header names in lower case and values; `authorization` has only its scheme.
    pub request_headers: Vec<(String, String)>,
    /// Request body as text.
    pub request_body: String,
    /// HTTP status the handler gave; 0 when the request was dropped before.
    pub status: u16,
    /// Answer body the handler gave, as text.
    pub response_body: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Wall time of the start, by the sandbox's clock.
    pub started_at: DateTime<Utc>,
    /// Start in nanoseconds since the sandbox started, monotonic.
    pub started: u64,
    /// End on the same scale.
    pub ended: u64,
    /// Address of the account whose token was sent, if the token is known.
    pub user: Option<String>,
}

/// Keeps exchanges.
#[derive(Debug)]
pub struct Recorder {
    exchanges: Mutex<Vec<Exchange>>,
    directory: Option<PathBuf>,
}

impl Recorder {
    /// A recorder that also appends to files in `directory`, which is made if missing.
    ///
    /// # Errors
    /// `Record` when the folder cannot be made.
    pub fn new(directory: Option<PathBuf>) -> Result<Self, Error> {
        if let Some(path) = &directory {
            std::fs::create_dir_all(path)
                .map_err(|source| Error::Record { path: path.display().to_string(), source })?;
        }
        Ok(Self { exchanges: Mutex::default(), directory })
    }

    /// All exchanges so far, in order of their end.
    pub fn all(&self) -> Vec<Exchange> {
        self.lock().clone()
    }

    /// Forgets the exchanges in memory; files stay.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Keeps an exchange.
    pub fn push(&self, exchange: Exchange) {
        let mut exchanges = self.lock();
        if let (Some(directory), Realm::Api(vendor)) = (&self.directory, Realm::of(&exchange.path)) {
            for (name, line) in lines(vendor, &exchange) {
                append(directory.join(name), &line);
            }
        }
        exchanges.push(exchange);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Exchange>> {
        self.exchanges.lock().expect("record lock")
    }
}

/// The lines for the request file and, when the handler gave a true answer, the response file.
fn lines(vendor: Vendor, exchange: &Exchange) -> Vec<(String, Value)> {
    let file = match vendor {
        Vendor::Google => "google",
        Vendor::Microsoft => "graph",
    };
    let body = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
    let sent = body(&exchange.request_body);
    let request = json!({"method": exchange.method, "path": exchange.path, "query": exchange.query, "body": sent});
    let mut all = vec![(format!("requests-{file}.jsonl"), request)];
    if exchange.status != 0 && exchange.status != 304 {
        let mut answer = json!({
            "method": exchange.method, "path": exchange.path, "query": exchange.query,
            "status": exchange.status, "body": body(&exchange.response_body),
        });
        if exchange.path.to_ascii_lowercase().ends_with("/$batch") {
            answer["request"] = sent;
        }
        all.push((format!("responses-{file}.jsonl"), answer));
    }
    all
}

/// A recording that cannot be written is lost; the exchange itself must not fail because of it.
fn append(path: PathBuf, line: &Value) {
    if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(path) {
        // In one piece: several sandboxes may write to one folder.
        let _ = file.write_all(format!("{line}\n").as_bytes());
    }
}
