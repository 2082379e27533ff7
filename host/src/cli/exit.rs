//! The exit codes: what a script can tell apart without reading the output. Says nothing about wording.

use std::process::ExitCode;

use calendar_host::types::ErrorCode;

/// How the program ended. The numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked.
    Success = 0,
    /// A defect, here or at the provider (`internal`, `protocol`).
    Internal = 1,
    /// The command line or an argument is wrong (`invalid-argument`, `unsupported`).
    Usage = 2,
    /// A person must connect or allow something first (`not-authenticated`, `reauthorization-required`,
    /// `permission-denied`, `admin-consent-required`).
    Authorization = 3,
    /// No such account, calendar or event (`not-found`).
    NotFound = 4,
    /// The time is taken or the event has changed (`conflict`, `precondition-failed`).
    Conflict = 5,
    /// Trying again later can help (`rate-limited`, `unavailable`, `timeout`).
    Later = 6,
    /// This machine is in the way: its settings, its policy, its files (`denied-by-host`, `storage`).
    Host = 7,
}

/// What `--help` says about exit codes.
pub const HELP: &str = "\
Exit codes:
  0  done
  1  a defect, here or at the provider   (internal, protocol)
  2  wrong usage or argument             (invalid-argument, unsupported)
  3  connect or allow something first    (not-authenticated, reauthorization-required,
                                          permission-denied, admin-consent-required)
  4  no such account, calendar, event    (not-found)
  5  time taken, or the event changed    (conflict, precondition-failed)
  6  try again later                     (rate-limited, unavailable, timeout)
  7  settings, policy or files here      (denied-by-host, storage, a wrong variable)";

impl From<ErrorCode> for Exit {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::Internal | ErrorCode::Protocol => Self::Internal,
            ErrorCode::InvalidArgument | ErrorCode::Unsupported => Self::Usage,
            ErrorCode::NotAuthenticated
            | ErrorCode::ReauthorizationRequired
            | ErrorCode::PermissionDenied
            | ErrorCode::AdminConsentRequired => Self::Authorization,
            ErrorCode::NotFound => Self::NotFound,
            ErrorCode::Conflict | ErrorCode::PreconditionFailed => Self::Conflict,
            ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout => Self::Later,
            ErrorCode::DeniedByHost | ErrorCode::Storage => Self::Host,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODES: [(ErrorCode, u8); 16] = [
        (ErrorCode::InvalidArgument, 2),
        (ErrorCode::NotAuthenticated, 3),
        (ErrorCode::ReauthorizationRequired, 3),
        (ErrorCode::PermissionDenied, 3),
        (ErrorCode::AdminConsentRequired, 3),
        (ErrorCode::NotFound, 4),
        (ErrorCode::Conflict, 5),
        (ErrorCode::PreconditionFailed, 5),
        (ErrorCode::RateLimited, 6),
        (ErrorCode::Unavailable, 6),
        (ErrorCode::Timeout, 6),
        (ErrorCode::DeniedByHost, 7),
        (ErrorCode::Storage, 7),
        (ErrorCode::Protocol, 1),
        (ErrorCode::Unsupported, 2),
        (ErrorCode::Internal, 1),
    ];

    #[test]
    fn every_error_code_has_its_exit_code() {
        for (code, exit) in CODES {
            assert_eq!(Exit::from(code) as u8, exit, "{}", code.as_str());
        }
    }

    #[test]
    fn the_help_lists_every_error_code_beside_its_exit_code() {
        let mut number = 0;
        let mut listed = std::collections::BTreeMap::new();
        for line in HELP.lines().skip(1) {
            number = line.trim_start().split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(number);
            for word in line.split(|c: char| !c.is_ascii_lowercase() && c != '-') {
                listed.entry(word).or_insert(number);
            }
        }
        for (code, exit) in CODES {
            assert_eq!(listed.get(code.as_str()), Some(&exit), "{}", code.as_str());
        }
    }
}
