//! PWG Raster: the picture that every IPP Everywhere printer takes, and that CUPS turns into what its printers speak.
//!
//! Source: PWG 5102.4, "PWG Raster Format". One page, black on white, 8 bits a dot.

use super::raster::Raster;

/// Bytes of a page header.
const HEADER: usize = 1796;
/// Places of the numbers in the header that are not 0, in bytes from its start.
const RESOLUTION: [usize; 2] = [276, 280];
const COPIES: usize = 340;
const PAGE_SIZE: [usize; 2] = [352, 356];
const WIDTH: usize = 372;
const HEIGHT: usize = 376;
const BITS_PER_COLOR: usize = 384;
const BITS_PER_PIXEL: usize = 388;
const BYTES_PER_LINE: usize = 392;
const COLOR_SPACE: usize = 400;
const NUM_COLORS: usize = 420;
const TOTAL_PAGES: usize = 452;
const TRANSFORM: [usize; 2] = [456, 460];
/// `sGray`.
const GRAY: u32 = 18;
/// Points of an inch.
const POINTS: u32 = 72;
/// Longest run of one kind, and most equal lines, of one code.
const RUN_MAX: usize = 128;
const LINES_MAX: usize = 256;

/// The file of one label at a resolution in dots of an inch.
#[must_use]
pub fn write(raster: &Raster, dpi: u32) -> Vec<u8> {
    let width = raster.width();
    let luma = raster.luma();
    let line = usize::try_from(width).unwrap_or(usize::MAX).max(1);
    let mut out = b"RaS2".to_vec();
    out.extend(header(width, raster.height(), dpi));
    let mut lines = luma.chunks(line).peekable();
    while let Some(this) = lines.next() {
        let mut equal = 0u8;
        while usize::from(equal) + 1 < LINES_MAX && lines.next_if(|next| *next == this).is_some() {
            equal += 1;
        }
        out.push(equal);
        pack(this, &mut out);
    }
    out
}

fn header(width: u32, height: u32, dpi: u32) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    let name = b"PwgRaster";
    header.iter_mut().zip(name).for_each(|(byte, letter)| *byte = *letter);
    let points = |dots: u32| dots.saturating_mul(POINTS).div_ceil(dpi.max(1));
    let numbers = [
        (RESOLUTION[0], dpi),
        (RESOLUTION[1], dpi),
        (COPIES, 1),
        (PAGE_SIZE[0], points(width)),
        (PAGE_SIZE[1], points(height)),
        (WIDTH, width),
        (HEIGHT, height),
        (BITS_PER_COLOR, 8),
        (BITS_PER_PIXEL, 8),
        (BYTES_PER_LINE, width),
        (COLOR_SPACE, GRAY),
        (NUM_COLORS, 1),
        (TOTAL_PAGES, 1),
        (TRANSFORM[0], 1),
        (TRANSFORM[1], 1),
    ];
    for (at, number) in numbers {
        header.iter_mut().skip(at).zip(number.to_be_bytes()).for_each(|(byte, value)| *byte = value);
    }
    header
}

/// One line: `n` and a dot for `n + 1` equal ones, `257 - n` and `n` dots for different ones.
fn pack(line: &[u8], out: &mut Vec<u8>) {
    for run in line.chunk_by(|a, b| a == b).flat_map(|run| run.chunks(RUN_MAX)) {
        out.push(u8::try_from(run.len() - 1).unwrap_or(u8::MAX));
        out.extend(run.first());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_one_page_whose_lines_come_back() {
        let mut raster = Raster::white(300, 400).unwrap();
        raster.fill(10, 20, 5, 3, true);
        let file = write(&raster, 203);
        assert!(file.starts_with(b"RaS2PwgRaster\0"));
        let number = |at: usize| u32::from_be_bytes(file[4 + at..8 + at].try_into().unwrap());
        assert_eq!([number(WIDTH), number(HEIGHT), number(RESOLUTION[0]), number(COLOR_SPACE)], [300, 400, 203, 18]);
        assert_eq!([number(PAGE_SIZE[0]), number(PAGE_SIZE[1])], [107, 142]);
        let mut bytes = file[4 + HEADER..].iter().copied();
        let mut luma = Vec::new();
        while let Some(equal) = bytes.next() {
            let mut line = Vec::new();
            while line.len() < 300 {
                let count = usize::from(bytes.next().unwrap()) + 1;
                let dot = bytes.next().unwrap();
                line.extend(std::iter::repeat_n(dot, count));
            }
            assert_eq!(line.len(), 300);
            luma.extend(std::iter::repeat_n(line, usize::from(equal) + 1).flatten());
        }
        assert_eq!(luma, raster.luma());
    }
}
