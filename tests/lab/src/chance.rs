//! Chance that can be repeated: a seed, said when a series fails.

/// Where a failed series' seed goes, to see the same again.
const SEED: &str = "STATIOND_TEST_SEED";

/// A source of random numbers and the seed that gave them.
pub fn chance() -> (fastrand::Rng, u64) {
    let given = std::env::var(SEED).ok().and_then(|text| text.parse().ok());
    let seed = given.unwrap_or_else(|| fastrand::u64(..));
    (fastrand::Rng::with_seed(seed), seed)
}

/// What to say with a failure.
pub fn again(seed: u64) -> String {
    format!("to see the same again: {SEED}={seed}")
}
