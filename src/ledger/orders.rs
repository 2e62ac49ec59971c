//! What is known of an order: its entries, found by what they are about, and the fold over them.

use rusqlite::{Connection, OptionalExtension, params};

use super::entry::Entry;
use super::store::StoreError;
use crate::floor::event::Event;
use crate::floor::intake::Intake;
use crate::floor::order::{Order, fold};
use crate::ids::{JobId, OrderId, PackageId, Seq};

/// What a text can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A job's code.
    Job = 1,
    /// A package's code.
    Package = 2,
    /// A carrier's number, as its key.
    Tracking = 3,
    /// The shop's own order number.
    Number = 4,
    /// A label that was asked for.
    Label = 6,
    /// Channel and number together, see [`identity`].
    Identity = 5,
}

/// Most orders that one text may name and that are looked at: a number that is used again and again.
pub const NAMED_MAX: usize = 32;

/// How channel and number are filed together: no printable text has the separator.
#[must_use]
pub fn identity(channel: &str, number: &str) -> String {
    format!("{channel}\u{1f}{number}")
}

/// Files an entry under the orders that it is about, and what it names under its order.
pub(super) fn file(conn: &Connection, ledger: i64, seq: Seq, entry: &Entry) -> Result<(), StoreError> {
    for order in entry.orders() {
        put(conn, order.as_str(), ledger, seq, entry)?;
    }
    for event in &entry.events {
        if let Event::JobPassed { order: None, job, .. } = event {
            let subject = match order_of(conn, Kind::Job, job.as_str())? {
                Some(order) => String::from(order),
                None => orphan(job),
            };
            put(conn, &subject, ledger, seq, entry)?;
        }
    }
    name_all(conn, entry)
}

/// Where a job's scans are filed while nobody here knows its order.
fn orphan(job: &JobId) -> String {
    format!("job:{job}")
}

fn put(conn: &Connection, subject: &str, ledger: i64, seq: Seq, entry: &Entry) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO about (subject, at, entry, ledger, seq) VALUES (?1, ?2, ?3, ?4, ?5)";
    conn.prepare_cached(sql)?.execute(params![subject, entry.at.0, entry.id.as_bytes(), ledger, seq.0])?;
    Ok(())
}

/// Files every name that an entry gives.
pub(super) fn name_all(conn: &Connection, entry: &Entry) -> Result<(), StoreError> {
    for event in &entry.events {
        match event {
            Event::OrderTaken(intake) => name_intake(conn, intake)?,
            Event::Linked { order, link, .. } => name(conn, Kind::Tracking, &link.key, order)?,
            Event::JobReplaced { order, by, .. } => name_job(conn, &by.job, order)?,
            Event::PackageSplit { order, rest, .. } => name(conn, Kind::Package, rest.package.as_str(), order)?,
            Event::LabelRequested { label, order, .. } => name(conn, Kind::Label, &label.to_string(), order)?,
            _ => {}
        }
    }
    Ok(())
}

fn name_intake(conn: &Connection, intake: &Intake) -> Result<(), StoreError> {
    let order = &intake.order;
    name(conn, Kind::Number, &intake.number, order)?;
    name(conn, Kind::Identity, &identity(&intake.channel, &intake.number), order)?;
    for spec in &intake.packages {
        name(conn, Kind::Package, spec.package.as_str(), order)?;
        let others = spec.documents.iter().flat_map(|document| &document.numbers);
        for key in spec.tracking.iter().chain(others) {
            name(conn, Kind::Tracking, key, order)?;
        }
    }
    for spec in &intake.jobs {
        name_job(conn, &spec.job, order)?;
    }
    Ok(())
}

/// Files a job under its order, with the scans that came before anybody here knew of it.
fn name_job(conn: &Connection, job: &JobId, order: &OrderId) -> Result<(), StoreError> {
    name(conn, Kind::Job, job.as_str(), order)?;
    let adopt = "UPDATE OR IGNORE about SET subject = ?2 WHERE subject = ?1";
    conn.prepare_cached(adopt)?.execute(params![orphan(job), order.as_str()])?;
    Ok(())
}

