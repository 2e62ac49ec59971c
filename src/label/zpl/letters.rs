//! The letters of ZPL labels: the printer's fonts stood for by ours, as wide and as high.

use crate::label::font::{self, Weight};
use crate::label::raster::Raster;

/// Part of a font's height that its capitals have.
const CAPITALS: f32 = 0.75;
/// Our line that has capitals as high as font 0 of height 1, and our width for its width 1.
const LINE_OF_HEIGHT: f32 = 0.75 / 0.61;
const LINE_OF_WIDTH: f32 = 1.15;
/// Where capitals begin in our line.
const CAPITALS_FROM: f32 = 0.18;

/// A font of the printer, with its size in dots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Typeface {
    /// Its letter in `^A`.
    pub name: u8,
    /// Height and width of a letter.
    pub height: f32,
    pub width: f32,
}

/// Height, width and gap of the cell of each font that is made of dots.
const CELLS: [(u8, f32, f32, f32); 8] = [
    (b'A', 9.0, 5.0, 1.0),
    (b'B', 11.0, 7.0, 2.0),
    (b'C', 18.0, 10.0, 2.0),
    (b'D', 18.0, 10.0, 2.0),
    (b'E', 28.0, 15.0, 5.0),
    (b'F', 26.0, 13.0, 3.0),
    (b'G', 60.0, 40.0, 8.0),
    (b'H', 21.0, 13.0, 6.0),
];

impl Typeface {
    /// The font named in a command, in dots of the label's own resolution. A size of 0 follows the other, and a font of
    /// dots is enlarged by whole times.
    #[must_use]
    pub fn new(name: u8, height: f32, width: f32) -> Self {
        let name = name.to_ascii_uppercase();
        let Some((_, high, wide, _)) = CELLS.iter().find(|(cell, ..)| *cell == name) else {
            let (height, width) = match (height > 0.0, width > 0.0) {
                (true, true) => (height, width),
                (true, false) => (height, height),
                (false, true) => (width, width),
                (false, false) => (15.0, 12.0),
            };
            return Self { name, height, width };
        };
        let times = |asked: f32, one: f32| (asked / one).round().clamp(0.0, 10.0);
        let (down, across) = (times(height, *high), times(width, *wide));
        let (down, across) = if down == 0.0 && across == 0.0 {
            (1.0, 1.0)
        } else {
            (if down == 0.0 { across } else { down }, if across == 0.0 { down } else { across })
        };
        Self { name, height: high * down, width: wide * across }
    }

    /// The same, larger.
    #[must_use]
    pub fn scaled(self, scale: f32) -> Self {
        Self { height: self.height * scale, width: self.width * scale, ..self }
    }

    /// From the top of the capitals to the line that they stand on.
    #[must_use]
    pub fn baseline(&self) -> u32 {
        (self.height * CAPITALS).round() as u32
    }

    /// Width of a text in dots.
    #[must_use]
    pub fn width(&self, text: &str) -> u32 {
        match self.cell() {
            Some(cell) => (text.chars().count() as f32 * cell).round() as u32,
            None => font::stretched_width(text, Weight::Bold, self.width * LINE_OF_WIDTH).ceil() as u32,
        }
    }

    /// One line of text; the top of its capitals is `pad` dots below the top of the raster, and `pad` dots are free on
    /// each other side.
    #[must_use]
    pub fn line(&self, text: &str, pad: u32) -> Option<Raster> {
        let width = self.width(text).max(1);
        let mut raster = Raster::white(width + 2 * pad, self.height.ceil() as u32 + 2 * pad).ok()?;
        let size = (self.width * LINE_OF_WIDTH, self.height * LINE_OF_HEIGHT);
        let top = pad as f32 - size.1 * CAPITALS_FROM;
        match self.cell() {
            None => font::draw_stretched(&mut raster, (pad as f32, top), text, Weight::Bold, size),
            Some(cell) => {
                // As wide as high, then squeezed into the cell: the letters of dots are wide.
                let size = (size.1, size.1);
                for (i, c) in text.chars().enumerate() {
                    let letter = c.to_string();
                    // Our letters are of different widths; each stands in the middle of its cell, squeezed where it must.
                    let natural = font::stretched_width(&letter, Weight::Regular, size.0).max(1.0);
                    let across = size.0 * (cell * 0.95 / natural).min(1.0);
                    let inset = (cell - natural.min(cell * 0.95)) / 2.0;
                    let left = pad as f32 + i as f32 * cell + inset;
                    font::draw_stretched(&mut raster, (left, top), &letter, Weight::Regular, (across, size.1));
                }
            }
        }
        Some(raster)
    }

    /// How far a font of dots moves on for each letter; none for font 0 and those like it.
    fn cell(&self) -> Option<f32> {
        let (_, _, wide, gap) = CELLS.iter().find(|(name, ..)| *name == self.name)?;
        Some(self.width * (wide + gap) / wide)
    }
}
