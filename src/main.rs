//! `stationd`, the program: reads its arguments and does what they say.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    stationd::cli::run(stationd::cli::Cli::parse())
}
