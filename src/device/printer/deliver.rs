//! Brings one label to paper over a line: look first, hand the bytes over at the printer's pace, then ask until it says
//! that the label is out.
//!
//! Before the first byte everything is sure: the label did not come out. After it, only an answer of the printer or the
//! end of a connection that it ended itself is believed; anything else is in doubt, and a person is asked.

use std::io;
use std::time::{Duration, Instant};

use tracing::warn;

use super::answer::{Habit, Talk, hindrance};
use super::line::{self, Line};
use super::work::Teller;
use super::{Patience, Printer};
use crate::label;
use crate::label::printer::StatusReply;
use crate::label::status::{State, Status, Work, last_question, usb_port};
use crate::station::input::{Came, Hindrance};

/// Bytes of one write: what printers with small buffers take at once.
const CHUNK: usize = 4096;

/// Why a label did not get through.
#[derive(Debug, thiserror::Error)]
enum DeliverError {
    #[error("the printer can not be reached")]
    Unreachable(#[source] io::Error),
    #[error("the printer does not print now: {0:?}")]
    Hindered(Hindrance),
    #[error("the connection broke after {sent} of {all} bytes")]
    Broken { sent: usize, all: usize, source: io::Error },
    #[error("the connection broke before the printer said that the label is out")]
    NoWord(#[source] io::Error),
    #[error("nothing moved for too long after {sent} of {all} bytes")]
    Stuck { sent: usize, all: usize },
    #[error("the printer never said that the label is out")]
    NeverSaid,
    #[error("the program stops")]
    Stopped,
}

impl DeliverError {
    /// What may have come of it.
    const fn came(&self) -> Came {
        match self {
            DeliverError::Unreachable(_)
            | DeliverError::Hindered(_)
            | DeliverError::Broken { sent: 0, .. }
            | DeliverError::Stuck { sent: 0, .. } => Came::Failed,
            DeliverError::Broken { .. }
            | DeliverError::Stuck { .. }
            | DeliverError::NoWord(_)
            | DeliverError::NeverSaid
            | DeliverError::Stopped => Came::Doubtful,
        }
    }

    /// What people are told until the printer was looked at again.
    const fn why(&self) -> Option<Hindrance> {
        match self {
            DeliverError::Unreachable(_) | DeliverError::Broken { .. } | DeliverError::NoWord(_) => {
                Some(Hindrance::Away)
            }
            DeliverError::Hindered(why) => Some(*why),
            DeliverError::Stuck { .. } | DeliverError::NeverSaid => Some(Hindrance::Silent),
            DeliverError::Stopped => None,
        }
    }
}

/// Prints one label's bytes, and says what came of it.
pub(super) fn deliver(printer: &Printer, bytes: &[u8], habit: &mut Habit, teller: &mut Teller<'_>) -> Came {
    let mut way = Way { printer, patience: &printer.patience, habit, teller };
    way.deliver(bytes).unwrap_or_else(|error| {
        warn!(printer = %printer.name, error = &error as &dyn std::error::Error, "a label did not get through");
        if let Some(why) = error.why() {
            way.teller.tell(Some(why));
        }
        error.came()
    })
}

/// Looks at a printer without giving it anything: what keeps it from printing.
pub(super) fn look(printer: &Printer, habit: &mut Habit) -> Option<Hindrance> {
    let patience = &printer.patience;
    let Ok(mut line) = line::open(&printer.address, patience) else { return Some(Hindrance::Away) };
    let said = Talk::new(line.as_mut(), printer.profile.status, patience.answer).ask_all();
    let Ok(said) = said else { return Some(Hindrance::Away) };
    habit.heard(said, patience.mute);
    match said {
        Some(status) => hindrance(status.state),
        None => habit.answers().then_some(Hindrance::Silent),
    }
}

struct Way<'a, 'b> {
    printer: &'a Printer,
    patience: &'a Patience,
    habit: &'a mut Habit,
    teller: &'a mut Teller<'b>,
}

impl Way<'_, '_> {
    fn deliver(&mut self, bytes: &[u8]) -> Result<Came, DeliverError> {
        let patience = self.patience;
        let mut line = line::open(&self.printer.address, patience).map_err(DeliverError::Unreachable)?;
        let line = line.as_mut();
        let mut talk = Talk::new(line, self.printer.profile.status, patience.answer);
        let before = talk.ask_all().map_err(DeliverError::Unreachable)?;
        let owed = talk.owed;
        self.habit.heard(before, patience.mute);
        match before {
            Some(status) => hindrance(status.state).map_or(Ok(()), |why| Err(DeliverError::Hindered(why)))?,
            None if self.habit.answers() => return Err(DeliverError::Hindered(Hindrance::Silent)),
            None => {}
        }
        self.pour(line, bytes)?;
        // Only one that answered this time is waited for.
        let came = if before.is_some_and(|status| status.state != State::Unknown) && self.tells() {
            self.until_out(line, owed)?
        } else {
            Came::Taken
        };
        if came == Came::Taken {
            let all = bytes.len();
            let end = line.finish(patience.hang_up);
            end.map_err(|source| DeliverError::Broken { sent: all, all, source })?;
            if self.printer.profile.one_job_at_a_time {
                std::thread::sleep(patience.settle);
            }
        }
        Ok(came)
    }

    /// Whether the printer can say that a label is out. A port status alone can not.
    fn tells(&self) -> bool {
        self.printer.profile.status != StatusReply::None
    }

    /// Hands everything over in pieces that the printer's buffer can take, and counts what was taken: after the first
    /// byte nobody knows what came out. A printer that stands still in the middle is waited for: it goes on where it
    /// stopped once the paper is in.
    fn pour(&mut self, line: &mut dyn Line, bytes: &[u8]) -> Result<(), DeliverError> {
        let (mut sent, all) = (0, bytes.len());
        let pace = pace(&self.printer.profile);
        let mut moved = Instant::now();
        while sent < all {
            let end = all.min(sent + pace.bytes);
            let put = line.put(bytes.get(sent..end).unwrap_or_default(), self.patience.step);
            let put = put.map_err(|source| DeliverError::Broken { sent, all, source })?;
            if put > 0 {
                sent += put;
                moved = Instant::now();
                std::thread::sleep(pace.wait);
                continue;
            }
            if self.teller.is_stopping() {
                return Err(DeliverError::Stopped);
            }
            if moved.elapsed() > self.patience.give_up {
                return Err(DeliverError::Stuck { sent, all });
            }
            if moved.elapsed() > self.patience.still {
                let port = line.port().and_then(|byte| hindrance(usb_port(byte).state));
                self.teller.tell(Some(port.unwrap_or(Hindrance::Silent)));
            }
        }
        self.teller.tell(None);
        Ok(())
    }

    /// Asks until the printer says that it is idle and well. Paper that ran out in the middle is waited for: printers
    /// with answers print the interrupted label again by themselves, so that sending it again would double it.
    fn until_out(&mut self, line: &mut dyn Line, owed: usize) -> Result<Came, DeliverError> {
        let patience = self.patience;
        let last = last_question(self.printer.profile.status);
        let mut talk = Talk::new(line, self.printer.profile.status, patience.answer);
        let begun = Instant::now();
        let mut answers = 0;
        let mut last_heard = Instant::now();
        let mut well_since: Option<Instant> = None;
        let mut stopping: Option<Instant> = None;
        if let Some(ask) = last
            && let Some(status) = talk.ask(ask).map_err(DeliverError::NoWord)?
            && hindrance(status.state).is_none()
        {
            return Ok(Came::Printed);
        }
        loop {
            let said = talk.ask_all().map_err(DeliverError::NoWord)?;
            answers += usize::from(said.is_some());
            match said {
                Some(status) => {
                    last_heard = Instant::now();
                    let why = hindrance(status.state);
                    self.teller.tell(why);
                    if why.is_some() {
                        well_since = None;
                    } else if is_out(status) && answers > owed {
                        return Ok(Came::Printed);
                    } else if last.is_some() {
                        let since = *well_since.get_or_insert_with(Instant::now);
                        if let Some(ask) = last
                            && talk.ask(ask).map_err(DeliverError::NoWord)?.is_some()
                        {
                            return Ok(Came::Printed);
                        }
                        if since.elapsed() > patience.last_word {
                            return Ok(Came::Taken);
                        }
                    }
                }
                None if last_heard.elapsed() > patience.still => self.teller.tell(Some(Hindrance::Silent)),
                None => {}
            }
            if self.teller.is_stopping() {
                // The answer may be on its way: a label that is out need not be asked about after the start.
                let since = *stopping.get_or_insert_with(Instant::now);
                if since.elapsed() > patience.answer {
                    return Err(DeliverError::Stopped);
                }
            }
            if begun.elapsed() > patience.give_up {
                return Err(DeliverError::NeverSaid);
            }
            std::thread::sleep(patience.between);
        }
    }
}

/// Whether an answer shows that nothing is left to print.
fn is_out(status: Status) -> bool {
    status.work == Work::Idle && status.state == State::Ready
}

/// How bytes are handed over.
pub(super) struct Pace {
    pub(super) bytes: usize,
    pub(super) wait: Duration,
}

pub(super) fn pace(profile: &label::Printer) -> Pace {
    match profile.pace {
        Some(pace) => Pace {
            bytes: usize::try_from(pace.bytes).unwrap_or(CHUNK).clamp(1, CHUNK),
            wait: Duration::from_millis(pace.wait_ms.into()),
        },
        None => Pace { bytes: CHUNK, wait: Duration::ZERO },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_of_which_bytes_may_have_come_out_is_in_doubt() {
        let broken = |sent| DeliverError::Broken { sent, all: 9, source: io::ErrorKind::BrokenPipe.into() };
        assert_eq!(broken(0).came(), Came::Failed);
        assert_eq!(broken(1).came(), Came::Doubtful);
        assert_eq!(DeliverError::Unreachable(io::ErrorKind::NotFound.into()).came(), Came::Failed);
        assert_eq!(DeliverError::Hindered(Hindrance::PaperOut).came(), Came::Failed);
        assert_eq!(DeliverError::NeverSaid.came(), Came::Doubtful);
    }
}
