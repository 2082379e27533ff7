//! Turns what stopped a call into the interface's error, naming the setting that was reached.

use wasmtime::Trap;

use crate::config::Limits;
use crate::types::{Error, ErrorCode};

/// The guest computed longer than it may.
#[derive(Debug, thiserror::Error)]
#[error("the computing time is used up")]
pub(super) struct OutOfTime;

/// All places were taken until the deadline.
pub(super) fn busy(calls: u32) -> Error {
    Error::of_host(
        ErrorCode::Timeout,
        format!("{}, and none ended in time", running(calls, "")),
        "try again later, or raise CALENDAR_HOST_MAX_CALLS (Limits::concurrent_calls)",
    )
}

/// All places of the user were taken until the deadline.
pub(super) fn busy_user(calls: u32) -> Error {
    Error::of_host(
        ErrorCode::Timeout,
        format!("{}, and none ended in time", running(calls, " of this user")),
        "try again later, or raise CALENDAR_HOST_MAX_CALLS_PER_USER (Limits::concurrent_calls_per_user)",
    )
}

fn running(calls: u32, whose: &str) -> String {
    match calls {
        0 | 1 => format!("1 call{whose} was running"),
        _ => format!("{calls} calls{whose} were running"),
    }
}

/// The clock ran out.
pub(super) fn late(operation: &str, limits: &Limits) -> Error {
    Error::of_host(
        ErrorCode::Timeout,
        format!("{operation} took longer than {} s", limits.wall_clock.as_secs_f32()),
        "repeat the same call; if it happens again, raise CALENDAR_HOST_TIMEOUT_SECONDS (Limits::wall_clock)",
    )
}

/// The guest was stopped, or stopped itself. `refused_memory`: growth was refused before.
pub(super) fn stopped(operation: &str, error: &wasmtime::Error, refused_memory: bool, limits: &Limits) -> Error {
    if error.downcast_ref::<OutOfTime>().is_some() {
        return Error::of_host(
            ErrorCode::Timeout,
            format!("{operation} computed longer than {} s", limits.cpu.as_secs_f32()),
            "ask for a shorter range or fewer slots, or raise CALENDAR_HOST_CPU_SECONDS (Limits::cpu)",
        );
    }
    if refused_memory {
        return Error::of_host(
            ErrorCode::Internal,
            format!("{operation} needed more than {} MiB of memory", limits.memory_bytes >> 20),
            "ask for a shorter range, or raise CALENDAR_HOST_MEMORY_MIB (Limits::memory_bytes)",
        );
    }
    let reason = match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => error.root_cause().to_string(),
    };
    tracing::warn!(operation, reason = %reason, "the component was stopped");
    Error::of_host(
        ErrorCode::Internal,
        format!("{operation} was stopped: {reason}"),
        "this is a defect of the component: report it with the log at debug level (target calendar_host::guest)",
    )
}
