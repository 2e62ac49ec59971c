//! The board: each order's state as last folded, the revision at which it last changed, and what reports ask of
//! it: the scans that were missed and the stages that are due.
//!
//! A later entry is a step, a late one folds its order again. The board can always be made again from the
//! entries; scans of jobs whose order nobody knows are not on it.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use crate::floor::audit;
use crate::floor::event::Event;
use crate::floor::order::{FOLD_VERSION, Order};
use crate::ids::{OrderId, Seq};
use crate::ledger::entry::Entry;
use crate::ledger::orders::{self, memo, set_memo};
use crate::ledger::store::{StoreError, Writing};

const VERSION: &str = "board";

/// Stored for a due stage that never stalls.
const NEVER: i64 = i64::MAX;

/// The orders that the entries of one transaction touch.
#[derive(Debug, Default)]
pub struct Step {
    touched: BTreeMap<OrderId, Touched>,
}

#[derive(Debug)]
struct Touched {
    state: Order,
    change: Change,
}

#[derive(Debug, PartialEq, Eq)]
enum Change {
    None,
    Stepped,
    /// The state does not count: it is folded again when the step is written.
    Refold,
}

impl Step {
    /// Takes an entry that was just filed at `(ledger, seq)`.
    ///
    /// # Errors
    /// SQLite fails, or a stored state can not be read.
    pub fn take(&mut self, conn: &Connection, entry: &Entry, ledger: i64, seq: Seq) -> Result<(), StoreError> {
        for order in touched_by(conn, entry)? {
            let touched = match self.touched.entry(order.clone()) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => {
                    let state = state(conn, &order)?.unwrap_or_default();
                    free.insert(Touched { state, change: Change::None })
                }
            };
            if touched.change == Change::Refold {
                continue;
            }
            // With an intake or a new piece, scans that waited for it are adopted.
            let adopts = entry.events.iter().any(|e| matches!(e, Event::OrderTaken(_) | Event::JobReplaced { .. }));
            if !adopts && touched.state.advance(&order, &entry.fact()) {
                touched.change = Change::Stepped;
            } else if is_filed_here(conn, &order, entry, ledger, seq)? {
                touched.change = Change::Refold;
            }
        }
        Ok(())
    }

    /// Writes what changed, each order with a revision of its own.
    ///
    /// # Errors
    /// SQLite fails, or stored bytes are not an entry.
    pub fn write(self, conn: &Connection) -> Result<(), StoreError> {
        let mut rev = newest(conn)?;
        for (order, touched) in self.touched {
            let state = match touched.change {
                Change::None => continue,
                Change::Stepped => touched.state,
                Change::Refold => orders::order(conn, &order)?.unwrap_or_default(),
            };
            rev += 1;
            put(conn, &order, rev, &Row::of(&state)?)?;
        }
        Ok(())
    }
}

