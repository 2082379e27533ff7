//! [`CalendarHost`], opened by [`Builder`]. What it can do: `operations.rs`.

use std::path::PathBuf;
use std::sync::Arc;

use crate::audit::ledger::Ledger;
use crate::config::{Config, Limits};
use crate::egress::Gateway;
use crate::egress::exchange::{Exchange, Observer, Stats};
use crate::metrics::Numbers;
use crate::runtime::Runtime;
use crate::setup::SetupError;
use crate::store::Store;
use crate::types::Provider;

/// The component that `build.rs` built.
const EMBEDDED: &[u8] = include_bytes!(env!("CALENDAR_COMPONENT_PATH"));

/// Calendars, ready to use. Clones share engine, database and connections.
#[derive(Clone)]
pub struct CalendarHost {
    config: Arc<Config>,
    runtime: Arc<Runtime>,
    ledger: Ledger,
    store: Store,
}

impl std::fmt::Debug for CalendarHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CalendarHost").field("config", &self.config).finish_non_exhaustive()
    }
}

impl CalendarHost {
    /// Opens a host with the embedded component.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub async fn open(config: Config) -> Result<Self, SetupError> {
        Self::builder().config(config).build().await
    }

    /// Begins to describe a host.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The component inside this program, as WebAssembly.
    #[must_use]
    pub fn embedded_component() -> &'static [u8] {
        EMBEDDED
    }

    /// The configuration it was opened with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The registered redirect address of a provider; `None` = the provider is not configured.
    #[must_use]
    pub fn redirect_uri(&self, provider: Provider) -> Option<&str> {
        self.config.client(provider).map(|client| client.redirect_uri.as_str())
    }

    /// What all clones of this host did so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.runtime.gateway().stats()
    }

    /// Numbers of the calls of all clones of this host: durations, outcomes, requests, retries. Those of all
    /// processes: [`AuditLog::numbers`](crate::audit::AuditLog::numbers).
    #[must_use]
    pub fn numbers(&self) -> Numbers {
        self.ledger.numbers()
    }

    /// The same numbers in the text format that Prometheus reads, for a `/metrics` page of the embedding program.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.numbers().prometheus()
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }
}

/// Where the component comes from.
#[derive(Clone, Default)]
pub enum Source {
    /// The one inside this program.
    #[default]
    Embedded,
    /// WebAssembly in memory.
    Bytes(Vec<u8>),
    /// A WebAssembly file. Compiled code is not accepted: it would be trusted blindly.
    File(PathBuf),
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

/// Describes a host before it is opened.
#[derive(Default)]
pub struct Builder {
    config: Option<Config>,
    data_dir: Option<PathBuf>,
    limits: Option<Limits>,
    source: Source,
    observer: Option<Observer>,
}

impl Builder {
    /// The configuration; without it, [`build`](Self::build) reads the process environment.
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = Some(config);
        self
    }

    /// Folder of database and key file, instead of the configuration's.
    #[must_use]
    pub fn data_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(path.into());
        self
    }

    /// Another component than the embedded one: bytes or a path.
    #[must_use]
    pub fn component(mut self, source: impl Into<Source>) -> Self {
        self.source = source.into();
        self
    }

    /// What one call may use, instead of the configuration's.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Called after every outbound request, denied ones included. Must return quickly.
    #[must_use]
    pub fn observer(mut self, observer: impl Fn(&Exchange) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Opens database and key file (making them on first use), compiles or loads the component.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub async fn build(self) -> Result<CalendarHost, SetupError> {
        let mut config = self.config.map_or_else(Config::from_env, Ok)?;
        config.data_dir = self.data_dir.unwrap_or(config.data_dir);
        config.limits = self.limits.unwrap_or(config.limits);
        config.check()?;
        let config = Arc::new(config);
        let wasm = match self.source {
            Source::Embedded => EMBEDDED.to_vec(),
            Source::Bytes(bytes) => bytes,
            Source::File(path) => {
                tokio::fs::read(&path).await.map_err(|source| SetupError::File { what: "cannot read", path, source })?
            }
        };
        let store = Store::open(&config).await?;
        let ledger = Ledger::new(&config, store.clone());
        let gateway = Gateway::new(&config, self.observer)?;
        let runtime = Runtime::new(config.clone(), store.clone(), gateway, wasm).await?;
        store.forget_old(chrono::Utc::now().timestamp()).await;
        Ok(CalendarHost { config, runtime: Arc::new(runtime), ledger, store })
    }
}
