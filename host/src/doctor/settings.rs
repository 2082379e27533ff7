//! Registered clients as far as their text tells: ids and secrets in each other's place, addresses that a provider
//! does not take, a tenant and a cloud that do not fit.

use url::{Host, Url};

use super::{Finding, Level};
use crate::config::{Client, Config};

/// What the configuration says about both providers.
pub(super) fn settings(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if config.google.is_none() && config.outlook.is_none() {
        let remedy = "set GOOGLE_CLIENT_ID or OUTLOOK_CLIENT_ID, in the environment or in .env";
        findings.push(Finding::problem("settings", "no provider is configured", remedy));
    }
    if let Some(client) = &config.google {
        findings.extend([google_id(client), google_secret(client), google_redirect(client)]);
    }
    if let Some(client) = &config.outlook {
        findings.extend([outlook_id(client), outlook_secret(client), outlook_redirect(client)]);
        findings.extend([tenant(client), cloud(client)]);
    }
    findings
}

/// What cannot be right at the vendor is a problem there; a stand-in may see it differently.
fn level(client: &Client) -> Level {
    if client.endpoints.token.is_none() { Level::Problem } else { Level::Warning }
}

fn google_id(client: &Client) -> Finding {
    let remedy = "copy the client id from the Google Cloud console, Google Auth Platform, Clients";
    if client.id.starts_with("GOCSPX-") {
        return Finding::problem("google-client-id", "GOOGLE_CLIENT_ID holds a client secret", remedy);
    }
    if !client.id.ends_with(".apps.googleusercontent.com") {
        let message = "GOOGLE_CLIENT_ID does not end with .apps.googleusercontent.com";
        return Finding::new("google-client-id", level(client), message, remedy);
    }
    Finding::ok("google-client-id", "GOOGLE_CLIENT_ID looks like a client id")
}

fn google_secret(client: &Client) -> Finding {
    let remedy = "copy the client secret from the Google Cloud console, Google Auth Platform, Clients";
    let check = "google-secret";
    match client.secret.as_ref().map(|secret| secret.expose()) {
        None => Finding::new(check, level(client), "GOOGLE_CLIENT_SECRET is not set; Google asks for it", remedy),
        Some(secret) if secret.ends_with(".apps.googleusercontent.com") => {
            Finding::problem(check, "GOOGLE_CLIENT_SECRET holds a client id", remedy)
        }
        Some(secret) if !is_plain(secret) => Finding::problem(check, BLANKS, remedy).about("GOOGLE_CLIENT_SECRET"),
        Some(secret) if !secret.starts_with("GOCSPX-") => Finding::warning(
            check,
            "GOOGLE_CLIENT_SECRET does not begin with GOCSPX-, as secrets do since 2021",
            remedy,
        ),
        Some(_) => Finding::ok(check, "GOOGLE_CLIENT_SECRET looks like a client secret"),
    }
}

fn outlook_id(client: &Client) -> Finding {
    let check = "outlook-client-id";
    if is_guid(&client.id) {
        return Finding::ok(check, "OUTLOOK_CLIENT_ID looks like an application id");
    }
    let remedy = "copy the Application (client) ID from the overview of the app registration";
    Finding::new(check, level(client), "OUTLOOK_CLIENT_ID is no application id (a GUID)", remedy)
}

fn outlook_secret(client: &Client) -> Finding {
    let check = "outlook-secret";
    let remedy =
        "create a client secret under Certificates & secrets and copy its Value, shown only once; not its Secret ID";
    match client.secret.as_ref().map(|secret| secret.expose()) {
        None => Finding::ok(
            check,
            "OUTLOOK_CLIENT_SECRET is not set: the application must be registered as a public client",
        ),
        Some(secret) if secret == client.id => {
            Finding::problem(check, "OUTLOOK_CLIENT_SECRET holds the application id", remedy)
        }
        Some(secret) if is_guid(secret) => Finding::problem(
            check,
            "OUTLOOK_CLIENT_SECRET is a GUID: that is the secret's ID, not its Value (AADSTS7000215)",
            remedy,
        ),
        Some(secret) if !is_plain(secret) => Finding::problem(check, BLANKS, remedy).about("OUTLOOK_CLIENT_SECRET"),
        Some(_) => {
            Finding::ok(check, "OUTLOOK_CLIENT_SECRET looks like a secret's value; it expires at the date set in Entra")
        }
    }
}

const BLANKS: &str = "the secret holds blanks or quotation marks";

fn is_plain(secret: &str) -> bool {
    !secret.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '"' || letter == '\'')
}

fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn google_redirect(client: &Client) -> Finding {
    let check = "google-redirect-uri";
    let address = &client.redirect_uri;
    match Url::parse(address) {
        Err(_) => {
            Finding::problem(check, "GOOGLE_REDIRECT_URI is no address", "write it like https://example.com/callback")
        }
        Ok(url) if is_local(&url) => Finding::ok(
            check,
            format!(
                "the browser comes back to {address}: a Desktop client takes it as it is, a Web client must have \
                 registered exactly this text, else sign-in ends with redirect_uri_mismatch or invalid_grant"
            ),
        ),
        Ok(_) => elsewhere(check, address, "Google Auth Platform, Clients, Authorised redirect URIs"),
    }
}

