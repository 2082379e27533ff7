//! Every operation x every provider x every fault: what the caller sees, what stands at the
//! provider, and that the same call after the fault does what is missing and nothing twice.
//!
//! A column is what the fault hits: `once` and `always` the request that counts (the list, the busy
//! times, the write, the token request), `down` every request to the provider's calendars. A
//! writing operation also says what stands at the provider when the call has ended.
//!
//! The rules of a right cell, which `expected` states and every cell is held against:
//!
//! 1. What may be repeated is repeated: a read does not show one fault. A fault that stays has its
//!    own code: `rate-limited` when asked to slow down (at once when the wait would pass the
//!    deadline), `unavailable` when the provider or the way to it fails, `timeout` when nothing
//!    comes in time, `protocol` for an answer that cannot be read, `reauthorization-required` when a
//!    renewed token is refused, too; a refusal has the code of its meaning in the vendor's error
//!    table and is never repeated. Where an answer covers several calendars, the code stands beside
//!    the calendar as `unknown`: unknown is not free.
//! 2. An authorization code is redeemed again only when it certainly was not seen; a refresh is
//!    repeated like a read. A failed sign-in leaves no account. Only a refusal of the grant itself
//!    (`invalid_grant`) ends it.
//! 3. A disconnect always ends the account here; it says whether Google confirmed its own part.
//! 4. Nothing is written before everything was read.
//! 5. A write whose answer was lost is not repeated blindly: the event tells whether it was carried
//!    out. So `ok` means done once, and an error with the write done can only come from a delete,
//!    whose repetition is harmless.
//! 6. The provider's word about the event is believed: gone is cancelled, unless it cannot be seen
//!    whether it is in another calendar now. A key that Google calls taken while no event has it
//!    leaves the outcome open (`unavailable`: the same call finds out); Microsoft, which dates from
//!    the same request, is a `conflict`.
//! 7. Another writer in the way is no reason against a new event; a change is read, applied and
//!    written again, until he stays (`precondition-failed`).
//! 8. A time is held only when everything was read: what could not be is `unavailable`, unless its own
//!    code tells the caller to wait or to sign in.
//! 9. A device code is asked for like a read, and polled once in a call: the next poll is the caller's,
//!    and `slow_down` makes it wait (RFC 8628 section 3.5).
//!    Google has no device codes for calendars, so it has no columns there.
//!
//! Beyond the table, every cell must end by the component's deadline, the fault must have hit, the
//! same call after it must succeed, and then there is exactly one event (or one change), with one
//! message to its guest. A clock that is ten minutes off changes nothing.

mod cell;
mod expected;
mod fault;
mod operation;
mod place;
mod scene;
mod table;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use calendar_host::types::{ErrorCode, Provider};
use cell::{Cell, Tried};
use fault::Nature;
use operation::{OPERATIONS, Reach};
use place::Place;

const PROVIDERS: [Provider; 2] = [Provider::Google, Provider::Outlook];
/// Stages that try cells side by side; most of the time they wait.
const PLACES: usize = 56;
/// Stages with a gate.
const GATED_PLACES: usize = 10;

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for operation in OPERATIONS {
        for provider in PROVIDERS.into_iter().filter(|provider| operation.exists_at(*provider)) {
            for fault in fault::faults(provider, operation.is_sign_in()) {
                for reach in operation.columns() {
                    // A clock is off or it is not.
                    if fault.nature != Nature::Harmless || *reach == Reach::Once {
                        cells.push(Cell { operation, provider, reach: *reach, fault: fault.clone() });
                    }
                }
            }
        }
    }
    cells
}

/// How long a cell waits, roughly: long ones go first.
fn weight(cell: &Cell) -> u32 {
    let stays = cell.reach != Reach::Once;
    match cell.fault.nature {
        Nature::Unclear { code: ErrorCode::Timeout, .. } if stays => 5,
        Nature::KeyTaken => 4,
        Nature::BodyLost(ErrorCode::Timeout) if stays => 5,
        Nature::Unclear { .. } | Nature::BodyLost(_) | Nature::NotNow(_) | Nature::Unsent if stays => 3,
        Nature::Unclear { .. } | Nature::BodyLost(_) => 2,
        Nature::NotNow(_) | Nature::Unsent => 1,
        _ => 0,
    }
}

type Queue = Arc<Mutex<VecDeque<Cell>>>;

async fn work(queue: Queue, gated: bool) -> Vec<(Cell, Tried)> {
    let mut place = Place::new(gated).await;
    let mut tried = Vec::new();
    loop {
        let next = queue.lock().expect("no panic while locked").pop_front();
        let Some(cell) = next else { return tried };
        let outcome = cell.run(&mut place).await;
        tried.push((cell, outcome));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_has_the_right_outcome_and_nothing_is_done_twice() {
    let begun = Instant::now();
    let mut cells = cells();
    if let Ok(part) = std::env::var("FAULT_MATRIX") {
        cells.retain(|cell| table::label(cell).contains(&part));
    }
    cells.sort_by_key(|cell| std::cmp::Reverse(weight(cell)));
    let (gated, plain): (VecDeque<_>, VecDeque<_>) = cells.into_iter().partition(|cell| cell.fault.is_refused);
    let workers =
        [(plain, PLACES, false), (gated, GATED_PLACES, true)].into_iter().flat_map(|(cells, places, gated)| {
            let places = places.min(cells.len());
            let queue: Queue = Arc::new(Mutex::new(cells));
            (0..places).map(move |_| tokio::spawn(work(queue.clone(), gated)))
        });
    let workers: Vec<_> = workers.collect();
    let mut tried = Vec::new();
    for worker in workers {
        tried.extend(worker.await.expect("a cell does not panic"));
    }
    let printed = table::print(&tried);
    let longest = tried.iter().max_by_key(|(_, outcome)| outcome.elapsed).expect("there are cells");
    println!("{printed}\n{} cells in {:?}", tried.len(), begun.elapsed());
    println!("the longest call took {:?}: {}", longest.1.elapsed, table::label(&longest.0));
    let wrong = table::wrong(&tried);
    assert!(wrong.is_empty(), "{} wrong cells:\n{}", wrong.len(), wrong.join("\n"));
    if std::env::var("FAULT_MATRIX").is_err() {
        insta::assert_snapshot!(printed);
    }
}
