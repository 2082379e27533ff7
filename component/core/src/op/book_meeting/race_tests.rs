//! Races that are lost, or won, after the event was created; and bookings that take a hold.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::tests::{OneCalendar, book, request, stage, states};
use super::*;
use crate::op::holds::{SlotRequest, hold_slot, list_holds, release_hold};
use crate::scripted::{Stage, block_on, user};

fn entry(id: &str, booked_by: Option<&str>) -> Value {
    let mut entry = json!({"id": id, "etag": "\"1\"", "status": "confirmed",
        "organizer": {"email": "ana@example.com", "self": true},
        "start": {"dateTime": "2026-06-10T10:15:00Z"}, "end": {"dateTime": "2026-06-10T10:45:00Z"}});
    if let Some(key) = booked_by {
        entry["extendedProperties"] = json!({"private": {"bk": key, "fp": "another"}});
    }
    entry
}

/// A booking whose time `rival` takes at the moment of its creation.
fn raced(rival: Value) -> (Stage, OneCalendar, Result<Meeting, Error>) {
    let (stage, calendar) = stage();
    calendar.rivals.borrow_mut().push(rival);
    let outcome = book(&stage, "Demo");
    (stage, calendar, outcome)
}

fn standing(calendar: &OneCalendar) -> Vec<String> {
    let events = calendar.events.borrow();
    events.iter().filter(|(_, event)| event["status"] != "cancelled").map(|(id, _)| id.clone()).collect()
}

fn is_withdrawn(outcome: Result<Meeting, Error>) -> Vec<Interval> {
    let error = outcome.unwrap_err();
    assert!(error.message.contains("at the same moment"), "{error:?}");
    let Kind::Conflict { alternatives } = error.kind else { panic!("{error:?}") };
    alternatives
}

#[test]
fn an_entry_that_a_person_made_at_the_same_moment_stays_and_the_booking_goes() {
    for id in ["0", "zzz"] {
        let (stage, calendar, outcome) = raced(entry(id, None));
        assert_eq!(is_withdrawn(outcome).len(), 3);
        assert_eq!((standing(&calendar), calendar.deletions.get()), (vec![id.to_owned()], 1));
        assert_eq!(states(&stage), [BookingState::Cancelled]);
    }
}

#[test]
fn of_two_bookings_the_one_with_the_smaller_id_stays() {
    let (_, calendar, outcome) = raced(entry("0", Some("key-2")));
    is_withdrawn(outcome);
    assert_eq!(standing(&calendar), ["0"]);

    let (stage, calendar) = stage();
    calendar.rivals.borrow_mut().push(entry("zzz", Some("key-2")));
    calendar.rivals_leave_after.set(Some(1));
    let meeting = book(&stage, "Demo").unwrap();
    assert_eq!(standing(&calendar), [meeting.event_id.as_str()]);
    assert_eq!(states(&stage), [BookingState::Committed]);
}

#[test]
fn a_booking_with_a_larger_id_that_does_not_go_was_done_before_and_stays() {
    let (stage, calendar, outcome) = raced(entry("zzz", Some("key-2")));
    is_withdrawn(outcome);
    assert_eq!(standing(&calendar), ["zzz"]);
    assert_eq!(states(&stage), [BookingState::Cancelled]);
}

#[test]
fn what_touches_without_overlapping_is_free_or_belongs_to_the_meeting_itself_is_no_rival() {
    let mut touching = entry("0", None);
    touching["start"] = json!({"dateTime": "2026-06-10T10:30:00Z"});
    let free = json!({"transparency": "transparent"});
    let declined = json!({"attendees": [{"self": true, "responseStatus": "declined"}]});
    let mut all = vec![touching];
    for members in [free, declined] {
        let mut one = entry("0", None);
        for (name, value) in members.as_object().unwrap() {
            one[name] = value.clone();
        }
        all.push(one);
    }
    // The invitation to the meeting itself, in another calendar of the same person.
    let mut copy = entry("0", None);
    copy["summary"] = json!("Demo");
    copy["start"] = json!({"dateTime": "2026-06-10T10:00:00Z"});
    copy["end"] = json!({"dateTime": "2026-06-10T10:30:00Z"});
    copy["organizer"] = json!({"email": "ANA@example.com"});
    all.push(copy);
    for harmless in all {
        let (stage, calendar, outcome) = raced(harmless.clone());
        assert!(outcome.is_ok(), "{harmless}: {outcome:?}");
        assert_eq!((states(&stage), calendar.deletions.get()), (vec![BookingState::Committed], 0));
    }
}

