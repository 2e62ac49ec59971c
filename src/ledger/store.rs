//! The database file: opened by one process, written by one connection, one transaction for all that waits.
//!
//! WAL with `synchronous=FULL`: one sync per commit, and what was committed survives a power cut. After a
//! failed commit or sync the store must be dropped and opened again, because memory is then no evidence.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};

use super::entry::{Digest, ENTRY_MAX, Entry, NotAnEntry};
use super::schema;
use super::wire::Head;
use crate::floor::moment::Moment;
use crate::ids::{LedgerId, Seq};

/// The database's file name in its folder.
pub const FILE: &str = "ledger.sqlite";
/// How long a reader or a checkpoint may hold us up, in milliseconds; nobody else writes.
const BUSY_MS: u64 = 2_000;
/// How often the folder's lock is tried, and the pause between: a process that is being started by the last owner
/// holds its lock for a moment longer.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(10);
/// Prepared statements kept; the whole program has about this many.
const STATEMENTS_MAX: usize = 96;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or file can not be opened.
    #[error("cannot open {}", path.display())]
    Open { path: PathBuf, source: rusqlite::Error },
    /// Another process has it.
    #[error("another stationd works in {}", path.display())]
    InUse { path: PathBuf },
    /// The folder can not be made.
    #[error("cannot make the folder {}", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    /// A newer program wrote the database.
    #[error("the database has schema {found}; this program knows up to {known}")]
    Newer { found: u32, known: u32 },
    /// The disk is full.
    #[error("the disk is full")]
    Full(#[source] rusqlite::Error),
    /// The disk or the file can not be written.
    #[error("the database cannot be written")]
    ReadOnly(#[source] rusqlite::Error),
    /// Anything else that SQLite says.
    #[error("the database failed")]
    Sql(#[source] rusqlite::Error),
    /// Stored bytes are not an entry.
    #[error("a stored entry cannot be read")]
    Entry(#[from] NotAnEntry),
    /// A stored derived state can not be read.
    #[error("a stored state cannot be read")]
    State(#[from] serde_json::Error),
    /// An identifier in the database is not one.
    #[error("a stored identifier is not one")]
    Id(#[from] crate::ids::IdError),
    /// An entry is larger than any may be.
    #[error("the entry has {bytes} bytes; at most {ENTRY_MAX} are allowed")]
    TooLarge { bytes: usize },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => StoreError::Full(error),
            Some(Code::ReadOnly | Code::PermissionDenied) => StoreError::ReadOnly(error),
            _ => StoreError::Sql(error),
        }
    }
}

impl StoreError {
    /// Whether what failed is about one thing that is stored, and not the database as a whole.
    #[must_use]
    pub const fn concerns_one_input(&self) -> bool {
        matches!(self, Self::Entry(_) | Self::State(_) | Self::Id(_) | Self::TooLarge { .. })
    }
}

/// The open database of one process.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    own: Own,
    /// Held as long as the store lives: one process per folder.
    _lock: std::fs::File,
}

/// The ledger that this process writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {
    /// Its row.
    pub n: i64,
    /// Its identifier.
    pub id: LedgerId,
    /// Its last entry.
    pub head: Head,
    /// The ordering time of its last entry.
    pub last_at: Moment,
}

impl Store {
    /// Opens the database in `folder`, making both when they are missing. `fresh` names a new ledger if one is
    /// born here.
    ///
    /// # Errors
    /// The folder can not be made or written, another process has it, or a newer program wrote it.
    pub fn open(folder: &Path, fresh: LedgerId) -> Result<Store, StoreError> {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
        let lock = lock(folder)?;
        let path = folder.join(FILE);
        refuse_read_only(&path)?;
        let mut conn = Connection::open(&path).map_err(|source| StoreError::Open { path: path.clone(), source })?;
        set_up(&conn)?;
        schema::migrate(&mut conn)?;
        conn.execute("INSERT OR IGNORE INTO ledger (id, role) VALUES (?1, 1)", [fresh.as_bytes()])?;
        let own = read_own(&conn)?;
        Ok(Store { conn, own, _lock: lock })
    }

    /// Opens the database in `folder` for reading only; the writer may be at work.
    ///
    /// # Errors
    /// There is no database, or it can not be read.
    pub fn reader(folder: &Path) -> Result<Connection, StoreError> {
        let path = folder.join(FILE);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&path, flags).map_err(|source| StoreError::Open { path, source })?;
        conn.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        Ok(conn)
    }

    /// The ledger that this process writes, as last committed.
    #[must_use]
    pub fn own(&self) -> Own {
        self.own
    }

    /// For reading what was committed.
    #[must_use]
    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Begins to write. What is not committed when the value is dropped never happened.
    ///
    /// # Errors
    /// SQLite fails.
    pub fn begin(&mut self) -> Result<Writing<'_>, StoreError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Writing { tx, own: self.own, committed: &mut self.own })
    }
}

