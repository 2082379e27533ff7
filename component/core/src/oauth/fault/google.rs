//! Google's errors: the words of its token endpoint and of its consent page, which shows some of
//! them without ever coming back. `error_subtype` refines `invalid_grant`.
//! <https://developers.google.com/identity/protocols/oauth2/web-server#errors>
//!
//! A refresh token ends for many reasons (revoked by user or administrator, unused for six months,
//! the hundred-and-first of one user and client, a time-limited grant, seven days in a project in
//! Testing), and `invalid_grant` is the only word for all of them. Not here: the hint at a project
//! in Testing, which takes the age of the grant (`session::refresh`).

use super::{CONNECT_AGAIN, Class, Step};

/// The meaning of `error`, refined by `error_subtype`.
pub(super) fn by_word(step: Step, error: &str, subtype: Option<&str>) -> Class {
    match (error, step) {
        ("access_denied", _) => Class::Declined,
        ("admin_policy_enforced", _) => {
            Class::Admin("Ask the organisation's administrator to allow this application in Google Workspace.")
        }
        ("org_internal", _) => Class::Admin("This application admits accounts of its own organisation only."),
        ("invalid_grant", Step::Refresh) if subtype == Some("invalid_rapt") => {
            Class::Reauth("The organisation requires a fresh sign-in. Connect the account again.")
        }
        ("invalid_grant", Step::Refresh) => {
            Class::Reauth("Google no longer accepts the stored permission. Connect the account again.")
        }
        ("invalid_grant", _) => Class::StartAgain(CONNECT_AGAIN),
        ("temporarily_unavailable" | "server_error" | "rate_limit_exceeded" | "internal_failure", _) => {
            Class::Transient
        }
        ("redirect_uri_mismatch", _) => Class::Config("Register exactly the configured redirect address at Google."),
        ("disallowed_useragent", _) => Class::Config("Open the page in an ordinary browser."),
        ("invalid_client" | "deleted_client", _) => {
            Class::Config("Google does not know the client id, or the client secret is wrong.")
        }
        ("unauthorized_client", _) => Class::Config(
            "The client's type at Google does not allow this: create one for a web or desktop application.",
        ),
        ("invalid_scope", _) => Class::Config(
            "Add the calendar scopes to the Google project under Data access, and enable the Calendar API.",
        ),
        _ => Class::Config("Check the OAuth client's registration and configuration at {provider}."),
    }
}
