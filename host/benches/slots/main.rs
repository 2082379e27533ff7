//! How long the slot engine takes: the same query answered by the component natively, by the same component as
//! WebAssembly in the host (instance, lowering and lifting included), and the free gaps a peer finds.
//!
//! The peer, `truth-engine`, merges busy time and finds gaps; it has no hours, grid, buffers or reasons. `cargo bench`
//! ends with a table of medians and ratios; each row is measured in turns, so that all columns see the same machine.
#![allow(missing_docs, clippy::unwrap_used)]

mod questions;

use std::hint::black_box;
use std::time::{Duration, Instant};

use calendar_component::codec::slots as native;
use calendar_host::CalendarHost;
use calendar_host::types::FindQuery;
use criterion::{BenchmarkId, Criterion};
use questions::{MONTH, Question, YEAR};
use tokio::runtime::Runtime;
use truth_engine::{find_free_slots, merge_availability};

/// The host with its component, and what runs it.
struct Wasm {
    runtime: Runtime,
    host: CalendarHost,
    _folder: tempfile::TempDir,
}

impl Wasm {
    fn new() -> Wasm {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().display().to_string();
        let config = calendar_host::Config::from_vars([("CALENDAR_HOST_DATA_DIR", data)]).unwrap();
        let host = runtime.block_on(CalendarHost::open(config)).unwrap();
        Wasm { runtime, host, _folder: folder }
    }

    fn find(&self, query: &FindQuery) -> usize {
        self.runtime.block_on(self.host.find_slots(query)).unwrap().slots.len()
    }
}

/// One row: a name, the question, and what the peer does with it.
struct Row {
    name: String,
    question: Question,
}

fn rows() -> Vec<Row> {
    let mut rows = vec![Row { name: "nothing: the cost of a call".into(), question: Question::of_nothing() }];
    for (span, days) in [("month", MONTH), ("year", YEAR)] {
        for count in [1_000, 10_000, 100_000, 1_000_000] {
            rows.push(Row { name: format!("{count} ranges, {span}"), question: Question::of_one(count, days) });
        }
    }
    rows.push(Row { name: "10000 ranges apart, month".into(), question: Question::apart(10_000, MONTH) });
    for persons in [1, 10, 100] {
        rows.push(Row {
            name: format!("{persons} persons of 1000 ranges, month"),
            question: Question::of_many(persons, 1_000, MONTH),
        });
    }
    rows
}

fn peer(question: &Question) -> usize {
    let span = question.span();
    match question.streams.as_slice() {
        [one] => find_free_slots(&one.events, span.start(), span.end()).len(),
        many => merge_availability(many, span.start(), span.end(), truth_engine::availability::PrivacyLevel::Opaque)
            .free
            .len(),
    }
}

fn criterion_benches(criterion: &mut Criterion, wasm: &Wasm, rows: &[Row]) {
    let mut group = criterion.benchmark_group("find-slots");
    group.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    for Row { name, question } in rows {
        group.bench_function(BenchmarkId::new("native", name), |bencher| {
            let ask = || question.guest.clone();
            bencher.iter_batched(ask, |query| native::find(query).unwrap(), criterion::BatchSize::LargeInput);
        });
        group.bench_function(BenchmarkId::new("wasm", name), |bencher| bencher.iter(|| wasm.find(&question.host)));
        group.bench_function(BenchmarkId::new("truth-engine", name), |bencher| {
            bencher.iter(|| peer(black_box(question)))
        });
    }
    group.finish();
}

/// Rounds of a row, and how long a column of a round takes about: one run alone would measure what the other columns
/// left in the processor's caches.
const ROUNDS: usize = 21;
const BATCH: Duration = Duration::from_millis(5);

/// The medians of the native, the WebAssembly and the peer's runs: of the means of batches, which take turns.
fn medians(wasm: &Wasm, question: &Question) -> [Duration; 3] {
    let native = |runs: usize| {
        let guests: Vec<_> = (0..runs).map(|_| question.guest.clone()).collect();
        timed(runs, guests.into_iter().map(|guest| native::find(guest).unwrap()))
    };
    let wasm = |runs: usize| timed(runs, (0..runs).map(|_| wasm.find(&question.host)));
    let peer = |runs: usize| timed(runs, (0..runs).map(|_| peer(black_box(question))));
    let batch = |once: Duration| usize::try_from(BATCH.as_nanos() / once.as_nanos().max(1)).unwrap_or(1).clamp(1, 1000);
    let runs = [batch(native(1)), batch(wasm(1)), batch(peer(1))];
    let mut times: [Vec<Duration>; 3] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(native(runs[0]));
        times[1].push(wasm(runs[1]));
        times[2].push(peer(runs[2]));
    }
    times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    })
}

/// The mean time of `runs` runs, the end of their answers included.
fn timed<T>(runs: usize, answers: impl Iterator<Item = T>) -> Duration {
    let begin = Instant::now();
    answers.for_each(|answer| drop(black_box(answer)));
    begin.elapsed() / u32::try_from(runs).unwrap_or(1)
}

fn print_ratios(wasm: &Wasm, rows: &[Row]) {
    println!(
        "\n{:<36} {:>10} {:>10} {:>12} {:>12} {:>12}",
        "medians of 21 batches", "native", "wasm", "truth-engine", "wasm/native", "peer/wasm"
    );
    for Row { name, question } in rows {
        let [native, wasm, peer] = medians(wasm, question);
        let ratio = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
        let (cost, gain) = (ratio(wasm, native), ratio(peer, wasm));
        println!("{name:<36} {native:>10.1?} {wasm:>10.1?} {peer:>12.1?} {cost:>12.2} {gain:>12.2}");
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let (wasm, rows) = (Wasm::new(), rows());
    criterion_benches(&mut criterion, &wasm, &rows);
    criterion.final_summary();
    // `cargo bench` without a filter.
    if std::env::args().skip(1).eq(["--bench"]) {
        print_ratios(&wasm, &rows);
    }
}
