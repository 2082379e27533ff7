//! Other people's time by address, at both vendors: known as far as it is shared, and never free
//! where it could not be read.

use calendar_host::types::{
    ErrorCode, PersonSchedule, Provider, ScheduleItem, ScheduleStatus, Selection, TimeRange, Weekday,
};
use calendar_sandbox::fault::Fault;
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::{GOOGLE, GOOGLE_TWO, OUTLOOK, OUTLOOK_PERSONAL};
use calendar_tests::query::range;
use calendar_tests::stage::Stage;
use serde_json::{Value, json};

const USER: &str = "ana";
/// A colleague of the Outlook account, in London.
const LEE: &str = "lee@contoso.example";

async fn ask(stage: &Stage, people: &[&str], range: TimeRange) -> Vec<PersonSchedule> {
    let people: Vec<String> = people.iter().map(|one| (*one).to_owned()).collect();
    stage.host.get_schedule(USER, &people, range, &Selection::default()).await.unwrap()
}

fn put(stage: &Stage, user: &str, event: Value) {
    stage.sandbox.control().microsoft().insert_event(user, None, &event).unwrap();
}

fn wall(text: &str, zone: &str) -> Value {
    json!({"dateTime": text, "timeZone": zone})
}

fn timed(status: &str, start: &str, end: &str) -> Value {
    json!({"subject": "x", "showAs": status, "start": wall(start, "UTC"), "end": wall(end, "UTC")})
}

fn item(status: ScheduleStatus, start: &str, end: &str) -> ScheduleItem {
    ScheduleItem { time: range(start, end), status }
}

fn unknown(person: &PersonSchedule) -> ErrorCode {
    assert!(person.busy.is_empty() && person.working_hours.is_none(), "{person:?}");
    let unknown = person.unknown.as_ref().unwrap_or_else(|| panic!("known: {person:?}"));
    assert!(unknown.reason.contains(&person.email), "{}", unknown.reason);
    unknown.code
}

/// The statuses of the requests for schedules so far.
fn statuses(stage: &Stage) -> Vec<Option<u16>> {
    let requests = stage.requests.lock().unwrap();
    requests.iter().filter(|one| one.path.ends_with("/getSchedule")).map(|one| one.status).collect()
}

