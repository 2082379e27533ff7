//! The options that say what makes a slot free: shared by `slots`, `next`, `propose` and `quick-book`.

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{SlotRules, TentativePolicy};
use clap::{Args, ValueEnum};

use super::hours::{self, Days, Hours};
use super::minutes;

/// What makes a slot.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Slot options")]
pub struct RuleArgs {
    /// Length of the meeting: 30, 45m, 1h30m
    #[arg(long, value_name = "MIN", default_value = "30", value_parser = minutes::duration)]
    pub duration: u32,

    #[command(flatten)]
    hours: HourArgs,

    /// Free time kept before and after the meeting
    #[arg(long, value_name = "MIN", value_parser = minutes::buffer)]
    buffer: Option<u32>,

    /// Free time kept before the meeting, in place of --buffer
    #[arg(long, value_name = "MIN", value_parser = minutes::buffer)]
    buffer_before: Option<u32>,

    /// Free time kept after the meeting, in place of --buffer
    #[arg(long, value_name = "MIN", value_parser = minutes::buffer)]
    buffer_after: Option<u32>,

    /// A slot starts at least this long after now
    #[arg(long, value_name = "MIN", value_parser = minutes::notice)]
    notice: Option<u32>,

    /// A slot starts before the end of the local day this many days ahead
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=730))]
    horizon: Option<u32>,

    /// Slots start at local midnight plus multiples of this [default: 30]
    #[arg(long, value_name = "MIN", value_parser = minutes::duration)]
    step: Option<u32>,

    /// Shifts that grid by so many minutes
    #[arg(long, value_name = "MIN", value_parser = minutes::buffer)]
    offset: Option<u32>,

    /// Whether what is only tentatively accepted, or not answered yet, blocks its time or allows slots
    #[arg(long, value_enum, default_value_t = Tentative::Block)]
    tentative: Tentative,
}

/// Working hours.
#[derive(Debug, Clone, Args)]
struct HourArgs {
    /// Working hours in --tz: 09:00-17:00, 09:00-12:00,13:00-17:00, 22:00-02:00 (over midnight), all
    #[arg(long, value_name = "HOURS", default_value = "09:00-17:00")]
    hours: Hours,

    /// Working days: mon-fri, mon,wed,fri, all
    #[arg(long, value_name = "DAYS", default_value = "mon-fri")]
    days: Days,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tentative {
    Block,
    Allow,
}

impl RuleArgs {
    /// The rules, on the wall clock of `zone`.
    pub fn rules(&self, zone: &Zone) -> SlotRules {
        SlotRules {
            duration_minutes: self.duration,
            time_zone: zone.name().to_owned(),
            working_hours: hours::weekly(&self.hours.hours, &self.hours.days),
            buffer_before_minutes: self.buffer_before.or(self.buffer),
            buffer_after_minutes: self.buffer_after.or(self.buffer),
            minimum_notice_minutes: self.notice,
            horizon_days: self.horizon,
            step_minutes: self.step,
            offset_minutes: self.offset,
            tentative: Some(match self.tentative {
                Tentative::Block => TentativePolicy::Block,
                Tentative::Allow => TentativePolicy::Allow,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        rules: RuleArgs,
    }

    fn rules(line: &str) -> SlotRules {
        Line::parse_from(["slots"].into_iter().chain(line.split_whitespace())).rules.rules(&Zone::utc())
    }

    #[test]
    fn without_options_a_slot_is_half_an_hour_of_a_working_day() {
        let rules = rules("");
        assert_eq!((rules.duration_minutes, rules.time_zone.as_str()), (30, "UTC"));
        assert_eq!(rules.working_hours.map(|hours| hours.len()), Some(5));
        assert_eq!((rules.buffer_before_minutes, rules.step_minutes), (None, None));
    }

    #[test]
    fn one_buffer_stands_for_both_sides_unless_a_side_is_given() {
        let rules = rules("--buffer 10 --buffer-after 0 --hours all --days all");
        assert_eq!((rules.buffer_before_minutes, rules.buffer_after_minutes), (Some(10), Some(0)));
        assert_eq!(rules.working_hours, None);
    }

    #[test]
    fn a_length_of_zero_is_refused_with_its_option() {
        let error = Line::try_parse_from(["slots", "--duration", "0"]).err().expect("an error").to_string();
        assert!(error.contains("--duration <MIN>") && error.contains("outside 1 to 1440"), "{error}");
    }
}