/// The orders whose fold has an entry: those it names, and those of jobs that it names alone.
fn touched_by(conn: &Connection, entry: &Entry) -> Result<Vec<OrderId>, StoreError> {
    let mut found: Vec<OrderId> = entry.orders().into_iter().cloned().collect();
    for event in &entry.events {
        if let Event::JobPassed { order: None, job, .. } = event {
            found.extend(orders::order_of_job(conn, job)?);
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Whether this copy of an entry is the one that counts: another ledger may have brought it before.
fn is_filed_here(conn: &Connection, order: &OrderId, entry: &Entry, ledger: i64, seq: Seq) -> Result<bool, StoreError> {
    let sql = "SELECT ledger = ?4 AND seq = ?5 FROM about WHERE subject = ?1 AND at = ?2 AND entry = ?3";
    let mut find = conn.prepare_cached(sql)?;
    let row = params![order.as_str(), entry.at.0, entry.id.as_bytes(), ledger, seq.0];
    Ok(find.query_row(row, |r| r.get(0)).optional()?.unwrap_or(false))
}

/// The newest revision; 0 before the first.
///
/// # Errors
/// SQLite fails.
pub fn newest(conn: &Connection) -> Result<u64, StoreError> {
    let mut find = conn.prepare_cached("SELECT max(rev) FROM board")?;
    Ok(find.query_row([], |row| row.get::<_, Option<u64>>(0))?.unwrap_or(0))
}

/// An order's state, as the board has it.
///
/// # Errors
/// SQLite fails, or the stored state can not be read.
pub fn state(conn: &Connection, order: &OrderId) -> Result<Option<Order>, StoreError> {
    let mut find = conn.prepare_cached("SELECT state FROM board WHERE subject = ?1")?;
    let text: Option<String> = find.query_row([order.as_str()], |row| row.get(0)).optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Makes the board again where another version of the rules made it. Returns how many orders changed.
///
/// # Errors
/// SQLite fails, or stored bytes are not an entry.
pub fn bring_up_to_date(writing: &mut Writing<'_>) -> Result<usize, StoreError> {
    if memo(writing.conn(), VERSION)?.as_deref() == Some(version().as_str()) {
        return Ok(0);
    }
    rebuild(writing)
}

/// Makes the board again from the entries. Orders whose state differs get a new revision. Returns how many.
///
/// # Errors
/// SQLite fails, or stored bytes are not an entry.
pub fn rebuild(writing: &mut Writing<'_>) -> Result<usize, StoreError> {
    let conn = writing.conn();
    let wrong = verify(conn)?;
    let mut rev = newest(conn)?;
    for order in &wrong {
        rev += 1;
        put(conn, order, rev, &Row::of(&orders::order(conn, order)?.unwrap_or_default())?)?;
    }
    set_memo(conn, VERSION, &version())?;
    Ok(wrong.len())
}

/// The orders whose board is not, byte for byte, what their entries say.
///
/// # Errors
/// SQLite fails, or stored bytes are not an entry.
pub fn verify(conn: &Connection) -> Result<Vec<OrderId>, StoreError> {
    let mut wrong = Vec::new();
    for table in ["about", "board"] {
        let mut after = String::new();
        while let Some(subject) = next_subject(conn, table, &after)? {
            let order = OrderId::new(&subject)?;
            let fresh = Row::of(&orders::order(conn, &order)?.unwrap_or_default())?;
            if Row::stored(conn, &order)?.as_ref() != Some(&fresh) && !wrong.contains(&order) {
                wrong.push(order);
            }
            after = subject;
        }
    }
    Ok(wrong)
}

fn version() -> String {
    format!("{FOLD_VERSION}.{}", audit::AUDIT_VERSION)
}

/// The next order of a table; scans that wait for their order (`job:…`) are passed over.
fn next_subject(conn: &Connection, table: &str, after: &str) -> Result<Option<String>, StoreError> {
    let sql =
        format!("SELECT min(subject) FROM {table} WHERE subject > ?1 AND NOT (subject >= 'job:' AND subject < 'job;')");
    Ok(conn.prepare_cached(&sql)?.query_row([after], |row| row.get(0))?)
}

/// What the board holds of one order.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    state: String,
    /// at, job, step, stage, station, operator
    missed: Vec<(i64, String, usize, String, String, Option<String>)>,
    /// stalls at, job, stage, since
    due: Vec<(i64, String, String, i64)>,
}

impl Row {
    fn of(order: &Order) -> Result<Row, StoreError> {
        let mut missed: Vec<_> = audit::missed(order)
            .into_iter()
            .map(|m| {
                let by = m.proved.by.clone().map(String::from);
                let station = m.proved.station.to_string();
                (m.proved.key.at.0, m.job.to_string(), m.step, m.stage.to_string(), station, by)
            })
            .collect();
        let mut due: Vec<_> = audit::due(order)
            .into_iter()
            .map(|d| {
                let stalls_at = d.stalls_at.map_or(NEVER, |at| at.0);
                (stalls_at, d.job.to_string(), d.stage.to_string(), d.since.0)
            })
            .collect();
        missed.sort();
        due.sort();
        Ok(Row { state: serde_json::to_string(order)?, missed, due })
    }

    fn stored(conn: &Connection, order: &OrderId) -> Result<Option<Row>, StoreError> {
        let subject = [order.as_str()];
        let mut find = conn.prepare_cached("SELECT state FROM board WHERE subject = ?1")?;
        let Some(state) = find.query_row(subject, |row| row.get(0)).optional()? else { return Ok(None) };
        let sql =
            "SELECT at, job, step, stage, station, operator FROM missed WHERE subject = ?1 ORDER BY at, job, step";
        let mut find = conn.prepare_cached(sql)?;
        let row = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?));
        let missed = find.query_map(subject, row)?.collect::<Result<_, _>>()?;
        let sql = "SELECT stalls_at, job, stage, since FROM due WHERE subject = ?1 ORDER BY stalls_at, job";
        let mut find = conn.prepare_cached(sql)?;
        let row = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?));
        let due = find.query_map(subject, row)?.collect::<Result<_, _>>()?;
        Ok(Some(Row { state, missed, due }))
    }
}

fn put(conn: &Connection, order: &OrderId, rev: u64, row: &Row) -> Result<(), StoreError> {
    let subject = order.as_str();
    let sql = "INSERT INTO board (subject, rev, state) VALUES (?1, ?2, ?3)
               ON CONFLICT (subject) DO UPDATE SET rev = excluded.rev, state = excluded.state";
    conn.prepare_cached(sql)?.execute(params![subject, rev, row.state])?;
    conn.prepare_cached("DELETE FROM missed WHERE subject = ?1")?.execute([subject])?;
    let sql =
        "INSERT INTO missed (at, subject, job, step, stage, station, operator) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let mut insert = conn.prepare_cached(sql)?;
    for (at, job, step, stage, station, operator) in &row.missed {
        insert.execute(params![at, subject, job, step, stage, station, operator])?;
    }
    conn.prepare_cached("DELETE FROM due WHERE subject = ?1")?.execute([subject])?;
    let mut insert =
        conn.prepare_cached("INSERT INTO due (stalls_at, subject, job, stage, since) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (stalls_at, job, stage, since) in &row.due {
        insert.execute(params![stalls_at, subject, job, stage, since])?;
    }
    Ok(())
}
