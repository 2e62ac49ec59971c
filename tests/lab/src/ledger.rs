//! Reads a ledger's file as it came off a disk, and believes nothing: SQLite's own check, no gap, digests that chain.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// One ledger, whole.
pub struct Ledger {
    pub id: Vec<u8>,
    /// The process that has the file wrote it.
    pub is_own: bool,
    /// Its entries as they are stored, from number 1 on.
    pub bytes: Vec<String>,
    entries: Vec<Value>,
}

impl Ledger {
    /// All ledgers of a file.
    pub fn all(file: &Path) -> Result<Vec<Ledger>> {
        let conn = Connection::open(file)?;
        conn.busy_timeout(std::time::Duration::from_secs(10))?;
        let whole: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        ensure!(whole == "ok", "the database is damaged: {whole}");
        let transaction = conn.unchecked_transaction()?;
        let mut find = transaction.prepare("SELECT n, id, role, seq, digest FROM ledger ORDER BY n")?;
        let rows = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
        rows.map(|row| {
            let (n, id, role, seq, digest): (i64, Vec<u8>, i64, usize, Vec<u8>) = row?;
            let bytes = chain(&conn, n, seq, &digest)?;
            let entries = bytes.iter().map(|bytes| serde_json::from_str(bytes)).collect::<Result<_, _>>()?;
            Ok(Ledger { id, is_own: role == 1, bytes, entries })
        })
        .collect()
    }

    /// The ledger that the process of this file writes.
    pub fn own(file: &Path) -> Result<Ledger> {
        Ledger::all(file)?.into_iter().find(|ledger| ledger.is_own).context("there is no ledger of its own")
    }

    /// Whether a file has got as far as having one.
    pub fn is_born(file: &Path) -> Result<bool> {
        let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'ledger'";
        let tables: i64 = Connection::open(file)?.query_row(sql, [], |row| row.get(0))?;
        if tables == 0 {
            return Ok(false);
        }
        Ok(Connection::open(file)?
            .query_row("SELECT count(*) FROM ledger WHERE role = 1", [], |row| row.get::<_, i64>(0))?
            > 0)
    }

    /// Every code that a scanner read, with its station.
    pub fn codes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().filter_map(|entry| {
            let text = entry["cause"]["code"]["text"].as_str()?;
            Some((entry["station"].as_str()?, text))
        })
    }

    /// Every entry's ordering time, in microseconds.
    pub fn times(&self) -> Vec<i64> {
        self.entries.iter().filter_map(|entry| entry["at"].as_i64()).collect()
    }

    /// Every event of a kind.
    pub fn events<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        let all = self.entries.iter().filter_map(|entry| entry["events"].as_array()).flatten();
        all.filter(move |event| event["e"] == kind)
    }
}

fn chain(conn: &Connection, n: i64, last: usize, head: &[u8]) -> Result<Vec<String>> {
    let mut find = conn.prepare("SELECT seq, digest, bytes FROM entry WHERE ledger = ?1 ORDER BY seq")?;
    let rows = find.query_map([n], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (mut digest, mut all) = (vec![0; 32], Vec::new());
    for row in rows {
        let (seq, stored, bytes): (usize, Vec<u8>, String) = row?;
        ensure!(seq == all.len() + 1, "ledger {n} has a gap before {seq}");
        digest = Sha256::new().chain_update(&digest).chain_update(&bytes).finalize().to_vec();
        ensure!(digest == stored, "entry {seq} of ledger {n} is not what was chained");
        all.push(bytes);
    }
    ensure!((all.len(), digest.as_slice()) == (last, head), "ledger {n} does not end at its head");
    Ok(all)
}
