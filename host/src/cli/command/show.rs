//! `show`: one event.

use calendar_host::types::EventLocator;
use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::selection::CalendarArg;
use crate::cli::output::meeting::Meeting;

/// Show one event as it is now
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host show EVENT_ID
  calendar-host show EVENT_ID --provider google --calendar team@example.com --json

An event that was booked here is found by its id alone; others need --calendar when they are not in
the primary one.")]
pub struct ShowArgs {
    #[command(flatten)]
    event: EventArgs,
}

/// Names one event: shared with `update` and `cancel`.
#[derive(Debug, Args)]
pub struct EventArgs {
    /// The provider's id of the event, as `book` and `agenda` print it
    #[arg(value_name = "EVENT_ID")]
    event_id: String,

    #[command(flatten)]
    calendar: CalendarArg,
}

impl EventArgs {
    /// Where to look for the event.
    pub fn locator(self, context: &Context) -> EventLocator {
        EventLocator {
            event_id: self.event_id,
            provider: context.provider(),
            account: context.account().map(str::to_owned),
            calendar: self.calendar.calendar,
        }
    }
}

/// Reads the event.
pub async fn run(args: ShowArgs, context: &Context) -> Result<Meeting, Failure> {
    let event = args.event.locator(context);
    let meeting = context.host().await?.get_event(&context.user, &event).await?;
    Ok(Meeting::new(meeting, &context.zone))
}
