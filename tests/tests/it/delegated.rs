//! Other people's calendars that an account may read or write: busy as far as they are shared, titles
//! as far as they are shown, and booked only where that is allowed.

use calendar_host::types::{Access, ErrorCode, EventLocator, Meeting, MeetingChanges, Provider, Selection, TimeRange};
use calendar_sandbox::google::calendar::Role;
use calendar_tests::people::{GOOGLE, GOOGLE_TWO, OUTLOOK};
use calendar_tests::query::{booking, minutes_from, wall};
use calendar_tests::stage::Stage;
use serde_json::{Value, json};

const USER: &str = "ana";

/// A day without anything but what a test puts there.
fn day(stage: &Stage) -> TimeRange {
    minutes_from(stage.empty_day(), 24 * 60)
}

fn hour(day: TimeRange, number: i64) -> TimeRange {
    minutes_from(day.start + number * 3600, 60)
}

fn google_event(title: &str, time: TimeRange, visibility: &str) -> Value {
    let at = |seconds| json!({"dateTime": format!("{}Z", wall(seconds))});
    json!({"summary": title, "visibility": visibility, "start": at(time.start), "end": at(time.end)})
}

fn graph_event(title: &str, time: TimeRange, sensitivity: &str) -> Value {
    let at = |seconds| json!({"dateTime": wall(seconds), "timeZone": "UTC"});
    json!({"subject": title, "sensitivity": sensitivity, "start": at(time.start), "end": at(time.end)})
}

fn only(calendar: &str) -> Selection {
    Selection { calendars: vec![calendar.to_owned()], ..Selection::default() }
}

/// What the user sees of a calendar on that day: its access, its busy times, its titles.
async fn seen(stage: &Stage, calendar: &str) -> (Access, Vec<TimeRange>, Vec<String>) {
    let list = stage.host.list_calendars(USER, &only(calendar)).await.unwrap();
    let busy = stage.host.get_busy_times(USER, day(stage), &only(calendar)).await.unwrap();
    assert!(busy.unknown.is_empty(), "{:?}", busy.unknown);
    let meetings = meetings(stage, calendar).await;
    (list.calendars[0].access, busy.busy, meetings.into_iter().map(|one| one.title).collect())
}

async fn meetings(stage: &Stage, calendar: &str) -> Vec<Meeting> {
    let agenda = stage.host.get_upcoming_meetings(USER, day(stage), &only(calendar), None).await.unwrap();
    assert!(agenda.unknown.is_empty(), "{:?}", agenda.unknown);
    agenda.meetings
}

/// Booking there is refused by the calendar's name, and no event was sent.
async fn expect_read_only(stage: &Stage, calendar: &str, name: &str) {
    let mut request = booking("Not here", hour(day(stage), 15));
    request.target.calendars = vec![calendar.to_owned()];
    stage.forget_requests();
    let error = stage.host.book_meeting(USER, &request).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::PermissionDenied, "{error:?}");
    assert!(error.message.contains(name) && error.remedy.contains("write access"), "{error:?}");
    let sent = stage.requests.lock().unwrap().clone();
    assert!(!sent.iter().any(|one| one.method == "POST" && one.path.ends_with("/events")), "{sent:?}");
}

