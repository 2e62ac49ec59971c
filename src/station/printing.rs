//! What happens to labels: handed over, printed, failed, in doubt. Each is an entry like a scan.

use super::input::{Came, Input};
use super::run::Station;
use super::setup::{Bench as Place, Setup};
use super::turn::{Table, Turn};
use super::work::Job;
use crate::floor::bench::{Bench, QUESTIONS_MAX, Question};
use crate::floor::event::{Event, LabelOf, Outcome};
use crate::floor::order::{Label, Order, Progress};
use crate::floor::printing::{BEHIND_FROM, Hindrance, PrintSay, Proof};
use crate::floor::verdict::{LabelState, Say, Verdict};
use crate::ids::PrinterId;
use crate::ledger::entry::Cause;
use crate::ledger::queue::{self, Waiting};
use crate::ledger::store::{StoreError, Writing};
use crate::ledger::{attachment, orders};

/// Longest reason why a label can not be made that is kept in an entry, in characters: a few lines.
const REASON_MAX: usize = 300;

/// A queued label with what its request says.
#[derive(Debug)]
pub struct Queued {
    waiting: Waiting,
    order: Order,
    label: Label,
}

impl Queued {
    /// The oldest label that may print at `printer`. Those of held orders wait; those of cancelled orders, and what
    /// the rest of the shop knows to have printed, are taken out of the queue.
    ///
    /// # Errors
    /// The store fails.
    pub fn oldest(writing: &Writing<'_>, printer: &PrinterId) -> Result<Option<Queued>, StoreError> {
        for waiting in queue::waiting_for(writing.conn(), printer)? {
            let label = waiting.label;
            match Queued::of(writing, waiting)? {
                Some(queued) if queued.may_print() => return Ok(Some(queued)),
                Some(queued) if !queued.is_over() => {}
                _ => queue::forget(writing.conn(), label)?,
            }
        }
        Ok(None)
    }

    fn may_print(&self) -> bool {
        let waits = matches!(self.label.progress, Progress::Requested | Progress::Ended(Outcome::Failed));
        waits && self.order.stopped.is_none()
    }

    fn is_over(&self) -> bool {
        let is_final = matches!(self.label.progress, Progress::Ended(Outcome::Printed) | Progress::Unmade);
        self.order.is_cancelled() || is_final
    }

    /// What is known of a label in the queue; none when its request was undone.
    ///
    /// # Errors
    /// The store fails.
    pub fn of(writing: &Writing<'_>, waiting: Waiting) -> Result<Option<Queued>, StoreError> {
        let Some(order) = orders::order(writing.conn(), &waiting.order)? else { return Ok(None) };
        let Some(label) = order.labels.get(&waiting.label).cloned() else { return Ok(None) };
        Ok(Some(Queued { waiting, order, label }))
    }

    /// The printer's own word, as what came in.
    #[must_use]
    pub fn cause(&self) -> Cause {
        Cause::Printer { printer: self.waiting.printer.clone() }
    }

    /// The bench that asked for it, or the first that uses its printer.
    #[must_use]
    pub fn place<'s>(&self, setup: &'s Setup) -> Option<&'s Place> {
        let asked = setup.stations.iter().find(|b| b.station == self.label.station);
        asked.or_else(|| setup.stations.iter().find(|b| b.printer(&self.label.what) == Some(&self.waiting.printer)))
    }
}

