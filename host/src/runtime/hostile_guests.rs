//! Components written to misbehave: each is stopped, and the error names the setting.

mod neighbours;

use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::component::{Component, Instance};

use super::call::{Call, Place};
use super::{engine, linker};
use crate::config::{Config, Limits};
use crate::egress::Gateway;
use crate::store::Store;
use crate::types::{Error, ErrorCode};

/// A component that exports `run`, with this body and this memory.
fn guest(body: &str, pages: u32) -> String {
    format!(
        r#"(component
            (core module $m (memory {pages}) (table 1 funcref) (func (export "run") {body}))
            (core instance $i (instantiate $m))
            (func (export "run") (canon lift (core func $i "run"))))"#
    )
}

/// A component that waits this long before it answers.
fn sleeper(nanoseconds: u64) -> String {
    format!(
        r#"(component
            (import "wasi:io/poll@0.2.0" (instance $poll
                (export "pollable" (type $pollable (sub resource)))
                (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
            (alias export $poll "pollable" (type $pollable))
            (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
                (alias outer 1 $pollable (type $outer))
                (export "pollable" (type $inner (eq $outer)))
                (export "subscribe-duration" (func (param "when" u64) (result (own $inner))))))
            (core func $block (canon lower (func $poll "[method]pollable.block")))
            (core func $subscribe (canon lower (func $clock "subscribe-duration")))
            (core module $m
                (import "host" "block" (func $block (param i32)))
                (import "host" "subscribe" (func $subscribe (param i64) (result i32)))
                (func (export "run") (call $block (call $subscribe (i64.const {nanoseconds})))))
            (core instance $i (instantiate $m
                (with "host" (instance (export "block" (func $block)) (export "subscribe" (func $subscribe))))))
            (func (export "run") (canon lift (core func $i "run"))))"#
    )
}

struct Host {
    place: Place,
    engine: wasmtime::Engine,
    _folder: tempfile::TempDir,
}

async fn host(limits: Limits) -> Host {
    host_of(|config| Config { limits, ..config }).await
}

async fn host_of(configure: impl FnOnce(Config) -> Config) -> Host {
    let folder = tempfile::tempdir().unwrap();
    let config = Arc::new(configure(Config::new(folder.path())));
    let engine = engine::new(&config).unwrap();
    let (store, gateway) = (Store::open(&config).await.unwrap(), Gateway::new(&config, None).unwrap());
    let place = Place::new(engine.clone(), config, store, gateway).unwrap();
    Host { place, engine, _folder: folder }
}

impl Host {
    async fn instance(&self, user: &str, wat: &str) -> Result<Call<Instance>, Error> {
        let component = Component::new(&self.engine, wat::parse_str(wat).unwrap()).unwrap();
        let pre = linker(&self.engine).unwrap().instantiate_pre(&component).unwrap();
        let (mut store, watch) = self.place.enter(user, "run").await?;
        match pre.instantiate_async(&mut store).await {
            Ok(guest) => Ok(Call { store, guest, watch }),
            Err(error) => Err(watch.explain(&error, &store)),
        }
    }

    async fn run(&self, wat: &str) -> Result<(), Error> {
        self.run_as("ana", wat).await
    }

    async fn run_as(&self, user: &str, wat: &str) -> Result<(), Error> {
        let mut call = self.instance(user, wat).await?;
        let run = call.guest.get_typed_func::<(), ()>(&mut call.store, "run").unwrap();
        let outcome = call.watch.run(async { run.call_async(&mut call.store, ()).await.map(Ok) }).await;
        call.conclude(outcome)
    }
}

async fn failure(limits: Limits, wat: &str) -> Error {
    host(limits).await.run(wat).await.unwrap_err()
}

const SPIN: &str = "(loop br 0)";
const MILLISECOND: Duration = Duration::from_millis(1);

#[tokio::test]
async fn a_well_behaved_guest_just_runs() {
    assert_eq!(host(Limits::default()).await.run(&guest("", 1)).await, Ok(()));
}

#[tokio::test]
async fn a_guest_that_computes_for_ever_is_stopped() {
    let begun = Instant::now();
    let error = failure(Limits { cpu: 100 * MILLISECOND, ..Limits::default() }, &guest(SPIN, 1)).await;
    assert_eq!(error.code, ErrorCode::Timeout);
    assert_eq!(error.message, "run computed longer than 0.1 s");
    assert!(error.remedy.contains("CALENDAR_HOST_CPU_SECONDS"));
    assert!(begun.elapsed() < Limits::default().wall_clock);
}

#[tokio::test]
async fn the_clock_also_stops_a_guest_that_computes() {
    let error = failure(Limits { wall_clock: 100 * MILLISECOND, ..Limits::default() }, &guest(SPIN, 1)).await;
    assert_eq!(error.code, ErrorCode::Timeout);
    assert_eq!(error.message, "run took longer than 0.1 s");
    assert!(error.remedy.contains("CALENDAR_HOST_TIMEOUT_SECONDS"));
}

#[tokio::test]
async fn a_guest_that_waits_for_ever_is_stopped_by_the_clock() {
    let error = failure(Limits { wall_clock: 100 * MILLISECOND, ..Limits::default() }, &sleeper(u64::MAX / 2)).await;
    assert_eq!(error.message, "run took longer than 0.1 s");
}

#[tokio::test]
async fn waiting_is_not_computing() {
    let limits = Limits { cpu: 50 * MILLISECOND, ..Limits::default() };
    assert_eq!(host(limits).await.run(&sleeper(300_000_000)).await, Ok(()));
}

#[tokio::test]
async fn a_computing_guest_lets_others_run_on_the_same_thread() {
    let host = host(Limits { wall_clock: 2000 * MILLISECOND, ..Limits::default() }).await;
    let other = tokio::spawn(async { Instant::now() });
    host.run(&guest(SPIN, 1)).await.unwrap_err();
    let finished = Instant::now();
    assert!(other.await.unwrap() < finished - 100 * MILLISECOND);
}

#[tokio::test]
async fn growing_memory_has_an_end() {
    let limits = Limits { memory_bytes: 1 << 20, ..Limits::default() };
    let grow = "(loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable";
    let error = failure(limits, &guest(grow, 1)).await;
    assert_eq!(error.code, ErrorCode::Internal);
    assert_eq!(error.message, "run needed more than 1 MiB of memory");
    assert!(error.remedy.contains("CALENDAR_HOST_MEMORY_MIB"));
}

#[tokio::test]
async fn tables_have_an_end_too() {
    let grow = "(loop (br_if 0 (i32.ne (table.grow (ref.null func) (i32.const 1000)) (i32.const -1)))) unreachable";
    assert_eq!(failure(Limits::default(), &guest(grow, 1)).await.code, ErrorCode::Internal);
}

#[tokio::test]
async fn endless_recursion_is_stopped() {
    let wat = r#"(component
        (core module $m (func $f (export "run") (call $f)))
        (core instance $i (instantiate $m))
        (func (export "run") (canon lift (core func $i "run"))))"#;
    let error = failure(Limits::default(), wat).await;
    assert!(error.message.contains("call stack exhausted"), "{}", error.message);
}

#[tokio::test]
async fn a_trap_is_a_defect_of_the_component() {
    let error = failure(Limits::default(), &guest("unreachable", 1)).await;
    assert_eq!(error.code, ErrorCode::Internal);
    assert!(error.message.starts_with("run was stopped: "), "{}", error.message);
}

#[tokio::test]
async fn calls_beyond_the_room_wait_their_turn_and_no_longer() {
    let host = host(Limits { concurrent_calls: 1, wall_clock: 1000 * MILLISECOND, ..Limits::default() }).await;
    let first = host.instance("ben", &guest("", 1)).await.unwrap();
    let error = host.run(&guest("", 1)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Timeout);
    assert!(error.remedy.contains("CALENDAR_HOST_MAX_CALLS "));
    drop(first);
    assert_eq!(host.run(&guest("", 1)).await, Ok(()));
}

#[tokio::test]
async fn a_component_with_other_imports_does_not_load() {
    let folder = tempfile::tempdir().unwrap();
    let wat = r#"(component (import "evil:shell/exec" (func (param "command" string))))"#;
    let error = crate::CalendarHost::builder()
        .config(Config::new(folder.path()))
        .component(wat::parse_str(wat).unwrap())
        .build()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("evil:shell/exec"), "{error}");
}
