//! Puts together what a scanner read in one pull of the trigger.
//!
//! Some scanners read every barcode of a label at once. A command that came with another one must not be obeyed, and a
//! routing code beside a tracking number must stay silent: both can be known only when the pull has ended, so what is
//! not plainly one of our labels waits for that moment. Our own labels never wait.

use std::time::Duration;

use super::{Heard, Scan};
use crate::code::own::{self, Kind, Own};

/// Silence that ends a pull. Scanners send the barcodes of one pull back to back; nobody pulls a trigger twice within
/// this time.
pub const PULL_GAP: Duration = Duration::from_millis(80);

/// Most barcodes of one pull; no label has more, and no scanner sends more at once.
pub const PULL_MAX: usize = 16;

/// What waits of one device.
#[derive(Debug, Clone, Default)]
pub struct Pull {
    /// At most [`PULL_MAX`].
    waiting: Vec<Scan>,
    last: Duration,
    /// More came without a pause than any label has: a scanner sends what it had kept. Each is a scan of its own.
    backlog: bool,
}

impl Pull {
    /// Something arrived from the device at `now`, whole or not, and gave `heard`; what is ready goes to `out`.
    pub fn feed(&mut self, heard: impl Iterator<Item = Heard>, now: Duration, out: &mut Vec<Heard>) {
        self.idle(now, out);
        self.last = now;
        for heard in heard {
            match heard {
                Heard::Scan(scan) if !self.backlog && (!self.waiting.is_empty() || waits(&scan.text)) => {
                    self.waiting.push(scan);
                    if self.waiting.len() > PULL_MAX {
                        self.backlog = true;
                        out.extend(self.waiting.drain(..).map(Heard::Scan));
                    }
                }
                other => {
                    self.flush(out);
                    out.push(other);
                }
            }
        }
    }

    /// When [`Pull::idle`] wants to be called if nothing arrives until then.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        (self.backlog || !self.waiting.is_empty()).then(|| self.last + PULL_GAP)
    }

    /// Tells that nothing has arrived until `now`.
    pub fn idle(&mut self, now: Duration, out: &mut Vec<Heard>) {
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.end(out);
        }
    }

    /// The pull has ended, such as by the device's going.
    pub fn end(&mut self, out: &mut Vec<Heard>) {
        self.backlog = false;
        self.flush(out);
    }

    fn flush(&mut self, out: &mut Vec<Heard>) {
        let mut scans = std::mem::take(&mut self.waiting);
        match scans.len() {
            0 => {}
            1 => out.extend(scans.pop().map(Heard::Scan)),
            _ => out.push(Heard::Pull(scans)),
        }
    }
}

/// Whether a scan must wait for what else its pull brings.
fn waits(text: &str) -> bool {
    match own::read(text) {
        Some(Own::Id(kind, _)) => kind == Kind::Command,
        Some(Own::Named(..) | Own::LayoutTest) => false,
        Some(Own::Misread(_)) | None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::command::Command;
    use crate::scan::record;

    /// Lines of `TIME TEXT …`: what arrives then. What comes out, each with the time at which it does.
    fn check(script: &str, wanted: &[&str]) {
        let (mut pull, mut heard) = (Pull::default(), Vec::new());
        let ms = Duration::from_millis;
        let mut told = |now: Duration, out: &mut Vec<Heard>| {
            heard.extend(out.drain(..).map(|h| format!("{} {}", now.as_millis(), record::heard(&h))));
        };
        let mut out = Vec::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let mut words = line.split_whitespace();
            let now = ms(words.next().and_then(|at| at.parse().ok()).expect("a time"));
            if let Some(deadline) = pull.deadline().filter(|deadline| *deadline <= now) {
                pull.idle(deadline, &mut out);
                told(deadline, &mut out);
            }
            let scans = words.map(|text| Heard::Scan(Scan { text: text.to_owned(), aim: None }));
            pull.feed(scans, now, &mut out);
            told(now, &mut out);
        }
        pull.end(&mut out);
        told(ms(9999), &mut out);
        assert_eq!(heard, wanted, "{script}");
    }

    #[test]
    fn what_is_read_in_one_pull_comes_together_and_our_own_labels_at_once() {
        let (yes, job) = (Command::Yes.code(), own::make(Kind::Job, 1));
        check(&format!("0 {job} X1"), &[&format!("0 scan {job}"), "9999 scan X1"]);
        check("0 X1\n79 X2\n300 X3", &["159 pull scan X1 | scan X2", "9999 scan X3"]);
        check("0 X1\n80 X2", &["80 scan X1", "9999 scan X2"]);
        check(&format!("0 {yes}\n50\n120 {job}"), &[&format!("9999 pull scan {yes} | scan {job}")]);
        check(&format!("0 {yes}\n130 {job}"), &[&format!("80 scan {yes}"), &format!("130 scan {job}")]);
    }

    #[test]
    fn a_backlog_is_no_pull() {
        let texts: Vec<String> = (0..PULL_MAX + 3).map(|n| format!("X{n}")).collect();
        let wanted: Vec<String> =
            texts.iter().map(|text| format!("0 scan {text}")).chain(["200 scan Y".into()]).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        check(&format!("0 {}\n120 Y\n200", texts.join(" ")), &wanted);
    }
}