/// A transaction.
#[derive(Debug)]
pub struct Writing<'a> {
    tx: Transaction<'a>,
    own: Own,
    committed: &'a mut Own,
}

impl Writing<'_> {
    /// Everything inside is on disk when this returns.
    ///
    /// # Errors
    /// It is not, or not surely: drop the store and open it again.
    pub fn commit(self) -> Result<(), StoreError> {
        self.tx.commit()?;
        *self.committed = self.own;
        Ok(())
    }

    /// The connection, inside the transaction.
    #[must_use]
    pub fn conn(&self) -> &Connection {
        &self.tx
    }

    /// The ledger that this process writes, as it will be after the commit.
    #[must_use]
    pub fn own(&self) -> Own {
        self.own
    }

    /// Runs `work` so that all or nothing of it stays in the transaction.
    ///
    /// # Errors
    /// What `work` returns, or SQLite.
    pub fn attempt<T, E: From<StoreError>>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let own = self.own;
        self.tx.execute_batch("SAVEPOINT one").map_err(StoreError::from)?;
        let result = work(self);
        let end = if result.is_ok() { "RELEASE one" } else { "ROLLBACK TO one; RELEASE one" };
        self.tx.execute_batch(end).map_err(StoreError::from)?;
        if result.is_err() {
            self.own = own;
        }
        result
    }

    /// Appends an entry to our own ledger and files it under what it is about.
    ///
    /// # Errors
    /// The entry is too large, or SQLite fails.
    pub fn append(&mut self, entry: &Entry) -> Result<Seq, StoreError> {
        let bytes = entry.to_bytes();
        if bytes.len() > ENTRY_MAX {
            return Err(StoreError::TooLarge { bytes: bytes.len() });
        }
        let seq = self.own.head.seq.next();
        let digest = self.own.head.digest.after(&bytes);
        insert(&self.tx, self.own.n, seq, digest, &bytes)?;
        set_head(&self.tx, self.own.n, Head { seq, digest }, entry.at)?;
        super::orders::file(&self.tx, self.own.n, seq, entry)?;
        super::queue::follow(&self.tx, entry)?;
        super::scanners::follow(&self.tx, entry)?;
        self.own.head = Head { seq, digest };
        self.own.last_at = self.own.last_at.max(entry.at);
        Ok(seq)
    }

    /// Appends an entry that somebody else wrote, exactly as it came, to their ledger; the caller has checked
    /// that it is the next one. Returns the digest that now vouches for the ledger.
    ///
    /// # Errors
    /// SQLite fails.
    pub fn append_foreign(
        &mut self,
        ledger: i64,
        after: Head,
        bytes: &[u8],
        entry: &Entry,
    ) -> Result<Head, StoreError> {
        let head = Head { seq: after.seq.next(), digest: after.digest.after(bytes) };
        insert(&self.tx, ledger, head.seq, head.digest, bytes)?;
        super::orders::file(&self.tx, ledger, head.seq, entry)?;
        Ok(head)
    }

    /// Moves our own entries after `fork` to a new ledger named `fresh`, with the same identifiers and bytes,
    /// and goes on there. The old ledger ends at the fork and is somebody else's from then on.
    ///
    /// # Errors
    /// SQLite fails.
    pub fn renew(&mut self, fork: Seq, fresh: LedgerId) -> Result<(), StoreError> {
        let old = self.own.n;
        let kept = digest_at(&self.tx, old, fork)?.unwrap_or_default();
        self.tx
            .execute("UPDATE ledger SET role = 2, seq = ?2, digest = ?3 WHERE n = ?1", params![old, fork.0, kept.0])?;
        self.tx.execute("INSERT INTO ledger (id, role) VALUES (?1, 1)", [fresh.as_bytes()])?;
        let new = self.tx.last_insert_rowid();
        let mut head = Head::default();
        for (seq, bytes) in super::read::entries_after(&self.tx, old, fork, usize::MAX, usize::MAX)? {
            head = Head { seq: head.seq.next(), digest: head.digest.after(bytes.as_bytes()) };
            insert(&self.tx, new, head.seq, head.digest, bytes.as_bytes())?;
            let place = params![old, seq.0, new, head.seq.0];
            self.tx.execute("UPDATE about SET ledger = ?3, seq = ?4 WHERE ledger = ?1 AND seq = ?2", place)?;
        }
        self.tx.execute("DELETE FROM entry WHERE ledger = ?1 AND seq > ?2", params![old, fork.0])?;
        set_head(&self.tx, new, head, self.own.last_at)?;
        self.own = Own { n: new, id: fresh, head, last_at: self.own.last_at };
        Ok(())
    }

    /// Takes back the entries that a hub has after our last: our disk had lost its tail. Returns how many.
    ///
    /// # Errors
    /// Bytes that are no entry, or SQLite fails.
    pub fn take_back(&mut self, tail: &[String]) -> Result<usize, StoreError> {
        for bytes in tail {
            let entry = Entry::from_bytes(bytes.as_bytes())?;
            let head = self.append_foreign(self.own.n, self.own.head, bytes.as_bytes(), &entry)?;
            super::queue::follow(&self.tx, &entry)?;
            super::scanners::follow(&self.tx, &entry)?;
            self.own.last_at = self.own.last_at.max(entry.at);
            self.own.head = head;
            set_head(&self.tx, self.own.n, head, self.own.last_at)?;
        }
        Ok(tail.len())
    }
}

