//! `propose`: a few times to offer to somebody.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{ProposalQuery, Slots as Record, TimeRange};
use clap::Args;
use serde::Serialize;

use super::slots::SearchArgs;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::zone;
use crate::cli::output::moment::Span;
use crate::cli::output::slots::Slots;
use crate::cli::output::text;

/// Propose a few well-spread times to offer to somebody
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host propose --with ben@example.com --options 3 --duration 45
  calendar-host propose --with ben@example.com --with-tz America/New_York --from tomorrow --to +10d

Only your own calendars are read, never those of the people named with --with: the addresses are
carried into the `book` command that is printed with each proposal. How to write times:
`calendar-host --help`.")]
pub struct ProposeArgs {
    #[command(flatten)]
    search: SearchArgs,

    /// Whom the times are for; may be repeated
    #[arg(long, value_name = "EMAIL")]
    with: Vec<String>,

    /// Their IANA zone: times are spread over their days and shown in it, too
    #[arg(long, value_name = "ZONE")]
    with_tz: Option<String>,

    /// How many times to propose
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=20))]
    options: u32,
}

/// Proposed times, in order of preference.
#[derive(Debug, Serialize)]
pub struct Proposals {
    #[serde(flatten)]
    slots: Slots,
    with: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with_time_zone: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slots_in_with_time_zone: Vec<Span>,
    #[serde(skip)]
    duration_minutes: u32,
}

/// Searches times to propose.
pub async fn run(args: ProposeArgs, context: &Context) -> Result<Proposals, Failure> {
    let theirs = args.with_tz.as_deref().map(|name| zone::parse("--with-tz", name)).transpose()?;
    let proposal = ProposalQuery {
        query: args.search.query(14, None, context)?,
        options: args.options,
        invitee_time_zone: theirs.as_ref().map(|zone| zone.name().to_owned()),
    };
    let record = context.host().await?.propose_meeting_times(&context.user, &proposal).await?;
    Ok(Proposals::new(record, &context.zone, theirs.as_ref(), args.with, args.search.duration_minutes()))
}

impl Proposals {
    /// Proposals to `with`, shown in both zones.
    pub fn new(record: Record, zone: &Zone, theirs: Option<&Zone>, with: Vec<String>, duration_minutes: u32) -> Self {
        let in_theirs = |zone| record.slots.iter().map(|range: &TimeRange| Span::new(range, zone)).collect();
        Self {
            slots_in_with_time_zone: theirs.map(in_theirs).unwrap_or_default(),
            with_time_zone: theirs.map(|zone| zone.name().to_owned()),
            slots: Slots::new(record, zone),
            with,
            duration_minutes,
        }
    }
}

impl fmt::Display for Proposals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with: String =
            self.with.iter().map(|email| format!(" --with {}", text::quoted(&text::line(email)))).collect();
        for (index, span) in self.slots.slots.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(formatter, "{end}{}. {span}", index + 1)?;
            if let (Some(theirs), Some(zone)) = (self.slots_in_with_time_zone.get(index), &self.with_time_zone) {
                write!(formatter, "\n   {theirs} ({zone})")?;
            }
            let minutes = self.duration_minutes;
            write!(
                formatter,
                "\n   calendar-host book --title Meeting --start {} --duration {minutes}{with}",
                span.start
            )?;
        }
        write!(formatter, "{}", self.slots.remarks())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_proposal_is_shown_in_both_zones_with_the_command_that_books_it() {
        let record = Record {
            slots: vec![TimeRange { start: 1_772_964_000, end: 1_772_965_800 }],
            unknown: Vec::new(),
            reasons: Vec::new(),
            nearest: Vec::new(),
            truncated_at: None,
        };
        let zone = |name| Zone::parse(name).expect("a zone");
        let with = vec!["ben@example.com".to_owned(), "o'neil@example.com".to_owned()];
        let proposals = Proposals::new(record, &zone("Europe/Berlin"), Some(&zone("America/New_York")), with, 30);
        insta::assert_snapshot!(proposals, @r"
        1. Sun 2026-03-08 11:00-11:30 +01:00
           Sun 2026-03-08 06:00-06:30 -04:00 (America/New_York)
           calendar-host book --title Meeting --start 2026-03-08T11:00:00+01:00 --duration 30 --with ben@example.com --with 'o'\''neil@example.com'
        ");
    }
}
