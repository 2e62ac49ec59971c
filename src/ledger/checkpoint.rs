//! Checkpoints beside the commit path: a second connection, on a thread of its own, brings what the write-ahead
//! log holds into the database, so that no scan waits for it.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tracing::warn;

use super::store::{FILE, StoreError};

/// Commits between two checkpoints: SQLite's own measure is 1,000 pages, and a commit writes a few.
pub const COMMITS_MAX: u32 = 200;
/// How long a checkpoint waits for another connection, in milliseconds; it is tried again later anyway.
const BUSY_MS: u64 = 200;

/// The thread that makes checkpoints. It ends when this is dropped.
#[derive(Debug)]
pub struct Checkpoints {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    commits: u32,
}

impl Checkpoints {
    /// Starts the thread for the database in `folder`, which must be there.
    ///
    /// # Errors
    /// The database can not be opened, or no thread can be started.
    pub fn start(folder: &Path) -> Result<Checkpoints, StoreError> {
        let path = folder.join(FILE);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&path, flags).map_err(|source| StoreError::Open { path, source })?;
        conn.busy_timeout(Duration::from_millis(BUSY_MS))?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        // One wake is enough, however many commits ask for it.
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new().name("checkpoints".into()).spawn(move || work(&conn, &woken));
        let thread = thread.map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
        Ok(Checkpoints { wake: Some(wake), thread: Some(thread), commits: 0 })
    }

    /// To be called after each commit; never waits.
    pub fn committed(&mut self) {
        self.commits += 1;
        if self.commits >= COMMITS_MAX {
            self.commits = 0;
            if let Some(wake) = &self.wake {
                wake.try_send(()).ok();
            }
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn work(conn: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        let done = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = done {
            warn!(error = &error as &dyn std::error::Error, "a checkpoint failed; the log grows until the next one");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::LedgerId;
    use crate::ledger::orders::set_memo;
    use crate::ledger::store::Store;

    #[test]
    fn the_log_stays_small_although_no_commit_makes_a_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path(), LedgerId::from_bytes([1; 16])).unwrap();
        let mut checkpoints = Checkpoints::start(folder.path()).unwrap();
        let log = folder.path().join("ledger.sqlite-wal");
        let mut largest = 0;
        for round in 0..10 * COMMITS_MAX {
            let writing = store.begin().unwrap();
            set_memo(writing.conn(), &format!("key {}", round % 7), &"x".repeat(3_000)).unwrap();
            writing.commit().unwrap();
            checkpoints.committed();
            if round % COMMITS_MAX == 0 {
                std::thread::sleep(Duration::from_millis(50));
            }
            largest = largest.max(std::fs::metadata(&log).unwrap().len());
        }
        let one_commit = 3 * 4_120;
        assert!(largest < u64::from(3 * COMMITS_MAX) * one_commit, "the log grew to {largest} bytes");
    }
}
