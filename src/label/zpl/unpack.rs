//! Pictures inside the ZPL of others: `^GF` and `~DG` in every packing that is in use.

use std::io::Read;

use data_encoding::BASE64;
use flate2::read::ZlibDecoder;

use super::read::Command;
use crate::label::raster::Raster;

/// Most bytes that one picture unpacks to: a 4×12 in label at 600 dpi.
const PICTURE_BYTES_MAX: usize = 2_400 / 8 * 7_200;

/// The picture of a `^GF` command; none where it is damaged or too large.
#[must_use]
pub fn graphic_field(command: &Command<'_>) -> Option<Raster> {
    let number =
        |index| command.parameter(index).and_then(|text| std::str::from_utf8(text).ok()?.parse::<usize>().ok());
    let (total, stride) = (number(2).or_else(|| number(1))?, number(3)?);
    let data = after_commas(command, 4)?;
    let bytes = match command.parameter(0).and_then(|form| form.first()).copied() {
        Some(b'B') => data.get(..number(1)?.min(data.len()))?.to_vec(),
        _ => unpack(data, stride, total.min(PICTURE_BYTES_MAX))?,
    };
    raster(&bytes, stride, total)
}

/// The name and picture of a `~DG` command: `~DGR:LOGO.GRF,total,stride,data`.
#[must_use]
pub fn download(command: &Command<'_>) -> Option<(String, Raster)> {
    let text = |index| command.parameter(index).and_then(|text| std::str::from_utf8(text).ok());
    let name = stored_name(text(0)?);
    let (total, stride) = (text(1)?.parse::<usize>().ok()?, text(2)?.parse::<usize>().ok()?);
    let bytes = unpack(after_commas(command, 3)?, stride, total.min(PICTURE_BYTES_MAX))?;
    Some((name, raster(&bytes, stride, total)?))
}

/// A stored picture's name without device and extension: `R:LOGO.GRF` is `LOGO`.
#[must_use]
pub fn stored_name(text: &str) -> String {
    let name = text.split_once(':').map_or(text, |(_, name)| name);
    name.split('.').next().unwrap_or(name).to_ascii_uppercase()
}

fn after_commas<'a>(command: &Command<'a>, count: usize) -> Option<&'a [u8]> {
    let head: usize =
        command.rest.split(|byte| *byte == command.delimiter).take(count).map(|part| part.len() + 1).sum();
    command.rest.get(head.min(command.rest.len())..)
}

fn raster(bytes: &[u8], stride: usize, total: usize) -> Option<Raster> {
    let rows = total.min(PICTURE_BYTES_MAX).div_ceil(stride.max(1));
    let width = u32::try_from(stride).ok()?.checked_mul(8)?;
    Raster::packed(width, u32::try_from(rows).ok()?, bytes).ok()
}

/// Unpacks `:Z64:`, `:B64:` or hexadecimal with run lengths, to at most `total` bytes.
fn unpack(data: &[u8], stride: usize, total: usize) -> Option<Vec<u8>> {
    let data = data.trim_ascii();
    let base64 = |text: &[u8]| {
        // The checksum behind the last colon is not compared: a wrong one would leave a hole in the label.
        let text: Vec<u8> =
            text.split(|byte| *byte == b':').next()?.iter().copied().filter(u8::is_ascii_graphic).collect();
        BASE64.decode(&text).ok()
    };
    if let Some(text) = data.strip_prefix(b":Z64:") {
        let mut bytes = Vec::new();
        ZlibDecoder::new(base64(text)?.as_slice()).take(total as u64).read_to_end(&mut bytes).ok()?;
        return Some(bytes);
    }
    if let Some(text) = data.strip_prefix(b":B64:") {
        return base64(text);
    }
    Some(hexadecimal(data, stride, total))
}

fn hexadecimal(data: &[u8], stride: usize, total: usize) -> Vec<u8> {
    let (row, most) = (stride.saturating_mul(2), total.saturating_mul(2));
    let mut digits: Vec<u8> = Vec::with_capacity(most);
    let mut count = 0usize;
    for byte in data {
        if digits.len() >= most {
            break;
        }
        match byte {
            b'G'..=b'Y' => count += usize::from(byte - b'F'),
            b'g'..=b'z' => count += usize::from(byte - b'f') * 20,
            b',' | b'!' => {
                let fill = if *byte == b',' { 0 } else { 15 };
                let missing = row - digits.len() % row.max(1);
                digits.extend(std::iter::repeat_n(fill, missing.min(most - digits.len())));
                count = 0;
            }
            b':' => {
                let above = digits.len().saturating_sub(row);
                digits.extend_from_within(above..);
                count = 0;
            }
            _ => {
                if let Some(digit) = char::from(*byte).to_digit(16) {
                    digits.extend(std::iter::repeat_n(digit as u8, count.max(1).min(most - digits.len())));
                    count = 0;
                }
            }
        }
    }
    digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit) << if pair.len() == 1 { 4 } else { 0 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::graphic;
    use super::super::read::Commands;
    use super::*;
    use crate::label::printer::Compression;

    fn unpacked(zpl: &str) -> Option<Raster> {
        graphic_field(&Commands::new(zpl.as_bytes()).next()?)
    }

    #[test]
    fn what_we_pack_is_unpacked_to_the_same_dots() {
        let mut raster = Raster::white(160, 50).unwrap();
        raster.fill(3, 4, 99, 7, true);
        raster.fill(0, 20, 160, 3, true);
        raster.fill(77, 0, 1, 50, true);
        for compression in [Compression::Z64, Compression::Runs] {
            assert_eq!(unpacked(&graphic::field(&raster, compression)), Some(raster.clone()));
        }
    }

    #[test]
    fn damaged_pictures_are_none_or_white_and_never_large() {
        for zpl in
            ["^GFA", "^GFA,1,1,0,FF", "^GFA,9,9,3,:Z64:!!!!:0000", "^GFB,99999999999,9,3,x", "^GFA,9,99999999999,1,FF"]
        {
            assert!(unpacked(zpl).is_none_or(|raster| raster.bytes().len() <= PICTURE_BYTES_MAX), "{zpl}");
        }
        assert_eq!(unpacked("^GFA,3,3,1,zzzzzzzzzzzzzzFF,:").map(|raster| raster.height()), Some(3));
    }
}