fn outlook_redirect(client: &Client) -> Finding {
    let check = "outlook-redirect-uri";
    let address = &client.redirect_uri;
    let Ok(url) = Url::parse(address) else {
        return Finding::problem(
            check,
            "OUTLOOK_REDIRECT_URI is no address",
            "write it like https://example.com/callback",
        );
    };
    let are_personal_allowed = matches!(client.tenant.as_deref(), None | Some("common" | "consumers"));
    let local = "http://localhost:8765/callback";
    if matches!(url.host(), Some(Host::Ipv6(_))) && is_local(&url) {
        let remedy = format!("register {local} and set OUTLOOK_REDIRECT_URI to it");
        return Finding::problem(check, "Entra takes no [::1] as redirect address", remedy);
    }
    if address.len() > 256 {
        return Finding::problem(
            check,
            "OUTLOOK_REDIRECT_URI is longer than 256 characters",
            "register a shorter address",
        );
    }
    if url.query().is_some() && are_personal_allowed {
        let remedy = "register an address without `?`, or set OUTLOOK_TENANT_ID to one organisation";
        return Finding::problem(
            check,
            "Entra takes no query in a redirect address where personal accounts are allowed",
            remedy,
        );
    }
    if url.path() == "/" {
        let remedy = "register an address with a path, for example /callback";
        return Finding::warning(
            check,
            "OUTLOOK_REDIRECT_URI has no path: Entra sends the browser to it with a `/` added",
            remedy,
        );
    }
    if matches!(url.host(), Some(Host::Ipv4(_))) && is_local(&url) {
        let remedy = format!("register {local}, or write this address into the application's manifest by hand");
        return Finding::warning(
            check,
            "Entra's pages take http://127.0.0.1 only in the manifest (AADSTS50011 otherwise)",
            remedy,
        );
    }
    if is_local(&url) {
        let message = format!(
            "the browser comes back to {address}: register it under Authentication, platform Web (not Single-page \
             application, whose grants end after 24 hours); the port is not compared"
        );
        return Finding::ok(check, message);
    }
    elsewhere(check, address, "Authentication, platform Web")
}

fn elsewhere(check: &'static str, address: &str, place: &str) -> Finding {
    Finding::ok(
        check,
        format!(
            "the browser comes back to {address}: exactly this text must be registered ({place}); connect with \
             `auth start` and `auth complete`, as no program of this machine listens there"
        ),
    )
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn tenant(client: &Client) -> Finding {
    let check = "outlook-tenant";
    let tenant = client.tenant.as_deref().unwrap_or("common");
    match tenant {
        "common" => Finding::ok(
            check,
            "OUTLOOK_TENANT_ID is common: work and personal accounts; an application of a single organisation needs \
             that organisation's id instead (AADSTS50194)",
        ),
        "organizations" => Finding::ok(check, "OUTLOOK_TENANT_ID is organizations: work and school accounts"),
        "consumers" => Finding::warning(
            check,
            "OUTLOOK_TENANT_ID is consumers: personal Microsoft accounts cannot read when other people are busy",
            "ask each person to connect an own account, or use common",
        ),
        _ if is_guid(tenant) => Finding::ok(check, "OUTLOOK_TENANT_ID is the id of one organisation"),
        _ if tenant.contains('.') => Finding::ok(check, "OUTLOOK_TENANT_ID is the domain of one organisation"),
        _ => Finding::problem(
            check,
            format!("OUTLOOK_TENANT_ID {tenant:?} is neither a known word nor an id nor a domain (AADSTS90002)"),
            "set it to common, organizations, consumers, the directory's id or one of its verified domains",
        ),
    }
}

/// Hosts of Microsoft's clouds: sign-in and Graph.
const CLOUDS: [(&str, &[&str]); 4] = [
    ("global", &["login.microsoftonline.com", "graph.microsoft.com"]),
    ("us-gov", &["login.microsoftonline.us", "graph.microsoft.us", "dod-graph.microsoft.us"]),
    ("china", &["login.chinacloudapi.cn", "login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn"]),
    ("germany (closed)", &["login.microsoftonline.de", "graph.microsoft.de"]),
];

fn cloud(client: &Client) -> Finding {
    let check = "outlook-cloud";
    let address = |replaced: &Option<String>, own: &str| host(replaced.as_deref().unwrap_or(own));
    let hosts = [
        ("OUTLOOK_AUTHORIZE_URL", address(&client.endpoints.authorize, "https://login.microsoftonline.com")),
        ("OUTLOOK_TOKEN_URL", address(&client.endpoints.token, "https://login.microsoftonline.com")),
        ("OUTLOOK_API_URL", address(&client.endpoints.api, "https://graph.microsoft.com")),
    ];
    let known = hosts.iter().filter_map(|(variable, host)| Some((*variable, cloud_of(host.as_deref()?)?)));
    let known: Vec<_> = known.collect();
    match known.iter().find(|(_, cloud)| *cloud != known[0].1) {
        None => Finding::ok(check, "sign-in and Graph addresses belong together"),
        Some((variable, cloud)) => Finding::problem(
            check,
            format!(
                "{} belongs to the cloud {}, {variable} to {cloud}: Graph will answer InvalidAuthenticationToken",
                known[0].0, known[0].1
            ),
            "remove the single addresses and set OUTLOOK_CLOUD",
        ),
    }
}

fn host(address: &str) -> Option<String> {
    Url::parse(address).ok()?.host_str().map(str::to_owned)
}

fn cloud_of(host: &str) -> Option<&'static str> {
    CLOUDS.iter().find(|(_, hosts)| hosts.contains(&host)).map(|(cloud, _)| *cloud)
}

#[cfg(test)]
mod tests;
