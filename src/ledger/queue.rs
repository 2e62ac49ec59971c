//! The labels that wait for a printer: what the entries say, kept where the oldest is found at once.

use rusqlite::{Connection, OptionalExtension, params};

use super::entry::Entry;
use super::store::StoreError;
use crate::floor::event::{Event, LabelOf, Outcome};
use crate::floor::moment::Moment;
use crate::floor::printing::Proof;
use crate::ids::{LabelId, OrderId, PrinterId};

/// Labels that are looked at for one that may print: those of held orders wait without holding up the others.
const LOOKED_AT_MAX: u32 = 200;

/// Most labels that one look at the doubtful or the unscanned ones brings.
const LISTED_MAX: u32 = 256;

const REQUESTED: i64 = 0;
const SENDING: i64 = 1;
const DOUBTFUL: i64 = 2;
/// A shipping label whose bytes the printer took; nobody saw it yet.
const TAKEN: i64 = 3;
/// A shipping label that is out, as the printer or a person says; nobody scanned it yet.
const OUT: i64 = 4;

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
    /// When it got into its present state.
    pub at: Moment,
}

/// How many labels of a printer are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// They wait.
    pub waiting: u32,
    /// On their way.
    pub sending: u32,
    /// In doubt: somebody is asked.
    pub doubtful: u32,
    /// Sent to a printer that can not tell, and not scanned yet.
    pub unseen: u32,
    /// Out and not scanned yet.
    pub unscanned: u32,
}

