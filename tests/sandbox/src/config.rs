//! What the owner of a sandbox can choose when starting it. Everything else is switched at run time by `control`.

use crate::tls::TlsFiles;
use std::path::PathBuf;

/// The world a sandbox starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seed {
    /// The default people with calendars around the current week.
    People,
}

/// How to start a sandbox.
#[derive(Debug, Clone)]
pub struct Config {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Certificate and key of an https listener; `None` = plain http.
    pub tls: Option<TlsFiles>,
    /// Root of absolute links when a proxy stands before the sandbox, without a slash at the end; `None` = the listener's own
    /// address, which is `https://localhost:PORT` with TLS.
    pub public_url: Option<String>,
    /// The people to start with; `None` is an empty world.
    pub seed: Option<Seed>,
    /// Whether the consent page answers by itself: everything asked for, for the hinted or first account.
    pub auto_approve: bool,
    /// Life of access tokens in seconds.
    pub token_lifetime_seconds: u32,
    /// Folder that receives every exchange as JSON lines.
    pub record_dir: Option<PathBuf>,
    /// Google's redirect address; its port is not compared, being a loopback address.
    pub google_redirect_uri: String,
    /// Microsoft's redirect address; its port is not compared, being a loopback address.
    pub outlook_redirect_uri: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            tls: None,
            public_url: None,
            seed: Some(Seed::People),
            auto_approve: true,
            token_lifetime_seconds: 3599,
            record_dir: None,
            google_redirect_uri: "http://127.0.0.1:8976/oauth/google/callback".to_owned(),
            outlook_redirect_uri: "http://localhost:8976/oauth/outlook/callback".to_owned(),
        }
    }
}

impl Config {
    /// A sandbox with nobody in it.
    pub fn empty() -> Self {
        Self { seed: None, ..Self::default() }
    }
}
