//! A response as plain data, and what can go wrong on the way to it.

use std::fmt;

use serde::de::DeserializeOwned;

/// One response. `Debug` prints the status only.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Header lines as received.
    pub headers: Vec<(String, String)>,
    /// Body, complete.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header line of that name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is not JSON of that shape. The error's text may quote the content: show its line and
    /// column only.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }

    /// 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)
    }
}

/// Why there is no response. The cases differ in whether the server may have acted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The host's egress policy refused it: nothing was sent. Holds host and port.
    #[error("the host's egress policy does not allow {0}")]
    Denied(String),
    /// No connection: nothing was sent.
    #[error("cannot connect to {0}")]
    Connect(String),
    /// TLS failed, the certificate above all: nothing was sent, and trying again changes nothing.
    #[error("the TLS certificate or protocol of {0} is not accepted")]
    Untrusted(String),
    /// No answer in time: the server may have acted.
    #[error("no answer from {0} in time")]
    Timeout(String),
    /// The connection broke, or the answer was cut: the server may have acted.
    #[error("the connection to {0} was lost before the answer was complete")]
    Lost(String),
    /// The answer is larger than the cap: the server has acted.
    #[error("the answer of {0} is too large")]
    TooLarge(String),
    /// The address or a header is malformed: nothing was sent.
    #[error("malformed request to {0}")]
    Malformed(String),
}

impl TransportError {
    /// True when the server certainly never saw the request.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(self, Self::Denied(_) | Self::Connect(_) | Self::Untrusted(_) | Self::Malformed(_))
    }
}
