//! A picture of black and white dots: what every printer can print in the end.

/// Most dots of one raster: 4×12 in at 600 dpi, 2.2 MB packed. Larger asks are refused, not tried.
pub const RASTER_DOTS_MAX: u64 = 2_400 * 7_200;

/// A raster that is larger than [`RASTER_DOTS_MAX`], or empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a picture of {width} × {height} dots can not be drawn: it must have 1 to {RASTER_DOTS_MAX} dots")]
pub struct BadSize {
    /// Dots across.
    pub width: u32,
    /// Dots down.
    pub height: u32,
}

/// What painting makes of a dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Black.
    Black,
    /// White.
    White,
    /// The opposite of what it was.
    Opposite,
}

/// Dots, one bit each, rows padded to whole bytes. A set bit is black, the leftmost dot is the highest bit. The padding
/// bits of a row are always clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    width: u32,
    height: u32,
    bits: Vec<u8>,
}

impl Raster {
    /// A white raster.
    ///
    /// # Errors
    /// It has no dots, or too many.
    pub fn white(width: u32, height: u32) -> Result<Self, BadSize> {
        let dots = u64::from(width) * u64::from(height);
        if dots == 0 || dots > RASTER_DOTS_MAX || width.div_ceil(8) > u32::from(u16::MAX) {
            return Err(BadSize { width, height });
        }
        let bytes = width.div_ceil(8) as usize * height as usize;
        Ok(Self { width, height, bits: vec![0; bytes] })
    }

    /// A raster of rows that are packed already: missing bytes are white, more are left out.
    ///
    /// # Errors
    /// It has no dots, or too many.
    pub fn packed(width: u32, height: u32, bytes: &[u8]) -> Result<Self, BadSize> {
        let mut raster = Self::white(width, height)?;
        raster.bits.iter_mut().zip(bytes).for_each(|(bits, byte)| *bits = *byte);
        if !width.is_multiple_of(8) {
            let stride = raster.stride();
            raster
                .bits
                .chunks_exact_mut(stride)
                .filter_map(<[u8]>::last_mut)
                .for_each(|byte| *byte &= 0xff << (8 - (width & 7)));
        }
        Ok(raster)
    }

    /// A raster of pixels of `N` bytes each, rows of `stride` bytes. Missing pixels are white.
    ///
    /// # Errors
    /// It has no dots, or too many.
    pub fn of_pixels<const N: usize>(
        (width, height): (u32, u32),
        (pixels, stride): (&[u8], usize),
        is_dark: impl Fn(&[u8; N]) -> bool,
    ) -> Result<Self, BadSize> {
        let mut raster = Self::white(width, height)?;
        let own = raster.stride();
        for (row, pixels) in raster.bits.chunks_exact_mut(own).zip(pixels.chunks(stride.max(1))) {
            let (pixels, _) = pixels.as_chunks::<N>();
            let pixels = pixels.get(..width as usize).unwrap_or(pixels);
            for (byte, eight) in row.iter_mut().zip(pixels.chunks(8)) {
                let bits = eight.iter().fold(0u8, |bits, pixel| bits << 1 | u8::from(is_dark(pixel)));
                *byte = bits << (8 - eight.len());
            }
        }
        Ok(raster)
    }

    /// Dots across.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Dots down.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Bytes of one row.
    #[must_use]
    pub const fn stride(&self) -> usize {
        self.width.div_ceil(8) as usize
    }

