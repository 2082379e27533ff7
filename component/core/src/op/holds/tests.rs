//! Holding, holding again, letting go; what is refused, and what a refusal leaves behind.

use super::*;
use crate::account::Provider;
use crate::http::request::Method;
use crate::schedule::hours::WeeklyHours;
use crate::scripted::{Google, Listed, START, Stage, block_on, json, user};

fn stage() -> (Stage, Google) {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    let google = Google::on(&stage, &[Listed { id: "main", role: "owner", is_selected: true }]);
    (stage, google)
}

fn minutes(from: i64, to: i64) -> Interval {
    Interval::new(START + TimeDelta::minutes(from), START + TimeDelta::minutes(to)).unwrap()
}

fn wanted(time: Interval, key: Option<&str>) -> SlotRequest {
    SlotRequest {
        time,
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::minutes(5),
        ttl_seconds: 60,
        target: Selection::default(),
        key: key.map(str::to_owned),
        alternatives: Rules { hours: WeeklyHours::always(), ..Rules::default() },
    }
}

fn hold(stage: &Stage, time: Interval, key: Option<&str>) -> Result<Hold, Error> {
    block_on(hold_slot(stage.world(), &user(), &wanted(time, key)))
}

fn held(stage: &Stage) -> Vec<Interval> {
    list_holds(stage.world(), &user()).unwrap().into_iter().map(|one| one.time).collect()
}

#[test]
fn a_hold_keeps_everybody_out_until_it_ends_or_is_released() {
    let (stage, _) = stage();
    let first = hold(&stage, minutes(60, 90), None).unwrap();
    assert_eq!((first.blocked, first.expires_at), (minutes(60, 95), START + TimeDelta::seconds(60)));
    let Kind::Conflict { alternatives } = hold(&stage, minutes(90, 120), None).unwrap_err().kind else {
        panic!("its buffer is held, too")
    };
    assert!(alternatives.iter().all(|one| !one.overlaps(first.blocked)), "{alternatives:?}");
    let second = hold(&stage, minutes(95, 120), None).unwrap();
    assert_ne!(first.key, second.key, "every call without a key makes a hold of its own");
    assert_eq!(held(&stage), [minutes(60, 90), minutes(95, 120)]);
    assert_eq!(release_hold(stage.world(), &user(), &first.key), Ok(true));
    assert_eq!(release_hold(stage.world(), &user(), &first.key), Ok(false));
    stage.clock.advance(TimeDelta::seconds(60));
    assert_eq!(held(&stage), []);
    assert!(hold(&stage, minutes(95, 120), None).is_ok());
}

#[test]
fn the_same_key_is_the_same_hold_not_prolonged_and_stands_for_one_time() {
    let (stage, _) = stage();
    let first = hold(&stage, minutes(60, 90), Some("k")).unwrap();
    stage.clock.advance(TimeDelta::seconds(30));
    assert_eq!(hold(&stage, minutes(60, 90), Some("k")), Ok(first));
    let error = hold(&stage, minutes(120, 150), Some("k")).unwrap_err();
    assert!(matches!(error.kind, Kind::Conflict { .. }) && error.message.starts_with("key: "), "{error:?}");
    assert_eq!(held(&stage), [minutes(60, 90)]);
}

#[test]
fn a_time_that_is_busy_in_a_calendar_is_not_held_and_alternatives_are_offered() {
    let (stage, google) = stage();
    let time = |minute| (START + TimeDelta::minutes(minute)).to_rfc3339();
    google.add("main", "x", (&time(80), &time(100)), serde_json::json!({}));
    let Kind::Conflict { alternatives } = hold(&stage, minutes(60, 90), None).unwrap_err().kind else {
        panic!("it is busy")
    };
    assert_eq!((alternatives.len(), held(&stage)), (3, vec![]));
}

#[test]
fn nothing_is_held_on_a_guess_and_an_earlier_hold_survives_a_calendar_that_is_down() {
    let (stage, _) = stage();
    let first = hold(&stage, minutes(60, 90), Some("k")).unwrap();
    let down = || json(403, serde_json::json!({"error": {"code": 403, "errors": [{"reason": "forbidden"}]}}));
    stage.http.always(Method::Post, "/freeBusy", move |_: &crate::http::request::Request| Ok(down()));
    for (time, key) in [(minutes(60, 90), Some("k")), (minutes(120, 150), None)] {
        let error = hold(&stage, time, key).unwrap_err();
        assert!(!matches!(error.kind, Kind::Conflict { .. }), "{error:?}");
    }
    assert_eq!(list_holds(stage.world(), &user()).unwrap(), [first]);
}

#[test]
fn the_past_is_not_held() {
    let (stage, _) = stage();
    assert_eq!(hold(&stage, minutes(0, 30), None).unwrap_err().kind, Kind::InvalidArgument);
    assert_eq!(stage.bookings.calls(), 0);
}
