//! The options that say what makes a slot free: shared by `slots`, `next`, `propose` and `quick-book`.

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{Anchor, SlotRules, Treatment};
use clap::{Args, ValueEnum};

use super::date::{HolidayArg, OverrideArg, StayArg};
use super::hours::{self, Days, Hours};
use super::limit::LimitArg;
use super::status::{self, StatusArg};
use super::{minutes, zone};

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

    #[command(flatten)]
    grid: GridArgs,

    /// At most so many meetings, or minutes of meetings, in each day, week or month: 2/day, 90m/week;
    /// may be repeated
    #[arg(long, value_name = "LIMIT")]
    limit: Vec<LimitArg>,

    /// Whether what is tentatively accepted, or not answered yet, blocks its time [default: block]
    #[arg(long, value_enum, value_name = "TREATMENT")]
    tentative: Option<Tentative>,

    /// What other entries do: STATUS=block, allow or penalise (proposals rank it last); STATUS is
    /// tentative, not-answered, out-of-office, focus-time, all-day, private or working-elsewhere;
    /// may be repeated
    #[arg(long, value_name = "STATUS=TREATMENT")]
    status: Vec<StatusArg>,
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

    /// Other hours on one date: 2026-10-04=10:00-12:00, 2026-10-04=closed; may be repeated
    #[arg(long = "override", value_name = "DATE=HOURS")]
    overrides: Vec<OverrideArg>,

    /// Days off: 2026-12-24, 2026-12-24..2026-12-26; may be repeated
    #[arg(long, value_name = "DATES")]
    holiday: Vec<HolidayArg>,

    /// Days in another zone, whose clock hours and grid follow: 2026-10-01..2026-10-08=Asia/Tokyo; may
    /// be repeated
    #[arg(long, value_name = "DATES=ZONE")]
    stay: Vec<StayArg>,

    /// The buffers, too, must lie inside working hours
    #[arg(long)]
    buffers_inside: bool,
}

/// Candidate starts.
#[derive(Debug, Clone, Args)]
struct GridArgs {
    /// Slots start at --anchor plus multiples of this [default: 30]
    #[arg(long, value_name = "MIN", value_parser = minutes::duration)]
    step: Option<u32>,

    /// Shifts a grid of local midnight by so many minutes
    #[arg(long, value_name = "MIN", value_parser = minutes::buffer)]
    offset: Option<u32>,

    /// What starts are counted from: midnight, the begin of working hours, or of each free gap
    /// [default: local-midnight]
    #[arg(long, value_enum)]
    anchor: Option<AnchorArg>,

    /// The zone whose midnight that is [default: --tz, on the days of --stay the zone there]
    #[arg(long, value_name = "ZONE", value_parser = zone::named)]
    grid_tz: Option<Zone>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum AnchorArg {
    LocalMidnight,
    WindowStart,
    Packed,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tentative {
    Block,
    Allow,
}

impl RuleArgs {
    /// The rules, on the wall clock of `zone`.
    pub fn rules(&self, zone: &Zone) -> SlotRules {
        let (hours, grid) = (&self.hours, &self.grid);
        let tentative = self.tentative.map(|tentative| match tentative {
            Tentative::Block => Treatment::Block,
            Tentative::Allow => Treatment::Allow,
        });
        let anchor = |anchor| match anchor {
            AnchorArg::LocalMidnight => Anchor::LocalMidnight,
            AnchorArg::WindowStart => Anchor::WindowStart,
            AnchorArg::Packed => Anchor::Packed,
        };
        SlotRules {
            working_hours: hours::weekly(&hours.hours, &hours.days),
            overrides: hours.overrides.iter().map(|one| one.0.clone()).collect(),
            holidays: hours.holiday.iter().map(|one| one.0.clone()).collect(),
            travel: hours.stay.iter().map(|one| one.0.clone()).collect(),
            buffer_before_minutes: self.buffer_before.or(self.buffer),
            buffer_after_minutes: self.buffer_after.or(self.buffer),
            buffers_inside_hours: hours.buffers_inside.then_some(true),
            minimum_notice_minutes: self.notice,
            horizon_days: self.horizon,
            step_minutes: grid.step,
            offset_minutes: grid.offset,
            anchor: grid.anchor.map(anchor),
            grid_time_zone: grid.grid_tz.as_ref().map(|zone| zone.name().to_owned()),
            limits: self.limit.iter().map(|one| one.0).collect(),
            statuses: status::policy(tentative, &self.status),
            ..SlotRules::new(self.duration, zone.name())
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
    fn every_rule_of_the_interface_has_its_option() {
        let rules = rules(
            "--override 2026-10-04=closed --holiday 2026-12-24 --stay 2026-10-01..2026-10-08=Asia/Tokyo --limit 2/day \
             --limit 90m/week --anchor packed --grid-tz Asia/Tokyo --buffers-inside --status all-day=allow --tentative allow",
        );
        assert_eq!((rules.overrides.len(), rules.holidays.len(), rules.travel.len()), (1, 1, 1));
        assert_eq!((rules.limits.len(), rules.anchor), (2, Some(Anchor::Packed)));
        assert_eq!((rules.grid_time_zone.as_deref(), rules.buffers_inside_hours), (Some("Asia/Tokyo"), Some(true)));
        let statuses = rules.statuses.expect("a policy");
        assert_eq!((statuses.all_day, statuses.not_answered), (Some(Treatment::Allow), Some(Treatment::Allow)));
    }

    #[test]
    fn a_length_of_zero_is_refused_with_its_option() {
        let error = Line::try_parse_from(["slots", "--duration", "0"]).err().expect("an error").to_string();
        assert!(error.contains("--duration <MIN>") && error.contains("outside 1 to 1440"), "{error}");
    }
}
