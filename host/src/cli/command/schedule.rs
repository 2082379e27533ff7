//! `schedule`: when other people are busy.

use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::range::RangeArgs;
use crate::cli::output::moment::Span;
use crate::cli::output::schedule::People;

/// Show when other people are busy, as far as they share it with you
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host schedule ben@example.com                     the next 7 days
  calendar-host schedule ana@example.com ben@example.com --from today --to +2d
  calendar-host schedule lee@contoso.example --provider outlook --tz Europe/London --json

Every connected account is asked about every address; --provider and --account say which one asks.
Who cannot be read is not known, with the reason: that is not the same as free.
How to write times: `calendar-host --help`.")]
pub struct ScheduleArgs {
    /// Whose time: e-mail addresses, at most 50
    #[arg(required = true, value_name = "EMAIL")]
    emails: Vec<String>,

    #[command(flatten)]
    range: RangeArgs,
}

/// Reads the schedules.
pub async fn run(args: ScheduleArgs, context: &Context) -> Result<People, Failure> {
    let range = args.range.range(7, &context.zone, context.now)?;
    let selection = context.selection(&[]);
    let people = context.host().await?.get_schedule(&context.user, &args.emails, range, &selection).await?;
    Ok(People::new(people, Span::new(&range, &context.zone), &context.zone))
}
