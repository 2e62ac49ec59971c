//! What the entries say of scanners: whose they are, and by which keyboard layout they are read.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::entry::Entry;
use super::store::StoreError;
use crate::floor::event::Event;
use crate::ids::{ScannerId, StationId};

/// What is known of one scanner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The bench that it was paired with.
    pub station: Option<StationId>,
    /// The keyboard layout that its test showed.
    pub layout: Option<String>,
}

/// Every scanner of which something was recorded.
pub type Scanners = BTreeMap<ScannerId, Known>;

/// Whether an entry says something of a scanner.
#[must_use]
pub fn concerns(events: &[Event]) -> bool {
    let concerns = |event: &Event| {
        matches!(event, Event::ScannerPaired { .. } | Event::ScannerFreed { .. } | Event::ScannerLayout { .. })
    };
    events.iter().any(concerns)
}

/// All that is known.
///
/// # Errors
/// SQLite fails, or a stored name is none.
pub fn all(conn: &Connection) -> Result<Scanners, StoreError> {
    let mut find = conn.prepare_cached("SELECT name, station, layout FROM scanner")?;
    let mut rows = find.query([])?;
    let mut found = Scanners::new();
    while let Some(row) = rows.next()? {
        let station = row.get::<_, Option<String>>(1)?.map(StationId::new).transpose()?;
        found.insert(ScannerId::new(row.get::<_, String>(0)?)?, Known { station, layout: row.get(2)? });
    }
    Ok(found)
}

/// Follows what an entry of our own says of scanners.
pub(super) fn follow(conn: &Connection, entry: &Entry) -> Result<(), StoreError> {
    for event in &entry.events {
        match event {
            Event::ScannerPaired { scanner } => {
                let sql = "INSERT INTO scanner (name, station) VALUES (?1, ?2)
                           ON CONFLICT (name) DO UPDATE SET station = excluded.station";
                conn.prepare_cached(sql)?.execute(params![scanner.as_str(), entry.station.as_str()])?;
            }
            Event::ScannerFreed { scanner } => {
                let sql = "UPDATE scanner SET station = NULL WHERE name = ?1";
                conn.prepare_cached(sql)?.execute([scanner.as_str()])?;
            }
            Event::ScannerLayout { scanner, layout } => {
                let sql = "INSERT INTO scanner (name, layout) VALUES (?1, ?2)
                           ON CONFLICT (name) DO UPDATE SET layout = excluded.layout";
                conn.prepare_cached(sql)?.execute(params![scanner.as_str(), layout])?;
            }
            _ => {}
        }
    }
    Ok(())
}
