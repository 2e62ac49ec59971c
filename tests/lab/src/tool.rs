//! Runs the commands of other people that the lab is built with; what they say is shown when they fail.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

/// Runs a command to its end and returns what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?} did not start"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{command:?} failed:\n{}{said}", String::from_utf8_lossy(&done.stdout));
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
