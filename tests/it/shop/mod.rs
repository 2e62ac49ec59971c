//! A small shop to test in: the real binary in a home of its own, scanners, printers, a browser, chance.
//!
//! Nothing here sleeps: whoever waits, waits for a thing (a line, a job, an exit, an event) and only so
//! long. Everything lives on loopback and in a temporary folder, and ends with the value that holds it.

pub mod browser;
pub mod chance;
pub mod daemon;
pub mod home;
pub mod http;
pub mod ledger;
pub mod lines;
pub mod parcel;
pub mod printer;
pub mod process;
pub mod scanner;
