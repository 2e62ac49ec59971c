//! What kind of bytes a picture or a label document is.

use super::ReadFile;
use crate::hub::draft::Blob;
use crate::ledger::attachment::ATTACHMENT_MAX;

/// Reads a file that a row names.
///
/// # Errors
/// A sentence: it can not be read, is too large, or of no known kind.
pub fn document(name: &str, read: &mut ReadFile<'_>) -> Result<Blob, String> {
    let bytes = read(name).map_err(|why| format!("The file {name:?} can not be read: {why}. Check its name."))?;
    if bytes.len() > ATTACHMENT_MAX {
        return Err(format!("The file {name:?} is larger than {} MiB. Give a smaller one.", ATTACHMENT_MAX >> 20));
    }
    match kind(&bytes) {
        Some(mime) => Ok(Blob { mime: mime.to_owned(), bytes }),
        None => Err(format!("The file {name:?} is neither ZPL nor PDF, PNG, JPEG or SVG. Give one of these.")),
    }
}

/// The media type, by the bytes themselves.
#[must_use]
pub fn kind(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(512)];
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if head.starts_with(b"%PDF-") {
        Some("application/pdf")
    } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if head.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg")) {
        Some("image/svg+xml")
    } else if text.contains("^XA") || text.starts_with('^') || text.starts_with('~') {
        Some("application/zpl")
    } else {
        None
    }
}
