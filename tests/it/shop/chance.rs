//! Chance that can be repeated: a seed, said when the test fails.

use std::thread;

/// Where a failed test's seed goes, to see the same again.
const SEED: &str = "STATIOND_TEST_SEED";

/// A source of random numbers. Equal seeds give equal numbers.
pub struct Chance {
    seed: u64,
    random: fastrand::Rng,
}

impl Chance {
    /// With the seed from the environment, or else a new one.
    pub fn new() -> Self {
        let given = std::env::var(SEED).ok();
        let seed = given.map(|text| text.parse().unwrap_or_else(|_| panic!("{SEED} is not a number: {text}")));
        Self::with_seed(seed.unwrap_or_else(|| fastrand::u64(..)))
    }

    /// With this seed.
    pub fn with_seed(seed: u64) -> Self {
        Self { seed, random: fastrand::Rng::with_seed(seed) }
    }

    /// A number from 0 to `bound - 1`. Panics for a bound of 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.random.usize(..bound)
    }

    /// True in this many of 100 cases.
    pub fn percent(&mut self, cases: usize) -> bool {
        self.below(100) < cases
    }

    /// Puts the items into another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        self.random.shuffle(items);
    }

    /// One of the items. Panics when there is none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A seed for somebody else's chance.
    pub fn seed(&mut self) -> u64 {
        self.random.u64(..)
    }

    /// So many random bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        std::iter::repeat_with(|| self.random.u8(..)).take(count).collect()
    }
}

impl Drop for Chance {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("To see the same again: {SEED}={}", self.seed);
        }
    }
}

#[test]
fn equal_seeds_give_equal_chances() {
    let draw = |seed| {
        let mut chance = Chance::with_seed(seed);
        let mut items = [1, 2, 3, 4, 5, 6, 7, 8];
        chance.shuffle(&mut items);
        (items, *chance.pick(&items), chance.bytes(16), chance.below(1_000_000))
    };
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
}

#[test]
fn three_percent_is_about_three_in_a_hundred() {
    let mut chance = Chance::new();
    let hits = (0..100_000).filter(|_| chance.percent(3)).count();
    assert!((2_500..3_500).contains(&hits), "{hits} of 100,000");
}
