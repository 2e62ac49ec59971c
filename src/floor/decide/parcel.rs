//! Commands about a package: it is closed, sent in two parts, or its label was swapped with another's.

use super::{Decision, Room, small, told};
use crate::code::Meaning;
use crate::code::command::Command;
use crate::floor::bench::{Bench, Change, Hand, Meant};
use crate::floor::event::Event;
use crate::floor::intake::PackageSpec;
use crate::floor::order::{Linked, Order};
use crate::floor::verdict::{LastSeen, Say, Verdict, Work};
use crate::ids::{JobId, PackageId};

impl Room<'_> {
    /// CLOSE: complete, or what is missing is named.
    pub(super) fn close(&self, bench: Bench) -> Decision {
        let Some((hand, order)) = self.open_package(&bench) else {
            return told(bench, Verdict::attention(Say::Work(Work::NoPackage { command: Command::Close })));
        };
        let (n, of) = order.contents(&hand.package);
        let number = order.spoken();
        if n == 0 {
            return told(bench, Verdict::attention(Say::Work(Work::NothingPacked { number })));
        }
        if n < of {
            let missing = small(of - n);
            let others = last_seen(order, order.missing(&hand.package));
            return told(bench, Verdict::attention(Say::Work(Work::NotComplete { number, missing, others })));
        }
        self.closed(&hand, order, bench)
    }

    /// SPLIT: what is packed goes now, the rest in another package.
    pub(super) fn split(&self, bench: Bench) -> Decision {
        let Some((hand, order)) = self.open_package(&bench) else {
            return told(bench, Verdict::attention(Say::Work(Work::NoPackage { command: Command::Split })));
        };
        let (n, of) = order.contents(&hand.package);
        if n == 0 {
            return told(bench, Verdict::attention(Say::Work(Work::NothingPacked { number: order.spoken() })));
        }
        if n >= of {
            return self.closed(&hand, order, bench);
        }
        let Some(rest) = self.rest_of(order, &hand.package) else {
            return told(bench, Verdict::attention(Say::CommandNotHere));
        };
        let mut decision = self.closed(&hand, order, bench);
        decision.events.insert(0, Event::PackageSplit { order: hand.order, package: hand.package, rest });
        decision
    }

    /// The package in hand, if pieces may still come into it.
    fn open_package(&self, bench: &Bench) -> Option<(Hand, &Order)> {
        let hand = bench.hand.clone()?;
        let order = self.known.orders.get(&hand.order)?;
        let is_open = order.packages.get(&hand.package).is_none_or(|p| p.closed.is_none());
        is_open.then_some((hand, order))
    }

    fn closed(&self, hand: &Hand, order: &Order, bench: Bench) -> Decision {
        let mut decision = told(bench, Verdict::go(Say::Help));
        self.complete(&hand.order, order, &hand.package, &mut decision);
        decision.undo = Some(Change::of(hand.order.clone()));
        decision
    }

    /// Another open package of the order, or a new one.
    fn rest_of(&self, order: &Order, package: &PackageId) -> Option<PackageSpec> {
        let intake = order.intake.as_deref()?;
        let is_open = |p: &&PackageSpec| order.packages.get(&p.package).is_none_or(|state| state.closed.is_none());
        let other = intake.packages.iter().find(|p| p.package != *package && is_open(p)).cloned();
        let new = || Some(PackageSpec::bare(self.known.fresh?.package.clone()));
        other.or_else(new)
    }

    pub(super) fn begin_swap(&self, mut bench: Bench) -> Decision {
        if !self.packs() {
            return told(bench, Verdict::attention(Say::CommandNotHere));
        }
        bench.meant = Some(Meant { command: Command::Swapped, at: self.now, first: None });
        told(bench, Verdict::attention(Say::Work(Work::NoPackage { command: Command::Swapped })))
    }

    /// Whether a package is scanned because labels were swapped.
    pub(super) fn swaps(&self, bench: &Bench) -> bool {
        bench.waiting_command(self.now).is_some_and(|meant| meant.command == Command::Swapped)
    }

    /// One of the two packages: the second one exchanges their labels.
    pub(super) fn swap(&self, meaning: &Meaning, mut bench: Bench) -> Decision {
        let Some((hand, order)) = self.labelled(meaning) else {
            let number = self.named_order().map_or_else(String::new, Order::spoken);
            return told(bench, Verdict::attention(Say::Work(Work::NoSwap { number })));
        };
        let first = bench.meant.take().and_then(|meant| meant.first);
        let Some(first) = first else {
            bench.meant = Some(Meant { command: Command::Swapped, at: self.now, first: Some(hand) });
            return told(bench, Verdict::attention(Say::Work(Work::SwapOther { number: order.spoken() })));
        };
        self.exchange(&first, &hand, bench)
    }

    /// The package that a code names, if its label was scanned.
    fn labelled(&self, meaning: &Meaning) -> Option<(Hand, &Order)> {
        for id in self.known.named {
            let Some(order) = self.known.orders.get(id) else { continue };
            let is_meant = |package: &PackageId, linked: &Linked| match meaning {
                Meaning::Package(scanned) => scanned == package,
                Meaning::Tracking(candidates) => candidates.iter().any(|t| t.key == linked.link.key),
                _ => false,
            };
            let linked = order.packages.iter().filter_map(|(package, state)| Some((package, state.link.as_ref()?)));
            if let Some((package, _)) = linked.into_iter().find(|(package, linked)| is_meant(package, linked)) {
                return Some((Hand { order: id.clone(), package: package.clone() }, order));
            }
        }
        None
    }

    fn exchange(&self, one: &Hand, other: &Hand, mut bench: Bench) -> Decision {
        let found = |hand: &Hand| {
            let order = self.known.orders.get(&hand.order)?;
            Some((order.spoken(), order.packages.get(&hand.package)?.link.as_ref()?.link.clone()))
        };
        let (Some((one_number, one_link)), Some((other_number, other_link))) = (found(one), found(other)) else {
            return told(bench, Verdict::attention(Say::Work(Work::NoSwap { number: String::new() })));
        };
        if one == other {
            return told(bench, Verdict::attention(Say::Work(Work::NoSwap { number: one_number })));
        }
        bench.undoable = None;
        let mut decision = told(bench, Verdict::go(Say::Work(Work::Swapped { one: one_number, other: other_number })));
        let linked =
            |hand: &Hand, link| Event::Linked { order: hand.order.clone(), package: hand.package.clone(), link };
        decision.events.extend([linked(one, other_link), linked(other, one_link)]);
        decision
    }
}

/// Where the other pieces of `package` are while `job` comes into it.
pub(super) fn elsewhere(order: &Order, package: &PackageId, job: &JobId) -> Vec<LastSeen> {
    last_seen(order, order.missing(package).filter(|other| *other != job))
}

/// Where pieces were scanned last, by stage.
fn last_seen<'a>(order: &Order, jobs: impl Iterator<Item = &'a JobId>) -> Vec<LastSeen> {
    let mut seen: Vec<LastSeen> = Vec::new();
    for job in jobs {
        let state = order.jobs.get(job);
        let stage = state.and_then(|state| state.passes.last()).map(|pass| pass.stage.clone());
        match seen.iter_mut().find(|known| known.stage == stage) {
            Some(known) => known.n += 1,
            None => seen.push(LastSeen { n: 1, stage }),
        }
    }
    seen
}