fn colleagues(stage: &Stage, count: usize) -> Vec<String> {
    let microsoft = stage.sandbox.control().microsoft();
    let add = |n: usize| {
        let email = format!("p{n}@contoso.example");
        microsoft.insert_user(&email, "Somebody", "UTC", false).unwrap();
        email
    };
    (0..count).map(add).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_known_when_one_account_of_either_vendor_knows_it() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let day = range("2031-05-10T00:00:00Z", "2031-05-11T00:00:00Z");
    let google = stage.sandbox.control().google();
    let (start, end) = ("2031-05-10T09:00:00Z", "2031-05-10T10:00:00Z");
    let client_call = json!({"summary": "x", "start": {"dateTime": start}, "end": {"dateTime": end}});
    google.insert_event(GOOGLE_TWO, "primary", &client_call).unwrap();
    put(&stage, OUTLOOK, timed("tentative", "2031-05-10T09:00:00", "2031-05-10T11:00:00"));
    put(&stage, OUTLOOK, timed("oof", "2031-05-10T10:30:00", "2031-05-10T12:00:00"));
    put(&stage, OUTLOOK, timed("workingElsewhere", "2031-05-10T11:00:00", "2031-05-10T13:00:00"));
    put(&stage, OUTLOOK, timed("free", "2031-05-10T15:00:00", "2031-05-10T16:00:00"));
    stage.forget_requests();
    let people = ["Ben@Example.com", OUTLOOK, LEE, GOOGLE, "typo@contoso.example", "stranger@example.com"];
    let found = ask(&stage, &people, day).await;
    assert_eq!(found.iter().map(|one| one.email.as_str()).collect::<Vec<_>>(), people);
    let providers: Vec<_> = found.iter().map(|one| one.account.split(':').next().unwrap()).collect();
    assert_eq!(providers, ["google", "outlook", "outlook", "google", "outlook", "google"]);
    assert_eq!(found[0].busy, [item(ScheduleStatus::Busy, start, end)]);
    let layers = [
        item(ScheduleStatus::Tentative, "2031-05-10T09:00:00Z", "2031-05-10T10:30:00Z"),
        item(ScheduleStatus::OutOfOffice, "2031-05-10T10:30:00Z", "2031-05-10T12:00:00Z"),
        item(ScheduleStatus::WorkingElsewhere, "2031-05-10T12:00:00Z", "2031-05-10T13:00:00Z"),
    ];
    assert_eq!(found[1].busy, layers);
    let hours = found[2].working_hours.as_ref().unwrap();
    assert_eq!((hours.time_zone.as_str(), hours.windows.len()), ("Europe/London", 5));
    let first = &hours.windows[0];
    assert_eq!((first.weekday, first.start_minute, first.end_minute), (Weekday::Monday, 480, 1020));
    assert!(found[..4].iter().all(|one| one.unknown.is_none()), "{found:?}");
    assert_eq!(found[4..].iter().map(unknown).collect::<Vec<_>>(), [ErrorCode::NotFound; 2]);
    assert_eq!(stage.request_count(), 2, "one request to each vendor");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_five_addresses_are_two_requests_at_once_and_fifty_for_two_months_never_five() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    let people = colleagues(&stage, 50);
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let control = stage.sandbox.control();
    control.microsoft().set_switches(|switches| {
        switches.service_milliseconds = 1000;
        switches.concurrency_limit = Some(4);
    });
    control.clear_exchanges();
    stage.forget_requests();
    let found = ask(&stage, &people[..25], range("2031-05-10T00:00:00Z", "2031-05-11T00:00:00Z")).await;
    assert!(found.len() == 25 && found.iter().all(|one| one.unknown.is_none()));
    let mut exchanges = control.exchanges();
    exchanges.retain(|one| one.path.ends_with("/getSchedule"));
    assert_eq!(exchanges.len(), 2);
    assert!(
        exchanges[0].started < exchanges[1].ended && exchanges[1].started < exchanges[0].ended,
        "one after the other"
    );
    let mut asked: Vec<usize> = exchanges
        .iter()
        .map(|one| serde_json::from_str::<Value>(&one.request_body).unwrap()["schedules"].as_array().unwrap().len())
        .collect();
    asked.sort_unstable();
    assert_eq!(asked, [5, 20]);

    stage.forget_requests();
    let found = ask(&stage, &people, range("2031-05-01T00:00:00Z", "2031-07-02T00:00:00Z")).await;
    assert!(found.len() == 50 && found.iter().all(|one| one.unknown.is_none()));
    assert_eq!(statuses(&stage), [Some(200); 6], "three groups, two windows, nobody told to slow down");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_cannot_be_read_spoils_none_of_the_others() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let people = colleagues(&stage, 4);
    let google = stage.sandbox.control().google();
    google.insert_user("cy@example.com", "Cy", "UTC").unwrap();
    google.change_calendar("cy@example.com", |calendar| calendar.shares.clear()).unwrap();
    stage.sandbox.control().microsoft().set_switches(|switches| {
        switches.schedule_errors.insert(people[0].clone(), "ErrorNoFreeBusyAccess".into());
        switches.schedule_errors.insert(people[1].clone(), "ErrorProxyRequestProcessingFailed".into());
        switches.schedule_omits.insert(people[2].clone());
    });
    let mut asked: Vec<&str> = people.iter().map(String::as_str).collect();
    asked.extend(["typo@contoso.example", "cy@example.com", GOOGLE_TWO]);
    let found = ask(&stage, &asked, range("2031-05-10T00:00:00Z", "2031-05-11T00:00:00Z")).await;
    let codes: Vec<_> = [0, 1, 2, 4, 5].iter().map(|at| unknown(&found[*at])).collect();
    let expected = [
        ErrorCode::PermissionDenied,
        ErrorCode::Unavailable,
        ErrorCode::Protocol,
        ErrorCode::NotFound,
        ErrorCode::NotFound,
    ];
    assert_eq!(codes, expected);
    assert_eq!((&found[3].unknown, &found[6].unknown), (&None, &None));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_fails_makes_only_its_own_people_unknown() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let day = range("2031-05-10T00:00:00Z", "2031-05-11T00:00:00Z");
    let faults = [
        (Vendor::Microsoft, "getSchedule", Fault::status(403, "ErrorAccessDenied"), ErrorCode::PermissionDenied),
        (
            Vendor::Microsoft,
            "getSchedule",
            Fault::new(calendar_sandbox::fault::Action::InvalidJson),
            ErrorCode::Protocol,
        ),
        (Vendor::Google, "/freeBusy", Fault::status(403, "forbidden"), ErrorCode::PermissionDenied),
    ];
    for (vendor, path, fault, code) in faults {
        stage.sandbox.control().fault(fault.on(vendor).path(path).always());
        let (hit, spared) = if vendor == Vendor::Google { (GOOGLE_TWO, LEE) } else { (LEE, GOOGLE_TWO) };
        let found = ask(&stage, &[hit, spared], day).await;
        let told = found[0].unknown.as_ref().unwrap();
        assert_eq!((told.code, found[0].busy.len()), (code, 0), "{told:?}");
        assert_eq!(found[1].unknown, None, "{vendor:?}");
        stage.sandbox.control().clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_account_tells_its_own_time_and_nobody_elses() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Outlook, OUTLOOK_PERSONAL).await;
    put(&stage, OUTLOOK_PERSONAL, timed("oof", "2031-05-10T09:00:00", "2031-05-10T10:00:00"));
    stage.forget_requests();
    let found = ask(&stage, &[OUTLOOK_PERSONAL, LEE], range("2031-05-10T00:00:00Z", "2031-05-11T00:00:00Z")).await;
    let own = [item(ScheduleStatus::OutOfOffice, "2031-05-10T09:00:00Z", "2031-05-10T10:00:00Z")];
    assert_eq!(found[0].busy, own);
    assert_eq!(unknown(&found[1]), ErrorCode::Unsupported);
    assert_eq!(statuses(&stage), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowded_calendar_is_read_in_shorter_pieces() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    let people = colleagues(&stage, 2);
    let start = |minute: i64| format!("2031-05-01T{:02}:{:02}:00", minute / 60, minute % 60);
    for at in 0..40 {
        let mut series = timed("busy", &start(at * 30), &start(at * 30 + 10));
        series["recurrence"] = json!({
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "startDate": "2031-05-01", "numberOfOccurrences": 30},
        });
        put(&stage, &people[0], series);
    }
    stage.forget_requests();
    let month = range("2031-05-01T00:00:00Z", "2031-05-31T00:00:00Z");
    let found = ask(&stage, &[&people[0], &people[1]], month).await;
    assert_eq!(found[0].busy.len(), 40 * 30, "{:?}", found[0].unknown);
    assert!(found[0].busy.iter().all(|one| one.time.end - one.time.start == 600));
    assert_eq!((found[1].busy.len(), &found[1].unknown), (0, &None));
    assert_eq!(statuses(&stage).len(), 3, "the month, and each half of it for the one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_meeting_keeps_its_wall_time_over_the_change_of_the_clock_at_both_vendors() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let people = colleagues(&stage, 1);
    let zone = "W. Europe Standard Time";
    let mut outlook = timed("busy", "", "");
    outlook["start"] = wall("2031-03-29T09:00:00", zone);
    outlook["end"] = wall("2031-03-29T09:30:00", zone);
    outlook["recurrence"] = json!({
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": "2031-03-29", "numberOfOccurrences": 3},
    });
    put(&stage, &people[0], outlook);
    let berlin = |text: &str| json!({"dateTime": text, "timeZone": "Europe/Berlin"});
    let google = json!({"summary": "x", "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
        "start": berlin("2031-03-29T09:00:00"), "end": berlin("2031-03-29T09:30:00")});
    stage.sandbox.control().google().insert_event(GOOGLE_TWO, "primary", &google).unwrap();
    let found = ask(&stage, &[&people[0], GOOGLE_TWO], range("2031-03-29T00:00:00Z", "2031-04-01T00:00:00Z")).await;
    let expected = [
        item(ScheduleStatus::Busy, "2031-03-29T08:00:00Z", "2031-03-29T08:30:00Z"),
        item(ScheduleStatus::Busy, "2031-03-30T07:00:00Z", "2031-03-30T07:30:00Z"),
        item(ScheduleStatus::Busy, "2031-03-31T07:00:00Z", "2031-03-31T07:30:00Z"),
    ];
    for person in &found {
        assert_eq!(person.busy, expected, "{}", person.email);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_questions_name_the_field() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    let start = range("2031-05-01T00:00:00Z", "2031-07-02T00:00:00Z").start;
    let days = |count: i64, more: i64| TimeRange { start, end: start + count * 86_400 + more };
    let all = Selection::default();
    let calendars = Selection { calendars: vec![GOOGLE.into()], ..Selection::default() };
    let many: Vec<String> = (0..51).map(|n| format!("p{n}@example.com")).collect();
    let named = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let good = named(&[GOOGLE]);
    stage.forget_requests();
    for (field, people, range, selection) in [
        ("emails", named(&[]), days(1, 0), &all),
        ("emails", many, days(1, 0), &all),
        ("emails[2]", named(&[GOOGLE, GOOGLE_TWO, "nobody"]), days(1, 0), &all),
        ("range", good.clone(), days(62, 1), &all),
        ("range", good.clone(), days(0, 0), &all),
        ("calendars", good.clone(), days(1, 0), &calendars),
    ] {
        let error = stage.host.get_schedule(USER, &people, range, selection).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidArgument, "{error:?}");
        assert!(error.message.starts_with(&format!("{field}: ")), "{field}: {}", error.message);
    }
    assert_eq!(stage.request_count(), 0);
    let found = ask(&stage, &["  Ana@Example.com ", GOOGLE], days(62, 0)).await;
    assert_eq!(found.iter().map(|one| one.email.as_str()).collect::<Vec<_>>(), ["Ana@Example.com"]);
    assert_eq!(found[0].unknown, None);
    let nobody = stage.host.get_schedule("nobody", &good, days(1, 0), &all).await.unwrap_err();
    assert_eq!(nobody.code, ErrorCode::NotAuthenticated);
}
