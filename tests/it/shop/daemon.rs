//! A daemon under test: started until it says that it is ready, stopped gently or killed at once.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::lines::Lines;
use super::process::wait_exit;

/// From the start to the line that says ready: seconds on a busy machine with two cores, never minutes.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// From SIGTERM to the exit: systemd waits 90 s, people wait less.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);
/// Lines of each stream that are printed when a test fails.
const LAST_LINES: usize = 60;

/// A running process. It is killed when this value goes, also when the test panics.
pub struct Daemon {
    child: Child,
    stdout: Lines,
    stderr: Lines,
    /// Lines of stdout that were waited for already.
    seen: usize,
}

impl Daemon {
    /// Starts `command` and waits until a line on stdout has `ready` in it.
    ///
    /// # Errors
    /// What it said, when it ended or said nothing of the kind in time.
    pub fn start(mut command: Command, ready: &str) -> Result<Self, String> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{command:?} did not start: {error}"))?;
        let stdout = Lines::gather(child.stdout.take().expect("stdout is piped"));
        let stderr = Lines::gather(child.stderr.take().expect("stderr is piped"));
        let mut daemon = Self { child, stdout, stderr, seen: 0 };
        match daemon.next_line(ready, READY_WITHIN) {
            Some(_) => Ok(daemon),
            None => Err(format!("{command:?} was not ready.\n{}", daemon.said())),
        }
    }

    /// The next line on stdout with `wanted` in it, after the one that was waited for last.
    pub fn next_line(&mut self, wanted: &str, within: Duration) -> Option<String> {
        let (line, next) = self.stdout.wait_for(wanted, self.seen, within)?;
        self.seen = next;
        Some(line)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything on stdout so far.
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// Everything on stderr so far.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// Kills it as a power cut would: no warning, no last words.
    pub fn kill(mut self) {
        self.child.kill().expect("a running child can be killed");
        self.child.wait().expect("a killed child can be waited for");
    }

    /// Asks it to stop, as systemd does, and returns how it ended. Panics when it does not stop.
    pub fn stop(mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("a child that was not waited for");
        match wait_exit(&mut self.child, STOPPED_WITHIN) {
            Some(status) => status,
            None => panic!("it ran on for {STOPPED_WITHIN:?} after SIGTERM"),
        }
    }

    fn said(&self) -> String {
        let last = |text: String| {
            let lines: Vec<&str> = text.lines().collect();
            lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
        };
        format!("stdout:\n{}\nstderr:\n{}", last(self.stdout()), last(self.stderr()))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("The daemon's last lines. {}", self.said());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn it_is_ready_when_it_says_so_and_stops_when_asked() {
        let script =
            "trap 'exit 7' TERM; echo starting; echo ready at 1; echo a word >&2; while :; do sleep 0.05; done";
        let mut daemon = Daemon::start(shell(script), "ready at").unwrap();
        assert_eq!(daemon.stdout(), "starting\nready at 1");
        assert_eq!(daemon.next_line("ready", Duration::from_millis(1)), None, "that line was waited for already");
        assert!(daemon.stderr.wait_for("a word", 0, LONG).is_some());
        assert_eq!(daemon.stderr(), "a word");
        assert_eq!(daemon.stop().code(), Some(7));
    }

    #[test]
    fn it_is_killed_without_warning() {
        let daemon = Daemon::start(shell("trap '' TERM INT; echo ready; exec sleep 600"), "ready").unwrap();
        let pid = Pid::from_child(&daemon.child);
        daemon.kill();
        assert!(rustix::process::test_kill_process(pid).is_err(), "it is gone");
    }

    #[test]
    fn one_that_ends_before_it_is_ready_is_an_error_with_its_words() {
        let error = Daemon::start(shell("echo port 80 is in use >&2; exit 1"), "ready").err().unwrap();
        assert!(error.contains("was not ready"), "{error}");
    }

    #[test]
    fn one_that_is_dropped_is_gone() {
        let daemon = Daemon::start(shell("echo ready; exec sleep 600"), "ready").unwrap();
        let pid = Pid::from_child(&daemon.child);
        drop(daemon);
        assert!(rustix::process::test_kill_process(pid).is_err());
    }

    #[test]
    fn a_killed_process_tells_its_signal() {
        let mut daemon = Daemon::start(shell("echo ready; kill -9 $$"), "ready").unwrap();
        assert_eq!(wait_exit(&mut daemon.child, LONG).unwrap().signal(), Some(9));
    }
}
