//! Every window in which a booking can be interrupted, and what the same call does afterwards.

use serde_json::{Value, json};

use super::*;
use crate::http::request::Method;
use crate::ports::BookingStoreError;
use crate::schedule::hours::{Holiday, WeeklyHours};
use crate::schedule::limits::{FirstDay, Limit, Period};
use crate::schedule::policy::{StatusPolicy, Statuses, Treatment};
use crate::scripted::{Google, Listed, Stage, block_on, json, user};

mod one_calendar;
mod rules;

pub(super) use one_calendar::OneCalendar;

pub(super) fn stage() -> (Stage, OneCalendar) {
    let stage = Stage::new();
    stage.connect(crate::account::Provider::Google);
    let calendar = OneCalendar::on(&stage);
    (stage, calendar)
}

pub(super) fn request(title: &str) -> BookingRequest {
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    BookingRequest {
        title: title.into(),
        time: Interval::new(at("2026-06-10T10:00:00Z"), at("2026-06-10T10:30:00Z")).unwrap(),
        time_zone: "UTC".into(),
        attendees: Vec::new(),
        description: None,
        location: None,
        video: false,
        target: Selection::default(),
        key: Some("key-1".into()),
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::zero(),
        alternatives: Rules { hours: WeeklyHours::always(), ..Rules::default() },
        hold: None,
    }
}

pub(super) fn book(stage: &Stage, title: &str) -> Result<Meeting, Error> {
    block_on(book_meeting(stage.world(), &user(), &request(title)))
}

pub(super) fn states(stage: &Stage) -> Vec<BookingState> {
    stage.bookings.all().iter().map(|one| one.state).collect()
}

/// The reservation of an attempt that has not ended, or ended without a word.
fn reserve(stage: &Stage, request: &BookingRequest) {
    let reservation = Reservation {
        user: user(),
        key: "key-1".into(),
        fingerprint: fingerprint::of_booking(request),
        account: crate::scripted::account(crate::account::Provider::Google),
        provider: crate::account::Provider::Google,
        calendar: crate::account::CalendarId::new("ana@example.com"),
        time: request.time,
        blocked: request.blocked(),
        replaces: None,
        hold: None,
    };
    crate::ports::Bookings::reserve(&stage.bookings, &reservation).unwrap();
}

#[test]
fn a_booking_is_reserved_checked_created_and_recorded() {
    let (stage, calendar) = stage();
    let meeting = book(&stage, "Demo").unwrap();
    assert_eq!((calendar.count(), states(&stage)), (1, vec![BookingState::Committed]));
    assert_eq!(book(&stage, "Demo").unwrap().event_id, meeting.event_id);
    assert_eq!(calendar.count(), 1);
}

#[test]
fn a_store_that_fails_before_anything_was_reserved_books_nothing() {
    let (stage, calendar) = stage();
    stage.bookings.fail(BookingStoreError::Unavailable);
    assert_eq!(book(&stage, "Demo").unwrap_err().kind, Kind::Storage);
    assert_eq!((calendar.count(), stage.bookings.all().len()), (0, 0));
}

#[test]
fn after_a_crash_between_reservation_and_creation_the_same_call_books_once() {
    let (stage, calendar) = stage();
    // The reservation of an attempt that ended before it created anything.
    reserve(&stage, &request("Demo"));
    book(&stage, "Demo").unwrap();
    assert_eq!((calendar.count(), states(&stage)), (1, vec![BookingState::Committed]));
}

