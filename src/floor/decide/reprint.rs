//! Printing a label once more, and the parcels that could come of it.

use super::{Decision, Room, stopped, told};
use crate::code::command::ReprintReason;
use crate::floor::bench::{Bench, Hand, LastLabel};
use crate::floor::event::{Event, LabelOf, Outcome};
use crate::floor::order::{Label, Order, Progress};
use crate::floor::printing::{PrintSay, Proof};
use crate::floor::verdict::{LabelState, Say, Verdict};
use crate::ids::{LabelId, OrderId, PackageId};

/// A label that there was before.
struct Former<'a> {
    id: LabelId,
    of: &'a OrderId,
    order: &'a Order,
    label: &'a Label,
}

impl Room<'_> {
    /// Once more without a reason: enough for what may double.
    pub(super) fn repeat_label(&self, bench: Bench) -> Decision {
        let Some(former) = self.former(&bench) else { return nothing_to_repeat(bench) };
        if former.label.what.must_not_double() {
            let number = former.order.spoken();
            return told(bench, Verdict::attention(Say::Print(PrintSay::WhyAgain { number })));
        }
        self.once_more(&former, ReprintReason::BadPrint, bench)
    }

    /// Once more, for a reason that stays in the entry.
    pub(super) fn reprint(&self, reason: ReprintReason, bench: Bench) -> Decision {
        let Some(former) = self.former(&bench) else { return nothing_to_repeat(bench) };
        self.once_more(&former, reason, bench)
    }

    fn once_more(&self, former: &Former<'_>, reason: ReprintReason, mut bench: Bench) -> Decision {
        let number = former.order.spoken();
        if let Some(verdict) = stopped(former.order) {
            return told(bench, verdict);
        }
        let is_doubtful = former.label.progress == Progress::Ended(Outcome::Doubtful);
        if is_doubtful && reason == ReprintReason::Nothing {
            return self.answer(Some(former.id), false, asked(former, bench));
        }
        let is_out = is_doubtful || former.label.progress == Progress::Ended(Outcome::Printed);
        if !is_out && former.label.printer.is_some() && former.label.progress != Progress::Unmade {
            // It is still to come: one more would be a second one.
            let say = Say::LabelEnded { number, state: LabelState::Printing };
            return told(bench, Verdict::attention(say));
        }
        bench.questions.retain(|question| question.label != former.id);
        let again = Say::Print(PrintSay::Again { number, reason });
        let mut decision = told(bench, Verdict::attention(again));
        if is_doubtful {
            // Whoever complains of its print has seen it.
            decision.events.push(ended(former.id, former.of, Proof::Person));
        }
        decision.labels.push((former.of.clone(), former.label.what.clone()));
        decision.again = Some(reason);
        decision
    }

    /// The newest label of the package in hand; else the last one of this bench.
    fn former(&self, bench: &Bench) -> Option<Former<'_>> {
        let of_hand = bench.hand.as_ref().and_then(|hand| {
            let (of, order) = self.known.orders.get_key_value(&hand.order)?;
            let (id, label) = newest(order, &hand.package)?;
            Some(Former { id, of, order, label })
        });
        of_hand.or_else(|| {
            let last = bench.last_label.as_ref()?;
            let (of, order) = self.known.orders.get_key_value(&last.order)?;
            Some(Former { id: last.label, of, order, label: order.labels.get(&last.label)? })
        })
    }

    /// A number that is on a package already was scanned again: where its label printed twice there may be two.
    pub(super) fn scanned_again(
        &self,
        id: &OrderId,
        order: &Order,
        package: &PackageId,
        printed: &str,
        mut bench: Bench,
    ) -> Decision {
        let number = order.spoken();
        bench.hand = None;
        bench.last_label =
            newest(order, package).map(|(label, _)| LastLabel { order: id.clone(), label }).or(bench.last_label);
        let came_out = |label: &&Label| {
            let is_out = matches!(label.progress, Progress::Ended(Outcome::Printed | Outcome::Doubtful));
            is_out && label.what == LabelOf::Shipping(package.clone())
        };
        if order.labels.values().filter(came_out).count() < 2 {
            return told(bench, Verdict::go(Say::AlreadyLinked { number, printed: printed.to_owned() }));
        }
        bench.doubled = super::hand(id, package);
        let say = PrintSay::SecondParcel { number, printed: printed.to_owned() };
        told(bench, Verdict::attention(Say::Print(say)))
    }

    /// YES or NO to the question about a second parcel.
    pub(super) fn second_parcel(&self, hand: Hand, yes: bool, bench: Bench) -> Decision {
        let number = self.known.orders.get(&hand.order).map_or_else(String::new, Order::spoken);
        if !yes {
            return told(bench, Verdict::go(Say::Print(PrintSay::SameParcel { number })));
        }
        let mut decision = told(bench, Verdict::stop(Say::Print(PrintSay::SecondParcelFound { number })));
        decision.events.push(Event::ParcelDoubled { order: hand.order, package: hand.package });
        decision
    }

    /// Whoever scans a label has it in hand: what was in doubt came out.
    pub(super) fn seen_by_scan(&self, id: &OrderId, order: &Order, package: &PackageId, decision: &mut Decision) {
        let in_doubt = order.labels.iter().filter(|(_, label)| {
            label.what == LabelOf::Shipping(package.clone()) && label.progress == Progress::Ended(Outcome::Doubtful)
        });
        for (label, _) in in_doubt {
            decision.events.push(ended(*label, id, Proof::Scan));
            decision.bench.questions.retain(|question| question.label != *label);
        }
    }
}

fn ended(label: LabelId, order: &OrderId, proof: Proof) -> Event {
    Event::LabelEnded { label, order: order.clone(), outcome: Outcome::Printed, proof }
}

/// The bench with the question about this label, also where it waits for its turn.
fn asked(former: &Former<'_>, mut bench: Bench) -> Bench {
    use crate::floor::bench::Question;
    if !bench.questions.iter().any(|question| question.label == former.id)
        && let Some(printer) = former.label.printer.clone()
    {
        let number = former.order.spoken();
        bench.questions.push(Question { label: former.id, order: former.of.clone(), number, printer });
    }
    bench
}

/// The newest shipping label of a package, or else the newest of its own. Labels are numbered in the order in which
/// they were asked for.
fn newest<'a>(order: &'a Order, package: &PackageId) -> Option<(LabelId, &'a Label)> {
    let last = |what: LabelOf| order.labels.iter().rfind(|(_, label)| label.what == what).map(|(id, l)| (*id, l));
    last(LabelOf::Shipping(package.clone())).or_else(|| last(LabelOf::Package(package.clone())))
}

fn nothing_to_repeat(bench: Bench) -> Decision {
    told(bench, Verdict::attention(Say::Print(PrintSay::NothingToRepeat)))
}
