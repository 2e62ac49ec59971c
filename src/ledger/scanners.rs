//! What the entries say of scanners: whose they are, and by which keyboard layout they are read.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::entry::Entry;
use super::store::StoreError;
use crate::floor::event::{Event, ScannerSet};
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
    events.iter().any(|event| matches!(event, Event::ScannerSet { .. }))
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
        let Event::ScannerSet { scanner, to } = event else { continue };
        match to {
            ScannerSet::Paired => {
                let sql = "INSERT INTO scanner (name, station) VALUES (?1, ?2)
                           ON CONFLICT (name) DO UPDATE SET station = excluded.station";
                conn.prepare_cached(sql)?.execute(params![scanner.as_str(), entry.station.as_str()])?;
            }
            ScannerSet::Freed => {
                let sql = "UPDATE scanner SET station = NULL WHERE name = ?1";
                conn.prepare_cached(sql)?.execute([scanner.as_str()])?;
            }
            ScannerSet::Layout(layout) => {
                let sql = "INSERT INTO scanner (name, layout) VALUES (?1, ?2)
                           ON CONFLICT (name) DO UPDATE SET layout = excluded.layout";
                conn.prepare_cached(sql)?.execute(params![scanner.as_str(), layout])?;
            }
            ScannerSet::Unknown(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::moment::{Moment, Wall};
    use crate::floor::verdict::{Say, Verdict};
    use crate::ids::{EntryId, LedgerId};
    use crate::ledger::entry::Cause;
    use crate::ledger::store::Store;

    #[test]
    fn the_last_word_about_a_scanner_holds_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let scanner = ScannerId::new("serial:1").unwrap();
        let says = [
            r#"["QC-1",{"e":"scanner_set","scanner":"serial:1","to":"paired"}]"#,
            r#"["QC-1",{"e":"scanner_set","scanner":"serial:1","to":{"layout":"de"}}]"#,
            r#"["QC-1",{"e":"scanner_set","scanner":"serial:1","to":{"mood":"fine"}}]"#,
            r#"["QC-2",{"e":"scanner_set","scanner":"serial:1","to":"paired"}]"#,
            r#"["QC-2",{"e":"scanner_set","scanner":"serial:1","to":"freed"}]"#,
        ];
        let wanted = [("QC-1", ""), ("QC-1", "de"), ("QC-1", "de"), ("QC-2", "de"), ("", "de")];
        for (n, (say, (station, layout))) in says.into_iter().zip(wanted).enumerate() {
            let (at, event): (StationId, Event) = serde_json::from_str(say).unwrap();
            let mut store = Store::open(folder.path(), LedgerId::from_bytes([1; 16])).unwrap();
            let mut writing = store.begin().unwrap();
            let wall = Wall { time: Moment(1), zone: 0 };
            let id = EntryId::from_bytes([u8::try_from(n).unwrap(); 16]);
            let (verdict, events) = (Verdict::go(Say::Help), vec![event]);
            let entry = Entry { id, station: at, at: Moment(1), wall, by: None, cause: Cause::Touch, verdict, events };
            writing.append(&entry).unwrap();
            writing.commit().unwrap();
            let known = all(store.conn()).unwrap().remove(&scanner).unwrap();
            let known = (known.station.map(String::from).unwrap_or_default(), known.layout.unwrap_or_default());
            assert_eq!(known, (station.to_owned(), layout.to_owned()), "{say}");
        }
    }
}
