//! Whether a text may be left to the printer's own letters: only where nothing lies in the way of a wider font.
//!
//! Font 0 is not the same in every model, and its signs least of all: drawn by others, `>` and `-` are more than twice as
//! wide as ours, letters and digits up to a twelfth. A text that ran into a barcode would make it unreadable, and nobody
//! would see why; such a text goes as a picture.

use crate::label::draw::Extent;
use crate::label::font;
use crate::label::layout::{Item, Layout, Text};

/// How much wider than ours a letter, a digit or a space of the printer may be.
const LETTER_WIDER: f32 = 1.12;
/// How much wider any other sign may be.
const SIGN_WIDER: f32 = 2.5;

/// Whether `text` can be as wide as any printer may make it and still touch nothing else, nor the label's edge.
#[must_use]
pub fn has_room(text: &Text, layout: &Layout) -> bool {
    let (left, top) = (text.x, text.y);
    let (right, bottom) = (left.saturating_add(widest(text)), top.saturating_add(text.size));
    if right > layout.width {
        return false;
    }
    let others = layout.items.iter().filter(|item| !matches!(item, Item::Text(other) if std::ptr::eq(other, text)));
    others.map(kept_clear).all(|(x, y, width, height)| {
        y >= bottom || y.saturating_add(height) <= top || x >= right || x.saturating_add(width) <= left
    })
}

fn widest(text: &Text) -> u32 {
    let wide = |letter: char| if letter.is_ascii_alphanumeric() || letter == ' ' { LETTER_WIDER } else { SIGN_WIDER };
    let width = font::letters(&text.text, text.weight, text.size).map(|(letter, width)| width * wide(letter));
    width.sum::<f32>().ceil() as u32
}

/// The dots that must stay as they are: an item's own, and the white that a symbol needs around it.
fn kept_clear(item: &Item) -> Extent {
    let (x, y, width, height) = item.extent();
    let Item::Symbol(symbol) = item else { return (x, y, width, height) };
    let white = symbol.symbology.quiet() * symbol.module;
    // Bars need white at their ends only.
    let above = if symbol.symbology.is_matrix() { white } else { 0 };
    let (left, top) = (x.saturating_sub(white), y.saturating_sub(above));
    (left, top, x - left + width + white, y - top + height + above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::field::Fields;
    use crate::label::layout::lay_out;
    use crate::label::template::Template;

    /// Lays the lines out at 203 dpi on 100 × 40 mm; answers which of the texts have room.
    #[track_caller]
    fn check(lines: &str, expected: &[(&str, bool)]) {
        let template = Template::parse("t", &format!("size 100 x 40\n{lines}")).unwrap();
        let layout = lay_out(&template, &Fields::new(), 8.0).unwrap();
        let texts = layout.items.iter().filter_map(|item| if let Item::Text(text) = item { Some(text) } else { None });
        let found: Vec<_> = texts.map(|text| (text.text.as_str(), has_room(text, &layout))).collect();
        assert_eq!(found, expected, "{lines}");
    }

    #[test]
    fn a_text_that_a_wider_font_would_bring_to_a_barcode_has_no_room() {
        let qr = "qr 60 1 38 38 \"J4T8R72KC\"";
        check(&format!("text 2 10 58 10 \"Order 1042\"\n{qr}"), &[("Order 1042", true)]);
        check(&format!("text 2 10 58 10 \"<Order> -1042-\"\n{qr}"), &[("<Order> -1042-", false)]);
        check("text 2 10 58 10 \"<Order> -1042-\"\nqr 60 21 18 18 \"J4T8R72KC\"", &[("<Order> -1042-", true)]);
    }

    #[test]
    fn a_text_that_a_wider_font_would_bring_over_the_edge_has_no_room() {
        check(
            "text 2 2 96 10 \"left\"\ntext 2 22 96 10 \"on the right side\" right",
            &[("left", true), ("on the right side", false)],
        );
        check("text 2 2 50 10 \"one\"\ntext 52 2 40 10 \"two\"", &[("one", true), ("two", true)]);
        check("box 1 1 98 20\ntext 2 2 50 10 \"framed\"", &[("framed", true)]);
    }
}
