//! Changes and cancellations that name the version they mean: another one is left alone.

use calendar_host::types::{ErrorCode, EventLocator, MeetingChanges, Provider};
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::query::{booking, minutes_from};
use calendar_tests::stage::Stage;

const USER: &str = "ana";

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_changed_since_it_was_read_is_neither_changed_nor_cancelled() {
    for (provider, email) in [(Provider::Google, GOOGLE), (Provider::Outlook, OUTLOOK)] {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let start = stage.empty_day() + 15 * 3600;
        let booked = stage.host.book_meeting(USER, &booking("Planning", minutes_from(start, 30))).await.unwrap();
        let event = EventLocator::new(&booked.event_id);
        let read = stage.host.get_event(USER, &event).await.unwrap();
        let retitle = |title: &str, etag: Option<&String>| MeetingChanges {
            title: Some(title.to_owned()),
            if_match: etag.cloned(),
            ..MeetingChanges::default()
        };
        let changed = stage.host.update_event(USER, &event, &retitle("Plans", read.etag.as_ref())).await.unwrap();
        assert_ne!(changed.etag, read.etag, "{provider:?}");

        let old = stage.host.update_event(USER, &event, &retitle("Lost", read.etag.as_ref())).await.unwrap_err();
        assert_eq!(old.code, ErrorCode::PreconditionFailed, "{provider:?}: {old:?}");
        let old = stage.host.cancel_event(USER, &event, None, read.etag.as_deref()).await.unwrap_err();
        assert_eq!(old.code, ErrorCode::PreconditionFailed, "{provider:?}: {old:?}");
        assert_eq!(stage.host.get_event(USER, &event).await.unwrap().title, "Plans", "{provider:?}");

        stage.host.cancel_event(USER, &event, None, changed.etag.as_deref()).await.unwrap();
        // What is cancelled is cancelled, whatever version is meant.
        stage.host.cancel_event(USER, &event, None, read.etag.as_deref()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_made_is_recorded_by_the_same_call_again() {
    for (provider, email) in [(Provider::Google, GOOGLE), (Provider::Outlook, OUTLOOK)] {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let start = stage.empty_day() + 15 * 3600;
        let booked = stage.host.book_meeting(USER, &booking("Planning", minutes_from(start, 30))).await.unwrap();
        let event = EventLocator::new(&booked.event_id);
        let changes = MeetingChanges {
            title: Some("Plans".to_owned()),
            time: Some(minutes_from(start + 3600, 45)),
            if_match: booked.etag,
            ..MeetingChanges::default()
        };
        let changed = stage.host.update_event(USER, &event, &changes).await.unwrap();
        let again = stage.host.update_event(USER, &event, &changes).await.unwrap();
        assert_eq!((again.etag, again.time), (changed.etag, changed.time), "{provider:?}: nothing was written");
    }
}
