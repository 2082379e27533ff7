//! Holds, and races between hosts that share nothing, on both providers: the real component in the
//! real host against the sandbox.

use std::sync::{Arc, Condvar, Mutex};

use calendar_host::types::{BookingRequest, Error, ErrorCode, HoldRequest, Meeting, Provider, TimeRange};
use calendar_host::{CalendarHost, Config};
use calendar_sandbox::mail::MailKind;
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::query::{booking, slots};
use calendar_tests::relay::{Fate, Relay};
use calendar_tests::stage::{Stage, follow};

const PROVIDERS: [(Provider, &str); 2] = [(Provider::Google, GOOGLE), (Provider::Outlook, OUTLOOK)];
const USER: &str = "ana";

/// A day without more than what repeats every week.
fn day(stage: &Stage) -> TimeRange {
    let start = stage.day(20);
    TimeRange { start, end: start + 86_400 }
}

async fn free_slots(host: &CalendarHost, stage: &Stage) -> Vec<TimeRange> {
    let found = host.check_availability(USER, &slots(day(stage), 60, "UTC")).await.unwrap();
    assert!(found.unknown.is_empty(), "{:?}", found.unknown);
    found.slots
}

/// Titles of what stands at the provider in a range.
fn standing(stage: &Stage, provider: Provider, email: &str, titles: &[&str]) -> Vec<String> {
    let control = stage.sandbox.control();
    let (events, name) = match provider {
        Provider::Google => (control.google().events(email, email), "summary"),
        Provider::Outlook => (control.microsoft().events(email, None), "subject"),
    };
    let standing = events.iter().filter(|event| event["status"] != "cancelled" && event["@sandbox.deleted"] != true);
    standing.filter_map(|event| event[name].as_str()).filter(|one| titles.contains(one)).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_time_is_nobody_elses_in_any_process_until_it_is_booked_or_released() {
    for (provider, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let (host, other) = (&stage.host, stage.another_host().await);
        let slot = free_slots(host, &stage).await[0];
        let request = HoldRequest { key: Some("order-17".into()), ..HoldRequest::new(slot) };
        let hold = host.hold_slot(USER, &request).await.unwrap();
        assert_eq!((hold.time, hold.blocked), (slot, slot));
        assert_eq!(other.hold_slot(USER, &request).await.unwrap(), hold, "the same key is the same hold");
        assert_eq!(other.list_holds(USER).await.unwrap(), std::slice::from_ref(&hold));

        let found = other.check_availability(USER, &slots(day(&stage), 60, "UTC")).await.unwrap();
        assert!(!found.slots.contains(&slot));
        assert!(found.reasons.iter().any(|one| one.reason == "held"), "{:?}", found.reasons);
        for taken in [
            other.book_meeting(USER, &booking("Other", slot)).await.map(|_| ()),
            other.hold_slot(USER, &HoldRequest::new(slot)).await.map(|_| ()),
        ] {
            let error = taken.unwrap_err();
            assert_eq!((error.code, error.alternatives.len()), (ErrorCode::Conflict, 3), "{error:?}");
        }
        assert_eq!(stage.sandbox.control().mails().len(), 0, "nobody was told");

        let with_hold = BookingRequest { hold: Some(hold.id.clone()), ..booking("Held", slot) };
        let meeting = other.book_meeting(USER, &with_hold).await.unwrap();
        assert_eq!(meeting.time, slot);
        assert_eq!(host.list_holds(USER).await.unwrap(), []);
        assert!(!host.release_hold(USER, &hold.id).await.unwrap());
        let late = BookingRequest { hold: Some(hold.id), ..booking("Late", slot) };
        let error = host.book_meeting(USER, &late).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        assert!(error.message.contains("is over (used, released or expired)"), "{error:?}");

        let slot = free_slots(host, &stage).await[0];
        let hold = host.hold_slot(USER, &HoldRequest::new(slot)).await.unwrap();
        assert!(other.release_hold(USER, &hold.id).await.unwrap());
        other.book_meeting(USER, &booking("Free again", slot)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_busy_at_the_provider_is_not_held() {
    for (provider, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let slot = free_slots(&stage.host, &stage).await[0];
        enter(&stage, provider, email, slot, "By hand");
        let error = stage.host.hold_slot(USER, &HoldRequest::new(slot)).await.unwrap_err();
        assert_eq!((error.code, error.alternatives.len()), (ErrorCode::Conflict, 3), "{error:?}");
        assert_eq!(stage.host.list_holds(USER).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_holds_at_once_exactly_one_wins() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    let slot = free_slots(&stage.host, &stage).await[0];
    let hosts = [stage.host.clone(), stage.another_host().await];
    let attempts: Vec<_> = (0..20)
        .map(|index| {
            let host = hosts[index % 2].clone();
            tokio::spawn(async move { host.hold_slot(USER, &HoldRequest::new(slot)).await })
        })
        .collect();
    let mut won = 0;
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert_eq!(error.code, ErrorCode::Conflict, "{error:?}"),
        }
    }
    assert_eq!(won, 1);
}

/// A person enters something by hand.
fn enter(stage: &Stage, provider: Provider, email: &str, time: TimeRange, title: &str) {
    let text = |seconds| chrono::DateTime::from_timestamp(seconds, 0).unwrap().format("%Y-%m-%dT%H:%M:%S").to_string();
    let (start, end) = (text(time.start), text(time.end));
    let control = stage.sandbox.control();
    match provider {
        Provider::Google => {
            let moment = |text: &str| serde_json::json!({"dateTime": format!("{text}Z")});
            let event = serde_json::json!({"summary": title, "start": moment(&start), "end": moment(&end)});
            control.google().insert_event(email, email, &event).unwrap();
        }
        Provider::Outlook => {
            let moment = |text: &str| serde_json::json!({"dateTime": text, "timeZone": "UTC"});
            let event = serde_json::json!({"subject": title, "start": moment(&start), "end": moment(&end)});
            control.microsoft().insert_event(email, None, &event).unwrap();
        }
    }
}

/// A host with a store of its own, behind a relay, connected to the same person.
async fn stranger(stage: &Stage, provider: Provider, email: &str, relay: &Relay) -> (CalendarHost, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let through = |(name, value): (&'static str, String)| match name.contains("AUTHORIZE") {
        true => (name.to_owned(), value),
        false => (name.to_owned(), value.replace(stage.sandbox.base_url(), &relay.base_url())),
    };
    let mut variables: Vec<(String, String)> = stage.sandbox.environment().into_iter().map(through).collect();
    variables.push(("CALENDAR_HOST_DATA_DIR".into(), folder.path().display().to_string()));
    let cache = std::env::temp_dir().join("calendar-tests-code");
    variables.push(("CALENDAR_HOST_CACHE_DIR".into(), cache.display().to_string()));
    let host = CalendarHost::open(Config::from_vars(variables).unwrap()).await.unwrap();
    let request = host.start_oauth_flow(USER, provider, None, Some(email)).await.unwrap();
    host.complete_oauth_flow(USER, &follow(&request.url).await).await.unwrap();
    (host, folder)
}

fn is_creation(passing: &calendar_tests::relay::Passing) -> bool {
    passing.method == "POST" && passing.path.split('?').next().is_some_and(|path| path.ends_with("/events"))
}

/// Both have checked before either creates: their creations wait for each other.
async fn raced(stage: &Stage, provider: Provider, email: &str, slot: TimeRange) -> [Result<Meeting, Error>; 2] {
    let arrived = Arc::new((Mutex::new(0), Condvar::new()));
    let relay = Relay::before(stage.sandbox.base_url());
    relay.watch(move |passing| {
        if is_creation(passing) && !passing.is_answered {
            let (count, changed) = &*arrived;
            let mut count = count.lock().unwrap();
            *count += 1;
            changed.notify_all();
            while *count < 2 {
                count = changed.wait(count).unwrap();
            }
        }
        Fate::Pass
    });
    let (first, _one) = stranger(stage, provider, email, &relay).await;
    let (second, _two) = stranger(stage, provider, email, &relay).await;
    let requests = [booking("First", slot), booking("Second", slot)];
    let outcomes = tokio::join!(first.book_meeting(USER, &requests[0]), second.book_meeting(USER, &requests[1]));
    [outcomes.0, outcomes.1]
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hosts_that_share_nothing_exactly_one_keeps_the_time() {
    for (provider, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let slot = free_slots(&stage.host, &stage).await[0];
        let outcomes = raced(&stage, provider, email, slot).await;
        let (kept, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!((kept.len(), refused.len()), (1, 1), "{provider}: {kept:?} {refused:?}");
        let kept = kept.into_iter().next().unwrap().unwrap();
        let error = refused.into_iter().next().unwrap().unwrap_err();
        assert_eq!((error.code, error.alternatives.len()), (ErrorCode::Conflict, 3), "{error:?}");
        assert!(error.message.contains("at the same moment"), "{error:?}");
        assert_eq!(standing(&stage, provider, email, &["First", "Second"]), [kept.title]);
        let mails = stage.sandbox.control().mails();
        let count = |kind| mails.iter().filter(|mail| mail.kind == kind).count();
        assert_eq!((count(MailKind::Invitation), count(MailKind::Cancellation)), (2, 1), "the guest is told");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_enters_between_check_and_creation_stays_and_the_booking_is_withdrawn() {
    for (provider, email) in PROVIDERS {
        let stage = Arc::new(Stage::open().await);
        stage.connect(USER, provider, email).await;
        let slot = free_slots(&stage.host, &stage).await[0];
        let relay = Relay::before(stage.sandbox.base_url());
        let (host, _folder) = stranger(&stage, provider, email, &relay).await;
        let here = stage.clone();
        relay.watch(move |passing| {
            if is_creation(passing) && !passing.is_answered {
                enter(&here, provider, email, slot, "By hand");
            }
            Fate::Pass
        });
        let request = BookingRequest { idempotency_key: Some("order-17".into()), ..booking("Booked", slot) };
        let error = host.book_meeting(USER, &request).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        assert!(error.message.contains("at the same moment"), "{error:?}");
        assert_eq!(standing(&stage, provider, email, &["Booked", "By hand"]), ["By hand"]);
        // The key is free for another try, at another time as well.
        relay.open();
        let again = BookingRequest { time: error.alternatives[0], ..request };
        host.book_meeting(USER, &again).await.unwrap();
        assert_eq!(standing(&stage, provider, email, &["Booked"]), ["Booked"]);
    }
}
