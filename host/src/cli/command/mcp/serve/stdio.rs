//! Standard input and output: the protocol, and nothing else on stdout.

use calendar_host::types::ErrorCode;
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;

use crate::cli::command::mcp::server::Server;
use crate::cli::failure::Failure;

/// Serves the program at the other end until it closes stdin.
///
/// # Errors
/// When it does not speak the protocol.
pub async fn serve(server: Server) -> Result<(), Failure> {
    let running = match server.serve(rmcp::transport::stdio()).await {
        Ok(running) => running,
        // It went before it said anything: nobody is left to complain to.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => {
            return Err(Failure::new(
                ErrorCode::Protocol,
                format!("stdin does not speak the Model Context Protocol: {error}"),
                "start `calendar-host mcp` from a program that does, such as an assistant; it is not for typing",
            ));
        }
    };
    match running.waiting().await {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::new(ErrorCode::Internal, format!("the server stopped: {error}"), "start it again")),
    }
}
