//! The station's cache of what others wrote, replaced subject by subject by the hub's feed. Never uploaded.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::orders::{memo, name_all, set_memo};
use super::store::{StoreError, Writing};
use super::wire::{Page, Seen, Subject};
use crate::ids::LedgerId;

const POSITION: &str = "feed";
const SEEN: &str = "hub-seen";

/// Up to where this station has the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The hub ledger that `rev` belongs to.
    pub epoch: LedgerId,
    /// The revision that is here.
    pub rev: u64,
}

/// Where this station stands in the feed; none before the first page.
///
/// # Errors
/// SQLite fails, or the stored position can not be read.
pub fn position(conn: &Connection) -> Result<Option<Position>, StoreError> {
    Ok(memo(conn, POSITION)?.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// The newest entry of the hub's ledger that this station was told of.
///
/// # Errors
/// As [`position`].
pub fn seen(conn: &Connection) -> Result<Option<Seen>, StoreError> {
    Ok(memo(conn, SEEN)?.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Remembers the newest entry of the hub's ledger.
///
/// # Errors
/// SQLite fails.
pub fn set_seen(writing: &mut Writing<'_>, seen: &Seen) -> Result<(), StoreError> {
    set_memo(writing.conn(), SEEN, &serde_json::to_string(seen)?)
}

/// Takes a page: its subjects are replaced whole, and the position moves, in the same transaction. A page of
/// another epoch than ours forgets what is cached first.
///
/// # Errors
/// SQLite fails, or the page holds bytes that are no entry.
pub fn take(writing: &mut Writing<'_>, page: &Page) -> Result<(), StoreError> {
    let conn = writing.conn();
    if position(conn)?.is_some_and(|p| p.epoch != page.epoch) {
        conn.execute("DELETE FROM foreign_entry", [])?;
    }
    for subject in &page.subjects {
        replace(conn, subject)?;
    }
    let position = Position { epoch: page.epoch, rev: page.rev };
    set_memo(conn, POSITION, &serde_json::to_string(&position)?)
}

fn replace(conn: &Connection, subject: &Subject) -> Result<(), StoreError> {
    let order = subject.order.as_str();
    conn.prepare_cached("DELETE FROM foreign_entry WHERE subject = ?1")?.execute([order])?;
    if subject.entries.is_empty() {
        let forget = "DELETE FROM name WHERE subject = ?1 AND NOT EXISTS (SELECT 1 FROM about WHERE subject = ?1)";
        conn.prepare_cached(forget)?.execute([order])?;
        return Ok(());
    }
    for foreign in &subject.entries {
        let entry = Entry::from_bytes(foreign.bytes.as_bytes())?;
        if is_ours(conn, order, &entry)? {
            continue;
        }
        let sql = "INSERT OR IGNORE INTO foreign_entry (subject, at, entry, ledger, seq, bytes)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        conn.prepare_cached(sql)?.execute(params![
            order,
            entry.at.0,
            entry.id.as_bytes(),
            foreign.ledger.as_bytes(),
            foreign.seq.0,
            foreign.bytes
        ])?;
        name_all(conn, &entry)?;
    }
    Ok(())
}

/// Whether an entry stands in a ledger of ours, so that no copy of it is needed. Its address would not tell: until
/// a divergence is settled, another entry may stand there.
fn is_ours(conn: &Connection, subject: &str, entry: &Entry) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM about WHERE subject = ?1 AND at = ?2 AND entry = ?3)";
    let mut find = conn.prepare_cached(sql)?;
    Ok(find.query_row(params![subject, entry.at.0, entry.id.as_bytes()], |row| row.get(0))?)
}
