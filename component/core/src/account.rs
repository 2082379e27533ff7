//! Who and what: the names of users, providers, accounts and zones as types of their own, so that
//! one is never taken for another. Not here: what a grant holds (`session`).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Who keeps the calendar. The set is closed: a new provider is a new variant, and the compiler
/// names every place that must learn it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Google Calendar API v3.
    Google,
    /// Microsoft Graph v1.0.
    Outlook,
}

impl Provider {
    /// Both, in the order in which they are tried.
    pub const ALL: [Provider; 2] = [Provider::Google, Provider::Outlook];

    /// The word used in keys, ids and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Provider::Google => "google",
            Provider::Outlook => "outlook",
        }
    }

    /// The inverse of [`Provider::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Provider> {
        Provider::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Provider::Google => "Google",
            Provider::Outlook => "Outlook",
        })
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a name that is known to be valid, such as one a provider sent.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The name itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// The embedding application's name of a person.
    UserId
}
name! {
    /// One granted user at one provider: `google:<subject>` or `outlook:<tenant>.<object id>`.
    AccountId
}
name! {
    /// The provider's id of a calendar, never an alias.
    CalendarId
}
name! {
    /// The provider's id of an event.
    EventId
}
name! {
    /// An e-mail address.
    Email
}

impl UserId {
    /// Parses a user id: 1 to 128 bytes, no control characters.
    ///
    /// # Errors
    /// `InvalidArgument` naming `user-id`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.is_empty() || text.len() > 128 || text.chars().any(char::is_control) {
            return Err(Error::invalid("user-id", "must be 1 to 128 bytes without control characters"));
        }
        Ok(Self::new(text))
    }
}

impl Email {
    /// Parses an address: one `@` with something on both sides, no white space or control
    /// characters, at most 254 bytes (RFC 5321 section 4.5.3.1). The provider has the last word.
    ///
    /// # Errors
    /// `InvalidArgument` naming `field`.
    pub fn parse(field: &str, text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let parts = text.split_once('@');
        let well_formed = parts.is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        });
        let clean =
            !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '"'));
        if !well_formed || !clean || text.len() > 254 {
            return Err(Error::invalid(field, format!("`{}` is not an e-mail address", text.escape_debug())));
        }
        Ok(Self::new(text))
    }

    /// Whether both name the same mailbox: compared without regard to case, as both vendors do.
    #[must_use]
    pub fn same_as(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_ordinary_addresses_and_refuses_lists_and_blanks() {
        for good in ["a@b", "lee@customer.example", " x.y+z@example.com "] {
            assert!(Email::parse("attendees", good).is_ok(), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b,c@d", "<a@b>", "a@.b"] {
            assert!(Email::parse("attendees", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn refuses_empty_long_and_control_character_user_ids() {
        assert!(UserId::parse("ana").is_ok());
        for bad in ["", "a\nb", &"x".repeat(129)] {
            assert!(UserId::parse(bad).is_err());
        }
    }
}
