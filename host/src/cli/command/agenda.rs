//! `agenda`: the meetings of the next days.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::MeetingList;
use chrono::{DateTime, Days, Utc};
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::range;
use crate::cli::input::selection::CalendarsArg;
use crate::cli::input::when;
use crate::cli::output::meeting::Meeting;
use crate::cli::output::table::Table;
use crate::cli::output::unknown::{self, Unknown};

/// Show the meetings of the next days, over all accounts
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host agenda                                       what is left of today and 6 days more
  calendar-host agenda --days 1
  calendar-host agenda --from 2026-03-09 --to 2026-03-14 --json

How to write times: `calendar-host --help`.")]
pub struct AgendaArgs {
    /// So many local days, the first one included [default: 7]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=62), conflicts_with = "to")]
    days: Option<u64>,

    /// Start, inclusive; now when left out
    #[arg(long, value_name = "TIME")]
    from: Option<String>,

    /// End, exclusive, instead of --days
    #[arg(long, value_name = "TIME")]
    to: Option<String>,

    /// At most this many meetings [default: 250]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    max: Option<u32>,

    #[command(flatten)]
    calendars: CalendarsArg,
}

/// Meetings by start, and what could not be read.
#[derive(Debug, Serialize)]
pub struct Agenda {
    /// By start.
    pub meetings: Vec<Meeting>,
    unknown: Vec<Unknown>,
    time_zone: String,
}

/// Reads the meetings.
pub async fn run(args: AgendaArgs, context: &Context) -> Result<Agenda, Failure> {
    let zone = &context.zone;
    let start = match &args.from {
        Some(text) => when::instant("--from", text, zone, context.now)?,
        None => context.now,
    };
    let end = match &args.to {
        Some(text) => when::instant("--to", text, zone, context.now)?,
        None => end_of_days(start, args.days.unwrap_or(7), zone),
    };
    let range = range::between(("--from", start), ("--to", end))?;
    let selection = context.selection(&args.calendars.calendars);
    let list = context.host().await?.get_upcoming_meetings(&context.user, range, &selection, args.max).await?;
    Ok(Agenda::new(list, zone))
}

/// The end of the last of `days` local days that begin with the one of `start`.
fn end_of_days(start: DateTime<Utc>, days: u64, zone: &Zone) -> DateTime<Utc> {
    zone.date(start).checked_add_days(Days::new(days)).map_or(start, |date| zone.start_of_day(date))
}

impl Agenda {
    /// `list` in `zone`.
    pub fn new(list: MeetingList, zone: &Zone) -> Self {
        let meetings = list.meetings.into_iter().map(|meeting| Meeting::new(meeting, zone)).collect();
        Self { meetings, unknown: Unknown::all(list.unknown), time_zone: zone.name().to_owned() }
    }
}

impl fmt::Display for Agenda {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.meetings.is_empty() {
            formatter.write_str("No meeting.")?;
        } else {
            let mut table = Table::new(&["DAY", "TIME", "TITLE", "PROVIDER", "VIDEO", "EVENT"]);
            let mut last = String::new();
            for meeting in &self.meetings {
                let day = meeting.time.start.day();
                let shown = if day == last { "" } else { &day };
                let time = if meeting.is_all_day { "all day".to_owned() } else { meeting.time.clock() };
                table.row([shown, &time, meeting.name(), meeting.provider, meeting.video(), &meeting.event_id]);
                last = day;
            }
            table.fmt(formatter)?;
        }
        write!(formatter, "{}", unknown::lines(&self.unknown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_end_at_the_local_midnight() {
        let zone = Zone::parse("America/New_York").expect("a zone");
        let start = DateTime::parse_from_rfc3339("2026-03-07T15:00:00-05:00").expect("an instant").to_utc();
        assert_eq!(end_of_days(start, 1, &zone).to_rfc3339(), "2026-03-08T05:00:00+00:00");
        assert_eq!(end_of_days(start, 2, &zone).to_rfc3339(), "2026-03-09T04:00:00+00:00");
    }
}
