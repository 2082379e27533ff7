//! One host and its users, each of whom calls again as soon as the answer is there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use calendar_host::types::{Error, Selection, SlotQuery, SlotRules, TimeRange};
use calendar_host::{CalendarHost, Config};
use tokio::sync::Barrier;

use crate::plan::{self, Call, MEETINGS, Plan};

/// Half hours of five days around the clock, less two hours of meetings a day.
const SLOTS: usize = 5 * 48 - MEETINGS * 2;

/// The cells of a line: calls a second, median, 99th percentile, resident memory.
pub async fn run(plan: &Plan) -> String {
    let users = plan.users.first().copied().unwrap_or(1);
    let host = CalendarHost::open(Config::from_env().expect("the parent's settings")).await.expect("the host opens");
    let ready = Arc::new(Barrier::new(users + 1));
    let callers: Vec<_> = (0..users)
        .map(|number| {
            let (host, ready, plan) = (host.clone(), ready.clone(), plan.clone());
            tokio::spawn(async move {
                let user = plan::user(number);
                // The first call reads the calendar list and opens the connection.
                call(&host, &plan, &user).await.expect("a first answer");
                ready.wait().await;
                let end = Instant::now() + Duration::from_secs(plan.seconds);
                let mut times = Vec::new();
                loop {
                    let begun = Instant::now();
                    call(&host, &plan, &user).await.expect("an answer");
                    let now = Instant::now();
                    times.push(now - begun);
                    if now >= end {
                        return times;
                    }
                }
            })
        })
        .collect();
    ready.wait().await;
    let begun = Instant::now();
    let mut times = Vec::new();
    for caller in callers {
        times.extend(caller.await.expect("no caller fails"));
    }
    let seconds = begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1000.0;
    format!("{:.0} | {:.1} ms | {:.1} ms | {} MB", times.len() as f64 / seconds, at(0.5), at(0.99), resident())
}

async fn call(host: &CalendarHost, plan: &Plan, user: &str) -> Result<(), Error> {
    let range = TimeRange { start: plan.origin, end: plan.origin + 5 * 86_400 };
    match plan.call {
        Call::Slots | Call::SlotsCached => {
            let found = host.check_availability(user, &SlotQuery::new(range, SlotRules::new(30, "UTC"))).await?;
            assert_eq!(found.slots.len(), SLOTS, "of {user}");
        }
        Call::Upcoming => {
            let found = host.get_upcoming_meetings(user, range, &Selection::default(), None).await?;
            assert_eq!(found.meetings.len(), MEETINGS, "of {user}");
        }
    }
    Ok(())
}

/// Megabytes (10^6 bytes) in memory now.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0);
    kibibytes * 1024 / 1_000_000
}
