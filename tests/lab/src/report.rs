//! The page of what was tried, how often, and what was lost: made by a run, not by a person.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use anyhow::Result;

/// What tests have noted since the last one ended.
pub static NOTES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Says something that belongs into the report: how often a thing was tried and what came of it.
macro_rules! note {
    ($($words:tt)*) => {{
        let line = format!($($words)*);
        println!("   {line}");
        $crate::report::NOTES.lock().expect("notes").push(line);
    }};
}
pub(crate) use note;

/// What a run did.
#[derive(Default)]
pub struct Report {
    lines: String,
}

const HEAD: &str = "# The lab\n\n\
    Made by `REPORT=docs/lab.md tests/lab/run`; do not edit. Each line was shown in a virtual machine with Debian's stock\n\
    kernel, its own drivers, systemd and udev; devices are on virtual USB sockets, the machine is emulated (no KVM).\n\
    `LONG=1` takes the long series. Lines that begin with \"caught\" are planted faults: the lab is proved by them.\n\n";

impl Report {
    /// Takes a test's outcome and what it noted.
    pub fn add(&mut self, name: &str, passed: bool) {
        let mark = if passed { "shown" } else { "**FAILED**" };
        // Writing into a text does not fail.
        writeln!(self.lines, "- {name}: {mark}").ok();
        for note in NOTES.lock().expect("notes").drain(..) {
            writeln!(self.lines, "  - {note}").ok();
        }
    }

    /// Writes the page.
    pub fn write(&self, page: &Path) -> Result<()> {
        Ok(fs::write(page, format!("{HEAD}{}", self.lines))?)
    }
}
