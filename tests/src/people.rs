//! The sandbox's default people.

/// The first Google account.
pub const GOOGLE: &str = "ana@example.com";
/// The second Google account.
pub const GOOGLE_TWO: &str = "ben@example.com";
/// The work account at Microsoft.
pub const OUTLOOK: &str = "ana@contoso.example";
/// The personal account at Microsoft.
pub const OUTLOOK_PERSONAL: &str = "ana@outlook.example";
