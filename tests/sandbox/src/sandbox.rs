//! Starting and stopping a sandbox, and the settings that point a program at it.

use crate::config::Config;
use crate::control::Control;
use crate::error::Error;
use crate::oauth::client;
use crate::serve;
use crate::state::State;
use crate::tls;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running sandbox. Dropping it stops it at once; `shutdown` also waits until it has stopped.
#[derive(Debug)]
pub struct Sandbox {
    state: Arc<State>,
    config: Config,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Opens the listener and starts to answer. Needs a tokio runtime with IO and time.
    ///
    /// # Errors
    /// `Tls` when certificate or key cannot be used; `Listen` when the port is taken; `Record` when the folder for recordings cannot be made.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let acceptor = config.tls.as_ref().map(tls::acceptor).transpose()?;
        let address = format!("127.0.0.1:{}", config.port);
        let failed = |source| Error::Listen { address: address.clone(), source };
        let listener = TcpListener::bind(&address).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let own =
            if acceptor.is_some() { format!("https://localhost:{port}") } else { format!("http://127.0.0.1:{port}") };
        let base_url = config.public_url.clone().unwrap_or(own);
        let state = Arc::new(State::new(&config, base_url)?);
        if config.seed.is_some() {
            crate::seed::seed(&state);
        }
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve::run(listener, acceptor, state.clone(), stopped));
        Ok(Self { state, config, stop, task: Some(task) })
    }

    /// `http://127.0.0.1:PORT`, with TLS `https://localhost:PORT`, or the configured public address, without a slash at the end.
    pub fn base_url(&self) -> &str {
        self.state.base_url()
    }

    /// The handle to look into the sandbox and change it.
    pub fn control(&self) -> Control {
        Control::new(self.state.clone())
    }

    /// The variables that point `calendar-host` at this sandbox.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let base = self.base_url();
        let entra = |leaf: &str| format!("{base}/common/oauth2/v2.0/{leaf}");
        vec![
            ("GOOGLE_CLIENT_ID", client::GOOGLE_CLIENT_ID.to_owned()),
            ("GOOGLE_CLIENT_SECRET", client::GOOGLE_CLIENT_SECRET.to_owned()),
            ("GOOGLE_REDIRECT_URI", self.config.google_redirect_uri.clone()),
            ("OUTLOOK_CLIENT_ID", client::OUTLOOK_CLIENT_ID.to_owned()),
            ("OUTLOOK_CLIENT_SECRET", client::OUTLOOK_CLIENT_SECRET.to_owned()),
            ("OUTLOOK_TENANT_ID", "common".to_owned()),
            ("OUTLOOK_REDIRECT_URI", self.config.outlook_redirect_uri.clone()),
            ("GOOGLE_AUTHORIZE_URL", format!("{base}/o/oauth2/v2/auth")),
            ("GOOGLE_TOKEN_URL", format!("{base}/token")),
            ("GOOGLE_REVOKE_URL", format!("{base}/revoke")),
            ("GOOGLE_API_URL", format!("{base}/calendar/v3")),
            ("OUTLOOK_AUTHORIZE_URL", entra("authorize")),
            ("OUTLOOK_TOKEN_URL", entra("token")),
            ("OUTLOOK_DEVICE_CODE_URL", entra("devicecode")),
            ("OUTLOOK_API_URL", format!("{base}/v1.0")),
        ]
    }

    /// Stops answering, lets open exchanges end, and returns when all is closed.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}
