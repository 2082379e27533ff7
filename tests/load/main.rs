//! Bookings at once in several processes: `plan` says how many of what, `worker` is one of the
//! processes, `crew` starts and kills them, `judge` counts what is left.

mod crew;
mod judge;
mod plan;
mod worker;

use std::process::ExitCode;

use plan::Plan;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if arguments.first().is_some_and(|one| one == "worker") {
        runtime.block_on(worker::run(&Plan::of(&arguments[1..]).expect("the plan of the parent")));
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|one| one == "--help" || one == "-h") {
        println!("{}", plan::HELP);
        return ExitCode::SUCCESS;
    }
    match Plan::of(&arguments) {
        Ok(plan) => runtime.block_on(judge::run(plan)),
        Err(problem) => {
            eprintln!("error: {problem}\nhint: see --help");
            ExitCode::from(2)
        }
    }
}
