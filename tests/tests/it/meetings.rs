//! Booking and keeping meetings, on both providers: the real component in the real host.

use calendar_host::types::{
    ConferencingStatus, ErrorCode, EventLocator, Meeting, MeetingChanges, MeetingStatus, Provider, Selection, TimeRange,
};
use calendar_sandbox::fault::{Action, Fault};
use calendar_sandbox::mail::MailKind;
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::query::{booking, slots};
use calendar_tests::stage::Stage;

const PROVIDERS: [(Provider, &str); 2] = [(Provider::Google, GOOGLE), (Provider::Outlook, OUTLOOK)];
const USER: &str = "ana";
const CUSTOMER: &str = "customer@elsewhere.example";

/// The next week from tomorrow on, by the sandbox's clock.
fn next_week(stage: &Stage) -> TimeRange {
    let start = stage.day(2);
    TimeRange { start, end: start + 7 * 86_400 }
}

async fn free_slots(stage: &Stage) -> Vec<TimeRange> {
    let found = stage.host.check_availability(USER, &slots(next_week(stage), 60, "UTC")).await.unwrap();
    assert!(found.unknown.is_empty(), "{:?}", found.unknown);
    found.slots
}

async fn agenda(stage: &Stage) -> Vec<Meeting> {
    let range = next_week(stage);
    let agenda = stage.host.get_upcoming_meetings(USER, range, &Selection::default(), None).await.unwrap();
    assert!(agenda.unknown.is_empty(), "{:?}", agenda.unknown);
    agenda.meetings
}

