//! `mcp`: the calendars as tools of an assistant, over the Model Context Protocol.
//!
//! ```text
//! tool/        every tool: its words, its arguments, its answer
//! words.rs     arguments into the words of the command that answers
//! run.rs       one call: the command, cancelled or told about while it runs
//! answer.rs    what comes back: the command's own JSON, or its error with advice
//! people.rs    participants as the files that the command reads
//! confirm.rs   asking the person before something is changed (summary.rs: in which words, and what a yes means)
//! server.rs    the protocol's requests, each to its place
//! resource.rs, prompt.rs
//! serve/       standard input and output, or HTTP
//! ```
//!
//! A tool is a command by another door: the same arguments are read by the same code, and the answer is what
//! `--json` prints. Whose calendars, and which files, is decided when the server starts; no tool can name them.

mod answer;
mod confirm;
mod people;
mod prompt;
mod resource;
mod run;
mod serve;
mod server;
mod summary;
mod tool;
mod words;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use confirm::Asker;
use serve::http::Http;
use server::Server;

/// Serve the calendars to an assistant (Model Context Protocol)
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host mcp                              on stdin and stdout: for programs that start it
  calendar-host mcp --user ana --tz Europe/Berlin --confirm always
  calendar-host mcp --http                       http://127.0.0.1:8788/mcp, a new token on stderr
  calendar-host mcp --http 127.0.0.1:9000 --token-file token

The assistant reads and books for --user only; it cannot name another user, folder or file.
--provider, --account and --tz are what it gets unless it names its own.

Over HTTP every request needs `Authorization: Bearer TOKEN`. The token is that of --token-file or
of CALENDAR_HOST_MCP_TOKEN; without either a new one is made and printed once, on stderr. The
headers Host and Origin must name this machine, or what --allow-host and --allow-origin add. There
is no TLS: put a proxy in front before you listen anywhere but on loopback.")]
pub struct McpArgs {
    /// Serve streamable HTTP at this address, at the path /mcp [default address: 127.0.0.1:8788]
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:8788")]
    http: Option<SocketAddr>,

    /// The bearer token is the content of this file
    #[arg(long, value_name = "FILE", requires = "http")]
    token_file: Option<PathBuf>,

    /// Another name of this server in the header Host: calendars.example.com; may be repeated
    #[arg(long, value_name = "HOST", requires = "http")]
    allow_host: Vec<String>,

    /// Another web page that may ask, by its Origin: https://app.example.com:443; may be repeated
    #[arg(long, value_name = "ORIGIN", requires = "http")]
    allow_origin: Vec<String>,

    /// Ask the person before something is booked, changed, cancelled or disconnected: auto where the
    /// assistant's program can ask, always also refuses where it cannot
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    confirm: Confirm,
}

/// When the person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Confirm {
    Auto,
    Always,
    Never,
}

/// Serves until the other side, or Ctrl-C, ends it.
pub async fn run(args: McpArgs, context: &Context) -> Result<(), Failure> {
    let http = match args.http {
        Some(address) => {
            let token = serve::token::Token::choose(args.token_file.as_deref(), context)?;
            Some(Http::new(address, token, args.allow_host, args.allow_origin)?)
        }
        None => None,
    };
    let server = Server::new(context.host().await?, context.clone(), Asker::new(args.confirm)?);
    match http {
        Some(http) => http.serve(server, context.printer).await,
        None => serve::stdio::serve(server).await,
    }
}