impl Table<'_> {
    /// Hands a label over: `sending` is recorded first, so that a crash leaves a question and never a silent second
    /// copy.
    ///
    /// # Errors
    /// The store fails.
    pub fn hand_over(
        &self,
        writing: &mut Writing<'_>,
        bench: &Bench,
        queued: Queued,
    ) -> Result<(Job, Turn), StoreError> {
        let Queued { waiting, order, label } = queued;
        let Waiting { label: id, order: of, printer, attempt, .. } = waiting;
        let event = Event::LabelSending { label: id, order: of, printer: printer.clone(), attempt: attempt + 1 };
        let say = Say::LabelEnded { number: order.spoken(), state: LabelState::Printing };
        let cause = Cause::Printer { printer };
        let turn = self.plain(writing, bench.clone(), cause, Verdict::go(say), vec![event], Some(&order))?;
        let document = document(writing, &order, &label.what)?;
        Ok((Job { label: id, what: label.what, order: Box::new(order), document }, turn))
    }

    /// What keeps a printer from printing now, or that it is far behind: nothing is dropped, but people are told.
    ///
    /// # Errors
    /// The store fails.
    pub fn hindrance(&self, writing: &Writing<'_>, printer: &PrinterId) -> Result<Option<Hindrance>, StoreError> {
        if let Some(why) = self.hindered.get(printer) {
            return Ok(Some(*why));
        }
        let is_behind = queue::count(writing.conn(), printer)? >= BEHIND_FROM;
        Ok(is_behind.then_some(Hindrance::Behind))
    }

    /// Takes labels in doubt from the ledger into the bench's hand, oldest first, as far as there is room.
    ///
    /// # Errors
    /// The store fails.
    pub fn ask_more(&self, writing: &Writing<'_>, bench: &mut Bench) -> Result<(), StoreError> {
        for waiting in queue::doubtful(writing.conn())? {
            if bench.questions.len() >= QUESTIONS_MAX {
                return Ok(());
            }
            if bench.questions.iter().any(|question| question.label == waiting.label) {
                continue;
            }
            let Some(queued) = Queued::of(writing, waiting)? else { continue };
            if queued.place(self.setup).is_some_and(|place| place.station == self.place.station) {
                let Queued { waiting, order, .. } = queued;
                let Waiting { label, order: of, printer, .. } = waiting;
                bench.questions.push(Question { label, order: of, number: order.spoken(), printer });
            }
        }
        Ok(())
    }

    /// Records what came of a label. One in doubt becomes a question, unless it may print twice: then it prints again.
    ///
    /// # Errors
    /// The store fails.
    pub fn sent(
        &self,
        writing: &mut Writing<'_>,
        bench: &Bench,
        queued: Queued,
        came: Came,
        cause: Cause,
    ) -> Result<Turn, StoreError> {
        let Queued { waiting, order, label } = queued;
        let Waiting { label: id, order: of, printer, .. } = waiting;
        let (mut bench, number) = (bench.clone(), order.spoken());
        let failed = Verdict::attention(Say::LabelEnded { number: number.clone(), state: LabelState::Failed });
        let ended = |outcome, proof| Event::LabelEnded { label: id, order: of.clone(), outcome, proof };
        let printed = Verdict::go(Say::LabelEnded { number: number.clone(), state: LabelState::Printed });
        let (event, verdict) = match came {
            Came::Printed => (ended(Outcome::Printed, Proof::Printer), printed),
            Came::Taken => (ended(Outcome::Printed, Proof::Taken), printed),
            Came::Doubtful if label.what.must_not_double() => {
                let (number, order) = (number.clone(), of.clone());
                let question = Question { label: id, order, number: number.clone(), printer: printer.clone() };
                if bench.questions.len() < QUESTIONS_MAX {
                    bench.questions.push(question);
                }
                let asked = Verdict::attention(Say::DidItPrint { number, printer });
                (ended(Outcome::Doubtful, Proof::Taken), asked)
            }
            Came::Doubtful | Came::Failed => (ended(Outcome::Failed, Proof::Taken), failed),
            Came::Unmade(reason) => {
                let reason = reason.chars().take(REASON_MAX).collect();
                let verdict = Verdict::attention(Say::Print(PrintSay::Unmade { number: number.clone() }));
                (Event::LabelUnmade { label: id, order: of.clone(), reason }, verdict)
            }
        };
        self.plain(writing, bench, cause, verdict, vec![event], Some(&order))
    }
}

impl Station {
    /// Gives new labels to printers that wait for one.
    pub(super) fn hand_over(&mut self, wanted: Vec<PrinterId>) {
        let ready: Vec<Input> = wanted
            .into_iter()
            .filter_map(|printer| {
                // One that went away to look at its printer asks again by itself.
                let reply = self.idle.remove(&printer).filter(|reply| !reply.is_closed())?;
                Some(Input::Ready { printer, reply })
            })
            .collect();
        if !ready.is_empty() {
            self.together(ready);
        }
    }

    /// Something changed that may let waiting labels print.
    pub(super) fn wake_printers(&mut self) {
        let Some(store) = &self.store else { return };
        let waits = |printer: &&PrinterId| queue::count(store.conn(), printer).is_ok_and(|labels| labels > 0);
        let wanted = self.idle.keys().filter(waits).cloned().collect();
        self.hand_over(wanted);
    }
}

fn document(
    writing: &Writing<'_>,
    order: &Order,
    what: &LabelOf,
) -> Result<Option<attachment::Attachment>, StoreError> {
    match order.document_for(what) {
        Some(found) => attachment::get(writing.conn(), found.document),
        None => Ok(None),
    }
}