#[test]
fn a_withdrawn_booking_begins_anew_with_the_same_key_when_the_time_is_free_again() {
    let (stage, calendar, outcome) = raced(entry("0", None));
    is_withdrawn(outcome);
    calendar.rivals.borrow_mut().clear();
    calendar.events.borrow_mut().remove("0");
    let meeting = book(&stage, "Demo").unwrap();
    assert_eq!(standing(&calendar), [meeting.event_id.as_str()]);
    assert_eq!(states(&stage), [BookingState::Committed]);
}

#[test]
fn a_withdrawal_that_fails_is_repeated_by_the_same_call() {
    let (stage, calendar) = stage();
    calendar.rivals.borrow_mut().push(entry("0", None));
    calendar.is_stuck.set(true);
    let error = book(&stage, "Demo").unwrap_err();
    assert!(matches!(error.kind, Kind::Unavailable { .. }), "{error:?}");
    assert_eq!((standing(&calendar).len(), states(&stage)), (2, vec![BookingState::Reserved]));
    calendar.is_stuck.set(false);
    is_withdrawn(book(&stage, "Demo"));
    assert_eq!((standing(&calendar), states(&stage)), (vec!["0".to_owned()], vec![BookingState::Cancelled]));
}

fn hold(stage: &Stage, key: Option<&str>) -> Result<crate::booking::Hold, Error> {
    let request = request("Demo");
    let wanted = SlotRequest {
        time: request.time,
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::zero(),
        ttl_seconds: 300,
        target: Selection::default(),
        key: key.map(str::to_owned),
        alternatives: request.alternatives,
    };
    block_on(hold_slot(stage.world(), &user(), &wanted))
}

fn book_with(stage: &Stage, hold: &str) -> Result<Meeting, Error> {
    block_on(book_meeting(stage.world(), &user(), &BookingRequest { hold: Some(hold.into()), ..request("Demo") }))
}

#[test]
fn a_held_time_is_booked_by_its_holder_alone_and_the_hold_ends() {
    let (stage, calendar) = stage();
    let held = hold(&stage, Some("k")).unwrap();
    let Kind::Conflict { alternatives } = book(&stage, "Demo").unwrap_err().kind else { panic!("it is held") };
    assert!(alternatives.iter().all(|one| !one.overlaps(held.time)) && alternatives.len() == 3);
    assert!(book_with(&stage, "hold-other").unwrap_err().message.starts_with("hold: `hold-other` is over"));
    let meeting = book_with(&stage, &held.key).unwrap();
    assert_eq!((meeting.time, standing(&calendar).len()), (held.time, 1));
    assert_eq!(list_holds(stage.world(), &user()), Ok(Vec::new()));
    assert!(!release_hold(stage.world(), &user(), &held.key).unwrap());
    // The same call again is the same meeting, though the hold is gone.
    assert_eq!(book_with(&stage, &held.key).unwrap().event_id, meeting.event_id);
}

#[test]
fn a_hold_that_ended_does_no_harm_while_the_time_is_free_and_is_named_when_it_is_taken() {
    for is_taken in [false, true] {
        let (mut stage, calendar) = stage();
        let held = hold(&stage, None).unwrap();
        stage.clock.advance(TimeDelta::seconds(300));
        stage.deadline += TimeDelta::seconds(300);
        if is_taken {
            let mut other = entry("e", None);
            other["start"] = json!({"dateTime": "2026-06-10T10:00:00Z"});
            other["end"] = json!({"dateTime": "2026-06-10T10:30:00Z"});
            calendar.events.borrow_mut().insert("e".into(), other);
            stage.booked(crate::account::Provider::Google, "elsewhere", "e", held.time);
        }
        let outcome = book_with(&stage, &held.key);
        match outcome {
            Ok(_) => assert!(!is_taken),
            Err(error) => {
                assert!(is_taken && matches!(error.kind, Kind::Conflict { .. }), "{error:?}");
                assert_eq!(
                    error.message,
                    format!("hold: `{}` is over (used, released or expired): the time is taken", held.key)
                );
            }
        }
    }
}

#[test]
fn a_meeting_entered_in_the_calendar_beats_the_hold_when_it_is_booked() {
    let (stage, calendar) = stage();
    let held = hold(&stage, None).unwrap();
    calendar.busy.set(true);
    let error = book_with(&stage, &held.key).unwrap_err();
    assert_eq!(error.message, format!("hold: `{}` could not be booked: the time is taken", held.key));
    assert_eq!(standing(&calendar), Vec::<String>::new());
}