/// Follows what an entry says of labels that go to a printer. A label that failed waits again; one that printed or is
/// in doubt does not. A shipping label leaves when its number is scanned.
pub(super) fn follow(conn: &Connection, entry: &Entry) -> Result<(), StoreError> {
    let set = |label: &LabelId, state: i64| -> Result<(), StoreError> {
        let sql = "UPDATE label SET state = ?2, at = ?3 WHERE id = ?1";
        conn.prepare_cached(sql)?.execute(params![label.as_bytes(), state, entry.at.0])?;
        Ok(())
    };
    for event in &entry.events {
        match event {
            Event::LabelRequested { label, order, what, printer: Some(printer), .. } => {
                let sql = "INSERT OR IGNORE INTO label (id, subject, printer, state, package, at)
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
                let package = match what {
                    LabelOf::Shipping(package) => Some(package.as_str()),
                    _ => None,
                };
                let row = params![label.as_bytes(), order.as_str(), printer.as_str(), REQUESTED, package, entry.at.0];
                conn.prepare_cached(sql)?.execute(row)?;
            }
            Event::LabelSending { label, attempt, .. } => {
                let sql = "UPDATE label SET state = ?2, attempt = ?3, at = ?4 WHERE id = ?1";
                conn.prepare_cached(sql)?.execute(params![label.as_bytes(), SENDING, attempt, entry.at.0])?;
            }
            Event::LabelEnded { label, outcome: Outcome::Failed, .. } => set(label, REQUESTED)?,
            Event::LabelEnded { label, outcome: Outcome::Doubtful, .. } => set(label, DOUBTFUL)?,
            Event::LabelEnded { label, outcome: Outcome::Printed, proof, .. } => {
                let sql = "DELETE FROM label WHERE id = ?1 AND (package IS NULL OR ?2)";
                conn.prepare_cached(sql)?.execute(params![label.as_bytes(), *proof == Proof::Scan])?;
                set(label, if proof.is_taken() { TAKEN } else { OUT })?;
            }
            Event::LabelUnmade { label, .. } => forget(conn, *label)?,
            Event::Linked { order, package, .. } => {
                let sql = "DELETE FROM label WHERE subject = ?1 AND package = ?2 AND state >= ?3";
                conn.prepare_cached(sql)?.execute(params![order.as_str(), package.as_str(), TAKEN])?;
            }
            Event::OrderCancelled { order, .. } => {
                let sql = "DELETE FROM label WHERE subject = ?1 AND state >= ?2";
                conn.prepare_cached(sql)?.execute(params![order.as_str(), TAKEN])?;
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
    let sql = "SELECT id, subject, printer, attempt, at FROM label WHERE printer = ?1 AND state = ?2
               ORDER BY id LIMIT ?3";
    all(conn, sql, params![printer.as_str(), REQUESTED, LOOKED_AT_MAX])
}

/// A label that waits, is on its way or is in doubt.
///
/// # Errors
/// As [`waiting_for`].
pub fn find(conn: &Connection, label: LabelId) -> Result<Option<Waiting>, StoreError> {
    let mut find = conn.prepare_cached("SELECT id, subject, printer, attempt, at FROM label WHERE id = ?1")?;
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
    all(conn, "SELECT id, subject, printer, attempt, at FROM label WHERE state = ?1 ORDER BY id", params![SENDING])
}

/// The shipping labels that wait for any printer: after a restored disk nobody knows which of them are out.
///
/// # Errors
/// As [`waiting_for`].
pub fn requested_shipping(conn: &Connection) -> Result<Vec<Waiting>, StoreError> {
    let sql =
        "SELECT id, subject, printer, attempt, at FROM label WHERE state = ?1 AND package IS NOT NULL ORDER BY id";
    all(conn, sql, params![REQUESTED])
}

/// The labels in doubt, oldest first.
///
/// # Errors
/// As [`waiting_for`].
pub fn doubtful(conn: &Connection) -> Result<Vec<Waiting>, StoreError> {
    let sql = "SELECT id, subject, printer, attempt, at FROM label WHERE state = ?1 ORDER BY id LIMIT ?2";
    all(conn, sql, params![DOUBTFUL, LISTED_MAX])
}

/// The shipping labels that a printer took since a moment without saying more, and that nobody scanned yet.
///
/// # Errors
/// As [`waiting_for`].
pub fn unseen(conn: &Connection, printer: &PrinterId) -> Result<Vec<Waiting>, StoreError> {
    let sql = "SELECT id, subject, printer, attempt, at FROM label WHERE printer = ?1 AND state = ?2
               ORDER BY id LIMIT ?3";
    all(conn, sql, params![printer.as_str(), TAKEN, LISTED_MAX])
}

/// The shipping labels that came out, as far as anybody knows, before `until`, and that nobody scanned yet.
///
/// # Errors
/// As [`waiting_for`].
pub fn unscanned(conn: &Connection, until: Moment) -> Result<Vec<Waiting>, StoreError> {
    let sql = "SELECT id, subject, printer, attempt, at FROM label WHERE state >= ?1 AND at < ?2 ORDER BY at LIMIT ?3";
    all(conn, sql, params![TAKEN, until.0, LISTED_MAX])
}

/// How many labels wait for a printer, on their way included.
///
/// # Errors
/// SQLite fails.
pub fn count(conn: &Connection, printer: &PrinterId) -> Result<u32, StoreError> {
    let mut find = conn.prepare_cached("SELECT count(*) FROM label WHERE printer = ?1 AND state <= ?2")?;
    Ok(find.query_row(params![printer.as_str(), SENDING], |row| row.get(0))?)
}

/// How many labels of a printer are in which state.
///
/// # Errors
/// SQLite fails.
pub fn counts(conn: &Connection, printer: &PrinterId) -> Result<Counts, StoreError> {
    let mut find = conn.prepare_cached("SELECT state, count(*) FROM label WHERE printer = ?1 GROUP BY state")?;
    let mut rows = find.query([printer.as_str()])?;
    let mut counts = Counts::default();
    while let Some(row) = rows.next()? {
        let labels = row.get(1)?;
        match row.get::<_, i64>(0)? {
            REQUESTED => counts.waiting = labels,
            SENDING => counts.sending = labels,
            DOUBTFUL => counts.doubtful = labels,
            TAKEN => counts.unseen = labels,
            _ => counts.unscanned = labels,
        }
    }
    Ok(counts)
}

fn all(conn: &Connection, sql: &str, params: &[&dyn rusqlite::ToSql]) -> Result<Vec<Waiting>, StoreError> {
    let mut find = conn.prepare_cached(sql)?;
    let rows = find.query_map(params, raw)?;
    rows.collect::<Result<Vec<_>, _>>()?.into_iter().map(waiting).collect()
}

type Raw = ([u8; 16], String, String, u32, i64);

fn raw(row: &rusqlite::Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

fn waiting((label, order, printer, attempt, at): Raw) -> Result<Waiting, StoreError> {
    Ok(Waiting {
        label: LabelId::from_bytes(label),
        order: OrderId::new(order)?,
        printer: PrinterId::new(printer)?,
        attempt,
        at: Moment(at),
    })
}
