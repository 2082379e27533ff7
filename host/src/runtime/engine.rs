//! The wasmtime engine: pooled memory where the system allows it, epochs for computing time.

use wasmtime::{Config as EngineConfig, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::cache;
use crate::config::{Config, Limits};
use crate::setup::SetupError;

/// Core modules of one component: the guest, the shims of its imports, and what a composed one
/// adds.
const CORE_INSTANCES: u32 = 16;
const MEMORIES: u32 = 4;
const TABLES: u32 = 16;
const TABLE_ELEMENTS: usize = 20_000;
/// Bytes of a call's memory that stay with the process between calls: what an everyday call touches. Each is zeroed
/// after every call that comes to that place, so that more would make small calls pay for a large one before them.
const RESIDENT: usize = 1 << 20;

/// An engine for this configuration. Somebody else advances its epoch: `heartbeat.rs`.
pub(super) fn new(config: &Config) -> Result<Engine, SetupError> {
    let engine = Engine::new(&settings(config, pooled(&config.limits))).or_else(|error| {
        tracing::debug!(reason = %format!("{error:#}"), "no pooled memory, allocating per call");
        Engine::new(&settings(config, InstanceAllocationStrategy::OnDemand))
    });
    engine.map_err(|error| SetupError::Component(format!("{error:#}")))
}

fn settings(config: &Config, allocation: InstanceAllocationStrategy) -> EngineConfig {
    let mut settings = EngineConfig::new();
    settings.epoch_interruption(true);
    settings.allocation_strategy(allocation);
    settings.cache(config.cache_dir.as_deref().and_then(cache::open));
    settings
}

fn pooled(limits: &Limits) -> InstanceAllocationStrategy {
    let calls = limits.concurrent_calls.max(1);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls);
    pool.total_core_instances(calls.saturating_mul(CORE_INSTANCES));
    pool.max_core_instances_per_component(CORE_INSTANCES);
    pool.total_memories(calls.saturating_mul(MEMORIES));
    pool.max_memories_per_component(MEMORIES);
    pool.total_tables(calls.saturating_mul(TABLES));
    pool.max_tables_per_component(TABLES);
    pool.table_elements(TABLE_ELEMENTS);
    pool.total_stacks(calls);
    pool.max_memory_size(limits.memory_bytes);
    // What a call touched is zeroed rather than given back: the next call has no page faults there.
    pool.linear_memory_keep_resident(RESIDENT.min(limits.memory_bytes));
    pool.pagemap_scan(Enabled::Auto);
    InstanceAllocationStrategy::Pooling(pool)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_limits_fit_into_the_pool() {
        let config = Config::new("unused");
        Engine::new(&settings(&config, pooled(&config.limits))).unwrap();
    }

    #[test]
    fn odd_limits_still_give_an_engine() {
        for memory_bytes in [0, 1, 1000, usize::MAX] {
            for concurrent_calls in [0, 1, u32::MAX] {
                let limits = Limits { memory_bytes, concurrent_calls, ..Limits::default() };
                new(&Config { limits, ..Config::new("unused") }).unwrap();
            }
        }
    }
}