fn lock(folder: &Path) -> Result<std::fs::File, StoreError> {
    let path = folder.join("lock");
    let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
    for _ in 0..LOCK_TRIES {
        if rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_ok() {
            return Ok(file);
        }
        std::thread::sleep(LOCK_PAUSE);
    }
    Err(StoreError::InUse { path: folder.to_owned() })
}

fn set_up(conn: &Connection) -> Result<(), StoreError> {
    conn.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    // The service checkpoints beside the commit path.
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    conn.pragma_update(None, "foreign_keys", "ON")?;
    Ok(())
}

fn read_own(conn: &Connection) -> Result<Own, StoreError> {
    let sql = "SELECT n, id, seq, digest, last_at FROM ledger WHERE role = 1";
    let own = conn.query_row(sql, [], |row| {
        Ok(Own {
            n: row.get(0)?,
            id: LedgerId::from_bytes(row.get(1)?),
            head: Head { seq: Seq(row.get(2)?), digest: Digest(row.get(3)?) },
            last_at: Moment(row.get(4)?),
        })
    })?;
    Ok(own)
}

fn insert(conn: &Connection, ledger: i64, seq: Seq, digest: Digest, bytes: &[u8]) -> Result<(), StoreError> {
    let text = std::str::from_utf8(bytes).map_err(|e| StoreError::Sql(rusqlite::Error::Utf8Error(0, e)))?;
    let mut insert = conn.prepare_cached("INSERT INTO entry (ledger, seq, digest, bytes) VALUES (?1, ?2, ?3, ?4)")?;
    insert.execute(params![ledger, seq.0, digest.0, text])?;
    Ok(())
}

/// Records a ledger's head.
///
/// # Errors
/// SQLite fails.
pub fn set_head(conn: &Connection, ledger: i64, head: Head, last_at: Moment) -> Result<(), StoreError> {
    let sql = "UPDATE ledger SET seq = ?2, digest = ?3, last_at = max(last_at, ?4) WHERE n = ?1";
    conn.prepare_cached(sql)?.execute(params![ledger, head.seq.0, head.digest.0, last_at.0])?;
    Ok(())
}

/// The row and head of somebody's ledger, if there is one.
///
/// # Errors
/// SQLite fails.
pub fn ledger(conn: &Connection, id: LedgerId) -> Result<Option<(i64, Head)>, StoreError> {
    let mut find = conn.prepare_cached("SELECT n, seq, digest FROM ledger WHERE id = ?1")?;
    let row = find.query_row([id.as_bytes()], |row| {
        Ok((row.get(0)?, Head { seq: Seq(row.get(1)?), digest: Digest(row.get(2)?) }))
    });
    Ok(row.optional()?)
}

/// SQLite would open such a file all the same, and leave a log and an index beside it that can not be written either,
/// also when the file itself can be again. The file is not opened here: to close it would drop the locks of other
/// connections.
fn refuse_read_only(path: &Path) -> Result<(), StoreError> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    match accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS) {
        Err(rustix::io::Errno::ACCESS | rustix::io::Errno::ROFS) => {
            let error = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY);
            Err(StoreError::ReadOnly(rusqlite::Error::SqliteFailure(error, None)))
        }
        _ => Ok(()),
    }
}

