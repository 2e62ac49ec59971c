//! The rooms that are fuzzed, compiled from the program's own source without the rest of it: a build takes
//! seconds instead of minutes, and every branch that is counted is one of theirs.
//!
//! `tests/fuzz/run` runs every target. To add one, see `targets/mod.rs`.

pub mod catalog;
#[path = "../../src/code/mod.rs"]
pub mod code;
#[path = "../../src/ids.rs"]
pub mod ids;
#[path = "../targets/mod.rs"]
pub mod targets;

// A target's body names the rooms as the program's tests do.
extern crate self as stationd;
