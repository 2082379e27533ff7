//! Meetings that were booked here and that a person moved to another calendar of the account: they still stand, and
//! are read, found again, changed and cancelled where they are.

use calendar_host::types::{
    BookingRequest, ErrorCode, EventLocator, Meeting, MeetingChanges, MeetingStatus, Provider, Selection,
};
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::query::{booking, minutes_from};
use calendar_tests::stage::Stage;

const USER: &str = "ana";

/// A meeting booked in the primary calendar and moved to another one, which the event itself was told.
struct Moved {
    stage: Stage,
    request: BookingRequest,
    meeting: Meeting,
    calendar: String,
}

async fn moved(provider: Provider) -> Moved {
    let stage = Stage::open().await;
    let control = stage.sandbox.control();
    let (google, microsoft) = (control.google(), control.microsoft());
    let (email, calendar) = match provider {
        Provider::Google => (GOOGLE, google.insert_calendar(GOOGLE, "Projects", "Europe/Berlin").expect("a calendar")),
        Provider::Outlook => (OUTLOOK, microsoft.insert_calendar(OUTLOOK, "Projects", None).expect("a calendar")),
    };
    stage.connect(USER, provider, email).await;
    let start = stage.empty_day() + 15 * 3600;
    let request = booking("Planning", minutes_from(start, 30));
    let meeting = stage.host.book_meeting(USER, &request).await.unwrap();
    match provider {
        Provider::Google => google.move_event(GOOGLE, GOOGLE, &meeting.event_id, &calendar).expect("it moves"),
        Provider::Outlook => microsoft.move_event(OUTLOOK, &meeting.event_id, &calendar).expect("it moves"),
    }
    Moved { stage, request, meeting, calendar }
}

impl Moved {
    fn locator(&self) -> EventLocator {
        EventLocator::new(&self.meeting.event_id)
    }

    /// What the calendar that it was moved to shows of it.
    async fn shown(&self) -> Vec<String> {
        let only = Selection { calendars: vec![self.calendar.clone()], ..Selection::default() };
        let agenda = self.stage.host.get_upcoming_meetings(USER, self.request.time, &only, None).await.unwrap();
        assert!(agenda.unknown.is_empty(), "{:?}", agenda.unknown);
        agenda.meetings.into_iter().map(|one| one.title).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_read_where_it_is_and_the_same_booking_again_makes_no_second_one() {
    for provider in [Provider::Google, Provider::Outlook] {
        let moved = moved(provider).await;
        let read = moved.stage.host.get_event(USER, &moved.locator()).await.unwrap();
        assert_eq!((&read.calendar, read.time), (&moved.calendar, moved.meeting.time), "{provider:?}");
        let again = moved.stage.host.book_meeting(USER, &moved.request).await.unwrap();
        assert_eq!(again.event_id, moved.meeting.event_id, "{provider:?}");
        assert_eq!(moved.shown().await, ["Planning"], "{provider:?}");
        let other = booking("Something else", moved.request.time);
        let taken = moved.stage.host.book_meeting(USER, &other).await.unwrap_err();
        assert_eq!(taken.code, ErrorCode::Conflict, "{provider:?}: {taken:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_changed_and_moved_in_time_where_it_is() {
    for provider in [Provider::Google, Provider::Outlook] {
        let moved = moved(provider).await;
        let later = minutes_from(moved.meeting.time.start + 3600, 30);
        let changes =
            MeetingChanges { title: Some("Plans".to_owned()), time: Some(later), ..MeetingChanges::default() };
        let changed = moved.stage.host.update_event(USER, &moved.locator(), &changes).await.unwrap();
        assert_eq!((changed.title.as_str(), changed.time), ("Plans", later), "{provider:?}");
        // The old time is free in the ledger, too.
        let other = booking("Something else", moved.request.time);
        moved.stage.host.book_meeting(USER, &other).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_cancelled_where_it_is() {
    for provider in [Provider::Google, Provider::Outlook] {
        for names_calendar in [false, true] {
            let moved = moved(provider).await;
            let calendar = names_calendar.then(|| moved.calendar.clone());
            let locator = EventLocator { calendar, ..moved.locator() };
            let cancelled = moved.stage.host.cancel_event(USER, &locator, None, None).await.unwrap();
            assert_eq!(cancelled.status, MeetingStatus::Cancelled, "{provider:?}");
            assert_eq!(moved.shown().await, [""; 0], "{provider:?}");
            let other = booking("Something else", moved.request.time);
            moved.stage.host.book_meeting(USER, &other).await.unwrap();
            // Once more: it is cancelled, and nothing else is.
            let again = moved.stage.host.cancel_event(USER, &moved.locator(), None, None).await.unwrap();
            assert_eq!(again.status, MeetingStatus::Cancelled, "{provider:?}");
        }
    }
}
