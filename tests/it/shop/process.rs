//! Processes that end in time: waiting for an exit with a bound, and running a command to its end.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::lines::Lines;

/// How a command ended, and what it said.
#[derive(Debug)]
pub struct Finished {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// The child's exit, or none when it still runs after this time.
pub fn wait_exit(child: &mut Child, within: Duration) -> Option<ExitStatus> {
    let pidfd = pidfd_open(Pid::from_child(child), PidfdFlags::empty()).expect("a child that was not waited for");
    let end = Instant::now() + within;
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        let left = end.checked_duration_since(Instant::now())?;
        let left = Timespec::try_from(left).expect("a time of minutes");
        // Interrupted or not: the loop looks again.
        let _ = poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&left));
    }
}

/// Runs a command to its end. Panics with what it said when it takes longer than `within`.
pub fn run(mut command: Command, within: Duration) -> Finished {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} did not start: {error}"));
    let stdout = Lines::gather(child.stdout.take().expect("stdout is piped"));
    let stderr = Lines::gather(child.stderr.take().expect("stderr is piped"));
    let Some(status) = wait_exit(&mut child, within) else {
        let _ = child.kill();
        let _ = child.wait();
        panic!("{command:?} still ran after {within:?}.\nstdout:\n{}\nstderr:\n{}", stdout.text(), stderr.text());
    };
    // The pipes end with the process, unless it left a child of its own behind: then what came is enough.
    let rest = |lines: &Lines| lines.wait_for_end(AFTER_EXIT).unwrap_or_else(|| lines.text());
    Finished { status, stdout: rest(&stdout), stderr: rest(&stderr) }
}

/// For the last lines to be read after the process has gone: they are in the pipe already.
const AFTER_EXIT: Duration = Duration::from_secs(5);

#[test]
fn a_command_is_run_to_its_end() {
    let mut command = Command::new("sh");
    command.args(["-c", "echo out; echo err >&2; exit 3"]);
    let finished = run(command, Duration::from_secs(30));
    assert_eq!((finished.status.code(), &*finished.stdout, &*finished.stderr), (Some(3), "out", "err"));
}

#[test]
fn a_process_that_goes_on_is_given_up() {
    let mut child = Command::new("sleep").arg("600").spawn().unwrap();
    assert_eq!(wait_exit(&mut child, Duration::from_millis(1)), None);
    child.kill().unwrap();
    assert!(wait_exit(&mut child, Duration::from_secs(30)).is_some());
}
