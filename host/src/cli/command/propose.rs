//! `propose`: a few times to offer to somebody.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{Flaw, Preferences, ProposalQuery, Proposals as Found, Slots as Record};
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::hours::{self, Hours};
use crate::cli::input::search::SearchArgs;
use crate::cli::input::zone;
use crate::cli::output::gap::{self, Gap};
use crate::cli::output::moment::Span;
use crate::cli::output::slots::Slots;
use crate::cli::output::text;

/// Propose a few well-spread times to offer to somebody
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host propose --with ben@example.com --options 3 --duration 45
  calendar-host propose --with ben@example.com --with-tz America/New_York --from tomorrow --to +10d
  calendar-host propose --prefer 09:00-12:00 --with-tz Asia/Tokyo --invitee-prefer 13:00-18:00
  calendar-host propose --busy ann.ics --busy ben.ics --optional cat.ics

Only your own calendars are read, or the files of --busy, never those of the people named with
--with: the addresses are carried into the `book` command that is printed with each proposal. How to
write times: `calendar-host --help`; the files: `calendar-host slots --help`.")]
pub struct ProposeArgs {
    #[command(flatten)]
    search: SearchArgs,

    /// Whom the times are for; may be repeated
    #[arg(long, value_name = "EMAIL")]
    with: Vec<String>,

    /// Their IANA zone: times are spread over their days and shown in it, too
    #[arg(long, visible_alias = "invitee-tz", value_name = "ZONE", value_parser = zone::named)]
    with_tz: Option<Zone>,

    /// Hours you like best, every day, in --tz: 09:00-12:00
    #[arg(long, value_name = "HOURS")]
    prefer: Option<Hours>,

    /// Hours they like best, every day, in --with-tz [default: mon-fri 09:00-17:00, none with --busy]
    #[arg(long, value_name = "HOURS", requires = "with_tz")]
    invitee_prefer: Option<Hours>,

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
    /// What is not perfect about each. Empty = accounts were asked, which do not say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ranks: Vec<Rank>,
    /// What the files do not say. None = accounts were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_understood: Option<Vec<Gap>>,
    #[serde(skip)]
    duration_minutes: u32,
}

#[derive(Debug, Serialize)]
struct Rank {
    penalty: u32,
    flaws: Vec<String>,
}

/// Searches times to propose.
pub async fn run(args: ProposeArgs, context: &Context) -> Result<Proposals, Failure> {
    let (theirs, minutes) = (args.with_tz.as_ref(), args.search.duration_minutes());
    let invitee_time_zone = theirs.map(|zone| zone.name().to_owned());
    let preferred_hours = args.prefer.as_ref().and_then(hours::daily);
    let invitee_preferred_hours = args.invitee_prefer.as_ref().and_then(hours::daily);
    let options = args.options;
    if args.search.has_files() {
        let query = args.search.find_query(14, None, context)?;
        let preferences = Preferences { options, invitee_time_zone, preferred_hours, invitee_preferred_hours };
        let found = context.detached().await?.propose_slots(&query, &preferences).await?;
        let not_understood = Some(Gap::all(&query.participants, &context.zone));
        let proposals = Proposals::of_files(found, &context.zone, theirs, args.with, minutes);
        return Ok(Proposals { not_understood, ..proposals });
    }
    let query = args.search.query(14, None, context)?;
    let proposal = ProposalQuery { query, options, invitee_time_zone, preferred_hours, invitee_preferred_hours };
    let record = context.host().await?.propose_meeting_times(&context.user, &proposal).await?;
    Ok(Proposals::new(record, &context.zone, theirs, args.with, minutes))
}

impl Proposals {
    /// Proposals of accounts to `with`, shown in both zones.
    pub fn new(record: Record, zone: &Zone, theirs: Option<&Zone>, with: Vec<String>, duration_minutes: u32) -> Self {
        let times: Vec<_> = record.slots.clone();
        Self {
            slots_in_with_time_zone: theirs.map(|zone| Span::all(&times, zone)).unwrap_or_default(),
            with_time_zone: theirs.map(|zone| zone.name().to_owned()),
            slots: Slots::new(record, zone),
            ranks: Vec::new(),
            not_understood: None,
            with,
            duration_minutes,
        }
    }

    /// Proposals of files, with what is not perfect about each.
    fn of_files(found: Found, zone: &Zone, theirs: Option<&Zone>, with: Vec<String>, duration_minutes: u32) -> Self {
        let times: Vec<_> = found.proposals.iter().map(|one| one.slot.time).collect();
        let flaw = |flaw: &Flaw| flaw.code.clone();
        let rank = |penalty, flaws: &[Flaw]| Rank { penalty, flaws: flaws.iter().map(flaw).collect() };
        Self {
            slots_in_with_time_zone: theirs.map(|zone| Span::all(&times, zone)).unwrap_or_default(),
            with_time_zone: theirs.map(|zone| zone.name().to_owned()),
            ranks: found.proposals.iter().map(|one| rank(one.penalty, &one.flaws)).collect(),
            slots: Slots::of_proposals(found, zone),
            not_understood: None,
            with,
            duration_minutes,
        }
    }
}

impl fmt::Display for Proposals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with: String =
            self.with.iter().map(|email| format!(" --with {}", text::quoted(&text::line(email)))).collect();
        for (index, slot) in self.slots.slots.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(formatter, "{end}{}. {slot}", index + 1)?;
            if let (Some(theirs), Some(zone)) = (self.slots_in_with_time_zone.get(index), &self.with_time_zone) {
                write!(formatter, "\n   {theirs} ({zone})")?;
            }
            // That a time is later than another needs no words.
            let flaws = self.ranks.get(index).map(|rank| rank.flaws.iter().filter(|flaw| *flaw != "later"));
            let flaws: Vec<_> = flaws.into_iter().flatten().map(|flaw| text::line(flaw).replace('_', " ")).collect();
            if !flaws.is_empty() {
                write!(formatter, "\n   {}", flaws.join(", "))?;
            }
            let minutes = self.duration_minutes;
            write!(
                formatter,
                "\n   calendar-host book --title Meeting --start {} --duration {minutes}{with}",
                slot.span.start
            )?;
        }
        let gaps = self.not_understood.as_deref().unwrap_or_default();
        write!(formatter, "{}{}", self.slots.remarks(), gap::lines(gaps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar_host::types::TimeRange;

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
