//! Reads the entries of one ledger: forwards for an upload, backwards for a screen.

use rusqlite::{Connection, params};

use super::store::StoreError;
use crate::ids::Seq;

/// The bytes of the entries after `after`, oldest first: at most `most`, and at least one however large, but no
/// more than `bytes` in all.
///
/// # Errors
/// SQLite fails.
pub fn entries_after(
    conn: &Connection,
    ledger: i64,
    after: Seq,
    most: usize,
    bytes: usize,
) -> Result<Vec<(Seq, String)>, StoreError> {
    let mut find = conn.prepare_cached("SELECT seq, bytes FROM entry WHERE ledger = ?1 AND seq > ?2 ORDER BY seq")?;
    let mut rows = find.query(params![ledger, after.0])?;
    let (mut found, mut total) = (Vec::new(), 0usize);
    while let Some(row) = rows.next()? {
        let text: String = row.get(1)?;
        total = total.saturating_add(text.len());
        if found.len() >= most || (total > bytes && !found.is_empty()) {
            break;
        }
        found.push((Seq(row.get(0)?), text));
    }
    Ok(found)
}

/// The newest entries of a ledger, newest first.
///
/// # Errors
/// SQLite fails.
pub fn newest_entries(conn: &Connection, ledger: i64, most: usize) -> Result<Vec<(Seq, String)>, StoreError> {
    let sql = "SELECT seq, bytes FROM entry WHERE ledger = ?1 ORDER BY seq DESC LIMIT ?2";
    let mut find = conn.prepare_cached(sql)?;
    let rows = find.query_map(params![ledger, most], |row| Ok((Seq(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The oldest entry that is still kept of a ledger.
///
/// # Errors
/// SQLite fails.
pub fn oldest(conn: &Connection, ledger: i64) -> Result<Seq, StoreError> {
    let mut find = conn.prepare_cached("SELECT min(seq) FROM entry WHERE ledger = ?1")?;
    Ok(Seq(find.query_row([ledger], |row| row.get::<_, Option<u64>>(0))?.unwrap_or(0)))
}
