//! The run itself, and the count of what is left at the providers and in the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use calendar_host::types::Provider;
use calendar_sandbox::config::Config;
use calendar_sandbox::mail::MailKind;
use calendar_sandbox::vendor::Vendor;
use calendar_tests::postgres;
use calendar_tests::stage::{Setup, Stage};
use sqlx::{AnyConnection, Connection};

use crate::crew::Crew;
use crate::plan::{self, Dice, Engine, Plan};

/// Nothing is told for so long: it is stuck.
const SILENCE: Duration = Duration::from_secs(90);

/// What happens when so many attempts are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Kill,
    Rotate,
}

/// What the run led to.
#[derive(Default)]
struct Tally {
    /// Events that attempts were told of.
    events: BTreeSet<String>,
    /// Refusals by code.
    refusals: BTreeMap<String, usize>,
    repetitions: u32,
    kills: usize,
    rotations: usize,
}

/// Runs the plan on every store it names.
pub async fn run(plan: Plan) -> ExitCode {
    let mut is_right = true;
    for engine in &plan.engines {
        is_right &= trial(&plan, *engine).await;
    }
    if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the plan once and prints the figures. False = one of them is wrong.
async fn trial(plan: &Plan, engine: Engine) -> bool {
    let url = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(postgres::database().await.expect("PostgreSQL is installed").url),
    };
    let variables: Vec<(&str, &str)> = url.iter().map(|url| ("DATABASE_URL", url.as_str())).collect();
    let stage = Stage::set(Setup { sandbox: Config::empty(), variables: &variables, ..Setup::default() }).await;
    let address = url.clone().unwrap_or_else(|| format!("sqlite:{}/calendar.db", stage.folder.path().display()));
    let control = stage.sandbox.control();
    for person in 0..plan.people {
        let (email, provider) = (plan::email(person), plan::provider(person));
        match provider {
            Provider::Google => control.google().insert_user(&email, "Ana", "UTC"),
            Provider::Outlook => control.microsoft().insert_user(&email, "Ana", "UTC", false),
        }
        .expect("a new person");
        stage.connect(&plan::user(person), provider, &email).await;
    }
    control.clear_exchanges();
    let begun = Instant::now();
    let tally = tokio::task::block_in_place(|| work(plan, &stage, &variables));
    let seconds = begun.elapsed().as_secs_f64();
    let booked = tally.events.len();
    let refused: usize = tally.refusals.values().sum();
    println!(
        "{} attempts on {} slots of {} people by {} processes, {engine:?}, seed {}: {seconds:.0} s, {:.0} a second",
        plan.attempts,
        plan.slots,
        plan.people,
        plan.processes,
        plan.seed,
        plan.attempts as f64 / seconds
    );
    println!(
        "SIGKILLs: {}; ended tokens: {} times; repeated calls: {}",
        tally.kills, tally.rotations, tally.repetitions
    );
    let counts = [
        ("attempts told of", booked + refused, plan.attempts),
        ("meetings told of", booked, plan.slots),
        ("refusals typed conflict", tally.refusals.get("conflict").copied().unwrap_or(0), plan.attempts - plan.slots),
        ("meetings at the providers", standing(plan, &stage).len(), plan.slots),
        ("slots with a meeting", standing(plan, &stage).into_iter().collect::<BTreeSet<_>>().len(), plan.slots),
        ("rows in the ledger", rows(&address, None).await, plan.slots),
        ("of them committed", rows(&address, Some("committed")).await, plan.slots),
        ("invitations sent", mails(&stage, MailKind::Invitation), plan.slots),
        ("cancellations sent", mails(&stage, MailKind::Cancellation), 0),
    ];
    let mut is_right = true;
    for (what, count, wanted) in counts {
        is_right &= count == wanted;
        println!("{what}: {count}{}", if count == wanted { String::new() } else { format!(" (WRONG: {wanted})") });
    }
    for (code, count) in tally.refusals.iter().filter(|(code, _)| *code != "conflict") {
        println!("other outcomes: {count} {code}");
    }
    is_right &= refreshes(plan, &stage, &tally);
    println!("{}", if is_right { "All right." } else { "NOT right." });
    is_right
}

