//! The tests that look at stationd from outside: its source text, and the real binary in a small shop.

mod day;
mod kills;
mod label;
mod scan;
mod shop;
mod sync;
mod tidy;
mod trouble;
mod web;