fn invitations(stage: &Stage) -> usize {
    let mails = stage.sandbox.control().mails();
    mails.iter().filter(|mail| mail.kind == MailKind::Invitation && mail.to == CUSTOMER).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn books_reads_changes_moves_and_cancels_a_meeting_on_each_provider() {
    for (provider, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let free = free_slots(&stage).await;
        let (slot, later) = (free[0], free[8]);

        let mut request = booking("Demo", slot);
        request.video = true;
        request.location = Some("Room 1".into());
        request.description = Some("Agenda".into());
        let meeting = stage.host.book_meeting(USER, &request).await.unwrap();
        assert_eq!((meeting.provider, meeting.time, meeting.title.as_str()), (provider, slot, "Demo"));
        assert_eq!(meeting.conferencing, ConferencingStatus::Ready, "{meeting:?}");
        assert!(meeting.conferencing_link.as_deref().is_some_and(|link| link.starts_with("https://")));
        assert_eq!(meeting.attendees.iter().map(|one| one.email.as_str()).collect::<Vec<_>>(), [CUSTOMER]);
        assert!(meeting.is_organizer);
        assert_eq!(invitations(&stage), 1);
        assert!(!free_slots(&stage).await.contains(&slot), "a booked slot is no longer free");

        let read = stage.host.get_event(USER, &EventLocator::new(&meeting.event_id)).await.unwrap();
        assert_eq!((read.time, read.location.as_deref()), (slot, Some("Room 1")));

        let changes = MeetingChanges {
            title: Some("Demo, second part".into()),
            add_attendees: vec!["second@elsewhere.example".into()],
            if_match: read.etag.clone(),
            ..MeetingChanges::default()
        };
        let changed = stage.host.update_event(USER, &EventLocator::new(&meeting.event_id), &changes).await.unwrap();
        assert_eq!(changed.title, "Demo, second part");
        assert_eq!(changed.attendees.len(), 2, "the first guest stays: {:?}", changed.attendees);
        assert_eq!(changed.conferencing_link, meeting.conferencing_link, "the link stays");

        let again = stage.host.update_event(USER, &EventLocator::new(&meeting.event_id), &changes).await.unwrap();
        assert_eq!(again.etag, changed.etag, "it is as wanted: nothing is written");
        let other = MeetingChanges { title: Some("Third".into()), ..changes };
        let outdated = stage.host.update_event(USER, &EventLocator::new(&meeting.event_id), &other).await.unwrap_err();
        assert_eq!(outdated.code, ErrorCode::PreconditionFailed);

        let moved = MeetingChanges { time: Some(later), ..MeetingChanges::default() };
        let moved = stage.host.update_event(USER, &EventLocator::new(&meeting.event_id), &moved).await.unwrap();
        assert_eq!((moved.time, moved.attendees.len()), (later, 2));
        let free = free_slots(&stage).await;
        assert!(free.contains(&slot) && !free.contains(&later));

        assert!(agenda(&stage).await.iter().any(|one| one.event_id == meeting.event_id));
        let cancelled =
            stage.host.cancel_event(USER, &EventLocator::new(&meeting.event_id), Some("Sorry"), None).await.unwrap();
        assert_eq!(cancelled.status, MeetingStatus::Cancelled);
        let again = stage.host.cancel_event(USER, &EventLocator::new(&meeting.event_id), None, None).await.unwrap();
        assert_eq!(again.status, MeetingStatus::Cancelled);
        assert!(!agenda(&stage).await.iter().any(|one| one.event_id == meeting.event_id));
        assert!(free_slots(&stage).await.contains(&later));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_again_is_the_same_meeting_and_after_a_cancellation_a_new_one() {
    for (provider, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let request = booking("Once", free_slots(&stage).await[0]);
        let first = stage.host.book_meeting(USER, &request).await.unwrap();
        let second = stage.host.book_meeting(USER, &request).await.unwrap();
        assert_eq!(first.event_id, second.event_id);
        assert_eq!(invitations(&stage), 1);
        stage.host.cancel_event(USER, &EventLocator::new(&first.event_id), None, None).await.unwrap();
        let third = stage.host.book_meeting(USER, &request).await.unwrap();
        assert_ne!(first.event_id, third.event_id);
        assert_eq!(invitations(&stage), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_slot_is_a_conflict_with_the_nearest_alternatives() {
    for (provider, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let slot = free_slots(&stage).await[4];
        stage.host.book_meeting(USER, &booking("First", slot)).await.unwrap();
        let error = stage.host.book_meeting(USER, &booking("Second", slot)).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        assert_eq!(error.alternatives.len(), 3, "{error:?}");
        for alternative in &error.alternatives {
            assert_eq!(alternative.end - alternative.start, slot.end - slot.start);
            assert!(alternative.end <= slot.start || alternative.start >= slot.end);
        }
        let booked = stage.host.book_meeting(USER, &booking("Second", error.alternatives[0])).await.unwrap();
        assert_eq!(booked.time, error.alternatives[0]);
        assert_eq!(invitations(&stage), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_used_for_another_meeting_is_a_conflict() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    let free = free_slots(&stage).await;
    let mut request = booking("First", free[0]);
    request.idempotency_key = Some("order-1".into());
    stage.host.book_meeting(USER, &request).await.unwrap();
    request.time = free[9];
    let error = stage.host.book_meeting(USER, &request).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
    assert!(error.message.contains("idempotency_key"), "{}", error.message);
    assert_eq!(invitations(&stage), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_bookings_of_one_slot_at_once_exactly_one_wins() {
    for (provider, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let slot = free_slots(&stage).await[0];
        let attempts = (0..12).map(|number| {
            let host = stage.host.clone();
            tokio::spawn(async move { host.book_meeting(USER, &booking(&format!("Rival {number}"), slot)).await })
        });
        let attempts: Vec<_> = attempts.collect();
        let mut won = 0;
        for attempt in attempts {
            match attempt.await.unwrap() {
                Ok(_) => won += 1,
                Err(error) => assert_eq!(error.code, ErrorCode::Conflict, "{error:?}"),
            }
        }
        assert_eq!(won, 1);
        assert_eq!(invitations(&stage), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_after_the_event_was_made_never_makes_a_second_one() {
    for (provider, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let request = booking("Once", free_slots(&stage).await[0]);
        let lost = Fault::new(Action::DropAfter).method("POST").path("/events");
        stage.sandbox.control().fault(lost);
        let first = stage.host.book_meeting(USER, &request).await;
        let meeting = match first {
            Ok(meeting) => meeting,
            Err(_) => stage.host.book_meeting(USER, &request).await.unwrap(),
        };
        assert_eq!(meeting.time, request.time);
        assert!(stage.sandbox.control().faults().is_empty(), "the fault was met");
        assert_eq!(invitations(&stage), 1);
        assert_eq!(agenda(&stage).await.iter().filter(|one| one.title == "Once").count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn quick_booking_takes_the_first_free_slot_and_repeats_it_for_the_same_key() {
    use calendar_host::types::QuickBookingRequest;
    for (provider, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let free = free_slots(&stage).await;
        let request = QuickBookingRequest {
            query: slots(next_week(&stage), 60, "UTC"),
            title: "Quick".into(),
            attendees: vec![CUSTOMER.into()],
            description: None,
            location: None,
            video: false,
            target: Selection::default(),
            idempotency_key: Some("quick-1".into()),
        };
        let first = stage.host.quick_book_meeting(USER, &request).await.unwrap();
        let second = stage.host.quick_book_meeting(USER, &request).await.unwrap();
        assert_eq!((first.time, &first.event_id), (free[0], &second.event_id));
        assert_eq!(invitations(&stage), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_booked_while_a_calendar_cannot_be_checked() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let slot = free_slots(&stage).await[0];
    stage.sandbox.control().fault(Fault::status(403, "ErrorAccessDenied").path("calendarView").always());
    let error = stage.host.book_meeting(USER, &booking("Blind", slot)).await.unwrap_err();
    assert!(error.message.contains("could not be checked"), "{error:?}");
    stage.sandbox.control().clear_faults();
    assert_eq!(invitations(&stage), 0);
    stage.host.book_meeting(USER, &booking("Seen", slot)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_blocks_the_users_other_provider_too() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let slot = free_slots(&stage).await[0];
    let mut on_google = booking("At Google", slot);
    on_google.target.provider = Some(Provider::Google);
    let mut on_outlook = booking("At Outlook", slot);
    on_outlook.target.provider = Some(Provider::Outlook);
    assert_eq!(stage.host.book_meeting(USER, &on_google).await.unwrap().provider, Provider::Google);
    let error = stage.host.book_meeting(USER, &on_outlook).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
    on_outlook.time = error.alternatives[0];
    assert_eq!(stage.host.book_meeting(USER, &on_outlook).await.unwrap().provider, Provider::Outlook);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_deleted_at_the_provider_frees_its_slot() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    let slot = free_slots(&stage).await[0];
    let meeting = stage.host.book_meeting(USER, &booking("Deleted elsewhere", slot)).await.unwrap();
    // Another program of the same person deletes it: the ledger cannot know.
    let token = stage.sandbox.control().access_token(
        calendar_sandbox::vendor::Vendor::Google,
        GOOGLE,
        &["https://www.googleapis.com/auth/calendar.events"],
    );
    let address = format!(
        "{}/calendar/v3/calendars/{}/events/{}",
        stage.sandbox.base_url(),
        GOOGLE.replace('@', "%40"),
        meeting.event_id
    );
    let deleted = reqwest::Client::new().delete(address).bearer_auth(token).send().await.unwrap();
    assert_eq!(deleted.status().as_u16(), 204);
    let next = stage.host.book_meeting(USER, &booking("Next", slot)).await.unwrap();
    assert_eq!(next.time, slot);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_many_times_at_once_is_one_recorded_meeting() {
    for (provider, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let request = booking("Clicked twice", free_slots(&stage).await[0]);
        let attempts = (0..8).map(|_| {
            let (host, request) = (stage.host.clone(), request.clone());
            tokio::spawn(async move { host.book_meeting(USER, &request).await })
        });
        let mut ids = Vec::new();
        for attempt in attempts.collect::<Vec<_>>() {
            ids.push(attempt.await.unwrap().unwrap().event_id);
        }
        ids.push(stage.host.book_meeting(USER, &request).await.unwrap().event_id);
        ids.dedup();
        assert_eq!(ids.len(), 1, "{ids:?}");
        assert_eq!(invitations(&stage), 1);
    }
}
