//! Several hosts on machines of their own, one PostgreSQL: a refresh, a slot, a hold is one for all of them.
#![cfg(unix)]

use calendar_host::types::{ErrorCode, EventLocator, HoldRequest, MeetingChanges, Provider, Selection, TimeRange};
use calendar_host::{CalendarHost, Config};
use calendar_sandbox::config::Config as SandboxConfig;
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::postgres::{self, Database, PASSWORD};
use calendar_tests::query::booking;
use calendar_tests::stage::Stage;

const USER: &str = "ana";
const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const PROVIDERS: [(Provider, Vendor, &str); 2] =
    [(Provider::Google, Vendor::Google, GOOGLE), (Provider::Outlook, Vendor::Microsoft, OUTLOOK)];

/// A stage whose host is one of three, each with a folder of its own.
struct Machines {
    stage: Stage,
    hosts: Vec<CalendarHost>,
    database: Database,
    _folders: Vec<tempfile::TempDir>,
}

impl Machines {
    /// None where PostgreSQL is not installed.
    async fn start() -> Option<Self> {
        let database = postgres::database().await?;
        let variables = [("DATABASE_URL", database.url.as_str()), ("CALENDAR_HOST_KEY", KEY)];
        let stage = Stage::with(SandboxConfig::default(), &variables).await;
        let (mut hosts, mut folders) = (vec![stage.host.clone()], Vec::new());
        for _ in 0..2 {
            let folder = tempfile::tempdir().unwrap();
            let config = Config { data_dir: folder.path().to_owned(), ..stage.host.config().clone() };
            hosts.push(CalendarHost::open(config).await.unwrap());
            folders.push(folder);
        }
        Some(Self { stage, hosts, database, _folders: folders })
    }

    fn hour(&self, number: i64) -> TimeRange {
        let day = self.stage.day(20);
        TimeRange { start: day + number * 3600, end: day + (number + 1) * 3600 }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_calls_on_three_machines_refresh_an_ended_token_once() {
    let Some(machines) = Machines::start().await else { return };
    let control = machines.stage.sandbox.control();
    for (provider, vendor, email) in PROVIDERS {
        machines.stage.connect(USER, provider, email).await;
        control.expire_access_tokens(vendor);
        control.clear_exchanges();
        let calls: Vec<_> = (0..50)
            .map(|number| {
                let host = machines.hosts[number % machines.hosts.len()].clone();
                tokio::spawn(async move { host.list_calendars(USER, &Selection::default()).await })
            })
            .collect();
        for call in calls {
            let listed = call.await.unwrap().unwrap();
            assert!(listed.unknown.is_empty(), "{:?}", listed.unknown);
        }
        let refreshes = control.exchanges().iter().filter(|exchange| exchange.path.ends_with("/token")).count();
        assert_eq!(refreshes, 1, "{provider}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_thirty_bookings_on_three_machines_one_is_made_and_the_others_are_conflicts() {
    let Some(machines) = Machines::start().await else { return };
    machines.stage.connect_both(USER).await;
    let hour = machines.hour(1);
    let attempts: Vec<_> = (0..30)
        .map(|number| {
            let host = machines.hosts[number % machines.hosts.len()].clone();
            tokio::spawn(async move { host.book_meeting(USER, &booking(&format!("Attempt {number}"), hour)).await })
        })
        .collect();
    let (mut made, mut conflicts) = (0, 0);
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => {
                assert_eq!(error.code, ErrorCode::Conflict, "{error:?}");
                conflicts += 1;
            }
        }
    }
    assert_eq!((made, conflicts), (1, 29));
    let data = machines.hosts[2].user_data(USER).await.unwrap();
    assert_eq!((data.bookings.len(), data.events.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_of_one_machine_is_listed_respected_and_released_by_the_others() {
    let Some(machines) = Machines::start().await else { return };
    machines.stage.connect_both(USER).await;
    let [one, two, three] = &machines.hosts[..] else { panic!("three hosts") };
    let hour = machines.hour(2);
    let hold = one.hold_slot(USER, &HoldRequest::new(hour)).await.unwrap();
    assert_eq!(two.list_holds(USER).await.unwrap(), std::slice::from_ref(&hold));
    let refused = two.book_meeting(USER, &booking("Taken", hour)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert!(three.release_hold(USER, &hold.id).await.unwrap());
    let meeting = two.book_meeting(USER, &booking("Free again", hour)).await.unwrap();
    let moved = machines.hour(3);
    let changes = MeetingChanges { time: Some(moved), ..MeetingChanges::default() };
    let updated = three.update_event(USER, &EventLocator::new(&meeting.event_id), &changes).await.unwrap();
    assert_eq!(updated.time, moved);
    assert_eq!(one.book_meeting(USER, &booking("Behind it", hour)).await.unwrap().time, hour);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_with_another_key_opens_no_token_and_one_without_the_server_says_so() {
    let Some(machines) = Machines::start().await else { return };
    machines.stage.connect_both(USER).await;
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data_dir: folder.path().to_owned(), key: None, ..machines.stage.host.config().clone() };
    assert!(!format!("{config:?}").contains(PASSWORD), "{config:?}");
    let stranger = CalendarHost::open(config).await.unwrap();
    let refused = stranger.list_calendars(USER, &Selection::default()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Storage, "{refused:?}");

    machines.database.disconnect(false).await;
    let (host, hour) = (&machines.hosts[1], machines.hour(4));
    let lost = host.book_meeting(USER, &booking("Lost", hour)).await.unwrap_err();
    assert_eq!(lost.code, ErrorCode::Storage, "{lost:?}");
    assert!(!lost.remedy.is_empty() && !format!("{lost:?}").contains(PASSWORD), "{lost:?}");
    machines.database.disconnect(true).await;
    host.book_meeting(USER, &booking("Found again", hour)).await.unwrap();
    assert_eq!(machines.hosts[0].user_data(USER).await.unwrap().bookings.len(), 1);
}