    /// All rows, top first.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bits
    }

    /// The rows, top first.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, u8> {
        self.bits.chunks_exact(self.stride())
    }

    /// Whether the dot is black. Outside, all is white.
    #[must_use]
    pub fn get(&self, x: u32, y: u32) -> bool {
        x < self.width && self.bits.get(self.at(x, y)).is_some_and(|byte| byte & (0x80 >> (x & 7)) != 0)
    }

    /// Colours one dot. Outside, nothing happens.
    pub fn set(&mut self, x: u32, y: u32, black: bool) {
        if x >= self.width {
            return;
        }
        let at = self.at(x, y);
        if let Some(byte) = self.bits.get_mut(at) {
            if black {
                *byte |= 0x80 >> (x & 7);
            } else {
                *byte &= !(0x80 >> (x & 7));
            }
        }
    }

    /// Colours a rectangle; what lies outside is left out.
    pub fn fill(&mut self, x: u32, y: u32, width: u32, height: u32, black: bool) {
        let (right, bottom) = (x.saturating_add(width).min(self.width), y.saturating_add(height).min(self.height));
        if x >= right {
            return;
        }
        let stride = self.stride();
        let (first, last) = ((x / 8) as usize, ((right - 1) / 8) as usize);
        let (head, tail) = (0xffu8 >> (x & 7), 0xffu8 << (7 - ((right - 1) & 7)));
        for row in self.bits.chunks_exact_mut(stride).take(bottom as usize).skip(y as usize) {
            let Some(bytes) = row.get_mut(first..=last) else { continue };
            let count = bytes.len();
            for (i, byte) in bytes.iter_mut().enumerate() {
                let mask = if i == 0 { head } else { 0xff } & if i + 1 == count { tail } else { 0xff };
                *byte = if black { *byte | mask } else { *byte & !mask };
            }
        }
    }

    /// Draws the black dots of `other` with its corner at `x`, `y`.
    pub fn stamp(&mut self, other: &Raster, x: u32, y: u32) {
        self.paint(other, x, y, Ink::Black);
    }

    /// Paints every dot where `other` is black, with its corner at `x`, `y`. What falls outside is left out.
    pub fn paint(&mut self, other: &Raster, x: u32, y: u32, ink: Ink) {
        if x >= self.width || y >= self.height {
            return;
        }
        let (stride, first, shift) = (self.stride(), (x / 8) as usize, x & 7);
        let last = if self.width.is_multiple_of(8) { 0xff } else { 0xffu8 << (8 - (self.width & 7)) };
        for (row, bytes) in self.bits.chunks_exact_mut(stride).skip(y as usize).zip(other.rows()) {
            for (at, byte) in (first..).zip(bytes).filter(|(_, byte)| **byte != 0) {
                // A byte of the other lies across two of ours.
                for (at, part) in [(at, byte >> shift), (at + 1, if shift == 0 { 0 } else { byte << (8 - shift) })] {
                    let part = if at + 1 == stride { part & last } else { part };
                    let Some(ours) = row.get_mut(at) else { break };
                    *ours = match ink {
                        Ink::Black => *ours | part,
                        Ink::White => *ours & !part,
                        Ink::Opposite => *ours ^ part,
                    };
                }
            }
        }
    }

    /// The part of it within the rectangle; what lies outside is white.
    ///
    /// # Errors
    /// The rectangle has no dots, or too many.
    pub fn cut(&self, x: u32, y: u32, width: u32, height: u32) -> Result<Self, BadSize> {
        let mut part = Self::white(width, height)?;
        let stride = part.stride();
        let byte_aligned = x.is_multiple_of(8) && x + width <= self.width;
        for (row, target) in (y..).zip(part.bits.chunks_exact_mut(stride)) {
            if byte_aligned && row < self.height {
                let from = self.at(x, row);
                if let Some(source) = self.bits.get(from..from + stride) {
                    target.copy_from_slice(source);
                }
                if let (Some(last), false) = (target.last_mut(), width.is_multiple_of(8)) {
                    *last &= 0xffu8 << (8 - (width & 7));
                }
            } else {
                for column in (0..width).filter(|column| self.get(x.saturating_add(*column), row)) {
                    if let Some(byte) = target.get_mut((column / 8) as usize) {
                        *byte |= 0x80 >> (column & 7);
                    }
                }
            }
        }
        Ok(part)
    }

    /// Each dot as a square of `times` × `times` dots.
    ///
    /// # Errors
    /// The result has no dots, or too many.
    pub fn enlarged(&self, times: u32) -> Result<Self, BadSize> {
        if times == 1 {
            return Ok(self.clone());
        }
        let mut large = Self::white(self.width.saturating_mul(times), self.height.saturating_mul(times))?;
        for y in 0..self.height {
            for x in (0..self.width).filter(|x| self.get(*x, y)) {
                large.fill(x * times, y * times, times, times, true);
            }
        }
        Ok(large)
    }

    /// As large as `width` × `height`, each dot the nearest of the original. Bars become uneven: not for barcodes.
    ///
    /// # Errors
    /// The result has no dots, or too many.
    pub fn resized(&self, width: u32, height: u32) -> Result<Self, BadSize> {
        let mut resized = Self::white(width, height)?;
        let nearest =
            |at: u32, from: u32, to: u32| (u64::from(2 * at + 1) * u64::from(from) / (2 * u64::from(to))) as u32;
        for y in 0..height {
            let row = nearest(y, self.height, height);
            for x in (0..width).filter(|x| self.get(nearest(*x, self.width, width), row)) {
                resized.set(x, y, true);
            }
        }
        Ok(resized)
    }

    /// Turned a quarter to the right.
    #[must_use]
    pub fn turned(&self) -> Self {
        let mut turned = Self { width: self.height, height: self.width, bits: Vec::new() };
        turned.bits = vec![0; turned.stride() * turned.height as usize];
        for y in 0..self.height {
            for x in (0..self.width).filter(|x| self.get(*x, y)) {
                turned.set(self.height - 1 - y, x, true);
            }
        }
        turned
    }

    /// The smallest rectangle (x, y, width, height) that holds every black dot; none where all is white.
    #[must_use]
    pub fn ink(&self) -> Option<(u32, u32, u32, u32)> {
        let inked = |row: &[u8]| row.iter().any(|byte| *byte != 0);
        let top = self.rows().position(inked)?;
        let bottom = self.rows().rposition(inked)?;
        let mut columns = vec![0u8; self.stride()];
        for row in self.rows() {
            columns.iter_mut().zip(row).for_each(|(all, byte)| *all |= byte);
        }
        let left = columns.iter().position(|byte| *byte != 0)?;
        let right = columns.iter().rposition(|byte| *byte != 0)?;
        let x = left * 8 + columns.get(left)?.leading_zeros() as usize;
        let end = right * 8 + 8 - columns.get(right)?.trailing_zeros() as usize;
        Some((x as u32, top as u32, (end - x) as u32, (bottom - top + 1) as u32))
    }

    /// One byte a dot, black 0 and white 255: what barcode readers take.
    #[must_use]
    pub fn luma(&self) -> Vec<u8> {
        let mut luma = Vec::with_capacity(self.width as usize * self.height as usize);
        for row in self.rows() {
            let dots =
                row.iter().flat_map(|byte| (0..8).map(move |bit| if byte & (0x80 >> bit) == 0 { 255 } else { 0 }));
            luma.extend(dots.take(self.width as usize));
        }
        luma
    }

    /// Its PNG file: one bit a dot, black 0.
    #[must_use]
    pub fn to_png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let inverted: Vec<u8> = self.bits.iter().map(|byte| !byte).collect();
        // Writing to memory, with a size that is known to be right, has no way to fail.
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&inverted));
        debug_assert!(written.is_ok(), "{written:?}");
        file
    }

    fn at(&self, x: u32, y: u32) -> usize {
        y as usize * self.stride() + (x / 8) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws `#` as black.
    fn raster(rows: &[&str]) -> Raster {
        let mut raster = Raster::white(rows[0].len() as u32, rows.len() as u32).unwrap();
        for (y, row) in (0..).zip(rows) {
            for (x, c) in (0..).zip(row.chars()) {
                raster.set(x, y, c == '#');
            }
        }
        raster
    }

    fn text(raster: &Raster) -> Vec<String> {
        let dot = |x, y| if raster.get(x, y) { '#' } else { '.' };
        (0..raster.height()).map(|y| (0..raster.width()).map(|x| dot(x, y)).collect()).collect()
    }

    #[test]
    fn a_filled_rectangle_covers_its_dots_and_no_others() {
        for (x, width) in [(0, 1), (3, 4), (3, 8), (7, 2), (8, 8), (5, 19), (0, 24), (20, 99)] {
            let mut all = Raster::white(24, 3).unwrap();
            all.fill(x, 1, width, 1, true);
            let expected: String = (0..24).map(|i| if (x..x + width).contains(&i) { '#' } else { '.' }).collect();
            assert_eq!(text(&all), [".".repeat(24), expected, ".".repeat(24)]);
            all.fill(x, 0, width, 9, false);
            assert_eq!(all.ink(), None);
        }
    }

    #[test]
    fn a_cut_part_has_the_same_dots() {
        let all = raster(&["#..#..#..#", ".#.#.#.#.#", "##########"]);
        assert_eq!(text(&all.cut(1, 1, 4, 2).unwrap()), ["#.#.", "####"]);
        assert_eq!(text(&all.cut(0, 0, 9, 1).unwrap()), ["#..#..#.."]);
        assert_eq!(text(&all.cut(8, 2, 4, 2).unwrap()), ["##..", "...."]);
    }

    #[test]
    fn painting_reaches_each_dot_once_and_stays_inside() {
        let other = raster(&["##########.#", "#..........#"]);
        for x in 0..26 {
            let mut all = Raster::white(21, 2).unwrap();
            all.paint(&other, x, 0, Ink::Opposite);
            let dot = |i: u32, y: u32| if i >= x && other.get(i - x, y) { '#' } else { '.' };
            assert_eq!(text(&all), [0, 1].map(|y| (0..21).map(|i| dot(i, y)).collect::<String>()), "{x}");
            let black = all.clone();
            all.stamp(&other, x, 0);
            assert_eq!(all, black);
            all.paint(&other, x, 0, Ink::White);
            assert_eq!(all.ink(), None, "{x}");
        }
    }

    #[test]
    fn ink_is_the_smallest_rectangle_around_the_black_dots() {
        assert_eq!(raster(&["..........", "...#....#.", ".........."]).ink(), Some((3, 1, 6, 1)));
        assert_eq!(raster(&["...", "..."]).ink(), None);
    }

    #[test]
    fn turning_goes_to_the_right_and_four_turns_change_nothing() {
        let all = raster(&["#..", "##."]);
        assert_eq!(text(&all.turned()), ["##", "#.", ".."]);
        assert_eq!(all.turned().turned().turned().turned(), all);
        assert_eq!(text(&raster(&["#."]).enlarged(2).unwrap()), ["##..", "##.."]);
    }

    #[test]
    fn a_size_beyond_the_bound_is_an_error() {
        assert!(Raster::white(0, 1).is_err() && Raster::white(u32::MAX, u32::MAX).is_err());
        assert!(Raster::white(2_400, 7_200).is_ok() && Raster::white(2_400, 7_201).is_err());
    }
}
