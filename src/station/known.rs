//! Looks up what an input names: the orders that a rule may look at, and the pieces that a screen shows.

use std::collections::BTreeMap;

use rusqlite::Connection;
use uuid::Uuid;

use super::view::{PackageView, Piece};
use super::waiting::{Waits, waits};
use crate::code::{Meaning, own};
use crate::floor::bench::Bench;
use crate::floor::decide::{Action, Fresh, Known};
use crate::floor::order::Order;
use crate::ids::{JobId, OrderId, PackageId};
use crate::ledger::orders::{self, Kind};
use crate::ledger::store::StoreError;

/// How many codes are drawn before one that is known is taken: of four thousand million, a shop has given out a few.
const CODES_TRIED_MAX: usize = 100;

/// What was found, so that [`Known`] can borrow it.
#[derive(Debug, Default)]
pub struct Found {
    /// The orders.
    pub orders: BTreeMap<OrderId, Order>,
    /// Those that the input names.
    pub named: Vec<OrderId>,
    /// Jobs that wait for a ticket.
    pub waiting: Vec<(OrderId, JobId)>,
    /// Codes for a piece and a package that the rule may bring into being.
    pub fresh: Option<Fresh>,
}

impl Found {
    /// Finds what `action` names, and the order in hand.
    ///
    /// # Errors
    /// The store fails.
    pub fn look_up(
        conn: &Connection,
        action: &Action<'_>,
        bench: &Bench,
        waiting: &[Waits],
    ) -> Result<Found, StoreError> {
        let mut found = Found { named: named(conn, action)?, ..Found::default() };
        if action.wants_waiting() {
            found.still_waiting(conn, waiting)?;
        }
        if action.wants_fresh(bench) {
            found.fresh = Some(fresh(conn)?);
        }
        let in_hand = bench.hand.iter().map(|h| &h.order);
        let undoable = bench.undoable.iter().map(|u| &u.change.order);
        let current = bench.piece.iter().chain(bench.doubt.iter().map(|d| &d.piece)).map(|p| &p.order);
        let meant = bench.meant.iter().filter_map(|m| Some(&m.first.as_ref()?.order));
        let asked = bench.questions.iter().map(|q| &q.order);
        let last = bench.last_label.iter().map(|l| &l.order).chain(bench.doubled.iter().map(|h| &h.order));
        let of_bench = in_hand.chain(undoable).chain(current).chain(meant).chain(asked).chain(last);
        let wanted: Vec<OrderId> = found.named.iter().chain(of_bench).cloned().collect();
        for id in wanted {
            if !found.orders.contains_key(&id)
                && let Some(order) = orders::order(conn, &id)?
            {
                found.orders.insert(id, order);
            }
        }
        Ok(found)
    }

    /// What was seen to wait may have a ticket by now: each is looked at again, in this transaction.
    fn still_waiting(&mut self, conn: &Connection, seen: &[Waits]) -> Result<(), StoreError> {
        for (id, piece) in seen {
            if !self.orders.contains_key(id)
                && let Some(order) = orders::order(conn, id)?
            {
                self.orders.insert(id.clone(), order);
            }
            if self.orders.get(id).is_some_and(|order| waits(order, &piece.job)) {
                self.waiting.push((id.clone(), piece.job.clone()));
            }
        }
        Ok(())
    }

    /// As the rules take it.
    #[must_use]
    pub fn known(&self) -> Known<'_> {
        Known { orders: &self.orders, named: &self.named, waiting: &self.waiting, fresh: self.fresh.as_ref() }
    }
}

/// Codes that nothing here has.
fn fresh(conn: &Connection) -> Result<Fresh, StoreError> {
    let job = unused(conn, own::Kind::Job, Kind::Job)?;
    let package = unused(conn, own::Kind::Package, Kind::Package)?;
    Ok(Fresh { job: JobId::new(job)?, package: PackageId::new(package)? })
}

fn unused(conn: &Connection, kind: own::Kind, named: Kind) -> Result<String, StoreError> {
    let draw = || own::make(kind, Uuid::new_v4().as_u64_pair().1);
    let mut code = draw();
    for _ in 0..CODES_TRIED_MAX {
        if orders::orders_of(conn, named, &code)?.is_empty() {
            break;
        }
        code = draw();
    }
    Ok(code)
}

fn named(conn: &Connection, action: &Action<'_>) -> Result<Vec<OrderId>, StoreError> {
    let found = match action {
        Action::Ticket(job) => orders::order_of_job(conn, job)?.into_iter().collect(),
        Action::Code { meaning: Meaning::Job(job), .. } => orders::order_of_job(conn, job)?.into_iter().collect(),
        Action::Code { meaning: Meaning::Package(package), .. } => {
            orders::order_of_package(conn, package)?.into_iter().collect()
        }
        Action::Code { meaning: Meaning::Order(order), .. } => vec![order.clone()],
        Action::Code { meaning: Meaning::Tracking(candidates), .. } => {
            let mut found = Vec::new();
            for tracking in candidates {
                found.extend(orders::orders_of(conn, Kind::Tracking, &tracking.key)?);
            }
            found.sort();
            found.dedup();
            found
        }
        _ => Vec::new(),
    };
    Ok(found)
}

/// A job as its screen card shows it.
#[must_use]
pub fn piece(order: &Order, job: &JobId) -> Option<Piece> {
    let intake = order.intake.as_deref()?;
    let (n, spec) = order.job_spec(job)?;
    Some(Piece {
        job: job.clone(),
        number: intake.spoken(),
        n: count(n),
        of: count(intake.jobs.len()),
        product: spec.product.clone(),
        size: spec.size.clone(),
        colour: spec.colour.clone(),
        places: spec.places.clone(),
        note: spec.note.clone(),
        picture: spec.picture,
        rush: intake.rush,
        sample: intake.sample,
        ship_by: intake.ship_by,
    })
}

/// The package in hand as its progress shows it.
#[must_use]
pub fn package(bench: &Bench, orders: &BTreeMap<OrderId, Order>) -> Option<PackageView> {
    let hand = bench.hand.as_ref()?;
    let order = orders.get(&hand.order)?;
    let (n, of) = order.contents(&hand.package);
    let closed = order.packages.get(&hand.package).is_some_and(|p| p.closed.is_some());
    let sample = order.intake.as_deref().is_some_and(|i| i.sample);
    Some(PackageView { number: order.spoken(), n: count(n), of: count(of), closed, sample })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
