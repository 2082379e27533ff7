//! `cancel`: cancels an event, or removes the user's copy of somebody else's.

use clap::Args;

use super::show::EventArgs;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::meeting::Meeting;

/// Cancel an event; guests are told
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host cancel EVENT_ID
  calendar-host cancel EVENT_ID --comment \"Moved to next week\"

An event of somebody else is declined and removed from your calendar only. Cancelling twice is
fine. With --if-match it is cancelled only while it is still that version (see `etag` in
`show --json`); exit code 5 otherwise.")]
pub struct CancelArgs {
    #[command(flatten)]
    event: EventArgs,

    /// A word to the guests, where the provider takes one
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,

    /// Cancel only this version
    #[arg(long, value_name = "ETAG")]
    if_match: Option<String>,
}

/// Cancels the event.
pub async fn run(args: CancelArgs, context: &Context) -> Result<Meeting, Failure> {
    let event = args.event.locator(context);
    let (comment, if_match) = (args.comment.as_deref(), args.if_match.as_deref());
    let meeting = context.host().await?.cancel_event(&context.user, &event, comment, if_match).await?;
    Ok(Meeting::new(meeting, &context.zone))
}
