//! `update`: changes an event.

use calendar_host::CalendarHost;
use calendar_host::types::{EventLocator, MeetingChanges, TimeRange};
use chrono::{DateTime, TimeDelta};
use clap::Args;

use super::show::EventArgs;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::{minutes, range, when};
use crate::cli::output::meeting::Meeting;

/// Change an event; guests are notified
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host update EVENT_ID --start \"tomorrow 11:00\"          keeps its length
  calendar-host update EVENT_ID --with lee@example.com --without ben@example.com
  calendar-host update EVENT_ID --location \"\"                     clears the location

A new time is checked like a new booking. With --if-match the event is changed only while it is
still that version (see `etag` in `show --json`); exit code 5 otherwise. How to write times:
`calendar-host --help`.")]
pub struct UpdateArgs {
    #[command(flatten)]
    event: EventArgs,

    /// New title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// New start; the length stays unless --duration or --end is given
    #[arg(long, value_name = "TIME")]
    start: Option<String>,

    /// New length: 30, 45m, 1h30m
    #[arg(long, value_name = "MIN", value_parser = minutes::duration, conflicts_with = "end")]
    duration: Option<u32>,

    /// New end, instead of --duration
    #[arg(long, value_name = "TIME")]
    end: Option<String>,

    /// Whom to invite in addition; may be repeated
    #[arg(long, value_name = "EMAIL")]
    with: Vec<String>,

    /// Whom to invite no more; may be repeated
    #[arg(long, value_name = "EMAIL")]
    without: Vec<String>,

    /// New text; empty clears it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// New place; empty clears it
    #[arg(long, value_name = "TEXT")]
    location: Option<String>,

    /// Change only this version
    #[arg(long, value_name = "ETAG")]
    if_match: Option<String>,
}

/// Changes the event.
pub async fn run(args: UpdateArgs, context: &Context) -> Result<Meeting, Failure> {
    let UpdateArgs { event, title, start, duration, end, with, without, description, location, if_match } = args;
    let mut changes = MeetingChanges {
        title,
        time: None,
        time_zone: None,
        add_attendees: with,
        remove_attendees: without,
        description,
        location,
        if_match,
    };
    let time = NewTime { start, duration, end };
    if time.is_empty() && is_empty(&changes) {
        return Err(Failure::usage("nothing to change", "give at least one of --title, --start, --with …; see --help"));
    }
    let event = event.locator(context);
    let host = context.host().await?;
    if !time.is_empty() {
        time.apply(&mut changes, &host, &event, context).await?;
    }
    let meeting = host.update_event(&context.user, &event, &changes).await?;
    Ok(Meeting::new(meeting, &context.zone))
}

fn is_empty(changes: &MeetingChanges) -> bool {
    let lists_are_empty = changes.add_attendees.is_empty() && changes.remove_attendees.is_empty();
    lists_are_empty && changes.title.is_none() && changes.description.is_none() && changes.location.is_none()
}

struct NewTime {
    start: Option<String>,
    duration: Option<u32>,
    end: Option<String>,
}

impl NewTime {
    fn is_empty(&self) -> bool {
        self.start.is_none() && self.duration.is_none() && self.end.is_none()
    }

    /// Fills in the time. What is not given stays as it is now, so the event is read, and the change then holds for
    /// that version only.
    async fn apply(
        &self,
        changes: &mut MeetingChanges,
        host: &CalendarHost,
        event: &EventLocator,
        context: &Context,
    ) -> Result<(), Failure> {
        let instant = |option, text: &Option<String>| {
            text.as_deref().map(|text| when::instant(option, text, &context.zone, context.now)).transpose()
        };
        let (new_start, new_end) = (instant("--start", &self.start)?, instant("--end", &self.end)?);
        let is_complete = new_start.is_some() && (new_end.is_some() || self.duration.is_some());
        let present = if is_complete {
            TimeRange { start: 0, end: 0 }
        } else {
            let meeting = host.get_event(&context.user, event).await?;
            changes.if_match = changes.if_match.take().or(meeting.etag);
            meeting.time
        };
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::UNIX_EPOCH);
        let start = new_start.unwrap_or_else(|| at(present.start));
        let length = self
            .duration
            .map_or(TimeDelta::seconds(present.end - present.start), |minutes| TimeDelta::minutes(minutes.into()));
        let end = new_end.unwrap_or(start + length);
        changes.time = Some(range::between(("--start", start), ("--end", end))?);
        changes.time_zone = context.has_explicit_zone.then(|| context.zone.name().to_owned());
        Ok(())
    }
}
