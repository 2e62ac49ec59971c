//! The tests that look at stationd from outside: its source text, and the real binary in a small shop.

mod codes;
mod day;
mod explain;
mod fuzz;
mod import;
mod kills;
mod label;
mod orders;
mod printers;
mod reports;
mod scan;
mod scanners;
mod shop;
mod sync;
mod tidy;
mod trouble;
mod web;
