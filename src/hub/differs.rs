//! Whether a draft is what was taken in before.

use rusqlite::Connection;

use super::draft::{Blob, Draft};
use super::label_number::Number;
use crate::floor::intake::{Intake, JobSpec};
use crate::floor::moment::Moment;
use crate::ids::AttachmentId;
use crate::ledger::attachment;
use crate::ledger::store::StoreError;

/// The names of what is not the same; none: nothing changed.
///
/// # Errors
/// SQLite fails.
pub fn differs(
    conn: &Connection,
    intake: &Intake,
    draft: &Draft,
    numbers: &[Number],
) -> Result<Vec<String>, StoreError> {
    let mut what: Vec<String> = Vec::new();
    let mut note = |same: bool, name: &str| {
        if !same {
            what.push(name.to_owned());
        }
    };
    note(intake.ship_by == draft.ship_by.map(Moment::of), "ship-by time");
    note(intake.rush == draft.rush, "rush");
    note(intake.sample == draft.sample, "sample");
    note(draft.route().is_ok_and(|route| route == intake.route), "route");
    note(intake.starts_at == draft.starts_at, "starting stage");
    note(intake.carrier == draft.carrier, "carrier");
    note(same_pieces(conn, intake, draft)?, "pieces");
    note(same_packages(conn, intake, draft, numbers)?, "packages");
    Ok(what)
}

fn same_pieces(conn: &Connection, intake: &Intake, draft: &Draft) -> Result<bool, StoreError> {
    let pieces: Vec<_> = draft.pieces.iter().flat_map(|piece| std::iter::repeat_n(piece, piece.count())).collect();
    if pieces.len() != intake.jobs.len() {
        return Ok(false);
    }
    for (piece, job) in pieces.iter().zip(&intake.jobs) {
        let package = piece.package.and_then(|n| intake.packages.get(n.checked_sub(1)?)).map(|spec| &spec.package);
        let JobSpec { product, size, colour, places, note, .. } = job;
        let texts = (product, size, colour, places, note);
        if texts != (&piece.product, &piece.size, &piece.colour, &piece.places, &piece.note)
            || job.package.as_ref() != package
            || !same_bytes(conn, job.picture, piece.picture.as_ref())?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

fn same_packages(conn: &Connection, intake: &Intake, draft: &Draft, numbers: &[Number]) -> Result<bool, StoreError> {
    if draft.packages.len() != intake.packages.len() {
        return Ok(false);
    }
    for ((parcel, number), spec) in draft.packages.iter().zip(numbers).zip(&intake.packages) {
        let shipping = parcel.shipping().map(|(blob, _)| blob);
        if spec.tracking != number.key || !same_bytes(conn, spec.document, shipping)? {
            return Ok(false);
        }
        if parcel.documents.len() != spec.documents.len() {
            return Ok(false);
        }
        for (paper, kept) in parcel.documents.iter().zip(&spec.documents) {
            if (paper.purpose, paper.copies.unwrap_or(1), &paper.pages) != (kept.purpose, kept.copies, &kept.pages)
                || !same_bytes(conn, Some(kept.document), Some(&paper.document))?
            {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn same_bytes(conn: &Connection, kept: Option<AttachmentId>, given: Option<&Blob>) -> Result<bool, StoreError> {
    Ok(match (kept, given) {
        (None, None) => true,
        // What was erased can not be compared, and is not taken in again.
        (Some(id), Some(blob)) => attachment::get(conn, id)?.is_none_or(|a| a.bytes == blob.bytes),
        _ => false,
    })
}
