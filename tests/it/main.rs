//! The tests that look at stationd from outside.

mod import;
mod orders;
mod reports;
mod sync;
