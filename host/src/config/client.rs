//! One registered OAuth client and the addresses of its provider.

use super::cloud::Cloud;
use super::variables::Variables;
use super::{ConfigError, Origin, Secret, endpoint};

/// One registered OAuth client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// `client_secret`; `None` = public client.
    pub secret: Option<Secret>,
    /// The registered `redirect_uri`: https, or http on loopback.
    pub redirect_uri: String,
    /// Entra tenant; `None` = `common`. Unused for Google.
    pub tenant: Option<String>,
    /// Replaced addresses.
    pub endpoints: Endpoints,
}

/// Addresses that replace the vendor's public ones, each on its own: https, or http on loopback,
/// without a slash at the end. `None` = the vendor's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// OAuth authorization page; the browser opens it, the host never does.
    pub authorize: Option<String>,
    /// OAuth token endpoint.
    pub token: Option<String>,
    /// OAuth revocation endpoint (Google).
    pub revoke: Option<String>,
    /// OAuth device authorization endpoint (Outlook).
    pub device_code: Option<String>,
    /// API base with any path prefix.
    pub api: Option<String>,
}

/// The public Microsoft Graph.
const GRAPH: &str = "https://graph.microsoft.com";

impl Client {
    pub(super) fn google(variables: &Variables) -> Result<Option<Self>, ConfigError> {
        let endpoints = Endpoints {
            authorize: address(variables, "GOOGLE_AUTHORIZE_URL")?,
            token: address(variables, "GOOGLE_TOKEN_URL")?,
            revoke: address(variables, "GOOGLE_REVOKE_URL")?,
            device_code: None,
            api: address(variables, "GOOGLE_API_URL")?,
        };
        let secret = variables.get("GOOGLE_CLIENT_SECRET").map(Secret::new);
        let Some(id) = id(variables, "GOOGLE_CLIENT_ID", secret.is_some())? else { return Ok(None) };
        Ok(Some(Self {
            id,
            secret,
            redirect_uri: redirect(variables, "GOOGLE_REDIRECT_URI", "http://127.0.0.1:8765/callback")?,
            tenant: None,
            endpoints,
        }))
    }

    pub(super) fn outlook(variables: &Variables) -> Result<Option<Self>, ConfigError> {
        let tenant = tenant(variables)?;
        let own = Endpoints {
            authorize: address(variables, "OUTLOOK_AUTHORIZE_URL")?,
            token: address(variables, "OUTLOOK_TOKEN_URL")?,
            revoke: None,
            device_code: address(variables, "OUTLOOK_DEVICE_CODE_URL")?,
            api: address(variables, "OUTLOOK_API_URL")?,
        };
        let endpoints = Cloud::read(variables)?.endpoints(own, tenant.as_deref())?;
        let secret = variables.get("OUTLOOK_CLIENT_SECRET").map(Secret::new);
        let Some(id) = id(variables, "OUTLOOK_CLIENT_ID", secret.is_some())? else { return Ok(None) };
        Ok(Some(Self {
            id,
            secret,
            redirect_uri: redirect(variables, "OUTLOOK_REDIRECT_URI", "http://localhost:8765/callback")?,
            tenant,
            endpoints,
        }))
    }

    pub(super) fn check_google(&self) -> Result<(), ConfigError> {
        let Endpoints { authorize, token, revoke, device_code: _, api } = &self.endpoints;
        check_all(&[
            ("GOOGLE_AUTHORIZE_URL", authorize),
            ("GOOGLE_TOKEN_URL", token),
            ("GOOGLE_REVOKE_URL", revoke),
            ("GOOGLE_API_URL", api),
        ])?;
        endpoint::check_redirect("GOOGLE_REDIRECT_URI", &self.redirect_uri).map(drop)
    }

    pub(super) fn check_outlook(&self) -> Result<(), ConfigError> {
        let Endpoints { authorize, token, revoke: _, device_code, api } = &self.endpoints;
        check_all(&[
            ("OUTLOOK_AUTHORIZE_URL", authorize),
            ("OUTLOOK_TOKEN_URL", token),
            ("OUTLOOK_DEVICE_CODE_URL", device_code),
            ("OUTLOOK_API_URL", api),
        ])?;
        self.tenant.as_deref().map_or(Ok(()), check_tenant)?;
        endpoint::check_redirect("OUTLOOK_REDIRECT_URI", &self.redirect_uri).map(drop)
    }

    /// Where the component may send requests for Google: token, revocation, API.
    pub(crate) fn google_origins(&self) -> Vec<(&'static str, Origin)> {
        origins(&[
            ("GOOGLE_TOKEN_URL", &self.endpoints.token, "https://oauth2.googleapis.com"),
            ("GOOGLE_REVOKE_URL", &self.endpoints.revoke, "https://oauth2.googleapis.com"),
            ("GOOGLE_API_URL", &self.endpoints.api, "https://www.googleapis.com"),
        ])
    }

    /// Where Graph is: origin, and path without a slash at its end.
    pub(crate) fn graph(&self) -> Option<(Origin, String)> {
        let base = self.endpoints.api.as_deref().unwrap_or(GRAPH);
        let path = url::Url::parse(base).ok()?.path().trim_end_matches('/').to_owned();
        Some((Origin::of(base)?, path))
    }

