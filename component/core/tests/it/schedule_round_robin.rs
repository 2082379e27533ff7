//! Round robin: who takes a start, and who takes it when that person is taken.
use crate::schedule_groups::{DAY, ask, codes_at, example, question, times};
use crate::schedule_support::*;
use calendar_core::schedule::assign::{Candidate, RoundRobin};
use calendar_core::schedule::group::{GroupQuery, Role};
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::reason::ReasonCode;
use calendar_core::schedule::zone::Zone;

fn round_robin(keep: Option<&str>) -> RoundRobin {
    let candidate = |id: &str, load| Candidate { id: id.into(), weight: 1, load, last_assigned: None };
    let candidates = vec![candidate("a", 5), candidate("b", 2), candidate("c", 3)];
    RoundRobin { candidates, keep: keep.map(Into::into) }
}

#[test]
fn a_round_robin_offers_every_start_somebody_can_take_and_names_who() {
    let mut query = question(30, example(Role::Member));
    query.round_robin = Some(round_robin(None));
    let assigned = |query: &GroupQuery| {
        let slots = ask(query).slots;
        slots.iter().map(|slot| slot.assignee.as_deref().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(times(&ask(&query)), words("09:00 09:30 10:00"));
    assert_eq!(assigned(&query), ["c", "b", "b"]);
    query.round_robin = Some(round_robin(Some("a")));
    assert_eq!(assigned(&query), ["a", "b", "b"]);
    assert_eq!(codes_at(&ask(&query), "10:30"), [ReasonCode::Busy, ReasonCode::NoAssignee]);
}

#[test]
fn a_commit_chooses_again_when_the_assignee_is_taken_meanwhile() {
    let mut query = question(30, example(Role::Member));
    query.round_robin = Some(round_robin(Some("c")));
    let start = utc("2026-06-10T09:00Z");
    query.range = Interval::starting(start, minute(1)).unwrap();
    let assignee = |query: &GroupQuery| ask(query).slots.first().unwrap().assignee.clone().unwrap().to_string();
    assert_eq!(assignee(&query), "c");
    query.participants[2].availability.busy.push(busy_on(&Zone::utc(), DAY, "09:00-09:30"));
    assert_eq!(assignee(&query), "a");
    query.participants[0].availability.busy.push(busy_on(&Zone::utc(), DAY, "09:00-09:30"));
    assert_eq!(codes_at(&ask(&query), "09:00"), [ReasonCode::Busy, ReasonCode::NoAssignee]);
}
