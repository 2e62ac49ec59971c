//! The lab: `stationd` in a virtual machine with a real kernel and real drivers, driven from outside. See `tests/lab/run`.

mod bench;
mod chance;
mod codes;
mod cpio;
mod day;
mod devices;
mod http;
mod hub;
mod image;
mod kernel;
mod ledger;
mod prepare;
mod report;
mod shop;
mod tests;
mod tool;
mod vm;
mod write_log;

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};

use bench::Lab;
use prepare::Machine;

/// A test: its name is a sentence.
pub struct Test {
    pub name: &'static str,
    pub run: fn(&Lab) -> Result<()>,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("The lab can not work: {error:?}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the tests whose names hold one of the arguments, or all; whether all passed.
fn run() -> Result<bool> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let lab = prepare_all()?;
    let (mut passed, mut failed) = (0, 0);
    let mut report = report::Report::default();
    for test in tests::ALL.iter().filter(|test| wanted.is_empty() || wanted.iter().any(|part| test.name.contains(part)))
    {
        let began = Instant::now();
        let result = (test.run)(&lab);
        let took = began.elapsed().as_secs_f64();
        report.add(test.name, result.is_ok());
        match result {
            Ok(()) => {
                passed += 1;
                println!("test {} ... ok ({took:.1} s)", test.name);
            }
            Err(error) => {
                failed += 1;
                println!("test {} ... FAILED ({took:.1} s)\n{error:?}\n", test.name);
            }
        }
    }
    // A part of the tests is no report.
    if let Some(page) = std::env::var_os("REPORT").filter(|_| wanted.is_empty()) {
        report.write(std::path::Path::new(&page))?;
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0 && passed > 0)
}

fn prepare_all() -> Result<Lab> {
    let cache = PathBuf::from(
        std::env::var_os("STATIOND_LAB_CACHE").context("STATIOND_LAB_CACHE is not set; use tests/lab/run")?,
    );
    let stationd =
        std::env::var_os("STATIOND_TEST_BINARY").context("STATIOND_TEST_BINARY is not set; use tests/lab/run")?;
    let here = std::env::current_exe()?;
    let machine = Machine::prepare(&cache, &here.with_file_name("lab-agent"))?;
    // Debugging symbols are most of a development build; the guest would carry them through memory.
    let stripped = cache.join("stationd");
    tool::run(Command::new("strip").arg("-o").arg(&stripped).arg(&stationd))?;
    let host = PathBuf::from(stationd);
    Ok(Lab {
        machine,
        host,
        stationd: stripped,
        devices: here.with_file_name("lab-devices"),
        forgetful: here.with_file_name("liblab_forgetful.so"),
    })
}

/// How many of a series: as many as `SERIES` says, or else the long count with `LONG=1`, or else the usual one.
fn series(usual: usize, long: usize) -> usize {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let asked = set("SERIES").and_then(|value| value.parse().ok());
    asked.unwrap_or(if set("LONG").is_some() { long } else { usual })
}
