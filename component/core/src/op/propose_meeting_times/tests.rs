use chrono::TimeDelta;

use super::*;
use crate::account::Provider;
use crate::error::Kind;
use crate::op::sources::Selection;
use crate::schedule::interval::Interval;
use crate::scripted::{Google, Listed, Stage, block_on, user};

/// Whole hours of Thursday 2026-06-11, 09:00 to 17:00 UTC; one option.
fn proposal() -> Proposal {
    let range =
        Interval::new("2026-06-11T00:00:00Z".parse().unwrap(), "2026-06-12T00:00:00Z".parse().unwrap()).unwrap();
    let rules = Rules { duration: TimeDelta::hours(1), step: TimeDelta::hours(1), ..Rules::default() };
    Proposal {
        query: SlotQuery { range, rules, selection: Selection::default(), max_slots: 1 },
        options: 1,
        invitee_zone: None,
        preferred_hours: None,
        invitee_hours: None,
    }
}

fn ask(proposal: &Proposal) -> Result<Slots, Error> {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    Google::on(&stage, &[Listed { id: "main", role: "owner", is_selected: true }]);
    block_on(propose_meeting_times(stage.world(), &user(), proposal))
}

fn hour(proposal: &Proposal) -> u32 {
    chrono::Timelike::hour(&ask(proposal).unwrap().slots[0].start())
}

#[test]
fn preferred_hours_of_either_side_decide_what_comes_first() {
    let afternoon = Some(WeeklyHours::every_day(14 * 60, 18 * 60));
    let new_york = Some(Zone::parse("America/New_York").unwrap());
    assert_eq!(hour(&proposal()), 9, "no preference: the earliest");
    assert_eq!(hour(&Proposal { preferred_hours: afternoon.clone(), ..proposal() }), 14);
    assert_eq!(hour(&Proposal { invitee_zone: new_york.clone(), ..proposal() }), 13, "office hours in New York");
    let early = Some(WeeklyHours::every_day(7 * 60, 8 * 60));
    assert_eq!(hour(&Proposal { invitee_zone: new_york, invitee_hours: early, ..proposal() }), 11);
    assert_eq!(hour(&Proposal { invitee_hours: afternoon, ..proposal() }), 14, "without a zone the rules' own");
}

#[test]
fn preferred_hours_that_make_no_sense_are_refused_by_name() {
    let backwards = Some(WeeklyHours::every_day(600, 600));
    for (broken, field) in [
        (Proposal { preferred_hours: backwards.clone(), ..proposal() }, "preferred_hours"),
        (Proposal { invitee_hours: backwards.clone(), ..proposal() }, "invitee_hours"),
    ] {
        let error = ask(&broken).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidArgument);
        assert!(error.message.starts_with(field), "{}", error.message);
    }
}
