//! The sandbox's default people, and whose they are.

use calendar_host::types::Provider;
use calendar_sandbox::vendor::Vendor;

/// The first Google account.
pub const GOOGLE: &str = "ana@example.com";
/// The second Google account.
pub const GOOGLE_TWO: &str = "ben@example.com";
/// The work account at Microsoft.
pub const OUTLOOK: &str = "ana@contoso.example";
/// The personal account at Microsoft.
pub const OUTLOOK_PERSONAL: &str = "ana@outlook.example";
/// Somebody with no account anywhere, who is invited.
pub const CUSTOMER: &str = "customer@elsewhere.example";

/// The sandbox's word for a provider.
pub fn vendor(provider: Provider) -> Vendor {
    match provider {
        Provider::Google => Vendor::Google,
        Provider::Outlook => Vendor::Microsoft,
    }
}
