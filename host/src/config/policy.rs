//! The policy file: which hosts, ports and methods the component may use, besides or instead of
//! the configured endpoints. Read here, applied by `egress/policy.rs`.

use std::path::Path;
use std::time::Duration;

use http::Method;
use serde::Deserialize;
use url::Url;

use super::{ConfigError, Origin};

/// Methods of the two vendors' APIs; no other one is ever allowed.
pub(crate) const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

const VARIABLE: &str = "CALENDAR_HOST_POLICY";

/// What a policy file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyFile {
    /// Whether the configured endpoints are allowed without being listed.
    pub(crate) endpoints: bool,
    /// What is allowed; for these hosts and ports nothing else is.
    pub(crate) rules: Vec<Rule>,
}

/// Requests to some servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Host names as in an [`Origin`].
    hosts: Vec<String>,
    ports: Vec<u16>,
    methods: Vec<Method>,
    /// From a request to the end of its response; 30 s without it. The component waits 20 s for the first byte at most.
    pub(crate) timeout: Option<Duration>,
}

impl Rule {
    /// Whether it is about this server.
    pub(crate) fn covers(&self, origin: &Origin) -> bool {
        self.ports.contains(&origin.port) && self.hosts.contains(&origin.host)
    }

    /// Whether it allows this method.
    pub(crate) fn allows(&self, method: &Method) -> bool {
        self.methods.contains(method)
    }
}

impl Default for PolicyFile {
    fn default() -> Self {
        Self { endpoints: true, rules: Vec::new() }
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    endpoints: Option<bool>,
    #[serde(default)]
    allow: Vec<WrittenRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenRule {
    hosts: Vec<String>,
    ports: Option<Vec<u16>>,
    methods: Option<Vec<String>>,
    timeout_seconds: Option<u64>,
}

impl PolicyFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Names the file and the field that is wrong.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let remedy = "name a readable TOML file, or remove the setting";
            ConfigError::new(VARIABLE, format!("names {shown}, which cannot be read: {error}"), remedy)
        })?;
        Self::parse(&text)
            .map_err(|(what, remedy)| ConfigError::new(VARIABLE, format!("names {shown}: {what}"), remedy))
    }

    fn parse(text: &str) -> Result<Self, (String, String)> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().split('\n').count());
            let remedy =
                "write `endpoints = true|false` and [[allow]] tables of hosts, ports, methods, timeout-seconds";
            (format!("line {line}: {}", error.message()), remedy.to_owned())
        })?;
        let rules = written.allow.into_iter().enumerate();
        let rules = rules.map(|(index, rule)| {
            rule.check().map_err(|(field, what, remedy)| {
                (format!("rule {} of allow: {field}: {what}", index + 1), remedy.to_owned())
            })
        });
        Ok(Self { endpoints: written.endpoints.unwrap_or(true), rules: rules.collect::<Result<_, _>>()? })
    }
}

type Wrong = (&'static str, String, &'static str);

impl WrittenRule {
    fn check(self) -> Result<Rule, Wrong> {
        if self.hosts.is_empty() {
            return Err(("hosts", "is empty".to_owned(), "list at least one host name"));
        }
        let hosts = self.hosts.iter().map(|text| {
            host(text).ok_or_else(|| {
                (
                    "hosts",
                    format!("`{text}` is not a host name"),
                    "write it like graph.microsoft.com, without scheme, port or `*`",
                )
            })
        });
        let methods = self.methods.map(|names| names.iter().map(|name| method(name)).collect::<Result<_, _>>());
        if let Some(0 | 46..) = self.timeout_seconds {
            return Err((
                "timeout-seconds",
                "is out of range".to_owned(),
                "set it to a number from 1 to 45: no operation takes longer",
            ));
        }
        Ok(Rule {
            hosts: hosts.collect::<Result<_, _>>()?,
            ports: self.ports.unwrap_or_else(|| vec![443]),
            methods: methods.transpose()?.unwrap_or_else(|| METHODS.to_vec()),
            timeout: self.timeout_seconds.map(Duration::from_secs),
        })
    }
}

