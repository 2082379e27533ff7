//! Calls per second and memory of one host at several numbers of users. This process is the sandbox and the one that
//! counts; every line of the table is a process of its own (`worker`), so that its memory is the host's alone.

mod plan;
mod worker;

use std::process::{Command, ExitCode};

use calendar_host::types::Provider;
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use calendar_tests::stage::{Setup, Stage};
use serde_json::json;

use plan::{Call, Plan};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if arguments.iter().any(|one| one == "--help" || one == "-h") {
        println!("{}", plan::HELP);
        return ExitCode::SUCCESS;
    }
    let (is_worker, arguments) = match arguments.split_first() {
        Some((first, rest)) if first == "worker" => (true, rest),
        _ => (false, arguments.as_slice()),
    };
    match Plan::of(arguments) {
        Ok(plan) if is_worker => println!("{}", runtime.block_on(worker::run(&plan))),
        Ok(plan) => runtime.block_on(run(&plan)),
        Err(problem) => {
            eprintln!("error: {problem}\nhint: see --help");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

async fn run(plan: &Plan) {
    let stage = Stage::set(Setup { sandbox: Config::empty(), ..Setup::default() }).await;
    let most = plan.users.iter().copied().max().unwrap_or(1);
    eprintln!("connecting {most} users");
    for user in 0..most {
        settle(plan, &stage, user).await;
    }
    println!(
        "| call | users at once | calls a second | median | 99th percentile | resident memory |\n|---|---|---|---|---|---|"
    );
    for call in [Call::Slots, Call::SlotsCached, Call::Upcoming] {
        for users in &plan.users {
            stage.sandbox.control().clear_exchanges();
            let one = Plan { users: vec![*users], call, ..plan.clone() };
            let line = tokio::task::block_in_place(|| measure(&one, &stage));
            println!("| {} | {users} | {line} |", call.name());
        }
    }
}

/// A user with an account, half of them at each provider, and a week of meetings in it.
async fn settle(plan: &Plan, stage: &Stage, user: usize) {
    let control = stage.sandbox.control();
    let (name, email, provider) = (plan::user(user), plan::email(user), plan::provider(user));
    match provider {
        Provider::Google => control.google().insert_user(&email, "Ana", "UTC"),
        Provider::Outlook => control.microsoft().insert_user(&email, "Ana", "UTC", false),
    }
    .expect("a new person");
    for number in 0..plan::MEETINGS {
        let time = plan.meeting(number);
        let text = |at: i64| chrono::DateTime::from_timestamp(at, 0).expect("an instant").format("%FT%TZ").to_string();
        match provider {
            Provider::Google => {
                let [start, end] = [time.start, time.end].map(|at| json!({ "dateTime": text(at) }));
                let body = json!({ "summary": "Meeting", "start": start, "end": end });
                control.google().insert_event(&email, &email, &body).expect("an event");
            }
            Provider::Outlook => {
                let [start, end] = [time.start, time.end]
                    .map(|at| json!({ "dateTime": text(at).trim_end_matches('Z'), "timeZone": "UTC" }));
                let body = json!({ "subject": "Meeting", "start": start, "end": end });
                control.microsoft().insert_event(&email, None, &body).expect("an event");
            }
        }
    }
    stage.connect(&name, provider, &email).await;
}

fn measure(plan: &Plan, stage: &Stage) -> String {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .arg("worker")
        .args(plan.arguments())
        .env_clear()
        .envs(environment(&stage.sandbox, stage, plan.call))
        .stderr(std::process::Stdio::inherit())
        .output()
        .expect("the process starts");
    assert!(output.status.success(), "the worker failed: {}", output.status);
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn environment(sandbox: &Sandbox, stage: &Stage, call: Call) -> Vec<(String, String)> {
    let mut variables = sandbox.environment();
    let folder = stage.folder.path().display().to_string();
    let code = std::env::temp_dir().join("calendar-tests-code").display().to_string();
    let seconds = if call == Call::SlotsCached { "60" } else { "0" };
    variables.extend([
        ("CALENDAR_HOST_DATA_DIR", folder),
        ("CALENDAR_HOST_CACHE_DIR", code),
        ("CALENDAR_HOST_CACHE_SECONDS", seconds.to_owned()),
    ]);
    variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