#[test]
fn after_a_crash_between_creation_and_record_the_same_call_finds_the_event() {
    let (stage, calendar) = stage();
    let first = book(&stage, "Demo").unwrap();
    // What a crash before the record leaves behind: the event, and the reservation alone.
    let kept = stage.bookings.all();
    let other = Stage::new();
    other.connect(crate::account::Provider::Google);
    let again = OneCalendar::on(&other);
    *again.events.borrow_mut() = calendar.events.borrow().clone();
    again.busy.set(true);
    let reservation = Reservation {
        user: user(),
        key: kept[0].key.clone(),
        fingerprint: kept[0].fingerprint.clone(),
        account: kept[0].account.clone(),
        provider: kept[0].provider,
        calendar: kept[0].calendar.clone(),
        time: kept[0].time,
        blocked: kept[0].blocked,
        replaces: None,
        hold: None,
    };
    crate::ports::Bookings::reserve(&other.bookings, &reservation).unwrap();
    let found = book(&other, "Demo").unwrap();
    assert_eq!(found.event_id, first.event_id, "its own event is not somebody else's busy time");
    assert_eq!((again.count(), states(&other)), (1, vec![BookingState::Committed]));
}

#[test]
fn an_answer_lost_after_the_creation_is_found_again() {
    let (stage, calendar) = stage();
    calendar.lost.set(1);
    let meeting = book(&stage, "Demo").or_else(|_| book(&stage, "Demo")).unwrap();
    assert_eq!((calendar.count(), states(&stage)), (1, vec![BookingState::Committed]));
    assert!(calendar.events.borrow().contains_key(meeting.event_id.as_str()));
}

#[test]
fn a_time_that_somebody_else_took_frees_the_reservation() {
    let (stage, calendar) = stage();
    calendar.busy.set(true);
    let error = book(&stage, "Demo").unwrap_err();
    let Kind::Conflict { alternatives } = error.kind else { panic!("{error:?}") };
    assert_eq!(alternatives.len(), 3);
    assert_eq!((calendar.count(), stage.bookings.all().len()), (0, 0));
}

#[test]
fn a_replay_after_the_meeting_began_still_finds_it() {
    let (mut stage, _) = stage();
    let now = crate::ports::Clock::now(&stage.clock);
    let mut soon = request("Soon");
    soon.time = Interval::starting(now + TimeDelta::minutes(5), TimeDelta::minutes(30)).unwrap();
    let first = block_on(book_meeting(stage.world(), &user(), &soon)).unwrap();
    stage.clock.advance(TimeDelta::minutes(6));
    stage.deadline += TimeDelta::minutes(6);
    let again = block_on(book_meeting(stage.world(), &user(), &soon)).unwrap();
    assert_eq!(again.event_id, first.event_id);
    soon.key = Some("another".into());
    let error = block_on(book_meeting(stage.world(), &user(), &soon)).unwrap_err();
    assert_eq!(error.kind, Kind::InvalidArgument);
}

#[test]
fn a_lapsed_reservation_is_given_up_when_another_booking_took_its_time_and_its_event_is_withdrawn() {
    for was_made in [false, true] {
        let (mut stage, calendar) = stage();
        let request = request("Demo");
        reserve(&stage, &request);
        if was_made {
            let (other, same) = self::stage();
            book(&other, "Demo").unwrap();
            calendar.events.borrow_mut().append(&mut same.events.borrow_mut());
        }
        let other = json!({"id": "e", "etag": "\"1\"", "status": "confirmed",
            "start": {"dateTime": "2026-06-10T10:00:00Z"}, "end": {"dateTime": "2026-06-10T10:30:00Z"}});
        calendar.events.borrow_mut().insert("e".into(), other);
        stage.clock.advance(TimeDelta::minutes(10));
        stage.deadline += TimeDelta::minutes(10);
        stage.booked(crate::account::Provider::Google, "elsewhere", "e", request.time);
        let outcome = book(&stage, "Demo");
        let states: Vec<_> = stage.bookings.all().into_iter().map(|one| (one.key, one.state)).collect();
        let other = ("e".to_owned(), BookingState::Committed);
        assert!(matches!(outcome.unwrap_err().kind, Kind::Conflict { .. }));
        if was_made {
            assert_eq!((states, calendar.deletions.get()), (vec![other, ("key-1".into(), BookingState::Cancelled)], 1));
        } else {
            assert_eq!((states, calendar.deletions.get()), (vec![other], 0));
        }
    }
}

