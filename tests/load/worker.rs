//! One of the processes: takes numbers of attempts from stdin, tries them at once, and tells the
//! outcome of each in a line on stdout, as soon as it is final.

use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

use calendar_host::types::ErrorCode;
use calendar_host::{CalendarHost, Config};
use tokio::sync::Semaphore;

use crate::plan::Plan;

/// Attempts of one process in flight together; the others wait for room, as callers of a server do.
const IN_FLIGHT: usize = 48;
/// How often an attempt without a final outcome is repeated.
const REPETITIONS: u32 = 30;

/// Tries everything.
pub async fn run(plan: &Plan) {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).expect("numbers");
    let config = Config::from_env().expect("the parent's settings");
    let host = CalendarHost::open(config).await.expect("the host opens");
    let room = Arc::new(Semaphore::new(IN_FLIGHT));
    let tasks: Vec<_> = text
        .split_whitespace()
        .map(|number| {
            let attempt: usize = number.parse().expect("a number");
            let (host, room, (user, request)) = (host.clone(), room.clone(), plan.request(attempt));
            tokio::spawn(async move {
                let _room = room.acquire().await.expect("it is never closed");
                let mut repetitions = 0;
                let outcome = loop {
                    match host.book_meeting(&user, &request).await {
                        Ok(meeting) => break format!("booked {}", meeting.event_id),
                        Err(error) if is_passing(error.code) && repetitions < REPETITIONS => {
                            repetitions += 1;
                            tokio::time::sleep(Duration::from_millis(u64::from(repetitions) * 50)).await;
                        }
                        Err(error) if error.code == ErrorCode::Conflict => break error.code.as_str().to_owned(),
                        Err(error) => break format!("{}: {}", error.code.as_str(), error.message),
                    }
                };
                let mut line = format!("{attempt} {repetitions} {outcome}\n").into_bytes();
                // One write each: a line is whole, or it is not there.
                let mut stdout = std::io::stdout().lock();
                let _ = stdout.write_all(&std::mem::take(&mut line)).and_then(|()| stdout.flush());
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("an attempt ends");
    }
}

/// The documentation says: repeat the same call.
fn is_passing(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Unavailable | ErrorCode::Timeout | ErrorCode::RateLimited | ErrorCode::Storage)
}
