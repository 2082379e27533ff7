//! Meetings that repeat: single occurrences are read, changed and cancelled by their own ids and leave the others as
//! they are; a whole series is read and renamed, but not moved by one time.

use calendar_host::types::{ErrorCode, EventLocator, Meeting, MeetingChanges, Provider, Selection, TimeRange};
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::query::{minutes_from, wall};
use calendar_tests::stage::Stage;
use serde_json::{Value, json};

const USER: &str = "ana";
const DAY: i64 = 86_400;
const HOUR: i64 = 3600;

/// Four meetings of an hour, one a day at 10:00 UTC, ninety days from now.
fn first(stage: &Stage) -> i64 {
    stage.day(90) + 10 * HOUR
}

async fn with_series(provider: Provider) -> (Stage, i64) {
    let stage = Stage::open().await;
    let start = first(&stage);
    let at = |seconds: i64| json!({"dateTime": wall(seconds), "timeZone": "UTC"});
    let control = stage.sandbox.control();
    match provider {
        Provider::Google => {
            let series: Value = json!({"summary": "Daily", "start": at(start), "end": at(start + HOUR),
                "recurrence": ["RRULE:FREQ=DAILY;COUNT=4"]});
            control.google().insert_event(GOOGLE, GOOGLE, &series).expect("a series");
            stage.connect(USER, provider, GOOGLE).await;
        }
        Provider::Outlook => {
            let range = json!({"type": "numbered", "startDate": &wall(start)[..10], "numberOfOccurrences": 4});
            let series: Value = json!({"subject": "Daily", "start": at(start), "end": at(start + HOUR),
                "recurrence": {"pattern": {"type": "daily", "interval": 1}, "range": range}});
            control.microsoft().insert_event(OUTLOOK, None, &series).expect("a series");
            stage.connect(USER, provider, OUTLOOK).await;
        }
    }
    (stage, start)
}

/// The meetings of those days, by start, without those that the sandbox's people have already.
async fn listed(stage: &Stage, start: i64) -> Vec<Meeting> {
    let range = TimeRange { start: start - 10 * HOUR, end: start + 5 * DAY };
    let mut found = stage.host.get_upcoming_meetings(USER, range, &Selection::default(), None).await.unwrap().meetings;
    found.retain(|one| !["Standup", "Team weekly"].contains(&one.title.as_str()));
    found
}

fn shown(meetings: &[Meeting], start: i64) -> Vec<(&str, i64)> {
    meetings.iter().map(|one| (one.title.as_str(), (one.time.start - start) / HOUR)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_occurrence_is_changed_moved_and_cancelled_and_the_others_stay() {
    for provider in [Provider::Google, Provider::Outlook] {
        let (stage, start) = with_series(provider).await;
        let days = listed(&stage, start).await;
        assert_eq!(shown(&days, start), [("Daily", 0), ("Daily", 24), ("Daily", 48), ("Daily", 72)], "{provider:?}");
        assert!(days.iter().all(|one| one.series_id.is_some() && one.series_id == days[0].series_id), "{days:?}");
        let locators: Vec<_> = days.iter().map(|one| EventLocator::new(&one.event_id)).collect();

        let title = MeetingChanges { title: Some("Special".to_owned()), ..MeetingChanges::default() };
        let changed = stage.host.update_event(USER, &locators[1], &title).await.unwrap();
        assert_eq!((changed.title.as_str(), changed.series_id), ("Special", days[0].series_id.clone()));
        let later = MeetingChanges { time: Some(minutes_from(start + 50 * HOUR, 60)), ..MeetingChanges::default() };
        stage.host.update_event(USER, &locators[2], &later).await.unwrap();
        stage.host.cancel_event(USER, &locators[3], None, None).await.unwrap();

        let left = listed(&stage, start).await;
        assert_eq!(shown(&left, start), [("Daily", 0), ("Special", 24), ("Daily", 50)], "{provider:?}");
        let read = stage.host.get_event(USER, &EventLocator::new(&left[2].event_id)).await.unwrap();
        assert_eq!((read.time.start, read.series_id), (start + 50 * HOUR, days[0].series_id.clone()), "{provider:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_series_is_renamed_but_not_moved() {
    for provider in [Provider::Google, Provider::Outlook] {
        let (stage, start) = with_series(provider).await;
        let before = listed(&stage, start).await;
        let series = EventLocator::new(before[0].series_id.as_ref().expect("a series"));
        let half_past = minutes_from(start + HOUR / 2, 60);
        for time in [half_past, minutes_from(start + 5 * HOUR, 60)] {
            let moved = MeetingChanges { time: Some(time), ..MeetingChanges::default() };
            let error = stage.host.update_event(USER, &series, &moved).await.unwrap_err();
            assert_eq!(error.code, ErrorCode::Unsupported, "{provider:?}: {error:?}");
            assert!(error.remedy.contains("single occurrences"), "{error:?}");
        }
        assert_eq!(shown(&listed(&stage, start).await, start), shown(&before, start), "{provider:?}");
        let title = MeetingChanges { title: Some("Stand-up".to_owned()), ..MeetingChanges::default() };
        stage.host.update_event(USER, &series, &title).await.unwrap();
        let titles: Vec<_> = listed(&stage, start).await.into_iter().map(|one| one.title).collect();
        assert_eq!(titles, ["Stand-up"; 4], "{provider:?}");
    }
}
