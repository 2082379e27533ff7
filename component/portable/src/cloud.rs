//! Microsoft's national clouds: one setting for all addresses. <https://learn.microsoft.com/graph/deployments>

use crate::bindings::exports::calendar::scheduling::secrets::Endpoints;
use crate::settings::SettingsError;

/// Login host and Graph root of a cloud other than the global one.
fn roots(cloud: &str) -> Result<Option<(&'static str, &'static str)>, SettingsError> {
    match cloud.to_ascii_lowercase().as_str() {
        "global" => Ok(None),
        "us-gov" => Ok(Some(("https://login.microsoftonline.us", "https://graph.microsoft.us"))),
        "us-gov-dod" => Ok(Some(("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"))),
        "china" => Ok(Some(("https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"))),
        _ => Err(SettingsError::new("OUTLOOK_CLOUD", "use `global`, `us-gov`, `us-gov-dod` or `china`")),
    }
}

/// The addresses of `cloud` in `tenant`, each but for those set on their own.
pub fn endpoints(cloud: &str, tenant: Option<&str>, own: Endpoints) -> Result<Endpoints, SettingsError> {
    let Some((login, graph)) = roots(cloud)? else { return Ok(own) };
    let tenant = tenant.unwrap_or("common");
    if tenant.eq_ignore_ascii_case("consumers") {
        let remedy = "personal accounts exist in the global cloud only: remove OUTLOOK_CLOUD, or name another tenant";
        return Err(SettingsError::new("OUTLOOK_TENANT_ID", remedy));
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
