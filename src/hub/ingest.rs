//! Taking the stations' entries: gapless, idempotent, and never two histories under one address.

use rusqlite::{Connection, OptionalExtension};

use super::board::Step;
use crate::ids::{LedgerId, Seq};
use crate::ledger::entry::{Digest, ENTRY_MAX, Entry};
use crate::ledger::read;
use crate::ledger::store::{self, StoreError, Writing};
use crate::ledger::wire::{Head, Refused, UPLOAD_BYTES_MAX, UPLOAD_ENTRIES_MAX, Upload};

/// Why an upload was not taken.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The station must do something else; nothing of the upload was recorded.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The disk.
    #[error("the upload could not be recorded")]
    Store(#[from] StoreError),
}

/// Takes an upload whole or not at all, with the board's step. What is already here is compared, so that a
/// repeat changes nothing. Returns the last entry of the ledger that is here then.
///
/// # Errors
/// A gap, another history in the same place, bytes that are no entry, or SQLite fails.
pub fn upload(writing: &mut Writing<'_>, upload: &Upload) -> Result<Head, IngestError> {
    check_form(upload)?;
    let known = ledger(writing.conn(), upload.ledger)?;
    let (row, head) = known.map_or((None, Head::default()), |k| (Some(k.row), k.head));
    if known.is_some_and(|k| k.is_ours) {
        return Err(Refused::Divergence { head }.into());
    }
    if upload.from > head.seq.next() {
        return Err(Refused::Gap { head }.into());
    }
    let here = usize::try_from(head.seq.0 + 1 - upload.from.0).unwrap_or(usize::MAX).min(upload.entries.len());
    let (repeated, fresh) = upload.entries.split_at(here);
    compare(writing.conn(), row, head, upload, repeated)?;
    if fresh.is_empty() {
        return Ok(head);
    }
    let row = match row {
        Some(row) => row,
        None => new_ledger(writing.conn(), upload.ledger)?,
    };
    append(writing, row, head, fresh)
}

/// The last entry of a ledger that is here.
///
/// # Errors
/// SQLite fails.
pub fn head(conn: &Connection, id: LedgerId) -> Result<Head, StoreError> {
    Ok(store::ledger(conn, id)?.map_or(Head::default(), |(_, head)| head))
}

/// The digest after an entry, for a station that looks for the fork; none where that entry is not here.
///
/// # Errors
/// SQLite fails.
pub fn digest(conn: &Connection, id: LedgerId, seq: Seq) -> Result<Option<Digest>, StoreError> {
    match store::ledger(conn, id)? {
        Some((row, _)) => store::digest_at(conn, row, seq),
        None => Ok((seq == Seq::NONE).then_some(Digest::NONE)),
    }
}

/// The entries after `after`, for a station whose disk lost them; no more than one upload may hold.
///
/// # Errors
/// SQLite fails.
pub fn tail(conn: &Connection, id: LedgerId, after: Seq) -> Result<Option<Upload>, StoreError> {
    let Some((row, _)) = store::ledger(conn, id)? else { return Ok(None) };
    let Some(before) = store::digest_at(conn, row, after)? else { return Ok(None) };
    let entries = read::entries_after(conn, row, after, UPLOAD_ENTRIES_MAX, UPLOAD_BYTES_MAX)?;
    let entries = entries.into_iter().map(|(_, bytes)| bytes).collect();
    Ok(Some(Upload { ledger: id, from: after.next(), before, entries }))
}

/// A ledger that is known here.
#[derive(Debug, Clone, Copy)]
struct Known {
    row: i64,
    head: Head,
    /// The hub itself writes it, or did.
    is_ours: bool,
}

fn ledger(conn: &Connection, id: LedgerId) -> Result<Option<Known>, StoreError> {
    let Some((row, head)) = store::ledger(conn, id)? else { return Ok(None) };
    let mut find = conn.prepare_cached("SELECT role <> 0 FROM ledger WHERE n = ?1")?;
    let is_ours = find.query_row([row], |r| r.get(0)).optional()?.unwrap_or(false);
    Ok(Some(Known { row, head, is_ours }))
}

/// Bounds and places that hold whatever is here.
fn check_form(upload: &Upload) -> Result<(), Refused> {
    let place = |n: usize| Seq(upload.from.0.saturating_add(n as u64));
    if upload.from == Seq::NONE || upload.from.0 > i64::MAX as u64 {
        return Err(Refused::Malformed { seq: upload.from });
    }
    let mut bytes = 0usize;
    for (n, entry) in upload.entries.iter().enumerate() {
        bytes = bytes.saturating_add(entry.len());
        let alone = n == 0 && upload.entries.len() == 1;
        if n >= UPLOAD_ENTRIES_MAX || entry.len() > ENTRY_MAX || (bytes > UPLOAD_BYTES_MAX && !alone) {
            return Err(Refused::Malformed { seq: place(n) });
        }
    }
    Ok(())
}

/// Compares what an upload repeats, and what it says stands before it, with what is here.
fn compare(
    conn: &Connection,
    row: Option<i64>,
    head: Head,
    upload: &Upload,
    repeated: &[String],
) -> Result<(), IngestError> {
    let digest_at = |seq: Seq| match (row, seq == head.seq) {
        (_, true) => Ok(Some(head.digest)),
        (Some(row), false) => store::digest_at(conn, row, seq),
        (None, false) => Ok(None),
    };
    let before = Seq(upload.from.0 - 1);
    let last = Seq(before.0 + repeated.len() as u64);
    let chained = repeated.iter().fold(upload.before, |digest, bytes| digest.after(bytes.as_bytes()));
    // Of entries that are pruned here nothing is left to compare, and nothing of them is taken either.
    let same = |seq, digest| Ok::<_, StoreError>(digest_at(seq)?.is_none_or(|here| here == digest));
    if same(before, upload.before)? && same(last, chained)? {
        return Ok(());
    }
    Err(Refused::Divergence { head }.into())
}

fn new_ledger(conn: &Connection, id: LedgerId) -> Result<i64, StoreError> {
    conn.prepare_cached("INSERT INTO ledger (id, role) VALUES (?1, 0)")?.execute([id.as_bytes()])?;
    Ok(conn.last_insert_rowid())
}

fn append(writing: &mut Writing<'_>, row: i64, mut head: Head, fresh: &[String]) -> Result<Head, IngestError> {
    let mut step = Step::default();
    let mut last_at = Default::default();
    for bytes in fresh {
        let seq = head.seq.next();
        let entry = Entry::from_bytes(bytes.as_bytes()).map_err(|_| Refused::Malformed { seq })?;
        head = writing.append_foreign(row, head, bytes.as_bytes(), &entry)?;
        step.take(writing.conn(), &entry, row, seq)?;
        last_at = entry.at.max(last_at);
    }
    store::set_head(writing.conn(), row, head, last_at)?;
    step.write(writing.conn())?;
    Ok(head)
}
