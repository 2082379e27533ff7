//! `GET /me`: who is signed in. <https://learn.microsoft.com/graph/api/user-get>

use crate::microsoft::call::{Answer, Call, Outcome};
use crate::microsoft::odata::shape::select_plain;
use crate::microsoft::scopes;
use crate::state::State;
use serde_json::json;

/// The caller's profile.
///
/// # Errors
/// 403 without `User.Read`.
pub fn get(state: &State, call: &Call) -> Outcome {
    call.need(scopes::PROFILE)?;
    let store = state.microsoft();
    let mailbox = store.require(&call.grant.user_email)?;
    let (given, family) = mailbox.name.split_once(' ').unwrap_or((mailbox.name.as_str(), ""));
    // A personal account's id is a short hexadecimal number and its `mail` may be missing.
    let short: String = mailbox.subject.chars().filter(char::is_ascii_hexdigit).take(16).collect();
    let user = json!({
        "@odata.context": call.context("users/$entity"),
        "id": if mailbox.personal { short } else { mailbox.subject.clone() },
        "displayName": mailbox.name,
        "givenName": given,
        "surname": family,
        "mail": if mailbox.personal { None } else { Some(&mailbox.address) },
        "userPrincipalName": mailbox.address,
        "businessPhones": [],
        "jobTitle": null,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
    });
    Ok(Answer::json(200, select_plain(user, &call.query)))
}
