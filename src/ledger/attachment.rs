//! Bytes that are not for ever: label documents, pictures, raw scans that may hold personal data. They lie
//! beside the ledger under a random identifier and can be erased.

use rusqlite::{Connection, OptionalExtension, params};

use super::store::StoreError;
use crate::ids::AttachmentId;

/// Largest attachment, in bytes: a letter-size label page at 600 dpi as PNG is far below it.
pub const ATTACHMENT_MAX: usize = 8 << 20;

/// Bytes and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Media type.
    pub mime: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Keeps an attachment; one that is already there stays as it is.
///
/// # Errors
/// SQLite fails.
pub fn put(conn: &Connection, id: AttachmentId, mime: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO attachment (id, mime, bytes) VALUES (?1, ?2, ?3)";
    conn.prepare_cached(sql)?.execute(params![id.as_bytes(), mime, bytes])?;
    Ok(())
}

/// An attachment, if it is here.
///
/// # Errors
/// SQLite fails.
pub fn get(conn: &Connection, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
    let mut find = conn.prepare_cached("SELECT mime, bytes FROM attachment WHERE id = ?1")?;
    let found = find.query_row([id.as_bytes()], |row| Ok(Attachment { mime: row.get(0)?, bytes: row.get(1)? }));
    Ok(found.optional()?)
}

/// Which of `ids` are not here.
///
/// # Errors
/// SQLite fails.
pub fn missing(conn: &Connection, ids: &[AttachmentId]) -> Result<Vec<AttachmentId>, StoreError> {
    let mut find = conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM attachment WHERE id = ?1)")?;
    let mut missing = Vec::new();
    for id in ids {
        if !find.query_row([id.as_bytes()], |row| row.get::<_, bool>(0))? {
            missing.push(*id);
        }
    }
    Ok(missing)
}
