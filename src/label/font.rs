//! The fonts that ship with the program: how wide a text is, and its dots.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont};

use super::raster::{Ink, Raster};

/// Ink of a dot from which it is black: half.
const BLACK_FROM: f32 = 0.5;

static REGULAR: LazyLock<FontRef<'static>> =
    LazyLock::new(|| font(include_bytes!("fonts/RobotoCondensed-Regular.ttf")));
static BOLD: LazyLock<FontRef<'static>> = LazyLock::new(|| font(include_bytes!("fonts/RobotoCondensed-Bold.ttf")));

fn font(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).unwrap_or_else(|_| unreachable!("the fonts are part of the program"))
}

/// How strong the strokes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    /// For sentences.
    Regular,
    /// For what is read from a step away.
    Bold,
}

impl Weight {
    fn font(self) -> &'static FontRef<'static> {
        match self {
            Weight::Regular => &REGULAR,
            Weight::Bold => &BOLD,
        }
    }
}

/// The width in dots of one line of `text`, `size` dots high from the highest accent to the lowest descender.
#[must_use]
pub fn width(text: &str, weight: Weight, size: u32) -> u32 {
    placed(text, weight, size).last().map_or(0, |(_, _, end)| end.ceil() as u32)
}

/// Each letter of `text` with its width in dots, in a line `size` dots high.
pub fn letters(text: &str, weight: Weight, size: u32) -> impl Iterator<Item = (char, f32)> {
    text.chars().zip(placed(text, weight, size).map(|(_, start, end)| end - start))
}

/// How many bytes of the start of `text` fit into `room` dots.
#[must_use]
pub fn fitting(text: &str, weight: Weight, size: u32, room: u32) -> usize {
    let fits = placed(text, weight, size).take_while(|(_, _, end)| *end <= room as f32).count();
    text.char_indices().nth(fits).map_or(text.len(), |(at, _)| at)
}

/// Draws one line of `text` with the left upper corner of its line box at `x`, `y`. What falls outside is left out.
pub fn draw(raster: &mut Raster, (x, y): (u32, u32), text: &str, weight: Weight, size: u32, black: bool) {
    let scale = PxScale::from(size as f32);
    set(raster, (x as f32, y as f32), text, weight, scale, black);
}

/// The width in dots of one line of `text` in letters as wide as a line of `size` dots has them.
#[must_use]
pub fn stretched_width(text: &str, weight: Weight, size: f32) -> f32 {
    advances(text, weight, PxScale::from(size)).last().map_or(0.0, |(_, _, end)| end)
}

/// Draws one line of `text`, the letters as wide as a line of `size.0` dots has them and as high as one of `size.1`.
pub fn draw_stretched(raster: &mut Raster, at: (f32, f32), text: &str, weight: Weight, size: (f32, f32)) {
    set(raster, at, text, weight, PxScale { x: size.0, y: size.1 }, true);
}

fn set(raster: &mut Raster, (x, y): (f32, f32), text: &str, weight: Weight, scale: PxScale, black: bool) {
    let baseline = (y + weight.font().as_scaled(scale).ascent()).round() as i64;
    let ink = if black { Ink::Black } else { Ink::White };
    for (id, start, _) in advances(text, weight, scale) {
        let letter = letter(weight, id, scale);
        let Some(dots) = &letter.dots else { continue };
        // Whole dots keep equal letters equal.
        let (left, top) = ((x + start).round() as i64 + letter.left, baseline + letter.top);
        let (over, above) = ((-left).max(0) as u32, (-top).max(0) as u32);
        let at = (u32::try_from(left.max(0)).unwrap_or(u32::MAX), u32::try_from(top.max(0)).unwrap_or(u32::MAX));
        if (over, above) == (0, 0) {
            raster.paint(dots, at.0, at.1, ink);
        } else if over < dots.width()
            && above < dots.height()
            && let Ok(part) = dots.cut(over, above, dots.width() - over, dots.height() - above)
        {
            raster.paint(&part, at.0, at.1, ink);
        }
    }
}

/// A letter's dots, and where they lie from the pen and the line that letters stand on.
struct Letter {
    left: i64,
    top: i64,
    dots: Option<Raster>,
}

type Key = (Weight, GlyphId, u32, u32);

/// Letters that were drawn before: drawing one takes longer than all else on a label.
static DRAWN: LazyLock<RwLock<HashMap<Key, Arc<Letter>>>> = LazyLock::new(RwLock::default);
/// Most letters that are kept, and the highest, in dots: 4 MB. When it is full it is emptied.
const DRAWN_MAX: usize = 1_000;
const DRAWN_HEIGHT_MAX: f32 = 200.0;

fn letter(weight: Weight, id: GlyphId, scale: PxScale) -> Arc<Letter> {
    let key = (weight, id, scale.x.to_bits(), scale.y.to_bits());
    if let Some(drawn) = DRAWN.read().ok().and_then(|drawn| drawn.get(&key).cloned()) {
        return drawn;
    }
    let letter = Arc::new(draw_letter(weight, id, scale));
    if scale.x.max(scale.y) <= DRAWN_HEIGHT_MAX
        && let Ok(mut drawn) = DRAWN.write()
    {
        if drawn.len() >= DRAWN_MAX {
            drawn.clear();
        }
        drawn.insert(key, Arc::clone(&letter));
    }
    letter
}

fn draw_letter(weight: Weight, id: GlyphId, scale: PxScale) -> Letter {
    let Some(outline) = weight.font().outline_glyph(id.with_scale(scale)) else {
        return Letter { left: 0, top: 0, dots: None };
    };
    let bounds = outline.px_bounds();
    let mut dots = Raster::white(bounds.width() as u32, bounds.height() as u32).ok();
    outline.draw(|x, y, ink| {
        if let Some(dots) = dots.as_mut().filter(|_| ink >= BLACK_FROM) {
            dots.set(x, y, true);
        }
    });
    Letter { left: bounds.min.x as i64, top: bounds.min.y as i64, dots }
}

/// Each letter with where it starts and ends, in dots from the left.
fn placed(text: &str, weight: Weight, size: u32) -> impl Iterator<Item = (GlyphId, f32, f32)> {
    advances(text, weight, PxScale::from(size as f32))
}

fn advances(text: &str, weight: Weight, scale: PxScale) -> impl Iterator<Item = (GlyphId, f32, f32)> {
    let font = weight.font().as_scaled(scale);
    let mut pen = 0.0;
    text.chars().map(move |c| {
        let id = font.glyph_id(c);
        let start = pen;
        pen += font.h_advance(id);
        (id, start, pen)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_drawn_within_its_box() {
        for (text, weight) in [("ÅÇgjy|@", Weight::Bold), ("ŞĘЩŸq", Weight::Regular), ("日本", Weight::Regular)]
        {
            let (wide, high) = (width(text, weight, 40), 40);
            let mut raster = Raster::white(wide + 80, high + 80).unwrap();
            draw(&mut raster, (40, 40), text, weight, high, true);
            let (x, y, width, height) = raster.ink().unwrap();
            assert!(
                x >= 38 && y >= 38 && x + width <= wide + 43 && y + height <= high + 42,
                "{text}: {:?}",
                raster.ink()
            );
        }
    }

    #[test]
    fn what_fits_is_as_wide_as_the_room_at_most() {
        let text = "Größe: L – extra";
        for room in [0, 5, 50, 100, 1_000] {
            let end = fitting(text, Weight::Bold, 20, room);
            assert!(width(&text[..end], Weight::Bold, 20) <= room + 1, "{room}");
        }
        assert_eq!(fitting(text, Weight::Bold, 20, 1_000), text.len());
    }
}
