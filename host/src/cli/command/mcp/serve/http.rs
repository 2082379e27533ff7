//! Streamable HTTP: one path, behind a token, for this machine's names only.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpListener;

use super::token::Token;
use crate::cli::command::mcp::confirm::PATIENCE;
use crate::cli::command::mcp::server::Server;
use crate::cli::failure::Failure;
use crate::cli::output::printer::Printer;

/// Names of this machine in the header Host; in Origin with any port.
const HERE: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Where to listen, and who may ask.
pub struct Http {
    address: SocketAddr,
    token: Token,
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Http {
    /// A server at `address`, for requests to this machine's names and `hosts`, from its pages and `origins`.
    ///
    /// # Errors
    /// When other machines could reach it, but no name is given under which.
    pub fn new(
        address: SocketAddr,
        token: Token,
        mut hosts: Vec<String>,
        mut origins: Vec<String>,
    ) -> Result<Self, Failure> {
        if !address.ip().is_loopback() && hosts.is_empty() {
            return Err(Failure::usage(
                format!("--http: {address} can be reached from other machines"),
                "listen on 127.0.0.1, or name the server with --allow-host and put a proxy with TLS in front",
            ));
        }
        if let Some(origin) = origins.iter().find(|origin| !origin.contains("://")) {
            return Err(Failure::usage(
                format!("--allow-origin: {origin:?} is no origin"),
                "write scheme, host and port: https://app.example.com:443",
            ));
        }
        hosts.extend(HERE.map(str::to_owned));
        origins.extend(["localhost", "127.0.0.1", "[::1]"].map(|host| format!("http://{host}:*")));
        Ok(Self { address, token, hosts, origins })
    }

    /// Serves until Ctrl-C.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn serve(mut self, server: Server, printer: Printer) -> Result<(), Failure> {
        let listener = TcpListener::bind(self.address).await.map_err(|error| self.taken(&error))?;
        let address = listener.local_addr().map_err(|error| self.taken(&error))?;
        let config = StreamableHttpServerConfig::default()
            .with_allowed_hosts(self.hosts)
            .with_allowed_origins(self.origins)
            .enforce_origin_validation();
        let stop = config.cancellation_token.clone();
        let mut sessions = LocalSessionManager::default();
        // While a person decides, nothing is sent either way.
        sessions.session_config.keep_alive = Some(PATIENCE);
        let service = StreamableHttpService::new(move || Ok(server.clone()), Arc::new(sessions), config);
        printer.note(format!("MCP: http://{address}/mcp"));
        if let Some(token) = self.token.announce() {
            printer.note(format!("Authorization: Bearer {token}"));
        }
        let door = middleware::from_fn_with_state(Arc::new(self.token), admit);
        let router = Router::new().route_service("/mcp", service).layer(door);
        let end = async move {
            // Without a handler for Ctrl-C the system ends the program by itself.
            let _ = tokio::signal::ctrl_c().await;
            stop.cancel();
        };
        axum::serve(listener, router)
            .with_graceful_shutdown(end)
            .await
            .map_err(|error| Failure::host(format!("the server stopped: {error}"), "start it again"))
    }

    fn taken(&self, error: &std::io::Error) -> Failure {
        let message = format!("--http: cannot listen on {}: {error}", self.address);
        Failure::host(message, "end the program that uses the port, or choose another one; port 0 is any free one")
    }
}

/// Lets requests with the token pass.
async fn admit(State(token): State<Arc<Token>>, request: Request, next: Next) -> Response {
    let presented = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if token.is_presented_by(presented) {
        return next.run(request).await;
    }
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
    (StatusCode::UNAUTHORIZED, challenge, "send `Authorization: Bearer TOKEN`\n").into_response()
}
