//! `--from` and `--to`: the range of time a command looks at.

use calendar_core::schedule::zone::Zone;
use calendar_host::types::TimeRange;
use chrono::{DateTime, Days, Utc};
use clap::Args;

use super::when;
use crate::cli::failure::Failure;

/// The range of time to look at.
#[derive(Debug, Clone, Default, Args)]
pub struct RangeArgs {
    /// Start of the range, inclusive; now when left out
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,

    /// End of the range, exclusive; at most 62 days after the start
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

impl RangeArgs {
    /// The range; without `--to` it is `days` days long, measured on the wall clock.
    pub fn range(&self, days: u64, zone: &Zone, now: DateTime<Utc>) -> Result<TimeRange, Failure> {
        let start = match &self.from {
            Some(text) => when::instant("--from", text, zone, now)?,
            None => now,
        };
        let end = match &self.to {
            Some(text) => when::instant("--to", text, zone, now)?,
            None => zone.civil(start).checked_add_days(Days::new(days)).map_or(start, |civil| zone.later(civil)),
        };
        between(("--from", start), ("--to", end))
    }
}

/// The range between two instants, named by the options they came from.
pub fn between(start: (&str, DateTime<Utc>), end: (&str, DateTime<Utc>)) -> Result<TimeRange, Failure> {
    if start.1 < end.1 {
        return Ok(TimeRange { start: start.1.timestamp(), end: end.1.timestamp() });
    }
    let relation = if start.1 == end.1 { "the same instant as" } else { "before" };
    Err(Failure::usage(
        format!("{} is {relation} {}: the range is empty", end.0, start.0),
        format!("give a {} later than {}", end.0, start.0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: Option<&str>, to: Option<&str>) -> Result<TimeRange, Failure> {
        let zone = Zone::parse("America/New_York").expect("a zone");
        let args = RangeArgs { from: from.map(str::to_owned), to: to.map(str::to_owned) };
        let now = DateTime::from_timestamp(1_772_810_400, 0).expect("2026-03-06T15:20:00Z");
        args.range(7, &zone, now)
    }

    #[test]
    fn without_options_the_range_is_the_next_days_on_the_wall_clock() {
        let range = range(None, None).expect("a range");
        // Seven days with the hour that the change of the clock takes away.
        assert_eq!(range.end - range.start, 7 * 86_400 - 3_600);
    }

    #[test]
    fn a_range_that_ends_before_it_starts_names_both_options() {
        let failure = range(Some("2026-03-10"), Some("2026-03-09")).expect_err("empty");
        assert_eq!(failure.error().message, "--to is before --from: the range is empty");
        let failure = range(Some("2026-03-10"), Some("2026-03-10")).expect_err("empty");
        assert_eq!(failure.error().message, "--to is the same instant as --from: the range is empty");
    }
}
