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
    /// A wide bar, where the kind has wide and narrow ones.
    pub wide: u32,
    /// The bars, or one row of a stacked symbol.
    pub height: u32,
    /// Columns of a stacked symbol; 0 leaves it to the encoder.
    pub columns: u32,
    /// Its rows; 0 leaves them to the encoder.
    pub rows: u32,
    /// Error correction: PDF417's level, QR's letter.
    pub security: u8,
    /// Code 128: no other set than B.
    pub only_b: bool,
}

/// Draws the symbol of a `^B…` command; none where the kind is not known or can not carry the content.
#[must_use]
pub fn draw(command: [u8; 2], content: &str, size: Size) -> Option<Raster> {
    if content.is_empty() || content.chars().count() > CONTENT_MAX {
        return None;
    }
    match &command {
        b"BC" => code128(content, size),
        b"B3" => wide_and_narrow(content, BarcodeFormat::CODE_39, size),
        b"B2" => wide_and_narrow(content, BarcodeFormat::ITF, size),
        b"BA" => bars(content, BarcodeFormat::CODE_93, size, EncodeHints::default()),
        b"BK" => bars(content, BarcodeFormat::CODABAR, size, EncodeHints::default()),
        b"BE" => bars(first(content, 12), BarcodeFormat::EAN_13, size, EncodeHints::default()),
        b"B8" => bars(first(content, 7), BarcodeFormat::EAN_8, size, EncodeHints::default()),
        b"BU" => bars(first(content, 11), BarcodeFormat::UPC_A, size, EncodeHints::default()),
        b"BQ" => squares(content, BarcodeFormat::QR_CODE, size, qr(content, size.security)),
        // The library's encoder of FNC1 in Data Matrix panics on some texts (rxing 0.9.3, `getC40Value`).
        b"BX" if content.contains(FNC1) => None,
        b"BX" => squares(content, BarcodeFormat::DATA_MATRIX, size, data_matrix()),
        b"B7" => stacked(content, size),
        _ => None,
    }
}

/// The number without its check digit, which the library computes.
fn first(content: &str, digits: usize) -> &str {
    content.get(..digits).unwrap_or(content)
}

fn code128(content: &str, size: Size) -> Option<Raster> {
    let content = content.replace(FNC1, &LIBRARY_FNC1.to_string());
    let forced = EncodeHints { ForceCodeSet: Some("B".to_owned()), ..EncodeHints::default() };
    let compact = EncodeHints { Code128Compact: Some(true), ..EncodeHints::default() };
    let only_b = if size.only_b { bars(&content, BarcodeFormat::CODE_128, size, forced) } else { None };
    only_b.or_else(|| bars(&content, BarcodeFormat::CODE_128, size, compact))
}

/// The library draws a narrow bar as one module; a wide one is made as wide as was asked for.
fn wide_and_narrow(content: &str, format: BarcodeFormat, size: Size) -> Option<Raster> {
    let modules = bars(content, format, Size { module: 1, height: 1, ..size }, EncodeHints::default())?;
    let dots: Vec<bool> = (0..modules.width()).map(|x| modules.get(x, 0)).collect();
    let runs = || {
        dots.chunk_by(|a, b| a == b)
            .map(|run| (run.first() == Some(&true), if run.len() == 1 { size.module } else { size.wide }))
    };
    let mut raster = Raster::white(runs().map(|(_, width)| width).sum(), size.height).ok()?;
    let mut x = 0;
    for (dark, width) in runs() {
        raster.fill(x, 0, width, size.height, dark);
        x += width;
    }
    Some(raster)
}

fn qr(content: &str, security: u8) -> EncodeHints {
    let level = if matches!(security, b'L' | b'M' | b'Q' | b'H') { char::from(security) } else { 'M' };
    let character_set = (!content.is_ascii()).then(|| "UTF-8".to_owned());
    EncodeHints { ErrorCorrection: Some(level.to_string()), CharacterSet: character_set, ..EncodeHints::default() }
}

fn data_matrix() -> EncodeHints {
    EncodeHints { DataMatrixShape: Some(SymbolShapeHint::FORCE_SQUARE), ..EncodeHints::default() }
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
    let range = |asked: u32, least, most| {
        if asked == 0 { (most, least) } else { (asked.clamp(least, most), asked.clamp(least, most)) }
    };
    let ((most_columns, least_columns), (most_rows, least_rows)) =
        (range(size.columns, 1, 30), range(size.rows, 3, 90));
    encoder.setDimensions(most_columns, least_columns, most_rows, least_rows);
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
