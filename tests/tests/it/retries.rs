//! Two hundred bookings on each provider, every attempt with something going wrong at a random
//! point, repeated with the same key until it succeeds: two hundred events, as many rows in the
//! ledger, one invitation each.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use calendar_host::Limits;
use calendar_host::types::{ErrorCode, Provider, TimeRange};
use calendar_sandbox::config::Config;
use calendar_sandbox::fault::{Action, Fault, RetryAfter};
use calendar_sandbox::mail::MailKind;
use calendar_tests::people::vendor;
use calendar_tests::query::booking;
use calendar_tests::stage::{Setup, Stage};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

/// Everything random follows from it.
const SEED: u64 = 20_260_610;
/// People of a provider, each booking in a calendar of his own, all at once.
const PEOPLE: usize = 25;
/// Bookings of a person, one after the other.
const BOOKINGS: usize = 8;
/// Attempts of a booking that something may happen to; later ones are left alone.
const TROUBLED: usize = 6;

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

/// What happens to an attempt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Trouble {
    Nothing,
    DropBefore,
    DropAfter,
    Unavailable,
    UnavailableAfter,
    SlowDown,
    CutBody,
    /// No answer; the host ends the call.
    Hang,
    /// The caller dies after so many milliseconds.
    Abort(u64),
}

impl Trouble {
    fn any(dice: &mut Dice) -> Trouble {
        match dice.roll(10) {
            0 => Trouble::Nothing,
            1 => Trouble::DropBefore,
            2 => Trouble::DropAfter,
            3 => Trouble::Unavailable,
            4 => Trouble::UnavailableAfter,
            5 => Trouble::SlowDown,
            6 => Trouble::CutBody,
            7 => Trouble::Hang,
            _ => Trouble::Abort(dice.roll(250)),
        }
    }

    fn name(&self) -> String {
        format!("{self:?}").split('(').next().unwrap_or_default().to_owned()
    }

    fn action(&self) -> Option<Action> {
        let (status, reason, retry_after) = (503, "backendError".to_owned(), RetryAfter::None);
        Some(match self {
            Trouble::Nothing | Trouble::Abort(_) => return None,
            Trouble::DropBefore => Action::DropBefore,
            Trouble::DropAfter => Action::DropAfter,
            Trouble::Unavailable => Action::Status { status, reason, retry_after },
            Trouble::UnavailableAfter => Action::StatusAfter { status, reason, retry_after },
            Trouble::SlowDown => Action::Status { status: 429, reason: "slowDown".to_owned(), retry_after },
            Trouble::CutBody => Action::CutBody,
            Trouble::Hang => Action::Hang,
        })
    }
}

/// What a person's bookings led to.
#[derive(Default)]
struct Story {
    /// Ids that the successful calls answered.
    events: BTreeSet<String>,
    /// How often each trouble was tried, and how often the attempt failed then.
    troubles: BTreeMap<String, (usize, usize)>,
}

fn email(person: usize) -> String {
    format!("person{person}@example.com")
}

/// Books until it succeeds.
async fn book(stage: &Stage, provider: Provider, person: usize, number: usize, dice: &mut Dice, story: &mut Story) {
    let (user, email) = (format!("user-{person}"), email(person));
    let start = (chrono::Utc::now().timestamp() / 86_400 + 2) * 86_400 + number as i64 * 3600;
    let title = format!("Booking {person}-{number}");
    let mut request = booking(&title, TimeRange { start, end: start + 1800 });
    request.idempotency_key = Some(format!("key-{person}-{number}"));
    for attempt in 0..TROUBLED + 6 {
        let trouble = if attempt < TROUBLED { Trouble::any(dice) } else { Trouble::Nothing };
        if let Some(action) = trouble.action() {
            let fault = Fault::new(action).on(vendor(provider)).user(&email);
            // Any of the requests of a booking, and now and then for longer than the component tries.
            let times = if dice.roll(12) == 0 { 6 } else { 1 };
            let write =
                if dice.roll(2) == 0 { fault.method("POST").path("/events") } else { fault.after(dice.roll(5) as u32) };
            stage.sandbox.control().fault(write.times(times));
        }
        let call = stage.host.book_meeting(&user, &request);
        let outcome = match trouble {
            Trouble::Abort(milliseconds) => tokio::time::timeout(Duration::from_millis(milliseconds), call).await.ok(),
            _ => Some(call.await),
        };
        let count = story.troubles.entry(trouble.name()).or_default();
        count.0 += 1;
        match outcome {
            Some(Ok(meeting)) => {
                assert_eq!((meeting.title.as_str(), meeting.time), (title.as_str(), request.time));
                assert!(story.events.insert(meeting.event_id.clone()), "{title}: an event of another booking");
                return;
            }
            Some(Err(error)) => {
                let passes = [ErrorCode::Unavailable, ErrorCode::Timeout, ErrorCode::RateLimited];
                assert!(passes.contains(&error.code), "{title}, attempt {attempt}, {trouble:?}: {error:?}");
            }
            None => {}
        }
        count.1 += 1;
    }
    panic!("{title} does not end");
}

