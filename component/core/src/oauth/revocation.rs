//! Ending a grant at the provider (RFC 7009). Google has it; Entra has not, and its nearest call,
//! `revokeSignInSessions`, would end every session of the user: it is never used.

use crate::account::Provider;
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::oauth::grant::Grant;
use crate::oauth::id_token::PERSONAL_TENANT;
use crate::secret::Secret;

/// Revokes a refresh or access token, and with it the whole grant.
#[must_use]
pub fn request(url: &str, token: &Secret) -> Request {
    Request::new(Method::Post, url).header("accept", "application/json").form(&[("token", token.expose())])
}

/// Whether the grant has ended: 200, or a token that is invalid already (section 2.2).
#[must_use]
pub fn is_done(response: &Response) -> bool {
    #[derive(serde::Deserialize)]
    struct Wire {
        error: String,
    }
    response.is_success()
        || response.status == 400 && response.json::<Wire>().is_ok_and(|wire| wire.error == "invalid_token")
}

/// What the user still has to know or do at the provider after a disconnect.
#[must_use]
pub fn notice(grant: &Grant, revoked: bool) -> String {
    match (grant.provider, revoked) {
        (Provider::Google, true) => {
            "Google ended everything this user had allowed to the application's Google project."
        }
        (Provider::Google, false) => {
            "Google could not be told: remove the access at https://myaccount.google.com/connections."
        }
        (Provider::Outlook, _) if grant.tenant.as_deref() == Some(PERSONAL_TENANT) => {
            "Microsoft has no revocation: remove the consent at https://account.live.com/consent/Manage."
        }
        (Provider::Outlook, _) => "Microsoft has no revocation: remove the consent at https://myapps.microsoft.com.",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::{START, empty, grant, json};
    use serde_json::json;

    #[test]
    fn sends_the_token_in_the_body_only() {
        let request = request("https://h/revoke", &Secret::new("1//0g"));
        assert_eq!(request.url, "https://h/revoke");
        assert_eq!(request.body.as_deref(), Some(b"token=1%2F%2F0g".as_slice()));
    }

    #[test]
    fn an_invalid_token_is_as_good_as_a_revoked_one() {
        for (response, done) in [
            (empty(200), true),
            (json(400, json!({"error": "invalid_token"})), true),
            (json(400, json!({"error": "invalid_request"})), false),
            (json(401, json!({"error": "invalid_token"})), false),
            (empty(400), false),
            (empty(503), false),
        ] {
            assert_eq!(is_done(&response), done, "{response:?}");
        }
    }

    #[test]
    fn the_notice_names_the_page_for_the_kind_of_account() {
        let mut outlook = grant(Provider::Outlook, START);
        assert!(notice(&outlook, false).contains("https://myapps.microsoft.com"));
        outlook.tenant = Some(PERSONAL_TENANT.to_owned());
        assert!(notice(&outlook, false).contains("https://account.live.com/consent/Manage"));
        assert!(notice(&grant(Provider::Google, START), true).contains("everything"));
    }
}
