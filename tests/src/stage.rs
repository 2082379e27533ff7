//! One sandbox and one host, alone in a temporary folder.

use std::sync::{Arc, Mutex, OnceLock};

use calendar_host::types::{Account, Provider};
use calendar_host::{CalendarHost, Config, Exchange, Limits};
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config as SandboxConfig;
use tempfile::TempDir;

use crate::gate::Gate;

/// Seconds.
const DAY: i64 = 86_400;

/// Names the folder in which every exchange of every stage is recorded, if there shall be one.
const RECORD_DIR: &str = "CALENDAR_RECORD_DIR";

/// A sandbox and a host that may reach nothing else.
pub struct Stage {
    /// Google and Microsoft.
    pub sandbox: Sandbox,
    /// The real component in the real host.
    pub host: CalendarHost,
    /// Every outbound request of the host so far.
    pub requests: Arc<Mutex<Vec<Exchange>>>,
    /// Database and key file.
    pub folder: TempDir,
    /// What every request of the host passes, if the stage was opened with one.
    pub gate: Option<Arc<Gate>>,
    /// Midnight UTC of the day on which it was opened: a test may run over the next one.
    today: i64,
}

/// How a stage differs from an ordinary one.
#[derive(Default)]
pub struct Setup<'a> {
    /// The sandbox.
    pub sandbox: SandboxConfig,
    /// Variables of the host, replaced.
    pub variables: &'a [(&'a str, &'a str)],
    /// Limits of the host; none = the usual ones.
    pub limits: Option<Limits>,
    /// Another component than the built-in one.
    pub component: Option<Vec<u8>>,
    /// Whether all addresses lead through a gate, which can refuse connections.
    pub gated: bool,
}

impl Stage {
    /// A sandbox with its default people and an empty host.
    pub async fn open() -> Stage {
        Stage::with(SandboxConfig::default(), &[]).await
    }

    /// A sandbox of the given kind, and a host with some variables replaced.
    pub async fn with(config: SandboxConfig, variables: &[(&str, &str)]) -> Stage {
        Stage::set(Setup { sandbox: config, variables, ..Setup::default() }).await
    }

    /// A host with another component than the built-in one.
    pub async fn with_component(component: Vec<u8>, variables: &[(&str, &str)]) -> Stage {
        Stage::set(Setup { variables, component: Some(component), ..Setup::default() }).await
    }

    /// A stage as described.
    pub async fn set(setup: Setup<'_>) -> Stage {
        let mut config = setup.sandbox.clone();
        config.record_dir = config.record_dir.or_else(|| std::env::var_os(RECORD_DIR).map(Into::into));
        let sandbox = Sandbox::start(config).await.expect("the sandbox starts");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let gate = setup.gated.then(|| Arc::new(Gate::before(sandbox.base_url())));
        let (host, requests) = host(&sandbox, &folder, &setup, gate.clone()).await;
        let today = sandbox.control().now().timestamp() / DAY * DAY;
        Stage { sandbox, host, requests, folder, gate, today }
    }

    /// Midnight UTC of the day so many days after the one on which the stage was opened. Until the 14th the default people
    /// have holidays and conferences, whose weekdays differ; later only what repeats every week.
    pub fn day(&self, ahead: i64) -> i64 {
        self.today + ahead * DAY
    }

    /// Midnight UTC of a Saturday in three months: the default people have nothing on it.
    pub fn empty_day(&self) -> i64 {
        // The first day of the epoch was a Thursday.
        let day = self.day(90) / DAY;
        (day + (2 - day).rem_euclid(7)) * DAY
    }

    /// A second host on the same data, as another process would be.
    pub async fn another_host(&self) -> CalendarHost {
        host(&self.sandbox, &self.folder, &Setup::default(), None).await.0
    }

    /// Connects an account through the consent page, as a browser would.
    pub async fn connect(&self, user: &str, provider: Provider, email: &str) -> Account {
        let callback = self.consent(user, provider, Some(email)).await;
        self.host.complete_oauth_flow(user, &callback).await.expect("the callback is accepted")
    }

