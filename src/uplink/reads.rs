//! Reading our ledger beside the loop that writes it.

use std::cell::RefCell;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::climb::{Climb, Ours, Role};
use crate::ids::{AttachmentId, LedgerId, Seq};
use crate::ledger::attachment;
use crate::ledger::entry::Digest;
use crate::ledger::foreign::{self, Position};
use crate::ledger::read;
use crate::ledger::store::{self, Store, StoreError};
use crate::ledger::wire::{Head, Seen, UPLOAD_BYTES_MAX, UPLOAD_ENTRIES_MAX, Upload};

/// A connection for reading, used by one question at a time.
#[derive(Debug, Clone)]
pub struct Reads {
    conn: Arc<Mutex<Connection>>,
}

/// A ledger of ours, as committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mine {
    /// Its row.
    pub row: i64,
    /// Its identifier.
    pub id: LedgerId,
    /// Its last entry.
    pub head: Head,
    /// The oldest entry that is kept.
    pub oldest: Seq,
}

impl Reads {
    /// Opens the database in `folder`.
    ///
    /// # Errors
    /// It is not there, or can not be read.
    pub fn open(folder: &Path) -> Result<Reads, StoreError> {
        Ok(Reads { conn: Arc::new(Mutex::new(Store::reader(folder)?)) })
    }

    /// Asks something, on a thread that may wait.
    ///
    /// # Errors
    /// What `work` returns, or the question was cut off because the program stops.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let conn = self.conn.clone();
        let done = tokio::task::spawn_blocking(move || work(&conn.lock().unwrap_or_else(PoisonError::into_inner)));
        done.await.unwrap_or(Err(StoreError::Sql(rusqlite::Error::InvalidQuery)))
    }
}

/// Our ledgers of a role: the one that is written, or those that were renewed, oldest first.
///
/// # Errors
/// SQLite fails.
pub fn ledgers(conn: &Connection, role: Role) -> Result<Vec<Mine>, StoreError> {
    let role = match role {
        Role::Written => 1,
        Role::Ended => 2,
    };
    let mut find = conn.prepare_cached("SELECT n, id, seq, digest FROM ledger WHERE role = ?1 ORDER BY n")?;
    let rows = find.query_map([role], |row| {
        let head = Head { seq: Seq(row.get(2)?), digest: Digest(row.get(3)?) };
        Ok(Mine { row: row.get(0)?, id: LedgerId::from_bytes(row.get(1)?), head, oldest: Seq::NONE })
    })?;
    let mut found = rows.collect::<Result<Vec<_>, _>>()?;
    for mine in &mut found {
        mine.oldest = read::oldest(conn, mine.row)?;
    }
    Ok(found)
}

/// The next upload after what the hub has; none when there is nothing.
///
/// # Errors
/// SQLite fails.
pub fn batch(conn: &Connection, mine: &Mine, after: Head) -> Result<Option<Upload>, StoreError> {
    let entries = read::entries_after(conn, mine.row, after.seq, UPLOAD_ENTRIES_MAX, UPLOAD_BYTES_MAX)?;
    let Some((from, _)) = entries.first() else { return Ok(None) };
    let (from, before) = (*from, after.digest);
    Ok(Some(Upload { ledger: mine.id, from, before, entries: entries.into_iter().map(|(_, bytes)| bytes).collect() }))
}

/// Compares with the hub, on our side as it is now: `tell` tells the climb what the hub said.
///
/// # Errors
/// SQLite fails.
pub fn compare(
    conn: &Connection,
    mine: &Mine,
    mut climb: Climb,
    tell: impl FnOnce(&mut Climb, &Side<'_>),
) -> Result<Climb, StoreError> {
    let side = Side { conn, mine, failed: RefCell::new(None) };
    tell(&mut climb, &side);
    match side.failed.into_inner() {
        Some(error) => Err(error),
        None => Ok(climb),
    }
}

/// Our side of the comparison.
#[derive(Debug)]
pub struct Side<'a> {
    conn: &'a Connection,
    mine: &'a Mine,
    failed: RefCell<Option<StoreError>>,
}

impl Ours for Side<'_> {
    fn head(&self) -> Head {
        self.mine.head
    }

    fn digest(&self, seq: Seq) -> Option<Digest> {
        store::digest_at(self.conn, self.mine.row, seq).unwrap_or_else(|error| {
            self.failed.replace(Some(error));
            None
        })
    }
}

/// Where we stand in the feed, and what we saw of the hub's own ledger.
///
/// # Errors
/// SQLite fails, or what is stored can not be read.
pub fn stand(conn: &Connection) -> Result<(Option<Position>, Option<Seen>), StoreError> {
    Ok((foreign::position(conn)?, foreign::seen(conn)?))
}

/// Which attachments are not here.
///
/// # Errors
/// SQLite fails.
pub fn missing(conn: &Connection, ids: &[AttachmentId]) -> Result<Vec<AttachmentId>, StoreError> {
    attachment::missing(conn, ids)
}
