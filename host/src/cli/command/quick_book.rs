//! `quick-book`: a meeting at the first free slot.

use calendar_host::types::{QuickBookingRequest, Selection, SlotQuery};
use clap::Args;

use super::book::SubjectArgs;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::range::RangeArgs;
use crate::cli::input::rules::RuleArgs;
use crate::cli::output::meeting::Meeting;

/// Book a meeting at the first free slot
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host quick-book --title Sync --duration 30 --with ben@example.com --video
  calendar-host quick-book --title Focus --duration 2h --hours 08:00-12:00 --provider google

--provider, --account and --calendar say where the meeting is written; all your calendars are
checked in any case. The search covers 14 days unless --to is given. The same command with the same
range (give --from and --to), or the same --key, returns the meeting that was booked. How to write
times: `calendar-host --help`.")]
pub struct QuickBookArgs {
    #[command(flatten)]
    what: SubjectArgs,
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    rules: RuleArgs,
}

/// Books the first free slot.
pub async fn run(args: QuickBookArgs, context: &Context) -> Result<Meeting, Failure> {
    let query = SlotQuery {
        range: args.range.range(14, &context.zone, context.now)?,
        rules: args.rules.rules(&context.zone),
        selection: Selection::default(),
        max_slots: None,
    };
    let request = QuickBookingRequest {
        query,
        title: args.what.title,
        attendees: args.what.with,
        description: args.what.description,
        location: args.what.location,
        video: args.what.video,
        target: context.selection(args.what.target.calendar.as_slice()),
        idempotency_key: args.what.key,
    };
    let meeting = context.host().await?.quick_book_meeting(&context.user, &request).await?;
    Ok(Meeting::new(meeting, &context.zone))
}
