//! `^GF`: pictures inside ZPL, packed in either of two forms.
//!
//! Source: Zebra, "ZPL II Programming Guide", `^GF` and "Alternative Data Compression Scheme".

use std::fmt::Write as _;
use std::io::Write as _;

use data_encoding::BASE64;
use flate2::Compression as Level;
use flate2::write::ZlibEncoder;

use crate::label::printer::Compression;
use crate::label::raster::Raster;

/// A `^GFA` command with the whole raster, without `^FS`.
#[must_use]
pub fn field(raster: &Raster, compression: Compression) -> String {
    let (total, stride) = (raster.bytes().len(), raster.stride());
    let data = match compression {
        Compression::Z64 => z64(raster),
        Compression::Runs => runs(raster),
    };
    format!("^GFA,{total},{total},{stride},{data}")
}

/// `:Z64:` zlib, base64, and the CRC of the base64 text.
#[must_use]
pub fn z64(raster: &Raster) -> String {
    let mut packer = ZlibEncoder::new(Vec::with_capacity(raster.bytes().len() / 8), Level::new(6));
    // Writing to memory has no way to fail.
    let packed = packer.write_all(raster.bytes()).and_then(|()| packer.finish()).unwrap_or_default();
    let text = BASE64.encode(&packed);
    let crc = crc16(text.as_bytes());
    format!(":Z64:{text}:{crc:04X}")
}

/// CRC-16/XMODEM: polynomial 0x1021, from 0.
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(
            crc ^ (u16::from(*byte) << 8),
            |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 },
        )
    })
}

/// Hexadecimal digits with run lengths: `G`…`Y` 1 to 19, `g`…`z` 20 to 400, `,` white to the end of the row, `:` the row
/// above again. `!`, black to the end, is not written: renderers take it for digits 1.
#[must_use]
pub fn runs(raster: &Raster) -> String {
    let mut out = String::with_capacity(raster.bytes().len() / 4);
    let mut above: Option<&[u8]> = None;
    for row in raster.rows() {
        if above == Some(row) {
            out.push(':');
        } else {
            row_runs(&mut out, row);
        }
        above = Some(row);
    }
    out
}

fn row_runs(out: &mut String, row: &[u8]) {
    let digits: Vec<u8> = row.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect();
    let kept = digits.iter().rposition(|digit| *digit != 0).map_or(0, |at| at + 1);
    for run in digits.get(..kept).unwrap_or_default().chunk_by(|a, b| a == b) {
        let Some(digit) = run.first() else { continue };
        count(out, run.len());
        let _ = write!(out, "{digit:X}");
    }
    if kept < digits.len() {
        out.push(',');
    }
}

/// One digit needs no count, and two are as short without.
fn count(out: &mut String, mut length: usize) {
    if length == 1 {
        return;
    }
    while length >= 20 {
        let twenties = (length / 20).min(20);
        out.push(char::from(b'g' + (twenties - 1) as u8));
        length -= twenties * 20;
    }
    if length > 0 {
        out.push(char::from(b'G' + (length - 1) as u8));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_crc_16_xmodem() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
    }

    #[test]
    fn rows_are_written_as_runs() {
        let mut raster = Raster::white(200, 5).unwrap();
        raster.fill(0, 1, 200, 2, true);
        raster.fill(16, 3, 100, 1, true);
        raster.fill(199, 4, 1, 1, true);
        assert_eq!(runs(&raster), ",hPF:J0gKF,hO01");
    }
}