/// A host as an [`Origin`] has it: lower case, punycode, IPv6 in brackets.
fn host(text: &str) -> Option<String> {
    let url = Url::parse(&format!("https://{text}/")).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none() && url.path() == "/";
    let host = url.host_str().filter(|host| plain && !host.ends_with('.') && !host.contains('*'))?;
    (!text.contains(['@', '/', '?', '#', '\\']) && (text.starts_with('[') || !text.contains(':')))
        .then(|| host.to_owned())
}

fn method(name: &str) -> Result<Method, Wrong> {
    let known = METHODS.into_iter().find(|method| method.as_str() == name);
    known.ok_or_else(|| ("methods", format!("`{name}` is never allowed"), "use GET, HEAD, POST, PUT, PATCH and DELETE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lists_hosts_ports_and_methods() {
        let file = PolicyFile::parse(
            "endpoints = false\n[[allow]]\nhosts = ['Graph.Microsoft.com', 'bücher.example', '[::1]']\nports = [443, 8443]\n\
             methods = ['GET']\ntimeout-seconds = 5\n[[allow]]\nhosts = ['www.googleapis.com']",
        )
        .unwrap();
        assert!(!file.endpoints);
        let origin = |text| Origin::of(text).unwrap();
        let [first, second] = file.rules.as_slice() else { panic!("{file:?}") };
        for text in ["https://graph.microsoft.com", "https://xn--bcher-kva.example:8443", "https://[::1]"] {
            assert!(first.covers(&origin(text)), "{text}");
        }
        assert!(!first.covers(&origin("https://graph.microsoft.com:444")));
        assert!(first.allows(&Method::GET) && !first.allows(&Method::POST));
        assert_eq!((first.timeout, second.timeout), (Some(Duration::from_secs(5)), None));
        assert!(second.covers(&origin("https://www.googleapis.com")) && METHODS.iter().all(|one| second.allows(one)));
        assert_eq!(PolicyFile::parse(""), Ok(PolicyFile::default()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, reason) in [
            ("endpoint = true", "line 1: unknown field `endpoint`"),
            ("endpoints = true\n[[allow]]\nhost = 'x'", "line 3: unknown field `host`"),
            ("[[allow]]\nports = [443]", "missing field `hosts`"),
            ("[[allow]]\nhosts = []", "rule 1 of allow: hosts: is empty"),
            ("[[allow]]\nhosts = ['https://example.com']", "hosts: `https://example.com` is not a host name"),
            ("[[allow]]\nhosts = ['example.com:444']", "is not a host name"),
            ("[[allow]]\nhosts = ['*.example.com']", "is not a host name"),
            ("[[allow]]\nhosts = ['ana@example.com']", "is not a host name"),
            ("[[allow]]\nhosts = ['example.com.']", "is not a host name"),
            (
                "[[allow]]\nhosts = ['a']\n[[allow]]\nhosts = ['b']\nmethods = ['CONNECT']",
                "rule 2 of allow: methods: `CONNECT`",
            ),
            ("[[allow]]\nhosts = ['a']\nmethods = ['get']", "methods: `get`"),
            ("[[allow]]\nhosts = ['a']\nports = [70000]", "line 3"),
            ("[[allow]]\nhosts = ['a']\ntimeout-seconds = 0", "timeout-seconds: is out of range"),
            ("[[allow]]\nhosts = ['a']\ntimeout-seconds = 46", "timeout-seconds: is out of range"),
        ] {
            let (what, remedy) = PolicyFile::parse(text).unwrap_err();
            assert!(what.contains(reason) && !remedy.is_empty(), "{text}: {what}");
        }
        let error = PolicyFile::read(Path::new("/nowhere/policy.toml")).unwrap_err();
        assert!(error.to_string().starts_with("CALENDAR_HOST_POLICY names /nowhere/policy.toml"), "{error}");
    }
}
