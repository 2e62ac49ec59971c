//! The label on a page: a label page is taken as it is, on a letter or A4 page the label is found and cut out.

use super::barcodes;
use crate::label::raster::{BadSize, Raster};

/// A page up to this size, in millimetres, is the label itself: 4×8 in and A6 among them.
const LABEL_MAX_MM: (f32, f32) = (108.0, 210.0);
/// A label that is cut out of a page has at most this size.
const CUT_MAX_MM: (f32, f32) = (116.0, 216.0);
/// What is printed in the other half of a page, or further away than this, is not part of the label.
const GAP_MM: f32 = 8.0;
/// White that is left around what was cut out.
const MARGIN_MM: f32 = 2.0;

/// The labels on a page, upright.
///
/// # Errors
/// One would be too large.
pub fn labels(page: &Raster, dots_per_mm: f32) -> Result<Vec<Raster>, BadSize> {
    let mm = |dots: u32| dots as f32 / dots_per_mm;
    let (width, height) = (mm(page.width()), mm(page.height()));
    let fits =
        |(across, down): (f32, f32), (most_across, most_down): (f32, f32)| across <= most_across && down <= most_down;
    if fits((width, height), LABEL_MAX_MM) {
        return Ok(vec![page.clone()]);
    }
    if fits((height, width), LABEL_MAX_MM) {
        return Ok(vec![page.turned()]);
    }
    let mut found = Vec::new();
    for block in blocks(page, (GAP_MM * dots_per_mm) as u32) {
        let (across, down) = (mm(block.2), mm(block.3));
        let upright = fits((across, down), CUT_MAX_MM);
        if !upright && !fits((down, across), CUT_MAX_MM) {
            continue;
        }
        let part = cut_out(page, block, (MARGIN_MM * dots_per_mm) as u32)?;
        if !barcodes::read(&part).is_empty() {
            found.push(if upright { part } else { part.turned() });
        }
    }
    // A page without a label in it is a form, such as a packing slip: it is printed whole.
    Ok(if found.is_empty() { vec![page.clone()] } else { found })
}

type Block = (u32, u32, u32, u32);

/// The inked parts of a page that white bands of `gap` dots part, from the top.
fn blocks(page: &Raster, gap: u32) -> Vec<Block> {
    let Some((_, top, _, height)) = page.ink() else { return Vec::new() };
    let mut blocks = Vec::new();
    for (from, to) in
        spans(top, top + height, gap, |y| page.rows().nth(y as usize).is_some_and(|row| row.iter().any(|b| *b != 0)))
    {
        let Ok(band) = page.cut(0, from, page.width(), to - from) else { continue };
        let mut columns = vec![0u8; band.stride()];
        for row in band.rows() {
            columns.iter_mut().zip(row).for_each(|(all, byte)| *all |= byte);
        }
        let inked = |x: u32| columns.get((x / 8) as usize).is_some_and(|byte| byte & (0x80 >> (x & 7)) != 0);
        for (left, right) in spans(0, page.width(), gap, inked) {
            blocks.push((left, from, right - left, to - from));
        }
    }
    blocks
}

/// Runs of inked lines, joined over white of less than `gap` lines.
fn spans(from: u32, to: u32, gap: u32, inked: impl Fn(u32) -> bool) -> Vec<(u32, u32)> {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for line in (from..to).filter(|line| inked(*line)) {
        match spans.last_mut() {
            Some((_, end)) if line - *end < gap => *end = line + 1,
            _ => spans.push((line, line + 1)),
        }
    }
    spans
}

fn cut_out(page: &Raster, (x, y, width, height): Block, margin: u32) -> Result<Raster, BadSize> {
    let (left, top) = (x.saturating_sub(margin), y.saturating_sub(margin));
    page.cut(left, top, x - left + width + margin, y - top + height + margin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::symbol::Symbology;

    /// A 4×6 in frame with a barcode in it, at 8 dots a millimetre.
    fn label() -> Raster {
        let mut label = Raster::white(800, 1200).unwrap();
        label.fill(0, 0, 800, 1200, true);
        label.fill(4, 4, 792, 1192, false);
        for (x, _, length) in Symbology::Code128.encode("1Z999AA10123456784").unwrap().runs() {
            label.fill(60 + x * 3, 500, length * 3, 200, true);
        }
        label
    }

    fn letter(with: &[(&Raster, u32, u32)]) -> Raster {
        let mut page = Raster::white(1727, 2235).unwrap();
        for (part, x, y) in with {
            page.stamp(part, *x, *y);
        }
        page
    }

    #[test]
    fn a_label_page_is_taken_as_it_is() {
        for (width, height) in [(812, 1218), (812, 1624), (840, 1184)] {
            let page = Raster::white(width, height).unwrap();
            assert_eq!(labels(&page, 8.0).unwrap(), [page]);
        }
        assert_eq!(labels(&label().turned(), 8.0).unwrap()[0].width(), 800);
    }

    #[test]
    fn a_label_in_one_half_of_a_letter_page_is_cut_out_upright() {
        let mut slip = Raster::white(1200, 300).unwrap();
        slip.fill(0, 0, 900, 10, true);
        slip.fill(0, 200, 1200, 10, true);
        let page = letter(&[(&label().turned(), 250, 100), (&slip, 250, 1500)]);
        let found = labels(&page, 8.0).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].width(), found[0].height()), (832, 1232));
        assert_eq!(barcodes::read(&found[0]), ["1Z999AA10123456784"]);
    }

    #[test]
    fn two_labels_on_a_page_are_two_labels_and_a_form_stays_whole() {
        let page = letter(&[(&label(), 30, 400), (&label(), 900, 400)]);
        assert_eq!(labels(&page, 8.0).unwrap().len(), 2);
        let mut form = Raster::white(1727, 2235).unwrap();
        form.fill(100, 100, 1400, 2000, true);
        assert_eq!(labels(&form, 8.0).unwrap(), [form]);
    }
}
