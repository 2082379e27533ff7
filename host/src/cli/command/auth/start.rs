//! `auth start`: the first of two steps for servers, whose redirect address is a page of their own.

use std::fmt;

use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::selection::ProviderArg;
use crate::cli::output::moment::Moment;
use crate::cli::output::text;

/// Begin to connect an account: print the provider's consent page
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host auth start google
  calendar-host auth start outlook --login-hint ana@contoso.example --json

Open the address in any browser. The provider then sends it to the redirect address; hand that whole
address to `auth complete` within ten minutes.")]
pub struct StartArgs {
    /// Where the account is
    #[arg(value_name = "PROVIDER")]
    at: ProviderArg,

    /// Where the provider sends the browser, when not the configured address: on loopback only
    #[arg(long, value_name = "URL")]
    redirect_uri: Option<String>,

    /// The address to pre-select at the provider
    #[arg(long, value_name = "EMAIL")]
    login_hint: Option<String>,
}

/// Where the user goes to consent.
#[derive(Debug, Serialize)]
pub struct Started {
    url: String,
    state: String,
    expires_at: Moment,
}

/// Begins to connect.
pub async fn run(args: StartArgs, context: &Context) -> Result<Started, Failure> {
    let provider = args.at.into();
    let config = context.config()?;
    context.redirect_uri(&config, provider)?;
    let host = context.host().await?;
    let (redirect, hint) = (args.redirect_uri.as_deref(), args.login_hint.as_deref());
    let request = host.start_oauth_flow(&context.user, provider, redirect, hint).await?;
    let expires_at = Moment::from_seconds(request.expires_at, &context.zone);
    Ok(Started { url: request.url, state: request.state, expires_at })
}

impl fmt::Display for Started {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&text::line(&self.url))
    }
}
