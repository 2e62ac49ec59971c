//! What a process says, line by line, for a reader that waits for one of them.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The lines that have come out so far. Clones look at the same lines.
#[derive(Clone, Default)]
pub struct Lines {
    shared: Arc<(Mutex<Said>, Condvar)>,
}

#[derive(Default)]
struct Said {
    lines: Vec<String>,
    has_ended: bool,
}

impl Lines {
    /// Gathers the lines of `from` on a thread that ends with it.
    pub fn gather(from: impl Read + Send + 'static) -> Self {
        let lines = Self::default();
        let writer = lines.clone();
        thread::spawn(move || {
            let mut from = BufReader::new(from);
            let mut line = Vec::new();
            while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                writer.said().lines.push(String::from_utf8_lossy(&line).trim_end().to_owned());
                writer.shared.1.notify_all();
                line.clear();
            }
            writer.said().has_ended = true;
            writer.shared.1.notify_all();
        });
        lines
    }

    /// The first line with `wanted` in it, from line number `from` on, and the number of the line after it.
    /// None when it did not come `within` this time, or nothing more can come.
    pub fn wait_for(&self, wanted: &str, from: usize, within: Duration) -> Option<(String, usize)> {
        let find = |said: &Said| {
            said.lines
                .iter()
                .enumerate()
                .skip(from)
                .find(|(_, line)| line.contains(wanted))
                .map(|(at, line)| (line.clone(), at + 1))
        };
        let (said, _) = self
            .shared
            .1
            .wait_timeout_while(self.said(), within, |said| find(said).is_none() && !said.has_ended)
            .unwrap_or_else(PoisonError::into_inner);
        find(&said)
    }

    /// Waits until the other end has closed, and returns everything. None when it goes on after this time.
    pub fn wait_for_end(&self, within: Duration) -> Option<String> {
        let (said, _) = self
            .shared
            .1
            .wait_timeout_while(self.said(), within, |said| !said.has_ended)
            .unwrap_or_else(PoisonError::into_inner);
        said.has_ended.then(|| said.lines.join("\n"))
    }

    /// Everything so far.
    pub fn text(&self) -> String {
        self.said().lines.join("\n")
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[test]
fn a_line_is_found_after_the_given_number() {
    let lines = Lines::gather(&b"ready at one\nready at two\n"[..]);
    let (first, next) = lines.wait_for("ready", 0, Duration::from_secs(10)).unwrap();
    let (second, next) = lines.wait_for("ready", next, Duration::from_secs(10)).unwrap();
    assert_eq!((first.as_str(), second.as_str(), next), ("ready at one", "ready at two", 2));
}

#[test]
fn a_line_that_cannot_come_is_not_waited_for() {
    let lines = Lines::gather(&b"only this, with a bad byte \xff"[..]);
    assert_eq!(lines.wait_for("ready", 0, Duration::from_secs(600)), None);
    assert_eq!(lines.wait_for_end(Duration::from_secs(10)).unwrap(), "only this, with a bad byte \u{fffd}");
}
