//! The user id of a call, as the interface defines it.

use crate::types::{Error, ErrorCode};

/// Accepts 1 to 128 bytes without control characters.
pub(super) fn check(user: &str) -> Result<(), Error> {
    let reason = match user.len() {
        0 => "is empty",
        129.. => "is longer than 128 bytes",
        _ if user.chars().any(char::is_control) => "contains control characters",
        _ => return Ok(()),
    };
    Err(Error::of_host(
        ErrorCode::InvalidArgument,
        format!("the user id {reason}"),
        "use your own name for the person: 1 to 128 bytes of text without control characters",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_ids_have_bounds() {
        assert!(check("ana").is_ok());
        assert!(check("Ana Müller/ops %2F ../x").is_ok());
        assert!(check(&"x".repeat(128)).is_ok());
        for user in ["", "a\0", "a\n", "\u{7f}", "\u{85}", &"x".repeat(129)] {
            assert_eq!(check(user).unwrap_err().code, ErrorCode::InvalidArgument, "{user:?}");
        }
    }
}
