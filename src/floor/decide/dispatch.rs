//! The door: a parcel leaves once its label is known to be its own. Nothing leaves unlinked.

use super::link::Owner;
use super::{Decision, Room, small, stopped, told};
use crate::code::Tracking;
use crate::floor::bench::{Bench, Change};
use crate::floor::event::Event;
use crate::floor::order::Order;
use crate::floor::verdict::{Door, Say, Verdict};
use crate::ids::{OrderId, PackageId};

impl Room<'_> {
    /// A carrier's number at the door.
    pub(super) fn leaves(&self, candidates: &[Tracking], bench: Bench) -> Decision {
        let owners = self.owners(candidates);
        let Some(owner) = owners.first() else {
            let printed = candidates.first().map_or_else(String::new, |t| t.printed.to_string());
            return told(bench, Verdict::stop(Say::Door(Door::NotOurs { printed })));
        };
        let Owner { id, order, package, tracking } = owner;
        if let Some(refused) = self.kept_back(order, package) {
            return told(bench, refused);
        }
        if order.packages.get(*package).is_some_and(|state| state.link.is_some()) {
            return dispatched(id, order, package, bench);
        }
        // The label document said that this number is the package's: what was left out at packing is made good.
        let (number, printed) = (order.spoken(), tracking.printed.to_string());
        let say = Say::Door(Door::LeavesUnscanned { number, printed });
        let mut decision = told(bench, Verdict::attention(say));
        self.bind(id, order, package, tracking, true, &mut decision);
        leave(id, package, decision)
    }

    /// A package's own code at the door.
    pub(super) fn package_leaves(&self, package: &PackageId, bench: Bench) -> Decision {
        let Some((id, order)) = self.known.named.first().and_then(|id| Some((id, self.known.orders.get(id)?))) else {
            return told(bench, Verdict::attention(Say::NotKnown { code: package.to_string() }));
        };
        if let Some(refused) = self.kept_back(order, package) {
            return told(bench, refused);
        }
        match order.packages.get(package).and_then(|state| state.link.as_ref()) {
            Some(_) => dispatched(id, order, package, bench),
            None => told(bench, Verdict::stop(Say::Door(Door::NoLabel { number: order.spoken() }))),
        }
    }

    /// Why a package must not leave, or need not leave again.
    fn kept_back(&self, order: &Order, package: &PackageId) -> Option<Verdict> {
        let state = order.packages.get(package);
        let number = order.spoken();
        if state.is_some_and(|state| state.dispatched.is_some()) {
            return Some(Verdict::go(Say::Door(Door::LeftBefore { number })));
        }
        if let Some(verdict) = stopped(order) {
            return Some(verdict);
        }
        if state.is_none_or(|state| state.closed.is_none()) {
            let (n, of) = order.contents(package);
            let missing = small(of.saturating_sub(n));
            let printed = state.and_then(|s| s.link.as_ref()).map_or_else(String::new, |l| l.link.printed.clone());
            return Some(Verdict::stop(Say::PackFirst { number, printed, missing }));
        }
        None
    }
}

fn dispatched(id: &OrderId, order: &Order, package: &PackageId, bench: Bench) -> Decision {
    let link = order.packages.get(package).and_then(|state| state.link.as_ref());
    let carrier = link.and_then(|linked| linked.link.carrier.clone());
    leave(id, package, told(bench, Verdict::go(Say::Door(Door::Leaves { number: order.spoken(), carrier }))))
}

/// Records beside what was decided that the package left.
fn leave(id: &OrderId, package: &PackageId, mut decision: Decision) -> Decision {
    decision.events.push(Event::Dispatched { order: id.clone(), package: package.clone() });
    decision.undo = Some(Change::of(id.clone()));
    decision
}
