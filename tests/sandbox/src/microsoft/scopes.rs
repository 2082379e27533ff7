//! Which granted scopes admit which calls, least privilege first.
//!
//! <https://learn.microsoft.com/graph/permissions-reference>

/// Reading one's own profile.
pub const PROFILE: &[&str] = &["User.Read", "User.ReadWrite", "User.ReadBasic.All", "User.Read.All"];
/// Listing calendars and asking for free/busy.
pub const BASIC: &[&str] = &[
    "Calendars.ReadBasic",
    "Calendars.Read",
    "Calendars.ReadWrite",
    "Calendars.Read.Shared",
    "Calendars.ReadWrite.Shared",
];
/// Reading events.
pub const READ: &[&str] =
    &["Calendars.Read", "Calendars.ReadWrite", "Calendars.Read.Shared", "Calendars.ReadWrite.Shared"];
/// Making, changing and ending events.
pub const WRITE: &[&str] = &["Calendars.ReadWrite", "Calendars.ReadWrite.Shared"];
/// Suggestions of meeting times.
pub const SUGGEST: &[&str] = &["Calendars.Read.Shared", "Calendars.ReadWrite.Shared"];
/// Reading mailbox settings.
pub const SETTINGS: &[&str] = &["MailboxSettings.Read", "MailboxSettings.ReadWrite"];
