//! The registered OAuth clients, from the variables that `calendar-host` reads. Addresses are checked by the component.

use crate::bindings::calendar::scheduling::types::Provider;
use crate::bindings::exports::calendar::scheduling::secrets::{Endpoints, OauthClient};
use crate::cloud;

/// A variable that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable} cannot be used: {remedy}")]
pub struct SettingsError {
    variable: &'static str,
    remedy: &'static str,
}

impl SettingsError {
    pub(crate) fn new(variable: &'static str, remedy: &'static str) -> Self {
        Self { variable, remedy }
    }
}

/// The client of a provider; none when its id is not set. `variable` looks a variable up.
///
/// # Errors
/// [`SettingsError`] names the variable.
pub fn client(
    provider: Provider,
    variable: &impl Fn(&str) -> Option<String>,
) -> Result<Option<OauthClient>, SettingsError> {
    let get = |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    match provider {
        Provider::Google => google(&get),
        Provider::Outlook => outlook(&get),
    }
}

fn google(get: &impl Fn(&str) -> Option<String>) -> Result<Option<OauthClient>, SettingsError> {
    let secret = get("GOOGLE_CLIENT_SECRET");
    let Some(id) = id("GOOGLE_CLIENT_ID", get("GOOGLE_CLIENT_ID"), secret.is_some())? else { return Ok(None) };
    let endpoints = Endpoints {
        authorize: get("GOOGLE_AUTHORIZE_URL"),
        token: get("GOOGLE_TOKEN_URL"),
        revoke: get("GOOGLE_REVOKE_URL"),
        device_code: None,
        api: get("GOOGLE_API_URL"),
    };
    let redirect_uri = get("GOOGLE_REDIRECT_URI").unwrap_or_else(|| "http://127.0.0.1:8765/callback".to_owned());
    Ok(Some(OauthClient { id, secret, redirect_uri, tenant: None, endpoints }))
}

fn outlook(get: &impl Fn(&str) -> Option<String>) -> Result<Option<OauthClient>, SettingsError> {
    let secret = get("OUTLOOK_CLIENT_SECRET");
    let Some(id) = id("OUTLOOK_CLIENT_ID", get("OUTLOOK_CLIENT_ID"), secret.is_some())? else { return Ok(None) };
    let tenant = tenant(get("OUTLOOK_TENANT_ID"))?;
    let own = Endpoints {
        authorize: get("OUTLOOK_AUTHORIZE_URL"),
        token: get("OUTLOOK_TOKEN_URL"),
        revoke: None,
        device_code: get("OUTLOOK_DEVICE_CODE_URL"),
        api: get("OUTLOOK_API_URL"),
    };
    let endpoints = match get("OUTLOOK_CLOUD") {
        Some(cloud) => cloud::endpoints(&cloud, tenant.as_deref(), own)?,
        None => own,
    };
    let redirect_uri = get("OUTLOOK_REDIRECT_URI").unwrap_or_else(|| "http://localhost:8765/callback".to_owned());
    Ok(Some(OauthClient { id, secret, redirect_uri, tenant, endpoints }))
}

fn id(name: &'static str, id: Option<String>, has_secret: bool) -> Result<Option<String>, SettingsError> {
    match id {
        Some(id) if id.chars().any(|c| c.is_control() || c.is_whitespace()) => {
            Err(SettingsError::new(name, "it contains blanks; copy it from the provider's console again"))
        }
        None if has_secret => Err(SettingsError::new(name, "it is not set although the client secret is")),
        id => Ok(id),
    }
}

/// A tenant becomes part of a path.
fn tenant(text: Option<String>) -> Result<Option<String>, SettingsError> {
    let is_plain =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') && !text.starts_with('.');
    match text {
        Some(text) if !is_plain(&text) || text.len() > 253 => {
            let remedy = "use `common`, `organizations`, `consumers`, a tenant id or a domain";
            Err(SettingsError::new("OUTLOOK_TENANT_ID", remedy))
        }
        text => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(provider: Provider, variables: &[(&str, &str)]) -> Result<Option<OauthClient>, SettingsError> {
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        client(provider, &value)
    }

    #[test]
    fn nothing_set_means_no_client() {
        assert_eq!(read(Provider::Google, &[("OUTLOOK_CLIENT_ID", "id")]), Ok(None));
        assert_eq!(read(Provider::Outlook, &[("OUTLOOK_CLIENT_ID", " ")]), Ok(None));
    }

    #[test]
    fn a_client_has_the_defaults_of_the_host() {
        let google = read(Provider::Google, &[("GOOGLE_CLIENT_ID", " id\n"), ("GOOGLE_API_URL", "http://127.0.0.1:1")]);
        let google = google.unwrap().unwrap();
        assert_eq!(
            (google.id.as_str(), google.secret, google.redirect_uri.as_str()),
            ("id", None, "http://127.0.0.1:8765/callback")
        );
        assert_eq!(google.endpoints.api.as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(google.endpoints.token, None);
        let outlook = read(Provider::Outlook, &[("OUTLOOK_CLIENT_ID", "id")]).unwrap().unwrap();
        assert_eq!(outlook.redirect_uri, "http://localhost:8765/callback");
    }

    #[test]
    fn a_cloud_moves_every_address_that_is_not_set_on_its_own() {
        let china =
            [("OUTLOOK_CLIENT_ID", "id"), ("OUTLOOK_CLOUD", "china"), ("OUTLOOK_API_URL", "http://127.0.0.1:1")];
        let endpoints = read(Provider::Outlook, &china).unwrap().unwrap().endpoints;
        let token = "https://login.partner.microsoftonline.cn/common/oauth2/v2.0/token";
        assert_eq!((endpoints.token.as_deref(), endpoints.api.as_deref()), (Some(token), Some("http://127.0.0.1:1")));
    }

    #[test]
    fn what_cannot_be_used_is_named_without_its_value() {
        for (name, value) in
            [("OUTLOOK_CLOUD", "germany"), ("OUTLOOK_TENANT_ID", "../.."), ("OUTLOOK_CLIENT_ID", "a canary")]
        {
            let variables = [(name, value), ("OUTLOOK_CLIENT_ID", "id")];
            let error = read(Provider::Outlook, &variables).unwrap_err().to_string();
            assert!(error.starts_with(name) && !error.contains(value), "{error}");
        }
        let error = read(Provider::Google, &[("GOOGLE_CLIENT_SECRET", "canary")]).unwrap_err().to_string();
        assert!(error.starts_with("GOOGLE_CLIENT_ID") && !error.contains("canary"), "{error}");
        let consumers = [("OUTLOOK_CLIENT_ID", "id"), ("OUTLOOK_CLOUD", "us-gov"), ("OUTLOOK_TENANT_ID", "consumers")];
        assert!(read(Provider::Outlook, &consumers).is_err());
    }
}
