//! The pieces that wait for a ticket, looked up beside the loop: a shop may have thousands of orders, and no scan
//! waits for that.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::mpsc;
use tracing::warn;

use super::input::Chore;
use super::known::piece;
use super::view::Piece;
use crate::code::command::COUNT_MAX;
use crate::floor::event::LabelOf;
use crate::floor::order::Order;
use crate::ids::{JobId, OrderId};
use crate::ledger::orders::{self, Kind};
use crate::ledger::store::{Store, StoreError};

/// How many orders are looked through.
const ORDERS_MAX: i64 = 20_000;
/// Pause between two look-ups, so that a busy bench does not look all the time.
const PAUSE: Duration = Duration::from_millis(300);

/// A piece that waits for its ticket.
pub type Waits = (OrderId, Piece);

/// Wakes the thread that looks. It ends when this is dropped.
#[derive(Debug)]
pub struct Lookout(SyncSender<()>);

impl Lookout {
    /// Starts the thread; it hands what it finds to the loop as [`Chore::Waiting`].
    ///
    /// # Errors
    /// The database can not be opened for reading, or there is no thread.
    pub fn start(folder: &Path, chores: mpsc::WeakSender<Chore>) -> Result<Lookout, StoreError> {
        let conn = Store::reader(folder)?;
        // One wake is enough, however many turns ask for it.
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new().name("waiting".into()).spawn(move || work(&conn, &woken, &chores));
        thread.map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
        Ok(Lookout(wake))
    }

    /// Something changed; never waits.
    pub fn wake(&self) {
        self.0.try_send(()).ok();
    }
}

fn work(conn: &Connection, woken: &Receiver<()>, chores: &mpsc::WeakSender<Chore>) {
    while woken.recv().is_ok() {
        match look(conn) {
            Ok(waiting) => {
                let Some(chores) = chores.upgrade() else { return };
                if chores.blocking_send(Chore::Waiting(waiting)).is_err() {
                    return;
                }
            }
            Err(error) => warn!(error = &error as &dyn std::error::Error, "what waits for a ticket cannot be read"),
        }
        std::thread::sleep(PAUSE);
    }
}

/// The most urgent pieces without a ticket: rush first, then by the time their order must leave. At most as many as
/// one PRINT NEXT can print.
fn look(conn: &Connection) -> Result<Vec<Waits>, StoreError> {
    let mut find = conn.prepare_cached("SELECT DISTINCT subject FROM name WHERE kind = ?1 LIMIT ?2")?;
    let ids = find.query_map([Kind::Number as i64, ORDERS_MAX], |row| row.get::<_, String>(0))?;
    let mut found = Vec::new();
    for id in ids {
        let id = OrderId::new(id?)?;
        let Some(order) = orders::order(conn, &id)? else { continue };
        let Some(intake) = order.intake.as_deref() else { continue };
        let jobs = intake.jobs.iter().map(|spec| &spec.job).filter(|job| waits(&order, job));
        found.extend(jobs.filter_map(|job| piece(&order, job)).map(|piece| (id.clone(), piece)));
    }
    let urgency = |p: &Piece| (!p.rush, p.ship_by.map_or(i64::MAX, |m| m.0), p.number.clone(), p.n);
    found.sort_by_cached_key(|(_, piece)| urgency(piece));
    found.truncate(usize::from(COUNT_MAX));
    Ok(found)
}

/// Whether a job has neither a ticket nor a scan, and may go on.
#[must_use]
pub fn waits(order: &Order, job: &JobId) -> bool {
    let has_ticket = order.labels.values().any(|l| l.what == LabelOf::Ticket(job.clone()));
    let begun = order.jobs.get(job).is_some_and(|j| !j.passes.is_empty());
    order.stopped.is_none() && !has_ticket && !begun
}
