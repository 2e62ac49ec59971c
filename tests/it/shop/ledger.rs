//! A look into a ledger's file beside the daemon, or after it: every chain is checked before anything is believed.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use stationd::ledger::entry::{Cause, Digest, Entry, Read};

/// How long a writer at work may hold us up.
const BUSY: Duration = Duration::from_secs(10);

/// The ledger of one writer, whole.
pub struct Ledger {
    /// Its identifier.
    pub id: Vec<u8>,
    /// It is the one that the process of this database writes.
    pub is_own: bool,
    /// Its entries, as they are stored, from number 1 on.
    pub bytes: Vec<String>,
    /// And as they are read.
    pub entries: Vec<Entry>,
}

impl Ledger {
    /// All ledgers of the database in `folder`. Panics when one has a gap, its digests do not chain, or SQLite finds
    /// the file damaged.
    pub fn all(folder: &Path) -> Vec<Ledger> {
        let conn = open(folder).expect("a database");
        let conn = conn.unchecked_transaction().expect("a transaction");
        let whole: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
        assert_eq!(whole, "ok", "{}", folder.display());
        let mut find = conn.prepare("SELECT n, id, role, seq, digest FROM ledger ORDER BY n").expect("ledgers");
        let read = |row: &rusqlite::Row<'_>| {
            let (n, id, role): (i64, Vec<u8>, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let bytes = chain(&conn, n, row.get(3)?, Digest(row.get(4)?));
            let entries = bytes.iter().map(|bytes| Entry::from_bytes(bytes.as_bytes()).expect("an entry")).collect();
            Ok(Ledger { id, is_own: role == 1, bytes, entries })
        };
        let ledgers = find.query_map([], read);
        ledgers.and_then(Iterator::collect).expect("every ledger")
    }

    /// The ledger that the process of this database writes.
    pub fn own(folder: &Path) -> Ledger {
        Ledger::all(folder).into_iter().find(|ledger| ledger.is_own).expect("a ledger of its own")
    }

    /// Every code that was read by a scanner or typed, with its station, oldest first.
    pub fn codes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().filter_map(|entry| match &entry.cause {
            Cause::Scan { read: Read::Code { text, .. }, .. } | Cause::Typed { read: Read::Code { text, .. } } => {
                Some((entry.station.as_str(), text.as_str()))
            }
            _ => None,
        })
    }
}

/// Whether the hub in `hub` has as many entries of the ledger in `station` as that one itself.
pub fn is_passed_on(station: &Path, hub: &Path) -> bool {
    let head = |folder: &Path, sql: &str, id: &[u8]| -> Option<(Vec<u8>, u64)> {
        open(folder).ok()?.query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?))).ok()
    };
    let own = head(station, "SELECT id, seq FROM ledger WHERE role = 1 AND ?1 = ?1", &[]);
    let there = own.as_ref().and_then(|(id, _)| head(hub, "SELECT id, seq FROM ledger WHERE id = ?1", id));
    own.is_some() && own == there
}

/// For reading only; the daemon may be at work.
pub fn open(folder: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(folder.join("ledger.sqlite"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.busy_timeout(BUSY)?;
    Ok(conn)
}

fn chain(conn: &Connection, n: i64, last: u64, head: Digest) -> Vec<String> {
    let mut find =
        conn.prepare("SELECT seq, digest, bytes FROM entry WHERE ledger = ?1 ORDER BY seq").expect("entries");
    let rows = find.query_map([n], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let rows: Vec<(u64, [u8; 32], String)> = rows.and_then(Iterator::collect).expect("every entry");
    let mut digest = Digest::NONE;
    for (at, (seq, stored, bytes)) in (1..).zip(&rows) {
        assert_eq!(*seq, at, "ledger {n} has a gap");
        digest = digest.after(bytes.as_bytes());
        assert_eq!(digest, Digest(*stored), "entry {seq} of ledger {n} is not what was chained");
    }
    assert_eq!((rows.len() as u64, digest), (last, head), "ledger {n} does not end at its head");
    rows.into_iter().map(|(_, _, bytes)| bytes).collect()
}
