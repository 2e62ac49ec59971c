//! A carrier's number: is it the label of the package in hand? Then order, package and number are linked.

use super::{Decision, Room, small, stopped, told};
use crate::code::Tracking;
use crate::floor::bench::{Bench, Change, Hand};
use crate::floor::event::{Event, Link};
use crate::floor::moment::{Moment, SECOND};
use crate::floor::order::Order;
use crate::floor::verdict::{Say, Seen, Verdict};
use crate::ids::{OrderId, PackageId};

/// Carriers give a number again after months: a link older than this, in microseconds, blocks nothing.
pub const REUSE_AFTER: i64 = 90 * 24 * 3600 * SECOND;

/// A package that a number is known to belong to.
pub(super) struct Owner<'a> {
    pub(super) id: &'a OrderId,
    pub(super) order: &'a Order,
    pub(super) package: &'a PackageId,
    /// The reading of the scan under which it is known.
    pub(super) tracking: &'a Tracking,
}

impl Room<'_> {
    pub(super) fn tracking(&self, candidates: &[Tracking], bench: Bench) -> Decision {
        let Some(first) = candidates.first() else {
            return told(bench, Verdict::attention(Say::NotHere { what: Seen::Tracking }));
        };
        if !self.packs() {
            return told(bench, Verdict::attention(Say::NotHere { what: Seen::Tracking }));
        }
        let owners = self.owners(candidates);
        if owners.is_empty()
            && let Some(say) = self.return_label(candidates)
        {
            return told(bench, Verdict::stop(say));
        }
        let in_hand = bench.hand.clone();
        let mine = |o: &&Owner<'_>| in_hand.as_ref().is_some_and(|h| *o.id == h.order && *o.package == h.package);
        match (owners.iter().find(mine).or_else(|| owners.first()), &in_hand) {
            (Some(owner), None) => self.of_known(owner, bench),
            (Some(owner), Some(hand)) if *owner.id == hand.order && *owner.package == hand.package => {
                self.of_known(owner, bench)
            }
            (Some(owner), Some(hand)) => self.of_other(owner, hand, bench),
            (None, Some(hand)) => self.of_nobody(candidates, hand.clone(), bench),
            (None, None) => told(bench, Verdict::attention(Say::WhichPackage { printed: first.printed.to_string() })),
        }
    }

    /// What is said of a return label: its number would bring the parcel back to the shop.
    fn return_label(&self, candidates: &[Tracking]) -> Option<Say> {
        let orders = self.known.named.iter().filter_map(|id| self.known.orders.get(id));
        let mut specs = orders
            .flat_map(|order| order.intake.iter().flat_map(|intake| &intake.packages).map(move |spec| (order, spec)));
        specs.find_map(|(order, spec)| {
            let tracking =
                candidates.iter().find(|t| spec.documents.iter().any(|d| d.numbers.iter().any(|n| *n == t.key)))?;
            Some(Say::ReturnLabel { number: order.spoken(), printed: tracking.printed.to_string() })
        })
    }

    /// Every package that the number is on: by its label document, or by a link that is not too old.
    pub(super) fn owners<'b>(&'b self, candidates: &'b [Tracking]) -> Vec<Owner<'b>> {
        let fresh = |at: Moment| self.now.since(at) < REUSE_AFTER;
        let mut owners = Vec::new();
        for id in self.known.named {
            let Some(order) = self.known.orders.get(id) else { continue };
            let Some(intake) = order.intake.as_deref() else { continue };
            for spec in &intake.packages {
                let link = order.packages.get(&spec.package).and_then(|p| p.link.as_ref());
                let known = |t: &&Tracking| {
                    let linked = link.is_some_and(|l| l.link.key == t.key && fresh(l.key.at));
                    let expected = link.is_none() && spec.tracking.as_deref() == Some(t.key.as_str());
                    linked || expected
                };
                if let Some(tracking) = candidates.iter().find(known) {
                    owners.push(Owner { id, order, package: &spec.package, tracking });
                }
            }
        }
        owners
    }

    /// The number is on the package in hand, or names a package while nothing is in hand.
    fn of_known(&self, owner: &Owner<'_>, bench: Bench) -> Decision {
        let (number, printed) = (owner.order.spoken(), owner.tracking.printed.to_string());
        if let Some(verdict) = stopped(owner.order) {
            return told(bench, verdict);
        }
        let state = owner.order.packages.get(owner.package);
        if state.is_some_and(|p| p.link.is_some()) {
            let mut decision = self.scanned_again(owner.id, owner.order, owner.package, &printed, bench);
            self.seen_by_scan(owner.id, owner.order, owner.package, &mut decision);
            return decision;
        }
        if state.is_none_or(|p| p.closed.is_none()) {
            let (n, of) = owner.order.contents(owner.package);
            let say = Say::PackFirst { number, printed, missing: small(of.saturating_sub(n)) };
            return told(bench, Verdict::attention(say));
        }
        self.link(owner.id, owner.order, owner.package, owner.tracking, true, bench)
    }

    fn of_other(&self, owner: &Owner<'_>, hand: &Hand, bench: Bench) -> Decision {
        let open = self.known.orders.get(&hand.order).map(Order::spoken);
        let say =
            Say::LabelOfOther { printed: owner.tracking.printed.to_string(), belongs: owner.order.spoken(), open };
        told(bench, Verdict::stop(say))
    }

    /// Nobody's number: it may be taken by a package in hand whose label the shop makes elsewhere.
    fn of_nobody(&self, candidates: &[Tracking], hand: Hand, bench: Bench) -> Decision {
        let Some(order) = self.known.orders.get(&hand.order) else {
            return told(bench, Verdict::attention(Say::NotKnown { code: hand.order.to_string() }));
        };
        let Some(intake) = order.intake.as_deref() else {
            return told(bench, Verdict::attention(Say::NotKnown { code: hand.order.to_string() }));
        };
        let expected = intake.carrier.as_deref();
        let fits = |t: &&Tracking| expected.is_some_and(|c| c == t.carrier.as_str());
        let Some(tracking) = candidates.iter().find(fits).or_else(|| candidates.first()) else {
            return told(bench, Verdict::attention(Say::NotHere { what: Seen::Tracking }));
        };
        let (number, printed) = (order.spoken(), tracking.printed.to_string());
        if let Some(verdict) = stopped(order) {
            return told(bench, verdict);
        }
        let spec = intake.packages.iter().find(|p| p.package == hand.package);
        let state = order.packages.get(&hand.package);
        let linked = state.and_then(|p| p.link.as_ref()).map(|l| l.link.printed.as_str());
        if let Some(expected) = linked.or_else(|| spec.and_then(|s| s.tracking.as_deref())) {
            let say = Say::OtherLabelExpected { number, printed, expected: tail(expected) };
            return told(bench, Verdict::stop(say));
        }
        if state.is_none_or(|p| p.closed.is_none()) {
            let (n, of) = order.contents(&hand.package);
            let say = Say::PackFirst { number, printed, missing: small(of.saturating_sub(n)) };
            return told(bench, Verdict::attention(say));
        }
        let mut carriers: Vec<String> = candidates.iter().map(|t| t.carrier.as_str().to_owned()).collect();
        carriers.dedup();
        let sure = carriers.len() == 1 || candidates.iter().any(|t| fits(&t));
        let mut decision = self.link(&hand.order, order, &hand.package, tracking, sure, bench);
        if !sure {
            decision.verdict = Verdict::attention(Say::LinkedUnsure { number, printed, carriers });
        }
        decision
    }

    fn link(
        &self,
        id: &OrderId,
        order: &Order,
        package: &PackageId,
        tracking: &Tracking,
        sure: bool,
        bench: Bench,
    ) -> Decision {
        let (number, printed) = (order.spoken(), tracking.printed.to_string());
        let mut decision = told(bench, Verdict::go(Say::Linked { number, printed }));
        self.bind(id, order, package, tracking, sure, &mut decision);
        decision.bench.hand = None;
        decision.undo = Some(Change::of(id.clone()));
        decision
    }

    /// Records that the number is on the package, and that its label was seen. The carrier only where it is `sure`.
    pub(super) fn bind(
        &self,
        id: &OrderId,
        order: &Order,
        package: &PackageId,
        tracking: &Tracking,
        sure: bool,
        decision: &mut Decision,
    ) {
        let carrier = sure.then(|| tracking.carrier.as_str().to_owned());
        let (key, printed) = (tracking.key.to_string(), tracking.printed.to_string());
        let link = Link { carrier, key, printed, scanned: tracking.scanned.to_string() };
        decision.events.push(Event::Linked { order: id.clone(), package: package.clone(), link });
        self.seen_by_scan(id, order, package, decision);
    }
}

/// The last four characters: what people compare on a label.
fn tail(text: &str) -> String {
    let skip = text.chars().count().saturating_sub(4);
    text.chars().skip(skip).collect()
}
