//! The feed: what the stations need to know of what others did, order by order, each whole.

use rusqlite::{Connection, params};

use super::board::newest;
use crate::floor::event::Event;
use crate::ids::{AttachmentId, LedgerId, OrderId, Seq};
use crate::ledger::attachment;
use crate::ledger::entry::Entry;
use crate::ledger::store::StoreError;
use crate::ledger::wire::{FeedQuery, ForeignEntry, PAGE_SUBJECTS_MAX, Page, Subject};

/// Most bytes of one page's entries; an order that is larger travels alone. A station takes a page between two
/// scans, so it must be short.
pub const PAGE_BYTES_MAX: usize = 4 << 20;

/// The page after what a station has. Its epoch is the hub's own ledger: a station that followed another one
/// begins from 0.
///
/// # Errors
/// SQLite fails, or stored bytes are not an entry.
pub fn page(conn: &Connection, query: &FeedQuery) -> Result<Page, StoreError> {
    // One picture of the database, whatever is committed meanwhile.
    let conn = conn.unchecked_transaction()?;
    let conn = &*conn;
    let epoch = conn.query_row("SELECT id FROM ledger WHERE role = 1", [], |row| row.get(0))?;
    let epoch = LedgerId::from_bytes(epoch);
    // A station that is ahead of a hub with the same ledger follows what a restoration took away.
    let follows = query.epoch == Some(epoch) && query.rev <= newest(conn)?;
    let after = if follows { query.rev } else { 0 };
    let sql = "SELECT rev, subject FROM board WHERE rev > ?1 ORDER BY rev LIMIT ?2";
    let mut find = conn.prepare_cached(sql)?;
    let mut rows = find.query(params![after, PAGE_SUBJECTS_MAX + 1])?;
    let mut page = Page { epoch, rev: after, subjects: Vec::new(), more: false };
    let mut bytes = 0usize;
    while let Some(row) = rows.next()? {
        if page.subjects.len() >= PAGE_SUBJECTS_MAX {
            page.more = true;
            break;
        }
        let order = OrderId::new(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
        let subject = subject(conn, order)?;
        bytes = bytes.saturating_add(subject.entries.iter().map(|e| e.bytes.len()).sum());
        if bytes > PAGE_BYTES_MAX && !page.subjects.is_empty() {
            page.more = true;
            break;
        }
        page.rev = row.get(0)?;
        page.subjects.push(subject);
    }
    Ok(page)
}

/// An order with all its entries, byte for byte, in the order of the fold.
fn subject(conn: &Connection, order: OrderId) -> Result<Subject, StoreError> {
    let sql = "SELECT l.id, a.seq, e.bytes FROM about a JOIN ledger l ON l.n = a.ledger
               JOIN entry e ON e.ledger = a.ledger AND e.seq = a.seq WHERE a.subject = ?1 ORDER BY a.at, a.entry";
    let mut find = conn.prepare_cached(sql)?;
    let mut rows = find.query([order.as_str()])?;
    let (mut entries, mut attachments) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let bytes: String = row.get(2)?;
        attachments.extend(named_by(&Entry::from_bytes(bytes.as_bytes())?));
        entries.push(ForeignEntry { ledger: LedgerId::from_bytes(row.get(0)?), seq: Seq(row.get(1)?), bytes });
    }
    attachments.sort_unstable();
    attachments.dedup();
    // One that is not here can not be fetched, and must not hold up the order.
    let missing = attachment::missing(conn, &attachments)?;
    attachments.retain(|id| !missing.contains(id));
    Ok(Subject { order, entries, attachments })
}

/// The pictures and label documents of an order; raw scans stay where they were made.
fn named_by(entry: &Entry) -> Vec<AttachmentId> {
    let intakes = entry.events.iter().filter_map(|event| match event {
        Event::OrderTaken(intake) => Some(intake),
        _ => None,
    });
    let named = |intake: &crate::floor::intake::Intake| {
        let pictures: Vec<_> = intake.jobs.iter().filter_map(|job| job.picture).collect();
        let documents = intake
            .packages
            .iter()
            .flat_map(|p| p.document.into_iter().chain(p.documents.iter().map(|document| document.document)));
        pictures.into_iter().chain(documents).collect::<Vec<_>>()
    };
    intakes.flat_map(|intake| named(intake)).collect()
}
