//! A picture's dots made into a printer's dots, so that its barcodes can still be read.

use super::{DocumentError, barcodes};
use crate::label::raster::Raster;

/// Resolutions that differ by less than this part are the same: 200, 203 and 203.2 dpi.
const SAME: f32 = 0.03;
/// A label may be so much wider than the paper, as a part of it: its edge is white.
const OVERHANG: f32 = 1.02;

/// The label at `to` dots of a millimetre, at most `room` dots wide. Larger only by whole times; smaller only where every
/// barcode can be read afterwards.
pub(super) fn fitted(label: &Raster, from: f32, to: f32, room: Option<u32>) -> Result<Raster, DocumentError> {
    let times = ((to / from) * (1.0 + SAME)).floor().max(1.0) as u32;
    let room = room.map_or(f32::MAX, |room| room as f32);
    let inked = label.ink().map_or(label.width(), |(x, _, width, _)| x + width);
    let times = (1..=times).rev().find(|times| (inked * times) as f32 <= room * OVERHANG).unwrap_or(1);
    let smaller = (to / from).min(room * OVERHANG / inked as f32);
    if times > 1 || smaller >= 1.0 - SAME {
        return Ok(label.enlarged(times)?);
    }
    let part = (to / from).min(room / inked as f32);
    let dots = |side: u32| ((side as f32 * part).round() as u32).max(1);
    let small = label.resized(dots(label.width()), dots(label.height()))?;
    let left = barcodes::read(&small);
    match barcodes::read(label).into_iter().find(|text| !left.contains(text)) {
        Some(lost) => Err(DocumentError::TooFine(lost)),
        None => Ok(small),
    }
}

/// The label without the white at its sides that would not fit: cut where that leaves all of its ink.
pub(super) fn trimmed(label: Raster, room: u32) -> Raster {
    match label.ink() {
        Some((x, _, width, _)) if label.width() > room && width <= room => {
            let left = (x + width / 2).saturating_sub(room / 2).min(x);
            label.cut(left, 0, room, label.height()).unwrap_or(label)
        }
        _ => label,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::symbol::Symbology;

    fn label(module: u32) -> Raster {
        let mut label = Raster::white(1_200, 400).unwrap();
        for (x, _, length) in Symbology::Code128.encode("1Z999AA10123456784").unwrap().runs() {
            label.fill(100 + x * module, 100, length * module, 200, true);
        }
        label
    }

    #[test]
    fn a_label_is_enlarged_by_whole_times_only() {
        let label = label(3);
        assert_eq!(fitted(&label, 8.0, 8.0, None).unwrap(), label);
        assert_eq!(fitted(&label, 7.874, 8.0, None).unwrap(), label);
        assert_eq!(fitted(&label, 8.0, 11.8, None).unwrap(), label);
        assert_eq!(fitted(&label, 8.0, 23.6, None).unwrap().width(), 3_600);
    }

    #[test]
    fn a_label_is_made_smaller_only_while_its_barcodes_can_be_read() {
        let small = fitted(&label(4), 11.8, 8.0, Some(832)).unwrap();
        assert_eq!((small.width(), barcodes::read(&small)), (814, vec!["1Z999AA10123456784".to_owned()]));
        assert!(matches!(fitted(&label(2), 11.8, 4.0, Some(400)), Err(DocumentError::TooFine(_))));
    }
}
