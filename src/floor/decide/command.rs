//! Command codes, badges, and answers to questions.

use super::{Action, Decision, Room, small, told};
use crate::code::command::Command;
use crate::floor::bench::{Bench, Change, Unclaimed};
use crate::floor::event::{Event, Outcome};
use crate::floor::order::{Order, Progress};
use crate::floor::printing::Proof;
use crate::floor::verdict::{LabelState, Say, Verdict, Work};
use crate::ids::{LabelId, OperatorId};

impl Room<'_> {
    pub(super) fn command(&self, command: Command, bench: Bench) -> Decision {
        match command {
            Command::Yes | Command::No if bench.doubted(self.now).is_some() => {
                self.resolve(command == Command::Yes, bench)
            }
            Command::Yes => self.answer(None, true, bench),
            Command::No => self.answer(None, false, bench),
            Command::RepeatLabel => self.repeat_label(bench),
            Command::Reprint(reason) => self.reprint(reason, bench),
            Command::Undo => self.undo(bench),
            Command::PrintNext(n) => self.print_next(u32::from(n), bench),
            Command::Park => self.park(bench),
            Command::Close => self.close(bench),
            Command::Split => self.split(bench),
            Command::Swapped => self.begin_swap(bench),
            _ if command.is_about_a_piece() => self.for_piece(command, bench),
            Command::SignOff => self.signed_off(bench),
            Command::Help => told(bench, Verdict::go(Say::Help)),
            Command::Ok => told(bench, Verdict::go(Say::Noted)),
            _ => told(bench, Verdict::attention(Say::CommandNotHere)),
        }
    }

    /// Answers the question about `label`, or the oldest one. NO lets it print again.
    pub(super) fn answer(&self, label: Option<LabelId>, yes: bool, mut bench: Bench) -> Decision {
        if label.is_none()
            && let Some(hand) = bench.doubled.take()
        {
            return self.second_parcel(hand, yes, bench);
        }
        let asked = match label {
            Some(label) => bench.questions.iter().position(|q| q.label == label),
            None => (!bench.questions.is_empty()).then_some(0),
        };
        let Some(i) = asked else {
            return told(bench, Verdict::attention(Say::NothingAsked));
        };
        let question = bench.questions.remove(i);
        let known = self.known.orders.get(&question.order).and_then(|order| order.labels.get(&question.label));
        if known.is_some_and(|label| label.progress == Progress::Ended(Outcome::Printed)) {
            // Somebody scanned it meanwhile, at this bench or another one.
            let say = Say::LabelEnded { number: question.number, state: LabelState::Printed };
            return told(bench, Verdict::go(say));
        }
        let (outcome, state, proof) = if yes {
            (Outcome::Printed, LabelState::Printed, Proof::Person)
        } else {
            (Outcome::Failed, LabelState::Printing, Proof::Taken)
        };
        let mut decision = told(bench, Verdict::go(Say::LabelEnded { number: question.number, state }));
        decision.events.push(Event::LabelEnded { label: question.label, order: question.order, outcome, proof });
        decision
    }

    /// Takes back the last scan of this bench that changed something; the next UNDO lets it count again.
    pub(super) fn undo(&self, mut bench: Bench) -> Decision {
        let Some(last) = bench.undoable.take() else {
            return told(bench, Verdict::attention(Say::NothingToUndo));
        };
        let Change { order, piece, stage, undid } = last.change;
        let number = self.known.orders.get(&order).map_or_else(String::new, Order::spoken);
        bench.hand = None;
        bench.meant = None;
        let (said_piece, said_stage) = (piece.clone(), stage.clone());
        let verdict = match undid {
            false => Verdict::attention(Say::Undone { number, piece: said_piece, stage: said_stage }),
            true => Verdict::go(Say::Work(Work::Redone { number, piece: said_piece, stage: said_stage })),
        };
        let mut decision = told(bench, verdict);
        decision.events.push(Event::Undone { order: order.clone(), entry: last.entry });
        decision.undo = Some(Change { order, piece, stage, undid: !undid });
        decision
    }

    fn park(&self, mut bench: Bench) -> Decision {
        match bench.hand.take().and_then(|h| self.known.orders.get(&h.order)) {
            Some(order) => told(bench, Verdict::go(Say::Parked { number: order.spoken() })),
            None => told(bench, Verdict::attention(Say::NothingToUndo)),
        }
    }

    pub(super) fn badge(&self, operator: &OperatorId, mut bench: Bench) -> Decision {
        let mut scans = std::mem::take(&mut bench.unclaimed);
        scans.retain(|scan| scan.is_open(self.now));
        if bench.operator.is_some() {
            scans.clear();
        }
        bench.operator = Some(operator.clone());
        let say = Say::SignedOn { operator: operator.clone(), claimed: small(scans.len()) };
        let mut decision = told(bench, Verdict::go(say));
        decision.events.push(Event::SignedOn { operator: operator.clone() });
        let claimed = |scan: Unclaimed| {
            let Unclaimed { entry, order, .. } = scan;
            Event::Claimed { order, entry, operator: operator.clone() }
        };
        decision.events.extend(scans.into_iter().map(claimed));
        decision
    }

    fn signed_off(&self, mut bench: Bench) -> Decision {
        bench.operator = None;
        bench.piece = None;
        bench.meant = None;
        let in_hand = bench.hand.as_ref().and_then(|hand| self.known.orders.get(&hand.order));
        let package = in_hand.map(Order::spoken);
        let questions = small(bench.questions.len());
        let is_done = package.is_none() && questions == 0;
        let say = Say::SignedOff { package, questions };
        let mut decision = told(bench, if is_done { Verdict::go(say) } else { Verdict::attention(say) });
        decision.events.push(Event::SignedOff);
        decision
    }
}

impl Action<'_> {
    /// Whether the rule may bring a piece or a package into being.
    #[must_use]
    pub fn wants_fresh(&self, bench: &Bench) -> bool {
        use crate::code::Meaning;
        let brings = |command: &Command| matches!(command, Command::Scrap | Command::Lost | Command::Split);
        match self {
            Action::Command(command) | Action::Code { meaning: Meaning::Command(command), .. } => brings(command),
            Action::Code { meaning: Meaning::Job(_), .. } => bench.meant.as_ref().is_some_and(|m| brings(&m.command)),
            _ => false,
        }
    }

    /// Whether the next jobs without a ticket must be looked up.
    #[must_use]
    pub fn wants_waiting(&self) -> bool {
        use crate::code::Meaning;
        matches!(
            self,
            Action::PrintNext(_)
                | Action::Command(Command::PrintNext(_))
                | Action::Code { meaning: Meaning::Command(Command::PrintNext(_)), .. }
        )
    }
}
