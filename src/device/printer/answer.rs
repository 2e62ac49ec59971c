//! Questions and answers over a line, and what is remembered of a printer's habit of answering.

use std::io;
use std::time::{Duration, Instant};

use super::line::Line;
use crate::label::printer::StatusReply;
use crate::label::status::{ANSWER_MAX, Ask, State, Status, questions, second_question, usb_port};
use crate::station::input::Hindrance;

/// What is known of a printer's answers, from one label to the next.
#[derive(Debug, Default)]
pub(super) struct Habit {
    /// It answered since the program started.
    answers: bool,
    /// Since when it does not any more.
    silent_since: Option<Instant>,
}

impl Habit {
    /// Remembers whether it answered. A printer that was silent for `mute` is taken for one that never answers.
    pub(super) fn heard(&mut self, status: Option<Status>, mute: Duration) {
        if status.is_some() {
            *self = Habit { answers: true, silent_since: None };
        } else if self.answers {
            let since = *self.silent_since.get_or_insert_with(Instant::now);
            self.answers = since.elapsed() < mute;
        }
    }

    /// Whether it is expected to answer.
    pub(super) const fn answers(&self) -> bool {
        self.answers
    }
}

/// What keeps a printer with this state from printing.
pub(super) const fn hindrance(state: State) -> Option<Hindrance> {
    match state {
        State::Unknown | State::Ready => None,
        State::Paused => Some(Hindrance::Paused),
        State::Hot => Some(Hindrance::Hot),
        State::Offline => Some(Hindrance::Offline),
        State::Fault => Some(Hindrance::Fault),
        State::Ribbon => Some(Hindrance::Ribbon),
        State::PaperOut => Some(Hindrance::PaperOut),
        State::Open => Some(Hindrance::Open),
    }
}

/// One conversation over one line.
pub(super) struct Talk<'a> {
    pub(super) line: &'a mut dyn Line,
    reply: StatusReply,
    wait: Duration,
    /// Questions that were not answered in time: their answers may still come, and are not those to the next.
    pub(super) owed: usize,
}

impl<'a> Talk<'a> {
    pub(super) fn new(line: &'a mut dyn Line, reply: StatusReply, wait: Duration) -> Talk<'a> {
        Talk { line, reply, wait, owed: 0 }
    }

    /// Asks everything that this kind of printer can be asked; none when it did not answer.
    ///
    /// # Errors
    /// The connection is broken.
    pub(super) fn ask_all(&mut self) -> io::Result<Option<Status>> {
        let port = self.line.port().map(usb_port).filter(|status| status.state != State::Unknown);
        let mut all: Option<Status> = None;
        for ask in questions(self.reply) {
            match self.ask(*ask)? {
                Some(status) => all = Some(all.unwrap_or(Status::UNKNOWN).and(status)),
                None => break,
            }
        }
        if all.is_none()
            && let Some(ask) = second_question(self.reply)
        {
            all = self.ask(ask)?;
        }
        Ok(match (all, port) {
            (Some(said), Some(port)) => Some(said.and(port)),
            (said, port) => said.or(port),
        })
    }

    /// Asks one question; none when there is no whole answer in time.
    ///
    /// # Errors
    /// The connection is broken.
    pub(super) fn ask(&mut self, ask: Ask) -> io::Result<Option<Status>> {
        self.skip()?;
        let mut question = ask.bytes();
        let end = Instant::now() + self.wait;
        while !question.is_empty() {
            let left = end.saturating_duration_since(Instant::now());
            let put = if left.is_zero() { 0 } else { self.line.put(question, left)? };
            question = question.get(put..).unwrap_or_default();
            if put == 0 {
                return Ok(None);
            }
        }
        let answer = self.hear(ask, end)?;
        self.owed += usize::from(answer.is_none());
        Ok(answer)
    }

    /// Waits for an answer that was asked for before.
    ///
    /// # Errors
    /// The connection is broken.
    pub(super) fn hear(&mut self, ask: Ask, end: Instant) -> io::Result<Option<Status>> {
        let mut heard = Vec::new();
        let mut buffer = [0; ANSWER_MAX];
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let taken = self.line.take(&mut buffer, left)?;
            heard.extend_from_slice(buffer.get(..taken).unwrap_or_default());
            if let Some(status) = ask.read(&heard) {
                return Ok(Some(status));
            }
            if heard.len() > ANSWER_MAX {
                heard.drain(..heard.len() - ANSWER_MAX);
            }
        }
    }

    /// Throws away what came without a question: late answers, and those that raster data brought by chance.
    fn skip(&mut self) -> io::Result<()> {
        /// Shortest wait that every line takes for "what is there now".
        const AT_ONCE: Duration = Duration::from_millis(1);
        /// Most reads of one skip: a printer that never stops talking is not waited for.
        const READS_MAX: usize = 16;
        let mut buffer = [0; ANSWER_MAX];
        for _ in 0..READS_MAX {
            if self.line.take(&mut buffer, AT_ONCE)? == 0 {
                break;
            }
        }
        Ok(())
    }
}
