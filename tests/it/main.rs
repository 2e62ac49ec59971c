//! The tests that look at stationd from outside.

mod sync;