    /// Starts a flow and follows the consent page; answers the callback address.
    pub async fn consent(&self, user: &str, provider: Provider, email: Option<&str>) -> String {
        let request = self.host.start_oauth_flow(user, provider, None, email).await.expect("the flow starts");
        follow(&request.url).await
    }

    /// Connects the default people of both vendors as one user.
    pub async fn connect_both(&self, user: &str) {
        self.connect(user, Provider::Google, crate::people::GOOGLE).await;
        self.connect(user, Provider::Outlook, crate::people::OUTLOOK).await;
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.requests.lock().expect("no panic while locked").clear();
    }

    /// How many outbound requests there were since.
    pub fn request_count(&self) -> usize {
        self.requests.lock().expect("no panic while locked").len()
    }
}

async fn host(
    sandbox: &Sandbox,
    folder: &TempDir,
    setup: &Setup<'_>,
    gate: Option<Arc<Gate>>,
) -> (CalendarHost, Arc<Mutex<Vec<Exchange>>>) {
    let through = |(name, value): (&'static str, String)| match &gate {
        // People's browsers go to the sandbox itself.
        Some(gate) if !name.contains("AUTHORIZE") => {
            (name.to_owned(), value.replace(sandbox.base_url(), &gate.base_url()))
        }
        _ => (name.to_owned(), value),
    };
    let mut environment: Vec<(String, String)> = sandbox.environment().into_iter().map(through).collect();
    environment.push(("CALENDAR_HOST_DATA_DIR".into(), folder.path().display().to_string()));
    // Compiled code may be shared: it depends on the component alone.
    environment.push((
        "CALENDAR_HOST_CACHE_DIR".into(),
        std::env::temp_dir().join("calendar-tests-code").display().to_string(),
    ));
    // Tests look at the providers themselves; what the cache does has tests of its own.
    environment.push(("CALENDAR_HOST_CACHE_SECONDS".into(), "0".into()));
    environment.extend(setup.variables.iter().map(|(name, value)| ((*name).into(), (*value).into())));
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = requests.clone();
    let mut builder = CalendarHost::builder();
    if let Some(component) = &setup.component {
        builder = builder.component(component.clone());
    }
    if let Some(limits) = &setup.limits {
        builder = builder.limits(limits.clone());
    }
    let host = builder
        .config(Config::from_vars(environment).expect("the configuration is good"))
        .observer(move |exchange: &Exchange| {
            if let Some(gate) = &gate {
                gate.passed(exchange);
            }
            seen.lock().expect("no panic while locked").push(exchange.clone());
        })
        .build()
        .await
        .expect("the host opens");
    (host, requests)
}

/// A browser that stays where it is. Made once, because that takes time; it keeps no connection,
/// because those belong to the runtime of one test.
fn browser() -> &'static reqwest::Client {
    static BROWSER: OnceLock<reqwest::Client> = OnceLock::new();
    BROWSER.get_or_init(|| {
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        builder.pool_max_idle_per_host(0).build().expect("a client")
    })
}

/// Opens a consent page that approves by itself and answers where it sends the browser.
pub async fn follow(url: &str) -> String {
    let answer = browser().get(url).send().await.expect("the consent page answers");
    let status = answer.status();
    let location = answer.headers().get("location").unwrap_or_else(|| panic!("no redirect: {status}"));
    location.to_str().expect("an address").to_owned()
}

/// Answers a consent page by hand, as the person `email` who leaves only `scopes` ticked, or
/// denies (`None`); answers where it sends the browser.
pub async fn answer(url: &str, email: &str, scopes: Option<&[&str]>) -> String {
    let (page, query) = url.split_once('?').expect("a consent page has parameters");
    let decision = if scopes.is_some() { "allow" } else { "deny" };
    let mut form = vec![query.to_owned(), format!("sandbox_account={email}"), format!("sandbox_decision={decision}")];
    form.extend(scopes.unwrap_or_default().iter().map(|scope| format!("sandbox_scope={scope}")));
    let request = browser().post(page).header("content-type", "application/x-www-form-urlencoded").body(form.join("&"));
    let answer = request.send().await.expect("the consent page answers");
    let status = answer.status();
    let location = answer.headers().get("location").unwrap_or_else(|| panic!("no redirect: {status}"));
    location.to_str().expect("an address").to_owned()
}
