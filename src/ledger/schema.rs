//! The database's tables, as migrations from an empty file. There is no other way to a schema.

use rusqlite::Connection;

use super::store::StoreError;

/// One step each; a step that was released is never edited.
const MIGRATIONS: &[&str] = &[
    // 1: the ledgers, what is derived from them, and what is not for ever.
    "CREATE TABLE ledger (
         n       INTEGER PRIMARY KEY,
         id      BLOB NOT NULL UNIQUE,
         -- 1: the one that this process writes; 2: ours of old, still to be uploaded; 0: somebody else's.
         role    INTEGER NOT NULL,
         seq     INTEGER NOT NULL DEFAULT 0,
         digest  BLOB NOT NULL DEFAULT (zeroblob(32)),
         last_at INTEGER NOT NULL DEFAULT 0
     );
     CREATE UNIQUE INDEX ledger_own ON ledger (role) WHERE role = 1;
     CREATE TABLE entry (
         ledger INTEGER NOT NULL,
         seq    INTEGER NOT NULL,
         digest BLOB NOT NULL,
         bytes  TEXT NOT NULL,
         PRIMARY KEY (ledger, seq)
     ) WITHOUT ROWID;
     -- Which entries are about a subject: an order, or `job:…` while its order is not known.
     CREATE TABLE about (
         subject TEXT NOT NULL,
         at      INTEGER NOT NULL,
         entry   BLOB NOT NULL,
         ledger  INTEGER NOT NULL,
         seq     INTEGER NOT NULL,
         PRIMARY KEY (subject, at, entry)
     ) WITHOUT ROWID;
     CREATE INDEX about_place ON about (ledger, seq);
     -- What a job, package, tracking or order number names.
     CREATE TABLE name (
         kind    INTEGER NOT NULL,
         text    TEXT NOT NULL,
         subject TEXT NOT NULL,
         PRIMARY KEY (kind, text, subject)
     ) WITHOUT ROWID;
     CREATE INDEX name_subject ON name (subject);
     -- What others wrote: a cache that the hub's feed fills, subject by subject.
     CREATE TABLE foreign_entry (
         subject TEXT NOT NULL,
         at      INTEGER NOT NULL,
         entry   BLOB NOT NULL,
         ledger  BLOB NOT NULL,
         seq     INTEGER NOT NULL,
         bytes   TEXT NOT NULL,
         PRIMARY KEY (subject, at, entry)
     ) WITHOUT ROWID;
     CREATE TABLE label (
         id      BLOB PRIMARY KEY,
         subject TEXT NOT NULL,
         printer TEXT NOT NULL,
         state   INTEGER NOT NULL,
         attempt INTEGER NOT NULL DEFAULT 0
     ) WITHOUT ROWID;
     CREATE INDEX label_waiting ON label (printer, state, id);
     CREATE TABLE bench (
         station TEXT PRIMARY KEY,
         state   TEXT NOT NULL
     ) WITHOUT ROWID;
     CREATE TABLE attachment (
         id    BLOB PRIMARY KEY,
         mime  TEXT NOT NULL,
         bytes BLOB NOT NULL
     );
     CREATE TABLE memo (
         key   TEXT PRIMARY KEY,
         value TEXT NOT NULL
     ) WITHOUT ROWID;
     -- The hub's board: each order's state, and what reports ask of it.
     CREATE TABLE board (
         subject TEXT PRIMARY KEY,
         rev     INTEGER NOT NULL,
         state   TEXT NOT NULL
     ) WITHOUT ROWID;
     CREATE UNIQUE INDEX board_rev ON board (rev);
     CREATE TABLE missed (
         at       INTEGER NOT NULL,
         subject  TEXT NOT NULL,
         job      TEXT NOT NULL,
         step     INTEGER NOT NULL,
         stage    TEXT NOT NULL,
         station  TEXT NOT NULL,
         operator TEXT,
         PRIMARY KEY (at, subject, job, step)
     ) WITHOUT ROWID;
     CREATE INDEX missed_subject ON missed (subject);
     CREATE TABLE due (
         stalls_at INTEGER NOT NULL,
         subject   TEXT NOT NULL,
         job       TEXT NOT NULL,
         stage     TEXT NOT NULL,
         since     INTEGER NOT NULL,
         PRIMARY KEY (stalls_at, subject, job)
     ) WITHOUT ROWID;
     CREATE INDEX due_subject ON due (subject);
     CREATE TABLE station (
         name    TEXT PRIMARY KEY,
         ledger  BLOB NOT NULL,
         stages  TEXT NOT NULL,
         seen    INTEGER NOT NULL,
         settled INTEGER NOT NULL,
         last    INTEGER NOT NULL
     ) WITHOUT ROWID;",
    // 2: whose each scanner is, and how it is read.
    "CREATE TABLE scanner (
         name    TEXT PRIMARY KEY,
         station TEXT,
         layout  TEXT
     ) WITHOUT ROWID;",
    // 3: a shipping label stays in the queue until it is scanned.
    "ALTER TABLE label ADD COLUMN package TEXT;
     ALTER TABLE label ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
     CREATE INDEX label_package ON label (subject, package);",
];

/// The newest schema that this program knows.
pub const VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings a database to [`VERSION`], each step in a transaction of its own.
///
/// # Errors
/// A newer program wrote the database, or SQLite fails.
pub fn migrate(conn: &mut Connection) -> Result<(), StoreError> {
    let found: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > VERSION {
        return Err(StoreError::Newer { found, known: VERSION });
    }
    for (i, step) in MIGRATIONS.iter().enumerate().skip(found as usize) {
        let tx = conn.transaction()?;
        tx.execute_batch(step)?;
        tx.pragma_update(None, "user_version", i as u32 + 1)?;
        tx.commit()?;
    }
    Ok(())
}