/// A meeting that is there can be seen, and neither changed nor cancelled.
async fn expect_unchangeable(stage: &Stage, calendar: &str, title: &str) {
    let meeting = meetings(stage, calendar).await.into_iter().find(|one| one.title == title).unwrap();
    let mut event = EventLocator::new(&meeting.event_id);
    event.calendar = Some(calendar.to_owned());
    let error = stage.host.cancel_event(USER, &event, None, None).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::PermissionDenied, "{error:?}");
    assert_eq!(stage.host.get_event(USER, &event).await.unwrap().title, title);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_google_calendar_of_somebody_else_is_used_as_far_as_its_role_admits() {
    for (role, access, titles) in [
        (Role::FreeBusyReader, Access::FreeBusy, vec![]),
        (Role::Reader, Access::Read, vec!["Open", ""]),
        (Role::WriterWithoutPrivateAccess, Access::Write, vec!["Open", ""]),
        (Role::Writer, Access::Write, vec!["Open", "Doctor"]),
    ] {
        let stage = Stage::open().await;
        let (control, day) = (stage.sandbox.control(), day(&stage));
        let calendar = control.google().insert_calendar(GOOGLE_TWO, "Ben's plans", "Europe/Berlin").unwrap();
        control.google().insert_event(GOOGLE_TWO, &calendar, &google_event("Open", hour(day, 9), "default")).unwrap();
        control
            .google()
            .insert_event(GOOGLE_TWO, &calendar, &google_event("Doctor", hour(day, 11), "private"))
            .unwrap();
        control.google().share(&calendar, GOOGLE, role).unwrap();
        stage.connect(USER, Provider::Google, GOOGLE).await;
        let expected =
            (access, vec![hour(day, 9), hour(day, 11)], titles.iter().map(|one| (*one).to_owned()).collect());
        assert_eq!(seen(&stage, &calendar).await, expected, "{role:?}");
        if matches!(access, Access::FreeBusy | Access::Read) {
            expect_read_only(&stage, &calendar, "Ben's plans").await;
        } else {
            let mut request = booking("For Ben", hour(day, 15));
            request.target.calendars = vec![calendar.clone()];
            let meeting = stage.host.book_meeting(USER, &request).await.unwrap();
            assert_eq!(meeting.calendar, calendar);
            let taken = stage.host.book_meeting(USER, &booking("For Ana", hour(day, 11))).await.unwrap_err();
            assert_eq!(taken.code, ErrorCode::Conflict, "a calendar that is shown counts, private times included");
        }
        if role == Role::Reader {
            expect_unchangeable(&stage, &calendar, "Open").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outlook_calendar_that_somebody_shared_is_read_when_it_is_named_and_never_written() {
    let stage = Stage::open().await;
    let (control, day) = (stage.sandbox.control(), day(&stage));
    let lead = Some(("Lead", "lead@contoso.example"));
    let calendar = control.microsoft().insert_calendar(OUTLOOK, "Lead's plans", lead).unwrap();
    let insert = |event: Value| control.microsoft().insert_event(OUTLOOK, Some(&calendar), &event).unwrap();
    insert(graph_event("Open", hour(day, 9), "normal"));
    insert(graph_event("Doctor", hour(day, 11), "private"));
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    let titles = vec!["Open".to_owned(), String::new()];
    assert_eq!(seen(&stage, &calendar).await, (Access::Read, vec![hour(day, 9), hour(day, 11)], titles));
    expect_read_only(&stage, &calendar, "Lead's plans").await;
    expect_unchangeable(&stage, &calendar, "Open").await;
    let all = stage.host.get_busy_times(USER, day, &Selection::default()).await.unwrap();
    assert!(all.busy.is_empty(), "another person's time is not the user's: {:?}", all.busy);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outlook_calendar_that_somebody_shared_for_editing_is_booked_in_when_it_is_named() {
    let stage = Stage::open().await;
    let (control, day) = (stage.sandbox.control(), day(&stage));
    let lead = Some(("Lead", "lead@contoso.example"));
    let calendar = control.microsoft().insert_calendar(OUTLOOK, "Lead's plans", lead).unwrap();
    control
        .microsoft()
        .set_mailbox(OUTLOOK, |mailbox| {
            mailbox.calendars.iter_mut().filter(|one| one.name == "Lead's plans").for_each(|one| one.can_edit = true);
        })
        .unwrap();
    control.microsoft().insert_event(OUTLOOK, Some(&calendar), &graph_event("Open", hour(day, 9), "normal")).unwrap();
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    assert_eq!(seen(&stage, &calendar).await.0, Access::Write);
    let mut request = booking("For the lead", hour(day, 15));
    request.target.calendars = vec![calendar.clone()];
    let meeting = stage.host.book_meeting(USER, &request).await.unwrap();
    assert_eq!(meeting.calendar, calendar);
    let mut taken = booking("Over it", hour(day, 9));
    taken.target.calendars = vec![calendar.clone()];
    let refused = stage.host.book_meeting(USER, &taken).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict, "the calendar that is written to counts");
    let changes = MeetingChanges { time: Some(hour(day, 16)), ..MeetingChanges::default() };
    let event = EventLocator { calendar: Some(calendar.clone()), ..EventLocator::new(&meeting.event_id) };
    assert_eq!(stage.host.update_event(USER, &event, &changes).await.unwrap().time, hour(day, 16));
    stage.host.cancel_event(USER, &event, None, None).await.unwrap();
    assert_eq!(meetings(&stage, &calendar).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_moves_over_itself_where_another_own_account_sees_only_that_its_calendar_is_busy() {
    let stage = Stage::open().await;
    let day = day(&stage);
    stage.sandbox.control().google().share(GOOGLE, GOOGLE_TWO, Role::FreeBusyReader).unwrap();
    stage.connect(USER, Provider::Google, GOOGLE).await;
    let second = stage.connect(USER, Provider::Google, GOOGLE_TWO).await;
    let seen = stage.host.list_calendars(USER, &Selection::default()).await.unwrap().calendars;
    let shared = seen.iter().find(|one| one.id == GOOGLE && one.account == second.id).expect("seen from the other");
    assert!(shared.is_selected && shared.access == Access::FreeBusy, "{shared:?}");
    let first = seen.iter().find(|one| one.id == GOOGLE && one.account != second.id).expect("the own one");
    let mut request = booking("Planning", hour(day, 9));
    request.target.account = Some(first.account.clone());
    let meeting = stage.host.book_meeting(USER, &request).await.unwrap();
    let half = TimeRange { start: request.time.start + 1800, end: request.time.end + 1800 };
    let changes = MeetingChanges { time: Some(half), ..MeetingChanges::default() };
    let moved = stage.host.update_event(USER, &EventLocator::new(&meeting.event_id), &changes).await.unwrap();
    assert_eq!(moved.time, half);
}
