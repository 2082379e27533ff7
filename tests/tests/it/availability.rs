//! Busy times, slots and proposals over all accounts: the union of everything, and never free
//! where something could not be read.

use calendar_host::types::{ErrorCode, ProposalQuery, Provider, Selection, TimeRange, Weekday, WorkingHours};
use calendar_sandbox::fault::{Action, Fault};
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::{GOOGLE, GOOGLE_TWO, OUTLOOK};
use calendar_tests::query::{booking, slots};
use calendar_tests::stage::Stage;

const USER: &str = "ana";

fn week(stage: &Stage) -> TimeRange {
    let start = stage.day(2);
    TimeRange { start, end: start + 7 * 86_400 }
}

async fn busy(stage: &Stage, selection: &Selection) -> Vec<TimeRange> {
    let read = stage.host.get_busy_times(USER, week(stage), selection).await.unwrap();
    assert!(read.unknown.is_empty(), "{:?}", read.unknown);
    read.busy
}

fn only(provider: Provider) -> Selection {
    Selection { provider: Some(provider), ..Selection::default() }
}

fn overlaps(one: &TimeRange, other: &TimeRange) -> bool {
    one.start < other.end && other.start < one.end
}

#[tokio::test(flavor = "multi_thread")]
async fn busy_times_are_sorted_merged_and_the_union_of_all_accounts() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    stage.connect(USER, Provider::Google, GOOGLE_TWO).await;
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    let (google, outlook) = (busy(&stage, &only(Provider::Google)).await, busy(&stage, &only(Provider::Outlook)).await);
    let all = busy(&stage, &Selection::default()).await;
    assert!(!google.is_empty() && !outlook.is_empty());
    assert!(all.windows(2).all(|pair| pair[0].end < pair[1].start), "{all:?}");
    let range = week(&stage);
    for minute in (range.start..range.end).step_by(300) {
        let is_in = |set: &[TimeRange]| set.iter().any(|one| one.start <= minute && minute < one.end);
        assert_eq!(is_in(&all), is_in(&google) || is_in(&outlook), "at {minute}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slots_keep_to_hours_buffers_notice_and_step_and_never_touch_busy_time() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let busy = busy(&stage, &Selection::default()).await;
    let mut query = slots(week(&stage), 45, "America/New_York");
    let days = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    let hours = |weekday| WorkingHours { weekday, start_minute: 6 * 60, end_minute: 22 * 60 };
    query.rules.working_hours = Some(days.map(hours).to_vec());
    query.rules.buffer_before_minutes = Some(10);
    query.rules.buffer_after_minutes = Some(5);
    query.rules.step_minutes = Some(15);
    query.rules.minimum_notice_minutes = Some(60);
    let found = stage.host.check_availability(USER, &query).await.unwrap();
    assert!(!found.slots.is_empty(), "{found:?}");
    for slot in &found.slots {
        assert_eq!(slot.end - slot.start, 45 * 60);
        assert_eq!(slot.start % 900, 0, "New York is a whole number of quarters from UTC");
        let blocked = TimeRange { start: slot.start - 600, end: slot.end + 300 };
        assert!(!busy.iter().any(|one| overlaps(one, &blocked)), "{slot:?}");
    }
    assert!(found.reasons.iter().any(|one| one.reason == "outside_hours" && one.count > 0));
    assert!(found.reasons.iter().any(|one| one.reason == "busy" && one.count > 0));
    let next = stage.host.find_next_available_slot(USER, &query).await.unwrap();
    assert_eq!(next.slots, found.slots[..1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn proposals_are_free_slots_of_different_days() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let query = slots(week(&stage), 60, "Europe/Berlin");
    let free = stage.host.check_availability(USER, &query).await.unwrap().slots;
    let proposal = ProposalQuery { invitee_time_zone: Some("Asia/Tokyo".into()), ..ProposalQuery::new(query, 3) };
    let proposed = stage.host.propose_meeting_times(USER, &proposal).await.unwrap().slots;
    assert_eq!(proposed.len(), 3);
    assert!(proposed.iter().all(|slot| free.contains(slot)));
    let mut days: Vec<_> = proposed.iter().map(|slot| (slot.start + 9 * 3600) / 86_400).collect();
    days.sort_unstable();
    days.dedup();
    assert_eq!(days.len(), 3, "three local days of the invitee");
    assert_eq!(stage.host.propose_meeting_times(USER, &proposal).await.unwrap().slots, proposed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_that_cannot_be_read_is_unknown_with_a_reason_and_no_slot_is_offered() {
    let faults = [
        (Vendor::Google, "/freeBusy", Fault::status(403, "forbidden")),
        (Vendor::Microsoft, "calendarView", Fault::status(403, "ErrorAccessDenied")),
        (Vendor::Microsoft, "calendarView", Fault::new(Action::InvalidJson)),
        (Vendor::Google, "/freeBusy", Fault::new(Action::WrongContentType)),
    ];
    for (vendor, path, fault) in faults {
        let stage = Stage::open().await;
        stage.connect_both(USER).await;
        stage.sandbox.control().fault(fault.on(vendor).path(path).always());
        let read = stage.host.get_busy_times(USER, week(&stage), &Selection::default()).await.unwrap();
        assert!(!read.unknown.is_empty(), "{vendor:?}");
        assert!(read.unknown.iter().all(|one| !one.reason.is_empty()));
        let found = stage.host.check_availability(USER, &slots(week(&stage), 60, "UTC")).await.unwrap();
        assert!(found.slots.is_empty() && !found.unknown.is_empty(), "unknown is not free");
        assert!(found.reasons.iter().any(|one| one.reason == "unknown_availability"), "{:?}", found.reasons);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn short_outages_are_waited_out() {
    use calendar_sandbox::fault::RetryAfter;
    for retry_after in [RetryAfter::None, RetryAfter::Seconds(1), RetryAfter::HttpDate(1)] {
        let stage = Stage::open().await;
        stage.connect_both(USER).await;
        let control = stage.sandbox.control();
        control.fault(Fault::status(429, "rateLimitExceeded").retry_after(retry_after).path("/freeBusy"));
        control.fault(Fault::status(503, "ErrorServerBusy").retry_after(retry_after).path("calendarView"));
        control.fault(Fault::new(Action::CutBody).path("/users/me/calendarList"));
        control.fault(Fault::new(Action::DropBefore).path("/me/calendars"));
        busy(&stage, &Selection::default()).await;
        assert!(control.faults().is_empty(), "every fault was met: {:?}", control.faults());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn own_bookings_block_with_their_buffers() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    let query = slots(week(&stage), 60, "UTC");
    let free = stage.host.check_availability(USER, &query).await.unwrap().slots;
    let run = free.windows(5).find(|run| run.windows(2).all(|pair| pair[1].start - pair[0].start == 1800)).unwrap();
    let mut request = booking("Buffered", run[2]);
    request.buffer_before_minutes = Some(30);
    request.buffer_after_minutes = Some(30);
    // run[2] needs an hour and half an hour on both sides: from run[1].start to run[4].start.
    stage.host.book_meeting(USER, &request).await.unwrap();
    let left = stage.host.check_availability(USER, &query).await.unwrap().slots;
    let blocked = TimeRange { start: run[2].start - 1800, end: run[2].end + 1800 };
    assert!(left.iter().all(|slot| !overlaps(slot, &blocked)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered_beside_a_buffered_booking_is_booked_and_held() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let begin = week(&stage).start + 90 * 86_400 + 36_000;
    let time = |minutes: i64| TimeRange { start: begin + minutes * 60, end: begin + (minutes + 30) * 60 };
    let buffered = |minutes: i64| {
        let mut request = booking(&format!("Buffered {minutes}"), time(minutes));
        request.buffer_before_minutes = Some(15);
        request.buffer_after_minutes = Some(15);
        request
    };
    stage.host.book_meeting(USER, &buffered(0)).await.unwrap();
    let mut query = slots(TimeRange { start: time(30).start, end: time(75).end }, 30, "UTC");
    query.rules.buffer_before_minutes = Some(15);
    query.rules.buffer_after_minutes = Some(15);
    query.rules.step_minutes = Some(15);
    let offered = stage.host.check_availability(USER, &query).await.unwrap().slots;
    assert_eq!(offered.first(), Some(&time(45)), "the buffers share the quarter of an hour between: {offered:?}");
    let error = stage.host.book_meeting(USER, &buffered(30)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict, "{error:?}");
    stage.host.book_meeting(USER, &buffered(45)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_queries_name_the_field() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    let good = slots(week(&stage), 60, "UTC");
    let bad = |change: &dyn Fn(&mut calendar_host::types::SlotQuery)| {
        let mut query = good.clone();
        change(&mut query);
        query
    };
    let hours =
        |start_minute, end_minute| Some(vec![WorkingHours { weekday: Weekday::Monday, start_minute, end_minute }]);
    let cases = [
        ("range", bad(&|q| q.range.end = q.range.start)),
        ("range", bad(&|q| q.range.end = q.range.start - 1)),
        ("range", bad(&|q| q.range.end = q.range.start + 63 * 86_400)),
        ("range", bad(&|q| q.range.start = -5)),
        ("duration-minutes", bad(&|q| q.rules.duration_minutes = 0)),
        ("duration-minutes", bad(&|q| q.rules.working_hours = hours(540, 599))),
        ("step-minutes", bad(&|q| q.rules.step_minutes = Some(0))),
        ("offset-minutes", bad(&|q| q.rules.offset_minutes = Some(30))),
        ("time-zone", bad(&|q| q.rules.time_zone = "Mars/Olympus".into())),
        ("time-zone", bad(&|q| q.rules.time_zone = String::new())),
        ("working-hours", bad(&|q| q.rules.working_hours = hours(600, 600))),
        ("working-hours", bad(&|q| q.rules.working_hours = hours(600, 2881))),
        ("working-hours", bad(&|q| q.rules.working_hours = Some(Vec::new()))),
        ("buffer-before-minutes", bad(&|q| q.rules.buffer_before_minutes = Some(1441))),
        ("max-slots", bad(&|q| q.max_slots = Some(0))),
        ("account", bad(&|q| q.selection.account = Some("nobody@example.com".into()))),
        ("calendars", bad(&|q| q.selection.calendars = vec!["no such calendar".into()])),
    ];
    for (field, query) in cases {
        let error = stage.host.check_availability(USER, &query).await.unwrap_err();
        assert!(matches!(error.code, ErrorCode::InvalidArgument | ErrorCode::NotFound), "{error:?}");
        assert!(error.message.starts_with(&format!("{field}: ")), "{field}: {}", error.message);
    }
    let error = stage.host.check_availability("", &good).await.unwrap_err();
    assert!(error.message.contains("user id"), "{error:?}");
    let error = stage.host.check_availability("nobody", &good).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotAuthenticated);
}
