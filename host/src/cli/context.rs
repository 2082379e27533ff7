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
        let (zone, has_explicit_zone, now) = (chosen.zone, chosen.is_explicit, Utc::now().trunc_subsecs(0));
        Ok(Self { printer, zone, has_explicit_zone, now, user, globals, environment })
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
        self.open(self.config()?).await
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