/// Every rotation ends everybody's token once. Whoever is killed while it refreshes has to do it again.
fn refreshes(plan: &Plan, stage: &Stage, tally: &Tally) -> bool {
    let exchanges = stage.sandbox.control().exchanges();
    let count = exchanges
        .iter()
        .filter(|one| {
            one.method == "POST" && one.path.ends_with("/token") && one.request_body.contains("refresh_token")
        })
        .count();
    let wanted = plan.people * tally.rotations;
    let is_right = (wanted..=wanted + tally.kills).contains(&count);
    println!("refreshes: {count}, for {wanted} ended tokens{}", if is_right { "" } else { " (WRONG)" });
    is_right
}

/// Lets the crew work; kills and ends tokens whenever the plan says so.
fn work(plan: &Plan, stage: &Stage, variables: &[(&str, &str)]) -> Tally {
    let mut dice = Dice(plan.seed);
    let mut deeds = deeds(plan, &mut dice);
    let (tell, told) = channel();
    let mut crew = Crew::start(plan, environment(stage, variables), tell);
    let (mut tally, mut done) = (Tally::default(), 0);
    loop {
        let (process, life, message) = told.recv_timeout(SILENCE).expect("nothing happens any more");
        let Some(told) = message else {
            match crew.ended(process, life) {
                true => return tally,
                false => continue,
            }
        };
        tally.repetitions += told.repetitions;
        if !crew.strike(&told) {
            continue;
        }
        done += 1;
        match told.outcome.strip_prefix("booked ") {
            Some(event) => assert!(tally.events.insert(event.to_owned()), "{event} was booked by two attempts"),
            None => *tally.refusals.entry(told.outcome).or_default() += 1,
        }
        while deeds.last().is_some_and(|(moment, _)| *moment <= done) {
            match deeds.pop().map(|(_, deed)| deed) {
                Some(Deed::Kill) => tally.kills += usize::from(crew.kill(dice.roll(plan.processes))),
                _ => {
                    tally.rotations += 1;
                    let control = stage.sandbox.control();
                    control.expire_access_tokens(Vendor::Google);
                    control.expire_access_tokens(Vendor::Microsoft);
                }
            }
        }
    }
}

/// When what happens, the last first: kills at any time, tokens evenly, early enough for everybody to
/// need a new one.
fn deeds(plan: &Plan, dice: &mut Dice) -> Vec<(usize, Deed)> {
    let kills = (0..plan.kills).map(|_| (dice.roll(plan.attempts * 9 / 10), Deed::Kill));
    let mut deeds: Vec<_> = kills.collect();
    deeds.extend((0..plan.rotations).map(|one| (plan.attempts * 8 * one / plan.rotations / 10 + 1, Deed::Rotate)));
    deeds.sort_by_key(|(moment, _)| std::cmp::Reverse(*moment));
    deeds
}

fn environment(stage: &Stage, variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        stage.sandbox.environment().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let path = |path: &Path| path.display().to_string();
    all.push(("CALENDAR_HOST_DATA_DIR".into(), path(stage.folder.path())));
    all.push(("CALENDAR_HOST_CACHE_DIR".into(), path(&std::env::temp_dir().join("calendar-tests-code"))));
    all.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    all
}

/// Titles of everything that stands at the providers.
fn standing(plan: &Plan, stage: &Stage) -> Vec<String> {
    let control = stage.sandbox.control();
    let of = |person: usize| {
        let email = plan::email(person);
        let (events, title) = match plan::provider(person) {
            Provider::Google => (control.google().events(&email, &email), "summary"),
            Provider::Outlook => (control.microsoft().events(&email, None), "subject"),
        };
        let standing =
            events.into_iter().filter(|event| event["status"] != "cancelled" && event["@sandbox.deleted"] != true);
        standing.map(move |event| event[title].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    (0..plan.people).flat_map(of).collect()
}

fn mails(stage: &Stage, kind: MailKind) -> usize {
    stage.sandbox.control().mails().iter().filter(|mail| mail.kind == kind).count()
}

/// Rows of the ledger: all, or those of one state.
async fn rows(address: &str, state: Option<&str>) -> usize {
    let mut database = AnyConnection::connect(address).await.expect("the host's database");
    let count = "SELECT COUNT(*) FROM bookings WHERE CAST($1 AS TEXT) IS NULL OR state = $1";
    let query = sqlx::query_scalar::<_, i64>(count);
    usize::try_from(query.bind(state).fetch_one(&mut database).await.expect("a number")).expect("not negative")
}