async fn every_booking(provider: Provider) {
    let limits = Limits { wall_clock: Duration::from_secs(3), ..Limits::default() };
    let setup = Setup { sandbox: Config::empty(), limits: Some(limits), ..Setup::default() };
    let stage = std::sync::Arc::new(Stage::set(setup).await);
    let begun = Instant::now();
    let control = stage.sandbox.control();
    for person in 0..PEOPLE {
        let email = email(person);
        match provider {
            Provider::Google => control.google().insert_user(&email, "Ana", "UTC").unwrap(),
            Provider::Outlook => control.microsoft().insert_user(&email, "Ana", "UTC", false).unwrap(),
        }
        stage.connect(&format!("user-{person}"), provider, &email).await;
    }
    let people: Vec<_> = (0..PEOPLE)
        .map(|person| {
            let stage = stage.clone();
            tokio::spawn(async move {
                let mut story = Story::default();
                let mut dice = Dice(SEED + person as u64 * 1_000_003 + provider as u64);
                for number in 0..BOOKINGS {
                    book(&stage, provider, person, number, &mut dice, &mut story).await;
                }
                story
            })
        })
        .collect();
    let mut all = Story::default();
    for person in people {
        let story = person.await.expect("every booking ends");
        all.events.extend(story.events);
        for (name, (tried, failed)) in story.troubles {
            let count = all.troubles.entry(name).or_default();
            *count = (count.0 + tried, count.1 + failed);
        }
    }
    println!("{provider}, seed {SEED}, {:?}; attempts tried and failed: {:?}", begun.elapsed(), all.troubles);
    assert_eq!(all.troubles.len(), 9, "everything happened");
    assert!(all.troubles["Hang"].1 > 0 && all.troubles["Abort"].1 > 0 && all.troubles["DropAfter"].0 > 0);

    let wanted = PEOPLE * BOOKINGS;
    assert_eq!(all.events.len(), wanted);
    let titles = titles(&stage, provider);
    assert_eq!((titles.len(), titles.iter().collect::<BTreeSet<_>>().len()), (wanted, wanted), "one event each");
    let mails = control.mails();
    let invited: Vec<_> = mails.iter().filter(|mail| mail.kind == MailKind::Invitation).collect();
    let subjects: BTreeSet<_> = invited.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!((mails.len(), invited.len(), subjects.len()), (wanted, wanted, wanted), "one invitation each");
    assert_eq!(ledger(&stage).await, (wanted as i64, wanted as i64, wanted as i64), "rows, committed ones, events");
}

/// Titles of everything that stands, deleted events included.
fn titles(stage: &Stage, provider: Provider) -> Vec<String> {
    let control = stage.sandbox.control();
    let of = |person| {
        let email = email(person);
        let (events, title) = match provider {
            Provider::Google => (control.google().events(&email, &email), "summary"),
            Provider::Outlook => (control.microsoft().events(&email, None), "subject"),
        };
        events.into_iter().map(move |event| event[title].as_str().unwrap_or_default().to_owned())
    };
    (0..PEOPLE).flat_map(of).collect()
}

/// Rows of the ledger: all, committed ones, and events.
async fn ledger(stage: &Stage) -> (i64, i64, i64) {
    let path = stage.folder.path().join("calendar.db");
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut database = SqliteConnection::connect_with(&options).await.expect("the host's database");
    let counts = "SELECT (SELECT COUNT(*) FROM bookings), \
                  (SELECT COUNT(*) FROM bookings WHERE state = 'committed'), (SELECT COUNT(*) FROM calendar_events)";
    sqlx::query_as(counts).fetch_one(&mut database).await.expect("three numbers")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_bookings_in_trouble_are_two_hundred_events_at_google() {
    every_booking(Provider::Google).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_bookings_in_trouble_are_two_hundred_events_at_outlook() {
    every_booking(Provider::Outlook).await;
}
