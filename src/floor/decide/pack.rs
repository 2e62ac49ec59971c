//! Packing: pieces into the open package, until it is complete and its label is asked for.

use super::{Decision, PACK, Room, hand, parcel, small, stopped, told};
use crate::floor::bench::{Bench, Hand};
use crate::floor::event::{Event, LabelOf, Outcome};
use crate::floor::order::{Order, Progress};
use crate::floor::verdict::{LabelState, Say, Verdict};
use crate::ids::{JobId, OrderId, PackageId, StageId};

impl Room<'_> {
    pub(super) fn pack(&self, id: &OrderId, order: &Order, job: &JobId, missed: &[StageId], bench: Bench) -> Decision {
        let Some(package) = order.package_for(job).cloned() else {
            return told(bench, Verdict::attention(Say::NotKnown { code: job.to_string() }));
        };
        if let Some(refusal) = self.hand_is_full(id, &package, order, job, &bench) {
            return refusal;
        }
        let Ok(stage) = StageId::new(PACK) else { return told(bench, Verdict::attention(Say::CommandNotHere)) };
        let (before, of) = order.contents(&package);
        let n = before + 1;
        let number = order.spoken();
        let others = parcel::elsewhere(order, &package, job);
        let say = Say::Packed { number: number.clone(), n: small(n), of: small(of), others };
        let mut decision = told(bench, Verdict::go(say));
        decision.events.push(Event::JobPassed { order: Some(id.clone()), job: job.clone(), stage: stage.clone() });
        decision.events.push(Event::Packed { order: id.clone(), package: package.clone(), job: job.clone() });
        decision.bench.hand = hand(id, &package);
        decision.undo = Some(self.change(id, order, job, &stage));
        if n >= of {
            self.complete(id, order, &package, &mut decision);
        }
        if !missed.is_empty() {
            decision.verdict = Verdict::attention(Say::PassedButMissed { number, stage, missed: missed.to_vec() });
        }
        decision
    }

    /// The last piece is in: the package closes, and its label comes out once.
    pub(super) fn complete(&self, id: &OrderId, order: &Order, package: &PackageId, decision: &mut Decision) {
        decision.events.push(Event::PackageClosed { order: id.clone(), package: package.clone() });
        let (what, label) = self.label_of(order, package);
        let label = if was_printed(order, &what) { LabelState::Printed } else { label };
        let all = std::iter::once(what).chain(order.other_documents(package));
        decision.labels.extend(all.filter(|what| !is_requested(order, what)).map(|what| (id.clone(), what)));
        decision.verdict = Verdict::go(Say::Complete { number: order.spoken(), label });
    }

    /// The carrier's label where the shop has it; else our own, to keep the package findable on the shelf.
    fn label_of(&self, order: &Order, package: &PackageId) -> (LabelOf, LabelState) {
        match order.document_of(package) {
            Some(_) => (LabelOf::Shipping(package.clone()), self.place.shipping),
            None => (LabelOf::Package(package.clone()), LabelState::NotYet),
        }
    }

    /// Another package is in hand: red, unless it waits on the shelf for a label that does not exist yet.
    fn hand_is_full(
        &self,
        id: &OrderId,
        package: &PackageId,
        order: &Order,
        job: &JobId,
        bench: &Bench,
    ) -> Option<Decision> {
        let held = bench.hand.as_ref().filter(|h| h.order != *id || h.package != *package)?;
        let other = self.known.orders.get(&held.order)?;
        let state = other.packages.get(&held.package)?;
        if state.link.is_some() || other.stopped.is_some() {
            return None;
        }
        let open = other.spoken();
        let say = if state.closed.is_none() {
            Say::WrongOrder { number: order.spoken(), open }
        } else {
            let (what, _) = self.label_of(other, &held.package);
            if !what.must_not_double() {
                return None;
            }
            Say::LabelFirst { open }
        };
        let mut decision = told(bench.clone(), Verdict::stop(say));
        decision.events.push(Event::JobSeen { order: id.clone(), job: job.clone() });
        Some(decision)
    }

    /// A piece that is packed already: takes its package in hand again, if nothing else is.
    pub(super) fn packed_again(&self, id: &OrderId, order: &Order, job: &JobId, bench: Bench) -> Decision {
        let package = order.jobs.get(job).and_then(|j| j.package.clone());
        let mut decision = told(bench, Verdict::attention(Say::AlreadyPacked { number: order.spoken() }));
        if let Some(package) = package
            && decision.bench.hand.is_none()
            && order.packages.get(&package).is_some_and(|p| p.link.is_none())
        {
            decision.bench.hand = hand(id, &package);
        }
        decision
    }

    /// A package's own label: takes the package in hand.
    pub(super) fn package(&self, package: &PackageId, bench: Bench) -> Decision {
        let found = self.named_order().and_then(|o| Some((o, o.intake.as_deref()?)));
        let Some((order, intake)) = found else {
            return told(bench, Verdict::attention(Say::NotKnown { code: package.to_string() }));
        };
        let number = order.spoken();
        if let Some(verdict) = stopped(order) {
            return told(bench, verdict);
        }
        let (n, of) = order.contents(package);
        let say = Say::PackageInHand { number, n: small(n), of: small(of) };
        if !self.packs() {
            return told(bench, Verdict::attention(say));
        }
        let taken = Hand { order: intake.order.clone(), package: package.clone() };
        let other = bench.hand.as_ref().filter(|h| **h != taken).and_then(|h| self.known.orders.get(&h.order));
        if let Some(other) = other {
            return told(bench, Verdict::stop(Say::LabelFirst { open: other.spoken() }));
        }
        let mut decision = told(bench, Verdict::go(say));
        let closed = order.packages.get(package).is_some_and(|p| p.closed.is_some() && p.link.is_none());
        let (what, label) = self.label_of(order, package);
        if closed && what.must_not_double() && !is_requested(order, &what) {
            decision.labels.push((taken.order.clone(), what));
            decision.verdict = Verdict::go(Say::Complete { number: order.spoken(), label });
        }
        decision.bench.hand = Some(taken);
        decision
    }
}

fn was_printed(order: &Order, what: &LabelOf) -> bool {
    order.labels.values().any(|l| l.what == *what && l.progress == Progress::Ended(Outcome::Printed))
}

/// One that could not be made is asked for anew: the shop may have brought another document.
fn is_requested(order: &Order, what: &LabelOf) -> bool {
    order.labels.values().any(|l| l.what == *what && l.progress != Progress::Unmade)
}
