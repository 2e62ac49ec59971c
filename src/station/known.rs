//! Looks up what an input names: the orders that a rule may look at, and the pieces that a screen shows.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::view::{PackageView, Piece, WAITING_MAX};
use crate::code::Meaning;
use crate::floor::bench::Bench;
use crate::floor::decide::{Action, Known};
use crate::floor::event::LabelOf;
use crate::floor::order::Order;
use crate::ids::{JobId, OrderId};
use crate::ledger::orders::{self, Kind};
use crate::ledger::store::StoreError;

/// How many orders are looked through for pieces that wait for a ticket.
const SEARCHED_MAX: i64 = 5_000;

/// What was found, so that [`Known`] can borrow it.
#[derive(Debug, Default)]
pub struct Found {
    /// The orders.
    pub orders: BTreeMap<OrderId, Order>,
    /// Those that the input names.
    pub named: Vec<OrderId>,
    /// Jobs that wait for a ticket.
    pub waiting: Vec<(OrderId, JobId)>,
}

impl Found {
    /// Finds what `action` names, and the order in hand.
    ///
    /// # Errors
    /// The store fails.
    pub fn look_up(conn: &Connection, action: &Action<'_>, bench: &Bench) -> Result<Found, StoreError> {
        let mut found = Found { named: named(conn, action)?, ..Found::default() };
        if action.wants_waiting() {
            found.waiting = waiting(conn, usize::MAX)?.into_iter().map(|(order, spec)| (order, spec.job)).collect();
            found.waiting.truncate(WAITING_MAX.max(100));
        }
        let in_hand = bench.hand.iter().map(|h| &h.order);
        let undoable = bench.undoable.iter().map(|u| &u.order);
        let first_waiting = found.waiting.first().map(|(order, _)| order);
        let wanted: Vec<OrderId> =
            found.named.iter().chain(in_hand).chain(undoable).chain(first_waiting).cloned().collect();
        for id in wanted {
            if !found.orders.contains_key(&id)
                && let Some(order) = orders::order(conn, &id)?
            {
                found.orders.insert(id, order);
            }
        }
        Ok(found)
    }

    /// As the rules take it.
    #[must_use]
    pub fn known(&self) -> Known<'_> {
        Known { orders: &self.orders, named: &self.named, waiting: &self.waiting }
    }
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

/// The pieces that wait for a ticket, most urgent first: rush, then by the time their order must leave.
///
/// # Errors
/// The store fails.
pub fn waiting(conn: &Connection, most: usize) -> Result<Vec<(OrderId, Piece)>, StoreError> {
    let mut find = conn.prepare_cached("SELECT DISTINCT subject FROM name WHERE kind = ?1 LIMIT ?2")?;
    let ids = find.query_map([Kind::Number as i64, SEARCHED_MAX], |row| row.get::<_, String>(0))?;
    let mut found = Vec::new();
    for id in ids {
        let id = OrderId::new(id?)?;
        let Some(order) = orders::order(conn, &id)? else { continue };
        let Some(intake) = order.intake.as_deref().filter(|_| order.stopped.is_none()) else { continue };
        for spec in &intake.jobs {
            let has_ticket = order.labels.values().any(|l| l.what == LabelOf::Ticket(spec.job.clone()));
            let begun = order.jobs.get(&spec.job).is_some_and(|j| !j.passes.is_empty());
            if !has_ticket
                && !begun
                && let Some(piece) = piece(&order, &spec.job)
            {
                found.push((id.clone(), piece));
            }
        }
    }
    let urgency = |p: &Piece| (!p.rush, p.ship_by.map_or(i64::MAX, |m| m.0), p.number.clone(), p.n);
    found.sort_by_cached_key(|(_, piece)| urgency(piece));
    found.truncate(most);
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
