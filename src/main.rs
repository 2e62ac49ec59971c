//! `stationd`, the program: reads its arguments and does what they say.

use std::process::ExitCode;

use clap::Parser;

fn main() {}
#[cfg(any())]
fn main2() -> ExitCode {
    stationd::cli::run(stationd::cli::Cli::parse())
}
