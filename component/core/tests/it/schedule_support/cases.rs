//! How many random questions are asked, and which: one configuration for every property of the engine.
use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// 256 cases of seed 7, unless `PROPTEST_CASES` and `PROPTEST_RNG_SEED` say otherwise: a seed repeats a run exactly.
pub fn cases() -> ProptestConfig {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let cases = number("PROPTEST_CASES").and_then(|cases| u32::try_from(cases).ok()).unwrap_or(256);
    let rng_seed = RngSeed::Fixed(number("PROPTEST_RNG_SEED").unwrap_or(7));
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}
