//! A mailbox with more calendars than may be asked at once: the busy times come in one batch, and a part
//! that fails spoils nothing else.

use calendar_host::types::{Provider, Selection, TimeRange};
use calendar_sandbox::microsoft::switches::PartFault;
use calendar_tests::people::OUTLOOK;
use calendar_tests::query::minutes_from;
use calendar_tests::stage::Stage;
use serde_json::json;

const USER: &str = "ana";

/// A day on which every one of nine further calendars has an hour of its own; those hours.
async fn stage() -> (Stage, TimeRange, Vec<TimeRange>) {
    let stage = Stage::open().await;
    let control = stage.sandbox.control();
    let start = stage.empty_day();
    let hours: Vec<_> = (0..9).map(|number| minutes_from(start + number * 7200, 60)).collect();
    for (number, hour) in hours.iter().enumerate() {
        let calendar = control.microsoft().insert_calendar(OUTLOOK, &format!("Calendar {number}"), None).unwrap();
        let at = |seconds| {
            let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
            json!({"dateTime": at.format("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC"})
        };
        let event = json!({"subject": "Taken", "start": at(hour.start), "end": at(hour.end)});
        control.microsoft().insert_event(OUTLOOK, Some(&calendar), &event).unwrap();
    }
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    (stage, minutes_from(start, 24 * 60), hours)
}

async fn busy(stage: &Stage, day: TimeRange) -> Vec<TimeRange> {
    stage.forget_requests();
    let read = stage.host.get_busy_times(USER, day, &Selection::default()).await.unwrap();
    assert!(read.unknown.is_empty(), "{:?}", read.unknown);
    read.busy
}

fn views(stage: &Stage) -> (usize, usize) {
    let requests = stage.requests.lock().unwrap();
    let count = |part: &str| requests.iter().filter(|one| one.path.ends_with(part)).count();
    (count("/$batch"), count("/calendarView"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_busy_times_of_many_calendars_come_in_one_request() {
    let (stage, day, hours) = stage().await;
    for _ in 0..2 {
        assert_eq!(busy(&stage, day).await, hours);
        assert_eq!(views(&stage), (1, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_that_are_refused_for_a_moment_are_read_again_alone() {
    let (stage, day, hours) = stage().await;
    stage.sandbox.control().microsoft().set_switches(|switches| {
        for (status, code, retry_after_seconds) in [(429, "TooManyRequests", Some(1)), (503, "ErrorServerBusy", None)] {
            let path_contains = "/calendarView".to_owned();
            let code = code.to_owned();
            switches.batch_faults.push(PartFault { path_contains, times: 1, status, code, retry_after_seconds });
        }
    });
    assert_eq!(busy(&stage, day).await, hours);
    assert_eq!(views(&stage), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_refused_for_good_makes_its_calendar_unknown_and_no_other() {
    let (stage, day, hours) = stage().await;
    stage.sandbox.control().microsoft().set_switches(|switches| {
        let (path_contains, code) = ("/calendarView".to_owned(), "ErrorAccessDenied".to_owned());
        switches.batch_faults.push(PartFault { path_contains, times: 1, status: 403, code, retry_after_seconds: None });
    });
    let read = stage.host.get_busy_times(USER, day, &Selection::default()).await.unwrap();
    assert_eq!(read.unknown.len(), 1, "{:?}", read.unknown);
    assert!(read.unknown[0].calendar.is_some() && read.busy.len() >= hours.len() - 1);
}