fn name(conn: &Connection, kind: Kind, text: &str, order: &OrderId) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO name (kind, text, subject) VALUES (?1, ?2, ?3)";
    conn.prepare_cached(sql)?.execute(params![kind as i64, text, order.as_str()])?;
    Ok(())
}

/// The orders that a text names, at most [`NAMED_MAX`], in a fixed order.
///
/// # Errors
/// SQLite fails, or a stored identifier is not one.
pub fn orders_of(conn: &Connection, kind: Kind, text: &str) -> Result<Vec<OrderId>, StoreError> {
    let sql = "SELECT subject FROM name WHERE kind = ?1 AND text = ?2 ORDER BY subject LIMIT ?3";
    let mut find = conn.prepare_cached(sql)?;
    let mut rows = find.query(params![kind as i64, text, NAMED_MAX])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(OrderId::new(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
    }
    Ok(found)
}

/// The order that a text names, where it names one.
///
/// # Errors
/// As [`orders_of`].
pub fn order_of(conn: &Connection, kind: Kind, text: &str) -> Result<Option<OrderId>, StoreError> {
    Ok(orders_of(conn, kind, text)?.into_iter().next())
}

/// The order of a job.
///
/// # Errors
/// As [`orders_of`].
pub fn order_of_job(conn: &Connection, job: &JobId) -> Result<Option<OrderId>, StoreError> {
    order_of(conn, Kind::Job, job.as_str())
}

/// The order of a package.
///
/// # Errors
/// As [`orders_of`].
pub fn order_of_package(conn: &Connection, package: &PackageId) -> Result<Option<OrderId>, StoreError> {
    order_of(conn, Kind::Package, package.as_str())
}

/// Every entry about an order that is here: ours, and those that the feed brought. Each once, in the order of
/// the fold.
///
/// # Errors
/// SQLite fails, or stored bytes are not an entry.
pub fn history(conn: &Connection, order: &OrderId) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT e.bytes FROM about a JOIN entry e ON e.ledger = a.ledger AND e.seq = a.seq WHERE a.subject = ?1
               UNION ALL SELECT bytes FROM foreign_entry WHERE subject = ?1";
    let mut find = conn.prepare_cached(sql)?;
    let mut rows = find.query([order.as_str()])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(0)?.as_bytes().map_err(rusqlite::Error::from)?;
        entries.push(Entry::from_bytes(bytes)?);
    }
    entries.sort_by_key(|e| e.fact().key);
    entries.dedup_by_key(|e| e.id);
    Ok(entries)
}

/// An order's state, or none when nothing about it is here.
///
/// # Errors
/// As [`history`].
pub fn order(conn: &Connection, order: &OrderId) -> Result<Option<Order>, StoreError> {
    let entries = history(conn, order)?;
    Ok((!entries.is_empty()).then(|| fold(order, entries.iter().map(Entry::fact))))
}

/// An entry of ours by its identifier, if it is about `order`.
///
/// # Errors
/// As [`history`].
pub fn entry(conn: &Connection, order: &OrderId, id: crate::ids::EntryId) -> Result<Option<Entry>, StoreError> {
    Ok(history(conn, order)?.into_iter().find(|e| e.id == id))
}

/// A remembered word of the program itself, such as the feed's position.
///
/// # Errors
/// SQLite fails.
pub fn memo(conn: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let mut find = conn.prepare_cached("SELECT value FROM memo WHERE key = ?1")?;
    Ok(find.query_row([key], |row| row.get(0)).optional()?)
}

/// Remembers a word.
///
/// # Errors
/// SQLite fails.
pub fn set_memo(conn: &Connection, key: &str, value: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO memo (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    conn.prepare_cached(sql)?.execute([key, value])?;
    Ok(())
}
