//! Microsoft's national clouds: one setting for all addresses of one cloud. Tokens, registrations
//! and tenants of one cloud mean nothing in another.
//! <https://learn.microsoft.com/graph/deployments>

use super::variables::Variables;
use super::{ConfigError, Endpoints};

const NAME: &str = "OUTLOOK_CLOUD";

/// One of Microsoft's clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cloud {
    /// The worldwide one, US GCC included: the component's own addresses.
    Global,
    /// US Government L4 (GCC High).
    UsGov,
    /// US Government L5 (DoD).
    UsGovDod,
    /// China, operated by 21Vianet.
    China,
}

const CLOUDS: [(&str, Cloud); 4] =
    [("global", Cloud::Global), ("us-gov", Cloud::UsGov), ("us-gov-dod", Cloud::UsGovDod), ("china", Cloud::China)];

impl Cloud {
    /// The configured cloud; `Global` when nothing is said.
    pub(super) fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let Some(text) = variables.get(NAME) else { return Ok(Self::Global) };
        let known = CLOUDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, cloud)| *cloud);
        known.ok_or_else(|| ConfigError::new(NAME, "is not a cloud", "use `global`, `us-gov`, `us-gov-dod` or `china`"))
    }

    /// Login host and Graph root; `None` = the component's own.
    fn roots(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Global => None,
            Self::UsGov => Some(("https://login.microsoftonline.us", "https://graph.microsoft.us")),
            Self::UsGovDod => Some(("https://login.microsoftonline.us", "https://dod-graph.microsoft.us")),
            Self::China => {
                Some(("https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"))
            }
        }
    }

    /// The addresses of this cloud, each but for those that are set on their own. `tenant`: `None` =
    /// `common`.
    ///
    /// # Errors
    /// Personal accounts exist in the global cloud only: the tenant `consumers` fits no other.
    pub(super) fn endpoints(self, own: Endpoints, tenant: Option<&str>) -> Result<Endpoints, ConfigError> {
        let Some((login, graph)) = self.roots() else { return Ok(own) };
        let tenant = tenant.unwrap_or("common");
        if tenant.eq_ignore_ascii_case("consumers") {
            return Err(ConfigError::new(
                "OUTLOOK_TENANT_ID",
                "is `consumers`, but personal accounts exist in the global cloud only",
                "use `organizations`, a tenant id or a domain, or remove OUTLOOK_CLOUD",
            ));
        }
        let leaf = |name: &str| Some(format!("{login}/{tenant}/oauth2/v2.0/{name}"));
        Ok(Endpoints {
            authorize: own.authorize.or_else(|| leaf("authorize")),
            token: own.token.or_else(|| leaf("token")),
            revoke: own.revoke,
            device_code: own.device_code.or_else(|| leaf("devicecode")),
            api: own.api.or_else(|| Some(format!("{graph}/v1.0"))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Client;
    use super::*;

    fn outlook(variables: &[(&str, &str)]) -> Result<Client, ConfigError> {
        let all = [("OUTLOOK_CLIENT_ID", "id")].into_iter().chain(variables.iter().copied());
        Client::outlook(&Variables::new(all)).map(|client| client.expect("a client"))
    }

    fn allowed(client: &Client) -> Vec<String> {
        client.outlook_origins().iter().map(|(_, origin)| origin.to_string()).collect()
    }

    #[test]
    fn one_setting_moves_sign_in_graph_and_the_egress_allow_list_to_a_cloud() {
        for (word, login, graph) in [
            ("us-gov", "login.microsoftonline.us", "graph.microsoft.us"),
            ("us-gov-dod", "login.microsoftonline.us", "dod-graph.microsoft.us"),
            ("china", "login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn"),
            (" US-Gov ", "login.microsoftonline.us", "graph.microsoft.us"),
        ] {
            let client = outlook(&[("OUTLOOK_CLOUD", word), ("OUTLOOK_TENANT_ID", "contoso.example")]).unwrap();
            let leaf = |name| Some(format!("https://{login}/contoso.example/oauth2/v2.0/{name}"));
            let found = &client.endpoints;
            assert_eq!((&found.authorize, &found.token), (&leaf("authorize"), &leaf("token")), "{word}");
            assert_eq!(found.device_code, leaf("devicecode"));
            assert_eq!(found.api, Some(format!("https://{graph}/v1.0")));
            let (login, graph) = (format!("https://{login}:443"), format!("https://{graph}:443"));
            assert_eq!(allowed(&client), [login.clone(), login, graph], "{word}: nothing of another cloud");
            assert_eq!(client.check_outlook(), Ok(()));
        }
    }

    #[test]
    fn the_global_cloud_is_the_default_and_replaces_nothing() {
        for variables in [&[][..], &[("OUTLOOK_CLOUD", "global")], &[("OUTLOOK_CLOUD", " ")]] {
            let client = outlook(variables).unwrap();
            assert_eq!(client.endpoints, Endpoints::default());
            assert_eq!(allowed(&client).last().map(String::as_str), Some("https://graph.microsoft.com:443"));
        }
    }

    #[test]
    fn an_address_that_is_set_on_its_own_wins() {
        let client = outlook(&[
            ("OUTLOOK_CLOUD", "china"),
            ("OUTLOOK_TOKEN_URL", "https://login.chinacloudapi.cn/common/oauth2/v2.0/token"),
            ("OUTLOOK_API_URL", "http://127.0.0.1:99/v1.0"),
        ])
        .unwrap();
        assert_eq!(
            allowed(&client),
            [
                "https://login.chinacloudapi.cn:443",
                "https://login.partner.microsoftonline.cn:443",
                "http://127.0.0.1:99"
            ]
        );
        let page = client.endpoints.authorize.unwrap();
        assert_eq!(page, "https://login.partner.microsoftonline.cn/common/oauth2/v2.0/authorize");
    }

    #[test]
    fn an_unknown_cloud_is_named_even_without_a_client() {
        for text in ["gcc-high", "usgov", "germany", "https://graph.microsoft.us"] {
            let error = Client::outlook(&Variables::new([("OUTLOOK_CLOUD", text)])).unwrap_err();
            assert_eq!(error.variable(), "OUTLOOK_CLOUD", "{text}");
            assert!(error.remedy().contains("us-gov-dod"), "{}", error.remedy());
        }
    }

    #[test]
    fn personal_accounts_do_not_exist_outside_the_global_cloud() {
        let error = outlook(&[("OUTLOOK_CLOUD", "us-gov"), ("OUTLOOK_TENANT_ID", "consumers")]).unwrap_err();
        assert_eq!(error.variable(), "OUTLOOK_TENANT_ID");
        assert!(outlook(&[("OUTLOOK_TENANT_ID", "consumers")]).is_ok());
    }
}
