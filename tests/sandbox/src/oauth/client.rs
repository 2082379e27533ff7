//! Registered clients and how they prove who they are. Secrets are the sandbox's own; they open nothing else.

use crate::vendor::Vendor;
use serde::{Deserialize, Serialize};

/// Google's registered web and desktop client.
pub const GOOGLE_CLIENT_ID: &str = "410000000001-sandbox.apps.googleusercontent.com";
/// Its secret, with characters that must be encoded.
pub const GOOGLE_CLIENT_SECRET: &str = "GOCSPX-sandbox~1+/secret";
/// Microsoft's registered confidential client.
pub const OUTLOOK_CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
/// Its secret, with characters that must be encoded.
pub const OUTLOOK_CLIENT_SECRET: &str = "sbx8Q~secret.+/~value";
/// Microsoft's registered public client, which has no secret.
pub const OUTLOOK_PUBLIC_CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc5555";

/// A registered client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The vendor it is registered with.
    pub vendor: Vendor,
    /// Its id.
    pub id: String,
    /// Secrets that are accepted; empty for a public client.
    pub secrets: Vec<String>,
    /// Registered redirect addresses.
    pub redirect_uris: Vec<String>,
}

impl Client {
    /// Whether the vendor would send the browser to `uri`. On loopback the port is not compared: Google lets desktop clients
    /// use any on 127.0.0.1 and `[::1]`, Entra ignores it for localhost (and for 127.0.0.1 when that is registered).
    pub fn allows_redirect(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| registered == uri || same_on_loopback(registered, uri))
    }
}

fn same_on_loopback(registered: &str, uri: &str) -> bool {
    let (Ok(left), Ok(right)) = (url::Url::parse(registered), url::Url::parse(uri)) else {
        return false;
    };
    let local = |url: &url::Url| matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    left.scheme() == "http"
        && right.scheme() == "http"
        && local(&left)
        && left.host_str() == right.host_str()
        && left.path() == right.path()
        && left.query() == right.query()
        && right.fragment().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(uri: &str) -> Client {
        Client { vendor: Vendor::Google, id: "c".into(), secrets: vec![], redirect_uris: vec![uri.into()] }
    }

    #[test]
    fn the_port_is_free_on_loopback_only() {
        let local = client("http://127.0.0.1:8976/cb");
        assert!(local.allows_redirect("http://127.0.0.1:51234/cb"));
        assert!(!local.allows_redirect("http://127.0.0.1:51234/other"));
        assert!(!local.allows_redirect("http://localhost:8976/cb"));
        let web = client("https://app.example/cb");
        assert!(web.allows_redirect("https://app.example/cb"));
        assert!(!web.allows_redirect("https://app.example:444/cb"));
        assert!(!web.allows_redirect("https://app.example/cb/"));
    }
}
