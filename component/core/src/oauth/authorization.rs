//! The address of the consent page (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
//!
//! Google gives a refresh token only with `access_type=offline` and a consent, hence
//! `prompt=consent`; Entra gives one for the scope `offline_access`, and `prompt=select_account`
//! lets a second account be chosen. Scopes granted earlier are not included
//! (`include_granted_scopes`): every request asks for all it needs, and no token carries more.

use crate::account::Provider;
use crate::http::url::Url;
use crate::oauth::endpoint::Endpoints;
use crate::oauth::pkce::CodeVerifier;
use crate::oauth::scope;

/// What one authorization request says.
pub struct Authorization<'a> {
    /// The provider.
    pub provider: Provider,
    /// `client_id`.
    pub client_id: &'a str,
    /// Where the browser comes back to.
    pub redirect_uri: &'a str,
    /// Single use.
    pub state: &'a str,
    /// For the id token.
    pub nonce: &'a str,
    /// For the code.
    pub verifier: &'a CodeVerifier,
    /// Address to pre-select.
    pub login_hint: Option<&'a str>,
    /// What the provider wants the sign-in to bring (`oauth::claims`).
    pub claims: Option<&'a str>,
}

/// The whole address.
#[must_use]
pub fn url(endpoints: &Endpoints, request: &Authorization<'_>) -> String {
    let url = Url::new(&endpoints.authorize)
        .query("client_id", request.client_id)
        .query("response_type", "code")
        .query("redirect_uri", request.redirect_uri)
        .query("scope", &scope::parameter(request.provider, &endpoints.api))
        .query("state", request.state)
        .query("nonce", request.nonce)
        .query("code_challenge", &request.verifier.challenge())
        .query("code_challenge_method", "S256");
    let url = match request.provider {
        Provider::Google => url.query("access_type", "offline").query("prompt", "consent"),
        Provider::Outlook => url.query("response_mode", "query").query("prompt", "select_account"),
    };
    let optional = [("login_hint", request.login_hint), ("claims", request.claims)];
    let present = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
    present.fold(url, |url, (name, value)| url.query(name, value)).build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::url::parse_form;
    use crate::scripted::client;

    fn sent(provider: Provider, login_hint: Option<&str>) -> (String, Vec<(String, String)>) {
        let client = client(provider);
        let endpoints = Endpoints::of(provider, &client).unwrap();
        let verifier = CodeVerifier::from_random(&[1; 32]);
        let request = Authorization {
            provider,
            client_id: &client.id,
            redirect_uri: &client.redirect_uri,
            state: "the-state",
            nonce: "the-nonce",
            verifier: &verifier,
            login_hint,
            claims: None,
        };
        let url = url(&endpoints, &request);
        assert!(!url.contains(verifier.expose()), "the verifier stays here");
        assert!(!url.contains("secret"), "the client secret stays here");
        let (page, query) = url.split_once('?').unwrap();
        (page.to_owned(), parse_form(query).unwrap())
    }

    fn value<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
        let mut all = query.iter().filter(|(key, _)| key == name);
        let first = all.next().map(|(_, value)| value.as_str());
        assert!(all.next().is_none(), "{name} twice");
        first
    }

    #[test]
    fn google_is_asked_for_offline_access_with_consent() {
        let (page, query) = sent(Provider::Google, Some("ana+x@example.com"));
        assert_eq!(page, "https://accounts.google.com/o/oauth2/v2/auth");
        for (name, expected) in [
            ("client_id", "google-client"),
            ("response_type", "code"),
            ("redirect_uri", "https://app.example.com/oauth/google/callback"),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            ("code_challenge_method", "S256"),
            ("access_type", "offline"),
            ("prompt", "consent"),
            ("login_hint", "ana+x@example.com"),
        ] {
            assert_eq!(value(&query, name), Some(expected), "{name}");
        }
        assert_eq!(value(&query, "code_challenge").unwrap().len(), 43);
        assert_eq!(value(&query, "include_granted_scopes"), None);
        let scopes = value(&query, "scope").unwrap();
        assert!(scopes.split(' ').all(|one| !one.ends_with("/auth/calendar")), "never the full scope");
    }

    #[test]
    fn entra_is_asked_for_offline_access_and_the_answer_in_the_query() {
        let (page, query) = sent(Provider::Outlook, None);
        assert_eq!(page, "https://login.microsoftonline.com/common/oauth2/v2.0/authorize");
        assert_eq!(value(&query, "response_mode"), Some("query"));
        assert_eq!(value(&query, "prompt"), Some("select_account"));
        assert_eq!(value(&query, "login_hint"), None);
        assert_eq!(value(&query, "access_type"), None);
        assert!(value(&query, "scope").unwrap().split(' ').any(|one| one == "offline_access"));
    }
}
