//! `book`: a meeting at a fixed time.

use calendar_host::types::{BookingRequest, SlotRules};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::hours::{self, Days, Hours};
use crate::cli::input::selection::CalendarArg;
use crate::cli::input::{minutes, range, when};
use crate::cli::output::meeting::Meeting;

/// Book a meeting at a fixed time
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host book --title Planning --start \"tomorrow 10:00\" --with ben@example.com --video
  calendar-host book --title Review --start 2026-03-09T15:00:00+01:00 --provider outlook
  calendar-host book --title Call --start 2026-03-09T15:00 --tz Europe/Berlin --key call-4711 --json
  calendar-host book --title Call --start 2026-03-09T15:00 --tz Europe/Berlin --hold hold-4711

All your calendars are checked first, whichever is written to. A taken time is refused with free
ones nearby (exit code 5). The same command again, or the same --key, never makes a second meeting.
How to write times: `calendar-host --help`.")]
pub struct BookArgs {
    #[command(flatten)]
    what: SubjectArgs,

    /// When it starts
    #[arg(long, value_name = "TIME")]
    start: String,

    /// Its length: 30, 45m, 1h30m [default: 30]
    #[arg(long, value_name = "MIN", value_parser = minutes::duration, conflicts_with = "end")]
    duration: Option<u32>,

    /// When it ends, instead of --duration
    #[arg(long, value_name = "TIME")]
    end: Option<String>,

    /// Free time demanded before and after the meeting
    #[arg(long, value_name = "MIN", value_parser = minutes::buffer)]
    buffer: Option<u32>,

    /// When the time is taken: offer times within these hours of the day only
    #[arg(long, value_name = "HOURS")]
    hours: Option<Hours>,

    /// When the time is taken: offer times on these days only
    #[arg(long, value_name = "DAYS")]
    days: Option<Days>,

    /// Take this hold (`calendar-host hold`): its time is yours
    #[arg(long, value_name = "ID")]
    hold: Option<String>,
}

/// What the meeting is: shared with `quick-book`.
#[derive(Debug, Args)]
pub struct SubjectArgs {
    /// Its title
    #[arg(long, value_name = "TEXT")]
    pub title: String,

    /// Whom to invite; may be repeated. The provider sends the invitations
    #[arg(long, value_name = "EMAIL")]
    pub with: Vec<String>,

    /// Ask for a Meet or Teams link
    #[arg(long)]
    pub video: bool,

    /// Where it takes place
    #[arg(long, value_name = "TEXT")]
    pub location: Option<String>,

    /// Text for everybody invited
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,

    /// Idempotency key: the same key never makes a second meeting [default: derived from the request]
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,

    #[command(flatten)]
    pub target: CalendarArg,
}

/// Books the meeting.
pub async fn run(args: BookArgs, context: &Context) -> Result<Meeting, Failure> {
    let start = when::instant("--start", &args.start, &context.zone, context.now)?;
    let end = args.end(start, context)?;
    let time = range::between(("--start", start), ("--end", end))?;
    let request = BookingRequest {
        time,
        time_zone: Some(context.zone.name().to_owned()),
        buffer_before_minutes: args.buffer,
        buffer_after_minutes: args.buffer,
        alternatives: args.alternatives(end - start, context),
        title: args.what.title,
        attendees: args.what.with,
        description: args.what.description,
        location: args.what.location,
        video: args.what.video,
        target: context.selection(args.what.target.calendar.as_slice()),
        idempotency_key: args.what.key,
        hold: args.hold,
    };
    let meeting = context.host().await?.book_meeting(&context.user, &request).await?;
    Ok(Meeting::new(meeting, &context.zone))
}

impl BookArgs {
    fn end(&self, start: DateTime<Utc>, context: &Context) -> Result<DateTime<Utc>, Failure> {
        match &self.end {
            Some(text) => when::instant("--end", text, &context.zone, context.now),
            None => Ok(start + TimeDelta::minutes(self.duration.unwrap_or(30).into())),
        }
    }

    /// The rules for other times, when the user gave any.
    fn alternatives(&self, length: TimeDelta, context: &Context) -> Option<SlotRules> {
        if self.hours.is_none() && self.days.is_none() {
            return None;
        }
        let all = "all";
        let hours = self.hours.clone().or_else(|| all.parse().ok())?;
        let days = self.days.clone().or_else(|| all.parse().ok())?;
        Some(SlotRules {
            working_hours: hours::weekly(&hours, &days),
            buffer_before_minutes: self.buffer,
            buffer_after_minutes: self.buffer,
            ..SlotRules::new(u32::try_from(length.num_minutes()).unwrap_or(u32::MAX), context.zone.name())
        })
    }
}
