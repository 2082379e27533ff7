//! The two vendors, and how a path on the shared listener names one of them. It knows no endpoint in detail.

use serde::{Deserialize, Serialize};

/// A vendor the sandbox speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    /// Google: accounts, token endpoint and Calendar API v3.
    Google,
    /// Microsoft: Entra ID and Graph v1.0.
    Microsoft,
}

/// Who answers a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    /// The control plane below `/_sandbox`.
    Control,
    /// A vendor's OAuth endpoints.
    OAuth(Vendor),
    /// A vendor's calendar API.
    Api(Vendor),
}

impl Realm {
    /// Finds who answers `path`. Microsoft's paths are matched without regard to case, Google's exactly.
    pub fn of(path: &str) -> Self {
        let lower = path.to_ascii_lowercase();
        if path == "/_sandbox" || path.starts_with("/_sandbox/") {
            Self::Control
        } else if lower == "/v1.0" || lower.starts_with("/v1.0/") {
            Self::Api(Vendor::Microsoft)
        } else if path.starts_with("/calendar/") {
            Self::Api(Vendor::Google)
        } else if lower.contains("/oauth2/v2.0/")
            || lower.contains("/v2.0/.well-known/")
            || lower.contains("/discovery/v2.0/")
        {
            Self::OAuth(Vendor::Microsoft)
        } else {
            Self::OAuth(Vendor::Google)
        }
    }

    /// The vendor behind the path; `None` for the control plane.
    pub fn vendor(self) -> Option<Vendor> {
        match self {
            Self::Control => None,
            Self::OAuth(vendor) | Self::Api(vendor) => Some(vendor),
        }
    }
}

impl Vendor {
    /// The name used in the control plane: `google` or `microsoft`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_path_finds_its_vendor() {
        assert_eq!(Realm::of("/_sandbox/clock"), Realm::Control);
        assert_eq!(Realm::of("/V1.0/me"), Realm::Api(Vendor::Microsoft));
        assert_eq!(Realm::of("/calendar/v3/freeBusy"), Realm::Api(Vendor::Google));
        assert_eq!(Realm::of("/common/oauth2/v2.0/token"), Realm::OAuth(Vendor::Microsoft));
        assert_eq!(Realm::of("/o/oauth2/v2/auth"), Realm::OAuth(Vendor::Google));
        assert_eq!(Realm::of("/token"), Realm::OAuth(Vendor::Google));
    }
}