#[test]
fn an_unrecorded_meeting_that_was_moved_since_blocks_its_new_time_with_its_buffers() {
    let quarter = TimeDelta::minutes(15);
    let buffered = BookingRequest { buffer_before: quarter, buffer_after: quarter, ..request("Demo") };
    let (stage, calendar) = self::stage();
    reserve(&stage, &buffered);
    let (other, same) = self::stage();
    block_on(book_meeting(other.world(), &user(), &buffered)).unwrap();
    calendar.events.borrow_mut().append(&mut same.events.borrow_mut());
    for event in calendar.events.borrow_mut().values_mut() {
        event["start"] = json!({"dateTime": "2026-06-10T15:00:00Z"});
        event["end"] = json!({"dateTime": "2026-06-10T15:30:00Z"});
    }
    let found = block_on(book_meeting(stage.world(), &user(), &buffered)).unwrap();
    let kept = stage.bookings.all().remove(0);
    assert_eq!((kept.time, kept.blocked), (found.time, found.time.grown(quarter, quarter)));
}

/// The ledger after a booking of this key was cancelled and the same request was made again: the second
/// generation, which several attempts are about.
fn second_generation() -> (Stage, OneCalendar) {
    let (stage, calendar) = self::stage();
    let first = book(&stage, "Demo").unwrap();
    let event = EventRecord { status: "cancelled".to_owned(), ..event_record(&first) };
    crate::ports::Bookings::commit(&stage.bookings, &user(), "key-1", &event, first.time).unwrap();
    calendar.events.borrow_mut().clear();
    (stage, calendar)
}

#[test]
fn an_attempt_that_goes_on_for_another_one_leaves_the_reservation_to_it_when_it_fails() {
    let (mut stage, _calendar) = second_generation();
    reserve(&stage, &request("Demo"));
    stage.http.always(
        Method::Post,
        "/events",
        json(403, json!({"error": {"code": 403, "errors": [{"reason": "forbidden"}]}})),
    );
    assert_eq!(book(&stage, "Demo").unwrap_err().kind, Kind::PermissionDenied);
    assert_eq!(states(&stage), [BookingState::Reserved], "the other attempt may be under way");
    stage.clock.advance(TimeDelta::minutes(3));
    stage.deadline += TimeDelta::minutes(3);
    assert_eq!(book(&stage, "Demo").unwrap_err().kind, Kind::PermissionDenied);
    assert_eq!(states(&stage), [BookingState::Cancelled], "no attempt lasts as long");
}

#[test]
fn a_meeting_whose_reservation_was_given_up_meanwhile_is_recorded() {
    for generation in [0, 1] {
        let (stage, calendar) = if generation == 0 { self::stage() } else { second_generation() };
        *calendar.on_create.borrow_mut() = Some(Box::new({
            let bookings = stage.bookings.clone();
            move || {
                crate::ports::Bookings::abort(&bookings, &user(), "key-1").unwrap();
            }
        }));
        let meeting = book(&stage, "Demo").unwrap();
        let kept = stage.bookings.all().remove(0);
        assert_eq!((kept.state, kept.time), (BookingState::Committed, meeting.time), "generation {generation}");
    }
}

#[test]
fn a_meeting_that_was_cancelled_while_it_was_recorded_stays_cancelled() {
    let (stage, calendar) = second_generation();
    *calendar.on_create.borrow_mut() = Some(Box::new({
        let (bookings, events) = (stage.bookings.clone(), calendar.events.clone());
        move || {
            let id = events.borrow().keys().next().unwrap().clone();
            let event = EventRecord {
                event_id: crate::account::EventId::new(id),
                title: "Demo".to_owned(),
                time: request("Demo").time,
                attendees: Vec::new(),
                location: None,
                description: None,
                conferencing_link: None,
                status: "cancelled".to_owned(),
            };
            crate::ports::Bookings::commit(&bookings, &user(), "key-1", &event, event.time).unwrap();
        }
    }));
    assert_eq!(book(&stage, "Demo").unwrap_err().kind, Kind::Storage);
    assert_eq!(states(&stage), [BookingState::Cancelled]);
}
