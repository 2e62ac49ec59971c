//! Orders in a list: how far each one is.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::board;
use crate::floor::audit;
use crate::floor::moment::Moment;
use crate::floor::order::Order;
use crate::ids::{OrderId, StageId};
use crate::ledger::store::StoreError;

/// Most orders of one answer.
pub const LIST_MAX: usize = 200;

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Its identifier.
    pub order: OrderId,
    /// As people say it.
    pub number: String,
    /// How many pieces it has.
    pub pieces: usize,
    /// The stages that its pieces wait for, in the order of the pieces, each once.
    pub waits_for: Vec<StageId>,
    /// Why it must not go on: cancelled or held, and the reason.
    pub stopped: Option<crate::floor::order::Stopped>,
    /// When it must leave.
    pub ship_by: Option<Moment>,
    /// It goes before others.
    pub rush: bool,
    /// A made-up order.
    pub sample: bool,
    /// Packages with their carrier's label on, and all packages.
    pub linked: (usize, usize),
}

/// The orders after one, by identifier; at most [`LIST_MAX`]. Orders of which only scans are known are left out.
///
/// # Errors
/// SQLite fails, or a stored state can not be read.
pub fn list(conn: &Connection, after: Option<&OrderId>) -> Result<Vec<Summary>, StoreError> {
    let mut find = conn.prepare_cached("SELECT subject FROM board WHERE subject > ?1 ORDER BY subject")?;
    let mut rows = find.query(params![after.map_or("", OrderId::as_str)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let order = OrderId::new(row.get::<_, String>(0)?)?;
        let state = board::state(conn, &order)?.unwrap_or_default();
        found.extend(summary(order, &state));
        if found.len() >= LIST_MAX {
            break;
        }
    }
    Ok(found)
}

fn summary(order: OrderId, state: &Order) -> Option<Summary> {
    let intake = state.intake.as_deref()?;
    // Of sample orders too: this is a list to look at, no report.
    let mut counted = state.clone();
    if let Some(intake) = counted.intake.as_deref_mut() {
        intake.sample = false;
    }
    let mut waits_for: Vec<StageId> = Vec::new();
    for due in audit::due(&counted) {
        if !waits_for.contains(due.stage) {
            waits_for.push(due.stage.clone());
        }
    }
    let linked = state.packages.values().filter(|package| package.link.is_some()).count();
    Some(Summary {
        order,
        number: intake.spoken(),
        pieces: intake.jobs.len(),
        waits_for,
        stopped: state.stopped.clone(),
        ship_by: intake.ship_by,
        rush: intake.rush,
        sample: intake.sample,
        linked: (linked, intake.packages.len()),
    })
}
