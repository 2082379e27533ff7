//! What every command needs: who asks, in which zone, when, for which accounts, and how to answer.

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{ErrorCode, Provider, Selection};
use calendar_host::{CalendarHost, Config};
use chrono::{DateTime, SubsecRound, Utc};

use super::environment::Environment;
use super::failure::Failure;
use super::globals::Globals;
use super::input::{selection, zone};
use super::output::printer::Printer;

/// The circumstances of one command.
#[derive(Clone)]
pub struct Context {
    /// Writes the answer.
    pub printer: Printer,
    /// The zone in which times are read and shown.
    pub zone: Zone,
    /// The zone was chosen with `--tz`.
    pub has_explicit_zone: bool,
    /// The present second.
    pub now: DateTime<Utc>,
    /// Whose calendars.
    pub user: String,
    globals: Globals,
    environment: Environment,
    /// Open already: a server answers many questions with one host.
    host: Option<CalendarHost>,
}

/// A host without accounts. Its folder goes with it.
pub struct Detached {
    host: CalendarHost,
    _folder: Option<tempfile::TempDir>,
}

impl std::ops::Deref for Detached {
    type Target = CalendarHost;

    fn deref(&self) -> &CalendarHost {
        &self.host
    }
}

impl Context {
    /// The circumstances given by options and variables.
    ///
    /// # Errors
    /// When the zone is not known.
    pub fn new(globals: Globals, environment: Environment) -> Result<Self, Failure> {
        let printer = Printer::new(globals.json);
        let chosen = zone::choose(globals.tz.as_deref(), &environment)?;
        if let Some(note) = chosen.note {
            printer.note(note);
        }
        let user = globals.user.as_deref().or(environment.get("CALENDAR_HOST_USER")).unwrap_or("default").to_owned();
        let environment = globals.limits.over(environment);
        let environment = match &globals.database_url {
            Some(url) => environment.with("DATABASE_URL", url.expose()),
            None => environment,
        };
        let (zone, has_explicit_zone, now) = (chosen.zone, chosen.is_explicit, Utc::now().trunc_subsecs(0));
        Ok(Self { printer, zone, has_explicit_zone, now, user, globals, environment, host: None })
    }

    /// The same circumstances for one more question, now, to a `host` that is open: `options` may choose zone, provider
    /// and account, and nothing else.
    ///
    /// # Errors
    /// When the zone is not known.
    pub fn again(&self, host: &CalendarHost, options: Globals) -> Result<Self, Failure> {
        let zone = options.tz.as_deref().map(|name| zone::parse("--tz", name)).transpose()?;
        let globals = Globals {
            provider: options.provider.or(self.globals.provider),
            account: options.account.or_else(|| self.globals.account.clone()),
            ..self.globals.clone()
        };
        Ok(Self {
            has_explicit_zone: zone.is_some() || self.has_explicit_zone,
            zone: zone.unwrap_or_else(|| self.zone.clone()),
            now: Utc::now().trunc_subsecs(0),
            globals,
            host: Some(host.clone()),
            ..self.clone()
        })
    }

    /// The value of a variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name)
    }

    /// The configuration of options and variables.
    ///
    /// # Errors
    /// When a variable is wrong.
    pub fn config(&self) -> Result<Config, Failure> {
        let Some(folder) = &self.globals.data_dir else {
            return Ok(Config::from_vars(self.environment.variables())?);
        };
        // Named, so that no home directory is asked for; then exactly as given, Unicode or not.
        let environment = self.environment.clone().with("CALENDAR_HOST_DATA_DIR", ".");
        Ok(Config { data_dir: folder.clone(), ..Config::from_vars(environment.variables())? })
    }

    /// The host, ready to be called.
    ///
    /// # Errors
    /// When the configuration is wrong, or its files or the component cannot be used.
    pub async fn host(&self) -> Result<CalendarHost, Failure> {
        match &self.host {
            Some(host) => Ok(host.clone()),
            None => self.open(self.config()?).await,
        }
    }

    /// The host of another configuration; `--component` holds for it, too.
    ///
    /// # Errors
    /// When its files or the component cannot be used.
    pub async fn open(&self, config: Config) -> Result<CalendarHost, Failure> {
        let mut builder = CalendarHost::builder().config(config);
        if let Some(component) = &self.globals.component {
            builder = builder.component(component.clone());
        }
        Ok(builder.build().await?)
    }

    /// A host without accounts, for questions that need none. Nothing is asked, nothing is left behind.
    ///
    /// # Errors
    /// When no temporary folder can be made, or the component cannot be used.
    pub async fn detached(&self) -> Result<Detached, Failure> {
        if let Some(host) = &self.host {
            return Ok(Detached { host: host.clone(), _folder: None });
        }
        let folder = tempfile::Builder::new().prefix("calendar-host-slots-").tempdir().map_err(|error| {
            Failure::host(format!("no temporary folder can be made: {error}"), "check TMPDIR and the free space")
        })?;
        let kept = [
            "HOME",
            "XDG_CACHE_HOME",
            "CALENDAR_HOST_CACHE_DIR",
            "CALENDAR_HOST_TIMEOUT_SECONDS",
            "CALENDAR_HOST_CPU_SECONDS",
            "CALENDAR_HOST_MEMORY_MIB",
        ];
        let own = kept.into_iter().filter_map(|name| Some((name, self.environment.get(name)?)));
        let variables = Environment::of(own).with("CALENDAR_HOST_DATA_DIR", folder.path().to_string_lossy());
        let variables = self.globals.limits.over(variables);
        let host = self.open(Config::from_vars(variables.variables())?).await?;
        Ok(Detached { host, _folder: Some(folder) })
    }

    /// The user of `--user`; `None` = nobody was named, so everybody is meant where that makes sense.
    pub fn named_user(&self) -> Option<&str> {
        self.globals.user.as_deref()
    }

    /// The provider of `--provider`.
    pub fn provider(&self) -> Option<Provider> {
        self.globals.provider.map(Provider::from)
    }

    /// The account of `--account`.
    pub fn account(&self) -> Option<&str> {
        self.globals.account.as_deref()
    }

    /// What `--provider`, `--account` and the given calendars select.
    pub fn selection(&self, calendars: &[String]) -> Selection {
        selection::selection(self.globals.provider, self.account(), calendars)
    }

    /// The redirect address of the client registered with `provider`.
    ///
    /// # Errors
    /// When the host has no client registered with it.
    pub fn redirect_uri(&self, config: &Config, provider: Provider) -> Result<String, Failure> {
        let missing = || {
            let variable = format!("{}_CLIENT_ID", provider.as_str().to_ascii_uppercase());
            let hint = format!(
                "set {variable} in the environment or in .env, or try `calendar-host demo`, which needs nothing"
            );
            let failure = Failure::host(format!("{provider} is not configured: {variable} is not set"), hint);
            failure.with_code(ErrorCode::Unsupported)
        };
        config.client(provider).map(|client| client.redirect_uri.clone()).ok_or_else(missing)
    }
}