/// The digest after an entry; of [`Seq::NONE`] it is [`Digest::NONE`], of one that is not kept there is none.
///
/// # Errors
/// SQLite fails.
pub fn digest_at(conn: &Connection, ledger: i64, seq: Seq) -> Result<Option<Digest>, StoreError> {
    if seq == Seq::NONE {
        return Ok(Some(Digest::NONE));
    }
    let mut find = conn.prepare_cached("SELECT digest FROM entry WHERE ledger = ?1 AND seq = ?2")?;
    Ok(find.query_row(params![ledger, seq.0], |row| row.get(0).map(Digest)).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::moment::Wall;
    use crate::floor::verdict::{Say, Verdict};
    use crate::ids::{EntryId, StationId};
    use crate::ledger::entry::Cause;
    use crate::ledger::read::entries_after;

    fn ledger_id(n: u8) -> LedgerId {
        LedgerId::from_bytes([n; 16])
    }

    fn entry(n: u8) -> Entry {
        let time = Moment(i64::from(n));
        Entry {
            id: EntryId::from_bytes([n; 16]),
            station: StationId::new("qc").unwrap(),
            at: time,
            wall: Wall { time, zone: 0 },
            by: None,
            cause: Cause::Touch,
            verdict: Verdict::go(Say::Help),
            events: Vec::new(),
        }
    }

    fn with_entries(folder: &Path, entries: std::ops::Range<u8>) -> Store {
        let mut store = Store::open(folder, ledger_id(1)).unwrap();
        let mut writing = store.begin().unwrap();
        for n in entries {
            writing.append(&entry(n)).unwrap();
        }
        writing.commit().unwrap();
        store
    }

    #[test]
    fn a_commit_is_a_sync_and_survives() {
        let folder = tempfile::tempdir().unwrap();
        let store = with_entries(folder.path(), 0..3);
        let pragma =
            |name: &str| store.conn().pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
        assert_eq!(pragma("synchronous").unwrap(), rusqlite::types::Value::Integer(2), "FULL");
        assert_eq!(pragma("journal_mode").unwrap(), rusqlite::types::Value::Text("wal".into()));
        let own = store.own();
        drop(store);
        assert_eq!(Store::open(folder.path(), ledger_id(2)).unwrap().own(), own, "the ledger keeps its identifier");
    }

    #[test]
    fn what_is_not_committed_never_happened() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = with_entries(folder.path(), 0..1);
        let before = store.own();
        let mut writing = store.begin().unwrap();
        writing.append(&entry(1)).unwrap();
        drop(writing);
        assert_eq!(store.own(), before);
        let mut writing = store.begin().unwrap();
        let refused: Result<(), StoreError> = writing.attempt(|w| {
            w.append(&entry(2))?;
            Err(StoreError::TooLarge { bytes: 0 })
        });
        assert!(refused.is_err());
        assert_eq!(writing.own(), before, "a savepoint takes everything back");
        writing.append(&entry(3)).unwrap();
        writing.commit().unwrap();
        assert_eq!(store.own().head.seq, Seq(2));
    }

    #[test]
    fn one_process_has_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let _store = with_entries(folder.path(), 0..1);
        let second = Store::open(folder.path(), ledger_id(2));
        assert!(matches!(second, Err(StoreError::InUse { .. })));
    }

    #[test]
    fn a_newer_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = with_entries(folder.path(), 0..1);
        store.conn().pragma_update(None, "user_version", schema::VERSION + 1).unwrap();
        drop(store);
        let newer = Store::open(folder.path(), ledger_id(2));
        assert!(matches!(newer, Err(StoreError::Newer { .. })));
    }

    #[test]
    fn a_renewed_ledger_keeps_every_entry_and_its_identifier() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = with_entries(folder.path(), 0..5);
        let old = store.own();
        let all = entries_after(store.conn(), old.n, Seq::NONE, usize::MAX, usize::MAX).unwrap();
        let mut writing = store.begin().unwrap();
        writing.renew(Seq(2), ledger_id(9)).unwrap();
        writing.commit().unwrap();
        let new = store.own();
        assert_eq!((new.id, new.head.seq), (ledger_id(9), Seq(3)));
        let kept = entries_after(store.conn(), old.n, Seq::NONE, usize::MAX, usize::MAX).unwrap();
        let moved = entries_after(store.conn(), new.n, Seq::NONE, usize::MAX, usize::MAX).unwrap();
        let bytes: Vec<&String> = kept.iter().chain(&moved).map(|(_, bytes)| bytes).collect();
        assert_eq!(bytes, all.iter().map(|(_, bytes)| bytes).collect::<Vec<_>>());
        let digest = moved.iter().fold(Digest::NONE, |digest, (_, bytes)| digest.after(bytes.as_bytes()));
        assert_eq!(new.head.digest, digest, "the new chain begins anew");
    }
}
