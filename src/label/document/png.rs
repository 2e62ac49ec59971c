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
    let info = decoder.read_header_info().map_err(PngError::Damaged)?;
    let (width, height) = (info.width, info.height);
    if u64::from(width) * u64::from(height) > RASTER_DOTS_MAX {
        return Err(BadSize { width, height }.into());
    }
    // One bit a dot is what labels should be: it is taken as it is.
    let packed = info.bit_depth == BitDepth::One && info.color_type == ColorType::Grayscale;
    if !packed {
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    }
    let mut reader = decoder.read_info().map_err(PngError::Damaged)?;
    let size = reader.output_buffer_size().filter(|size| *size as u64 <= RASTER_DOTS_MAX * 4);
    let mut pixels = vec![0; size.ok_or(BadSize { width, height })?];
    let frame = reader.next_frame(&mut pixels).map_err(PngError::Damaged)?;
    if packed {
        pixels.iter_mut().for_each(|byte| *byte = !*byte);
        return Ok(Raster::packed(width, height, &pixels)?);
    }
    let (size, rows) = ((width, height), (pixels.as_slice(), frame.line_size));
    let on_paper = |light: u32, alpha: u8| (light * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255;
    Ok(match frame.color_type {
        ColorType::Rgb => Raster::of_pixels(size, rows, |[r, g, b]| luma(*r, *g, *b) < WHITE_FROM)?,
        ColorType::Rgba => Raster::of_pixels(size, rows, |[r, g, b, a]| on_paper(luma(*r, *g, *b), *a) < WHITE_FROM)?,
        ColorType::GrayscaleAlpha => {
            Raster::of_pixels(size, rows, |[grey, a]| on_paper(u32::from(*grey), *a) < WHITE_FROM)?
        }
        _ => Raster::of_pixels(size, rows, |[grey]| u32::from(*grey) < WHITE_FROM)?,
    })
}

/// The light of a colour, 0 to 255; weights of ITU-R BT.601 in 256ths.
pub(super) fn luma(r: u8, g: u8, b: u8) -> u32 {
    (u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8
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
    fn every_form_of_pixels_gives_the_same_dots() {
        let expected = {
            let mut raster = Raster::white(11, 2).unwrap();
            raster.fill(2, 0, 5, 1, true);
            raster
        };
        let dots: Vec<bool> = (0..22).map(|i| expected.get(i % 11, i / 11)).collect();
        type Form = (ColorType, fn(bool) -> Vec<u8>);
        let forms: [Form; 4] = [
            (ColorType::Grayscale, |black| vec![if black { 90 } else { 200 }]),
            (ColorType::GrayscaleAlpha, |black| vec![0, if black { 255 } else { 0 }]),
            (ColorType::Rgb, |black| if black { vec![0, 0, 200] } else { vec![255, 255, 0] }),
            (ColorType::Rgba, |black| if black { vec![0, 0, 0, 255] } else { vec![0, 0, 0, 9] }),
        ];
        for (color, pixel) in forms {
            let mut file = Vec::new();
            let mut encoder = png::Encoder::new(&mut file, 11, 2);
            encoder.set_color(color);
            encoder.set_depth(BitDepth::Eight);
            let pixels: Vec<u8> = dots.iter().flat_map(|black| pixel(*black)).collect();
            encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
            assert_eq!(read(&file).unwrap(), expected, "{color:?}");
        }
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
