//! `secrets`: the registered OAuth clients, from the configuration.

use crate::config::Client;
use crate::runtime::CallState;
use crate::runtime::bindings::calendar::scheduling::secrets::{Endpoints, Host, OauthClient};
use crate::types::Provider;

impl Host for CallState {
    async fn get_oauth_client(&mut self, provider: Provider) -> wasmtime::Result<Option<OauthClient>> {
        Ok(self.config.client(provider).map(lower))
    }
}

fn lower(client: &Client) -> OauthClient {
    let endpoints = client.endpoints.clone();
    OauthClient {
        id: client.id.clone(),
        secret: client.secret.as_ref().map(|secret| secret.expose().to_owned()),
        redirect_uri: client.redirect_uri.clone(),
        tenant: client.tenant.clone(),
        endpoints: Endpoints {
            authorize: endpoints.authorize,
            token: endpoints.token,
            revoke: endpoints.revoke,
            device_code: endpoints.device_code,
            api: endpoints.api,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::tests::call;

    #[tokio::test]
    async fn the_guest_gets_what_is_configured_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut call = call(&folder, "ana").await;
        assert_eq!(call.get_oauth_client(Provider::Google).await.unwrap(), None);
        let client = call.get_oauth_client(Provider::Outlook).await.unwrap().unwrap();
        assert_eq!((client.id.as_str(), client.secret.as_deref()), ("id", Some("secret")));
        assert_eq!(client.redirect_uri, "http://localhost:8765/callback");
        assert_eq!(client.tenant.as_deref(), Some("contoso.example"));
        assert_eq!(client.endpoints.api.as_deref(), Some("http://127.0.0.1:1/v1.0"));
        assert_eq!((client.endpoints.authorize, client.endpoints.revoke), (None, None));
    }
}
