//! What happens to labels: handed over, printed, failed, in doubt. Each is an entry like a scan.

use super::setup::{Bench as Place, Setup};
use super::turn::{Table, Turn};
use super::work::Job;
use crate::floor::bench::{Bench, QUESTIONS_MAX, Question};
use crate::floor::event::{Event, LabelOf, Outcome};
use crate::floor::order::{Label, Order, Progress};
use crate::floor::verdict::{LabelState, Say, Verdict};
use crate::ids::PrinterId;
use crate::ledger::entry::Cause;
use crate::ledger::queue::{self, Waiting};
use crate::ledger::store::{StoreError, Writing};
use crate::ledger::{attachment, orders};

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
        self.order.is_cancelled() || self.label.progress == Progress::Ended(Outcome::Printed)
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
        let Waiting { label: id, order: of, printer, attempt } = waiting;
        let event = Event::LabelSending { label: id, order: of, printer: printer.clone(), attempt: attempt + 1 };
        let say = Say::LabelEnded { number: order.spoken(), state: LabelState::Printing };
        let cause = Cause::Printer { printer };
        let turn = self.plain(writing, bench.clone(), cause, Verdict::go(say), vec![event], Some(&order))?;
        let document = document(writing, &order, &label.what)?;
        Ok((Job { label: id, what: label.what, order: Box::new(order), document }, turn))
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
        outcome: Outcome,
        cause: Cause,
    ) -> Result<Turn, StoreError> {
        let Queued { waiting, order, label } = queued;
        let Waiting { label: id, order: of, printer, .. } = waiting;
        let (mut bench, number) = (bench.clone(), order.spoken());
        let asks = outcome == Outcome::Doubtful && label.what.must_not_double();
        let (outcome, verdict) = match outcome {
            Outcome::Doubtful if asks => {
                let question =
                    Question { label: id, order: of.clone(), number: number.clone(), printer: printer.clone() };
                if bench.questions.len() < QUESTIONS_MAX {
                    bench.questions.push(question);
                }
                (outcome, Verdict::attention(Say::DidItPrint { number, printer }))
            }
            Outcome::Printed => (outcome, Verdict::go(Say::LabelEnded { number, state: LabelState::Printed })),
            Outcome::Doubtful | Outcome::Failed => {
                (Outcome::Failed, Verdict::attention(Say::LabelEnded { number, state: LabelState::Failed }))
            }
        };
        let event = Event::LabelEnded { label: id, order: of, outcome };
        self.plain(writing, bench, cause, verdict, vec![event], Some(&order))
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
