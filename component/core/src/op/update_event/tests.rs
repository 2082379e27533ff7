use serde_json::{Value, json};

use super::*;
use crate::account::{EventId, Provider};
use crate::scripted::{Google, Listed, Stage, block_on, user};

const HALF_PAST: &str = "2026-06-10T10:30:00Z";

/// A meeting of Wednesday 10:00 to 11:00 is moved by half an hour, where `entry` begins at 11:00.
fn move_towards(entry: Value) -> (Result<Meeting, Error>, Stage) {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    let google = Google::on(&stage, &[Listed { id: "main", role: "owner", is_selected: true }]);
    let own = json!({"organizer": {"email": "ana@example.com", "self": true}});
    google.add("main", "own", ("2026-06-10T10:00:00Z", "2026-06-10T11:00:00Z"), own);
    google.add("main", "x", ("2026-06-10T11:00:00Z", "2026-06-10T12:00:00Z"), entry);
    let time = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    stage.booked(
        Provider::Google,
        "main",
        "own",
        Interval::new(time("2026-06-10T10:00:00Z"), time("2026-06-10T11:00:00Z")).unwrap(),
    );
    let wanted = Interval::new(time(HALF_PAST), time("2026-06-10T11:30:00Z")).unwrap();
    let changes = Changes { time: Some(wanted), ..Changes::default() };
    (block_on(update_event(stage.world(), &user(), &locator(), &changes, None)), stage)
}

fn locator() -> EventLocator {
    EventLocator { event_id: EventId::new("own"), provider: None, account: None, calendar: None }
}

#[test]
fn a_whole_series_is_not_moved_by_one_time() {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    let google = Google::on(&stage, &[Listed { id: "main", role: "owner", is_selected: true }]);
    let series = json!({
        "organizer": {"email": "ana@example.com", "self": true},
        "recurrence": ["RRULE:FREQ=WEEKLY"],
    });
    google.add("main", "own", ("2026-06-10T10:00:00Z", "2026-06-10T11:00:00Z"), series);
    let time = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let wanted = Interval::new(time(HALF_PAST), time("2026-06-10T11:30:00Z")).unwrap();
    let calendar = Some(crate::account::CalendarId::new("main"));
    let locator = EventLocator { event_id: EventId::new("own"), provider: None, account: None, calendar };
    for changes in [
        Changes { time: Some(wanted), ..Changes::default() },
        Changes { time_zone: Some("Asia/Tokyo".into()), ..Changes::default() },
    ] {
        let refused = block_on(update_event(stage.world(), &user(), &locator, &changes, None)).unwrap_err();
        assert_eq!(refused.kind, Kind::Unsupported, "{refused:?}");
        assert!(!refused.remedy.is_empty() && stage.bookings.all().is_empty());
    }
    let changes = Changes { title: Some("Weekly".into()), ..Changes::default() };
    let changed = block_on(update_event(stage.world(), &user(), &locator, &changes, None)).unwrap();
    assert_eq!(changed.title, "Weekly");
}

#[test]
fn a_meeting_may_be_moved_over_itself_and_over_what_takes_no_time() {
    for entry in [
        json!({"transparency": "transparent"}),
        json!({"eventType": "workingLocation"}),
        // It takes no time by default, so nobody needs to know when it is.
        json!({"eventType": "workingLocation", "start": null}),
    ] {
        let (moved, stage) = move_towards(entry.clone());
        assert_eq!(moved.unwrap().time.start().to_rfc3339(), "2026-06-10T10:30:00+00:00", "{entry}");
        let kept: Vec<_> = stage.bookings.all().iter().map(|one| one.time.start().to_rfc3339()).collect();
        assert_eq!(kept, ["2026-06-10T10:30:00+00:00"], "the ledger follows, and no hold is left");
    }
}

#[test]
fn everything_that_is_not_free_is_in_the_way_of_a_move() {
    for entry in [json!({}), json!({"status": "tentative"}), json!({"eventType": "focusTime"})] {
        let (refused, stage) = move_towards(entry.clone());
        let Err(Error { kind: Kind::Conflict { alternatives }, .. }) = refused else { panic!("{entry}") };
        assert!(!alternatives.is_empty());
        assert_eq!(stage.bookings.all().len(), 1, "no hold is left");
    }
}

fn interval(from: &str, to: &str) -> Interval {
    Interval::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

#[test]
fn a_move_repeated_after_its_answer_was_lost_leaves_no_hold_of_the_first_try() {
    let (moved, stage) = move_towards(json!({"transparency": "transparent"}));
    let moved = moved.unwrap();
    // What the first try left where its outcome was unknown.
    let located = block_on(target::event(stage.world(), &user(), &locator())).unwrap();
    let left = reservation(&user(), &located, &moved, moved.time);
    assert!(matches!(crate::ports::Bookings::reserve(&stage.bookings, &left), Ok(ReserveOutcome::Reserved(_))));
    let changes = Changes { time: Some(moved.time), ..Changes::default() };
    block_on(update_event(stage.world(), &user(), &locator(), &changes, None)).unwrap();
    assert_eq!(stage.bookings.all().len(), 1, "{:?}", stage.bookings.all());
}

#[test]
fn an_event_that_was_cancelled_here_and_restored_by_a_person_is_changed() {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    let google = Google::on(&stage, &[Listed { id: "main", role: "owner", is_selected: true }]);
    let own = json!({"organizer": {"email": "ana@example.com", "self": true}});
    google.add("main", "own", ("2026-06-10T10:00:00Z", "2026-06-10T11:00:00Z"), own);
    let time = interval("2026-06-10T10:00:00Z", "2026-06-10T11:00:00Z");
    stage.booked(Provider::Google, "main", "own", time);
    let cancelled =
        crate::booking::EventRecord { status: "cancelled".to_owned(), ..stage.bookings.all().remove(0).event.unwrap() };
    crate::ports::Bookings::commit(&stage.bookings, &user(), "own", &cancelled, time).unwrap();
    let later = interval("2026-06-10T12:00:00Z", "2026-06-10T13:00:00Z");
    let changes = Changes { title: Some("Again".into()), time: Some(later), ..Changes::default() };
    let changed = block_on(update_event(stage.world(), &user(), &locator(), &changes, None)).unwrap();
    assert_eq!((changed.title.as_str(), changed.time), ("Again", later));
    assert_eq!(stage.bookings.all().len(), 1, "no hold is left");
}
