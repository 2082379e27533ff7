//! Where and for what to search: shared by the commands that look for slots, of accounts or of files.

use calendar_host::types::{FindQuery, SlotQuery, SlotRules, TimeRange};
use clap::Args;

use super::files::FileArgs;
use super::range::RangeArgs;
use super::rules::RuleArgs;
use super::selection::CalendarsArg;
use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// Range, rules, and whose time.
#[derive(Debug, Args)]
pub struct SearchArgs {
    #[command(flatten)]
    range: RangeArgs,
    #[command(flatten)]
    calendars: CalendarsArg,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    files: FileArgs,
}

/// How far after the range the nearest slots are looked for when it has none.
const BEYOND: i64 = 7 * 86_400;
/// How far around the range bookings count for a limit: any month that it touches.
const LIMITED: i64 = 32 * 86_400;

impl SearchArgs {
    /// Whether files are searched; else accounts.
    pub fn has_files(&self) -> bool {
        self.files.is_given()
    }

    /// The query of accounts; without `--to` it covers `days` days.
    ///
    /// # Errors
    /// When the range is wrong.
    pub fn query(&self, days: u64, max_slots: Option<u32>, context: &Context) -> Result<SlotQuery, Failure> {
        Ok(SlotQuery {
            selection: context.selection(&self.calendars.calendars),
            max_slots,
            ..SlotQuery::new(self.range.range(days, &context.zone, context.now)?, self.rules.rules(&context.zone))
        })
    }

    /// The query of files; without `--to` it covers `days` days. A day that is over is searched as it was when it began.
    ///
    /// # Errors
    /// When the range is wrong or a file cannot be read or understood.
    pub fn find_query(&self, days: u64, max_slots: Option<u32>, context: &Context) -> Result<FindQuery, Failure> {
        let range = self.range.range(days, &context.zone, context.now)?;
        let rules = self.rules.rules(&context.zone);
        let people = self.files.people(&context.zone, known(range, &rules))?;
        let now = context.now.timestamp().min(range.start);
        let query = FindQuery::new(range, now, rules, people.participants);
        Ok(FindQuery { quorums: people.quorums, max_slots, ..query })
    }

    /// Length of the meeting in minutes.
    pub fn duration_minutes(&self) -> u32 {
        self.rules.duration
    }
}

/// The span that files are expanded for: all that slots of `range` can touch, and the days behind it.
fn known(range: TimeRange, rules: &SlotRules) -> TimeRange {
    let minutes = |minutes: Option<u32>| i64::from(minutes.unwrap_or(0)) * 60;
    let limited = if rules.limits.is_empty() { 0 } else { LIMITED };
    let before = minutes(rules.buffer_before_minutes) + limited;
    let after = minutes(Some(rules.duration_minutes)) + minutes(rules.buffer_after_minutes) + limited.max(BEYOND);
    TimeRange { start: (range.start - before).max(0), end: range.end + after }
}
