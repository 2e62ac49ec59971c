//! PNG pictures made into dots.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use crate::label::raster::{BadSize, RASTER_DOTS_MAX, Raster};

/// Most memory that the decoder may take beside the picture itself.
const DECODER_BYTES_MAX: usize = 64 << 20;
/// Light from which a dot stays white: half. Barcodes and text have no greys that matter.
const WHITE_FROM: u32 = 128;

/// Why a PNG file is refused.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// It is damaged, or no PNG.
    #[error("the PNG file can not be read")]
    Damaged(#[source] png::DecodingError),
    /// It is larger than any label.
    #[error(transparent)]
    BadSize(#[from] BadSize),
}

/// Reads a PNG file, with its dots of a millimetre: as it says, or as its width tells.
///
/// # Errors
/// It is damaged or too large.
pub fn read_with_resolution(bytes: &[u8]) -> Result<(Raster, f32), PngError> {
    let raster = read(bytes)?;
    let said = Decoder::new(Cursor::new(bytes)).read_info().ok().and_then(|reader| reader.info().pixel_dims);
    let said = said.filter(|dims| dims.unit == png::Unit::Meter).map(|dims| dims.xppu as f32 / 1_000.0);
    // Programs that know no better write 72 or 96 dpi; nobody sends labels so coarse.
    let said = said.filter(|dots| (7.0..=24.0).contains(dots));
    let width = raster.width().min(raster.height());
    Ok((raster, said.unwrap_or_else(|| usual(width))))
}

/// Dots of a millimetre of the pictures that carriers send, by the shorter side: 4 in at 203 or 300 dpi, letter and A4
/// pages at 200 or 300 dpi.
fn usual(shorter: u32) -> f32 {
    match shorter {
        1_100..=1_300 => 300.0 / 25.4,
        1_600..=1_730 => 200.0 / 25.4,
        2_400..=2_600 => 300.0 / 25.4,
        _ => 8.0,
    }
}

/// Reads a PNG file; what is lighter than half is white, and nothing is dithered.
///
/// # Errors
/// It is damaged or too large.
pub fn read(bytes: &[u8]) -> Result<Raster, PngError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: DECODER_BYTES_MAX });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(PngError::Damaged)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if u64::from(width) * u64::from(height) > RASTER_DOTS_MAX {
        return Err(BadSize { width, height }.into());
    }
    let size = reader.output_buffer_size().filter(|size| *size as u64 <= RASTER_DOTS_MAX * 4);
    let mut pixels = vec![0; size.ok_or(BadSize { width, height })?];
    let frame = reader.next_frame(&mut pixels).map_err(PngError::Damaged)?;
    debug_assert_eq!(frame.bit_depth, BitDepth::Eight);
    let samples = frame.color_type.samples();
    let rows = pixels.chunks_exact(frame.line_size.max(1));
    let light =
        rows.flat_map(|row| row.chunks_exact(samples).take(width as usize)).map(|pixel| light(frame.color_type, pixel));
    Ok(Raster::from_light(width, height, light, WHITE_FROM)?)
}

/// The light of a pixel on white paper, 0 to 255; weights of ITU-R BT.601.
fn light(color: ColorType, pixel: &[u8]) -> u32 {
    let (grey, alpha) = match (color, pixel) {
        (ColorType::Rgb, [r, g, b]) => (luma(*r, *g, *b), 255),
        (ColorType::Rgba, [r, g, b, a]) => (luma(*r, *g, *b), u32::from(*a)),
        (ColorType::GrayscaleAlpha, [grey, a]) => (u32::from(*grey), u32::from(*a)),
        (_, [grey, ..]) => (u32::from(*grey), 255),
        (_, []) => (255, 255),
    };
    (grey * alpha + 255 * (255 - alpha)) / 255
}

fn luma(r: u8, g: u8, b: u8) -> u32 {
    (u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_dot_by_dot() {
        let mut raster = Raster::white(37, 5).unwrap();
        raster.fill(3, 1, 20, 3, true);
        raster.set(36, 4, true);
        assert_eq!(read(&raster.to_png()).unwrap(), raster);
    }

    #[test]
    fn a_damaged_or_huge_file_is_an_error() {
        assert!(read(b"").is_err());
        assert!(read(b"\x89PNG\r\n\x1a\n").is_err());
        let mut huge = Raster::white(8, 8).unwrap().to_png();
        huge[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        assert!(read(&huge).is_err());
    }
}
