//! Barcodes read from dots, by the barcode library.

use rxing::{DecodeHints, helpers};

use crate::label::raster::Raster;

/// Most barcodes of one document that are handed on.
pub const BARCODES_MAX: usize = 40;

/// The text of every barcode that is found, each once. FNC1 at the start is left out, another is GS.
#[must_use]
pub fn read(picture: &Raster) -> Vec<String> {
    let mut hints = DecodeHints { AssumeGs1: Some(true), TryHarder: Some(true), ..Default::default() };
    let found =
        helpers::detect_multiple_in_luma_with_hints(picture.luma(), picture.width(), picture.height(), &mut hints);
    let mut texts = Vec::new();
    for result in found.unwrap_or_default() {
        let text = result.getText();
        // The library marks GS1 symbols as scanners that send AIM identifiers do.
        let text = ["]C1", "]d2", "]Q3"].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text).to_owned();
        if !text.is_empty() && !texts.contains(&text) && texts.len() < BARCODES_MAX {
            texts.push(text);
        }
    }
    texts
}