    /// Where the component may send requests for Outlook: token, device code, API.
    pub(crate) fn outlook_origins(&self) -> Vec<(&'static str, Origin)> {
        origins(&[
            ("OUTLOOK_TOKEN_URL", &self.endpoints.token, "https://login.microsoftonline.com"),
            ("OUTLOOK_DEVICE_CODE_URL", &self.endpoints.device_code, "https://login.microsoftonline.com"),
            ("OUTLOOK_API_URL", &self.endpoints.api, GRAPH),
        ])
    }
}

fn origins(addresses: &[(&'static str, &Option<String>, &str)]) -> Vec<(&'static str, Origin)> {
    addresses
        .iter()
        .filter_map(|(variable, replaced, own)| Some((*variable, Origin::of(replaced.as_deref().unwrap_or(own))?)))
        .collect()
}

fn address(variables: &Variables, name: &'static str) -> Result<Option<String>, ConfigError> {
    variables.get(name).map(|text| endpoint::check(name, text)).transpose()
}

fn redirect(variables: &Variables, name: &'static str, default: &str) -> Result<String, ConfigError> {
    endpoint::check_redirect(name, variables.get(name).unwrap_or(default))
}

fn id(variables: &Variables, name: &'static str, has_secret: bool) -> Result<Option<String>, ConfigError> {
    match variables.get(name) {
        Some(id) if id.chars().any(|c| c.is_control() || c.is_whitespace()) => {
            Err(ConfigError::new(name, "contains blanks", "copy the client id from the provider's console again"))
        }
        Some(id) => Ok(Some(id.to_owned())),
        None if has_secret => {
            Err(ConfigError::new(name, "is not set although the client secret is", "set it to the client id"))
        }
        None => Ok(None),
    }
}

fn check_all(addresses: &[(&'static str, &Option<String>)]) -> Result<(), ConfigError> {
    let given = addresses.iter().filter_map(|(name, address)| Some((name, address.as_deref()?)));
    given.into_iter().try_for_each(|(name, address)| endpoint::check(name, address).map(drop))
}

fn tenant(variables: &Variables) -> Result<Option<String>, ConfigError> {
    let Some(text) = variables.get("OUTLOOK_TENANT_ID") else { return Ok(None) };
    check_tenant(text)?;
    Ok(Some(text.to_owned()))
}

/// A tenant becomes part of a path: `common`, `organizations`, `consumers`, an id or a domain.
fn check_tenant(text: &str) -> Result<(), ConfigError> {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    if is_plain && !text.is_empty() && !text.starts_with('.') && text.len() <= 253 {
        return Ok(());
    }
    Err(ConfigError::new(
        "OUTLOOK_TENANT_ID",
        "is not a tenant",
        "use `common`, `organizations`, `consumers`, a tenant id or a domain",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn google(variables: &[(&str, &str)]) -> Result<Option<Client>, ConfigError> {
        Client::google(&Variables::new(variables.iter().copied()))
    }

    #[test]
    fn defaults_are_loopback_redirects() {
        let client = google(&[("GOOGLE_CLIENT_ID", "id")]).unwrap().unwrap();
        assert_eq!(client.redirect_uri, "http://127.0.0.1:8765/callback");
        assert_eq!(client.secret, None);
        let client = Client::outlook(&Variables::new([("OUTLOOK_CLIENT_ID", "id")])).unwrap().unwrap();
        assert_eq!(client.redirect_uri, "http://localhost:8765/callback");
    }

    #[test]
    fn a_secret_without_id_is_an_error_that_names_the_id() {
        let error = google(&[("GOOGLE_CLIENT_SECRET", "canary")]).unwrap_err();
        assert_eq!(error.variable(), "GOOGLE_CLIENT_ID");
        assert!(!format!("{error:?}").contains("canary"));
    }

    #[test]
    fn a_bad_address_is_reported_even_without_a_client() {
        assert_eq!(google(&[("GOOGLE_API_URL", "http://example.com")]).unwrap_err().variable(), "GOOGLE_API_URL");
    }

    #[test]
    fn origins_are_the_vendors_unless_replaced_one_by_one() {
        let client = google(&[("GOOGLE_CLIENT_ID", "id"), ("GOOGLE_API_URL", "http://127.0.0.1:99/calendar/v3")]);
        let origins: Vec<String> =
            client.unwrap().unwrap().google_origins().iter().map(|(_, origin)| origin.to_string()).collect();
        assert_eq!(
            origins,
            ["https://oauth2.googleapis.com:443", "https://oauth2.googleapis.com:443", "http://127.0.0.1:99"]
        );
    }

    #[test]
    fn a_tenant_cannot_climb_out_of_its_path() {
        for text in ["../evil", "a/b", "a?b", "a b", ".hidden", "münchen.example"] {
            let variables = Variables::new([("OUTLOOK_CLIENT_ID", "id"), ("OUTLOOK_TENANT_ID", text)]);
            assert_eq!(Client::outlook(&variables).unwrap_err().variable(), "OUTLOOK_TENANT_ID", "{text}");
        }
        let variables = Variables::new([("OUTLOOK_CLIENT_ID", "id"), ("OUTLOOK_TENANT_ID", "contoso.example")]);
        assert_eq!(Client::outlook(&variables).unwrap().unwrap().tenant.as_deref(), Some("contoso.example"));
    }
}
