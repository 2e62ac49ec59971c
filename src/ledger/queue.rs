//! The labels that wait for a printer: what the entries say, kept where the oldest is found at once.

use rusqlite::{Connection, OptionalExtension, params};

use super::entry::Entry;
use super::store::StoreError;
use crate::floor::event::{Event, Outcome};
use crate::ids::{LabelId, OrderId, PrinterId};

/// Most labels that wait for one printer; more requests are refused in plain words.
pub const QUEUE_MAX: u32 = 2_000;

/// Labels that are looked at for one that may print: those of held orders wait without holding up the others.
const LOOKED_AT_MAX: u32 = 200;

const REQUESTED: i64 = 0;
const SENDING: i64 = 1;
const DOUBTFUL: i64 = 2;

/// A label that waits, or was on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The label.
    pub label: LabelId,
    /// Its order.
    pub order: OrderId,
    /// Where it goes.
    pub printer: PrinterId,
    /// How often it was sent before.
    pub attempt: u32,
}

/// Follows what an entry says of labels that go to a printer. A label that failed waits again; one that printed
/// or is in doubt does not.
pub(super) fn follow(conn: &Connection, entry: &Entry) -> Result<(), StoreError> {
    for event in &entry.events {
        match event {
            Event::LabelRequested { label, order, printer: Some(printer), .. } => {
                let sql = "INSERT OR IGNORE INTO label (id, subject, printer, state) VALUES (?1, ?2, ?3, ?4)";
                let row = params![label.as_bytes(), order.as_str(), printer.as_str(), REQUESTED];
                conn.prepare_cached(sql)?.execute(row)?;
            }
            Event::LabelSending { label, attempt, .. } => {
                let sql = "UPDATE label SET state = ?2, attempt = ?3 WHERE id = ?1";
                conn.prepare_cached(sql)?.execute(params![label.as_bytes(), SENDING, attempt])?;
            }
            Event::LabelEnded { label, outcome: Outcome::Failed, .. } => {
                let sql = "UPDATE label SET state = ?2 WHERE id = ?1";
                conn.prepare_cached(sql)?.execute(params![label.as_bytes(), REQUESTED])?;
            }
            Event::LabelEnded { label, outcome: Outcome::Doubtful, .. } => {
                let sql = "UPDATE label SET state = ?2 WHERE id = ?1";
                conn.prepare_cached(sql)?.execute(params![label.as_bytes(), DOUBTFUL])?;
            }
            Event::LabelEnded { label, outcome: Outcome::Printed, .. } => {
                conn.prepare_cached("DELETE FROM label WHERE id = ?1")?.execute([label.as_bytes()])?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The labels that wait for a printer, oldest first.
///
/// # Errors
/// SQLite fails, or a stored identifier is not one.
pub fn waiting_for(conn: &Connection, printer: &PrinterId) -> Result<Vec<Waiting>, StoreError> {
    let sql = "SELECT id, subject, printer, attempt FROM label WHERE printer = ?1 AND state = ?2 ORDER BY id LIMIT ?3";
    let mut find = conn.prepare_cached(sql)?;
    let rows = find.query_map(params![printer.as_str(), REQUESTED, LOOKED_AT_MAX], raw)?;
    rows.collect::<Result<Vec<_>, _>>()?.into_iter().map(waiting).collect()
}

/// A label that waits, is on its way or is in doubt.
///
/// # Errors
/// As [`waiting_for`].
pub fn find(conn: &Connection, label: LabelId) -> Result<Option<Waiting>, StoreError> {
    let mut find = conn.prepare_cached("SELECT id, subject, printer, attempt FROM label WHERE id = ?1")?;
    find.query_row([label.as_bytes()], raw).optional()?.map(waiting).transpose()
}

/// Takes a label out of the queue: its order was stopped, or is not known any more.
///
/// # Errors
/// SQLite fails.
pub fn forget(conn: &Connection, label: LabelId) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM label WHERE id = ?1")?.execute([label.as_bytes()])?;
    Ok(())
}

/// The labels that were on their way when the program stopped, oldest first.
///
/// # Errors
/// As [`waiting_for`].
pub fn interrupted(conn: &Connection) -> Result<Vec<Waiting>, StoreError> {
    let mut find =
        conn.prepare_cached("SELECT id, subject, printer, attempt FROM label WHERE state = ?1 ORDER BY id")?;
    let rows = find.query_map([SENDING], raw)?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(waiting).collect()
}

/// How many labels wait for a printer, on their way included.
///
/// # Errors
/// SQLite fails.
pub fn count(conn: &Connection, printer: &PrinterId) -> Result<u32, StoreError> {
    let mut find = conn.prepare_cached("SELECT count(*) FROM label WHERE printer = ?1")?;
    Ok(find.query_row([printer.as_str()], |row| row.get(0))?)
}

type Raw = ([u8; 16], String, String, u32);

fn raw(row: &rusqlite::Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn waiting((label, order, printer, attempt): Raw) -> Result<Waiting, StoreError> {
    Ok(Waiting {
        label: LabelId::from_bytes(label),
        order: OrderId::new(order)?,
        printer: PrinterId::new(printer)?,
        attempt,
    })
}
