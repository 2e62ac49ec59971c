//! The barcodes of ZPL labels, encoded by the barcode library and drawn with modules of whole dots.

use rxing::datamatrix::encoder::SymbolShapeHint;
use rxing::pdf417::encoder::PDF417;
use rxing::{BarcodeFormat, EncodeHints, MultiFormatWriter, Writer};

use super::read::FNC1;
use crate::label::raster::Raster;

/// Longest content of one symbol, in characters: what the largest PDF417 holds.
const CONTENT_MAX: usize = 1_850;
/// The library's sign for FNC1 in Code 128.
const LIBRARY_FNC1: char = '\u{f1}';

/// How a symbol is drawn, in dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// A module across.
    pub module: u32,
    /// The bars, or one row of a stacked symbol.
    pub height: u32,
    /// Columns of a stacked symbol; 0 leaves it to the encoder.
    pub columns: u32,
    /// Error correction: PDF417's level, QR's letter.
    pub security: u8,
}

/// Draws the symbol of a `^B…` command; none where the kind is not known or can not carry the content.
#[must_use]
pub fn draw(command: [u8; 2], content: &str, size: Size) -> Option<Raster> {
    if content.is_empty() || content.chars().count() > CONTENT_MAX {
        return None;
    }
    match &command {
        b"BC" => bars(&content.replace(FNC1, &LIBRARY_FNC1.to_string()), BarcodeFormat::CODE_128, size, compact()),
        b"B3" => bars(content, BarcodeFormat::CODE_39, size, EncodeHints::default()),
        b"B2" => bars(content, BarcodeFormat::ITF, size, EncodeHints::default()),
        b"BA" => bars(content, BarcodeFormat::CODE_93, size, EncodeHints::default()),
        b"BK" => bars(content, BarcodeFormat::CODABAR, size, EncodeHints::default()),
        b"BE" => bars(content, BarcodeFormat::EAN_13, size, EncodeHints::default()),
        b"B8" => bars(content, BarcodeFormat::EAN_8, size, EncodeHints::default()),
        b"BU" => bars(content, BarcodeFormat::UPC_A, size, EncodeHints::default()),
        b"BQ" => squares(content, BarcodeFormat::QR_CODE, size, qr(content, size.security)),
        b"BX" => squares(content, BarcodeFormat::DATA_MATRIX, size, data_matrix(content)),
        b"B7" => stacked(content, size),
        _ => None,
    }
}

fn compact() -> EncodeHints {
    EncodeHints { Code128Compact: Some(true), ..EncodeHints::default() }
}

fn qr(content: &str, security: u8) -> EncodeHints {
    let level = if matches!(security, b'L' | b'M' | b'Q' | b'H') { char::from(security) } else { 'M' };
    let character_set = (!content.is_ascii()).then(|| "UTF-8".to_owned());
    EncodeHints { ErrorCorrection: Some(level.to_string()), CharacterSet: character_set, ..EncodeHints::default() }
}

fn data_matrix(content: &str) -> EncodeHints {
    let gs1 = content.starts_with(FNC1);
    EncodeHints {
        DataMatrixShape: Some(SymbolShapeHint::FORCE_SQUARE),
        DataMatrixCompact: Some(gs1),
        Gs1Format: Some(gs1),
        ..EncodeHints::default()
    }
}

fn bars(content: &str, format: BarcodeFormat, size: Size, hints: EncodeHints) -> Option<Raster> {
    let hints = EncodeHints { Margin: Some("0".to_owned()), ..hints };
    let matrix = MultiFormatWriter.encode_with_hints(content, &format, 0, 1, &hints).ok()?;
    let dark: Vec<u32> = (0..matrix.getWidth()).filter(|x| matrix.get(*x, 0)).collect();
    let (first, last) = (*dark.first()?, *dark.last()?);
    let mut raster = Raster::white((last - first + 1).checked_mul(size.module)?, size.height).ok()?;
    for x in dark {
        raster.fill((x - first) * size.module, 0, size.module, size.height, true);
    }
    Some(raster)
}

fn squares(content: &str, format: BarcodeFormat, size: Size, hints: EncodeHints) -> Option<Raster> {
    let hints = EncodeHints { Margin: Some("0".to_owned()), ..hints };
    let matrix = MultiFormatWriter.encode_with_hints(content, &format, 0, 0, &hints).ok()?;
    let mut raster = Raster::white(matrix.getWidth(), matrix.getHeight()).ok()?;
    for y in 0..matrix.getHeight() {
        for x in (0..matrix.getWidth()).filter(|x| matrix.get(*x, y)) {
            raster.set(x, y, true);
        }
    }
    let (x, y, width, height) = raster.ink()?;
    raster.cut(x, y, width, height).ok()?.enlarged(size.module).ok()
}

/// PDF417, each row as high as was asked for.
fn stacked(content: &str, size: Size) -> Option<Raster> {
    let mut encoder = PDF417::new();
    match size.columns {
        0 => encoder.setDimensions(30, 1, 90, 3),
        columns => encoder.setDimensions(columns.min(30), columns.min(30), 90, 3),
    }
    encoder.generateBarcodeLogic(content, u32::from(size.security.min(8))).ok()?;
    let rows = encoder.getBarcodeMatrix().as_ref()?.getMatrix();
    let width = u32::try_from(rows.first()?.len()).ok()?.checked_mul(size.module)?;
    let mut raster = Raster::white(width, u32::try_from(rows.len()).ok()?.checked_mul(size.height)?).ok()?;
    // The encoder's first row is the lowest.
    for (y, row) in (0u32..).zip(rows.iter().rev()) {
        for (x, _) in (0u32..).zip(row).filter(|(_, module)| **module == 1) {
            raster.fill(x * size.module, y * size.height, size.module, size.height, true);
        }
    }
    Some(raster)
}
