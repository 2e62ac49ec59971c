//! A template with its texts, laid out on the dots of one printer: where each thing is and how large.
//!
//! Whatever the printer, barcodes have modules of whole dots and texts a size in whole dots: nothing is scaled later.

use std::borrow::Cow;

use super::field::Fields;
use super::font::{self, Weight};
use super::raster::{BadSize, Raster};
use super::symbol::{BadText, Modules, Symbology};
use super::template::{Align, Area, Element, Shape, Template, TextStyle};

/// Dots of a millimetre on a "203 dpi" print head.
pub const DOTS_PER_MM_203: f32 = 8.0;
/// Narrowest module, in dots: one dot of a thermal head is too uneven to be read.
pub const MODULE_DOTS_MIN: u32 = 2;
/// Widest module of a barcode of bars, in millimetres: wider ones leave a hand scanner's window.
const BAR_MODULE_MAX_MM: f32 = 0.75;
/// Widest module of a barcode of squares, in millimetres.
const SQUARE_MODULE_MAX_MM: f32 = 1.6;
/// How much smaller a wrapped text is tried, again and again, until it fits.
const SHRINK_STEP: f32 = 0.93;

/// A label on dots.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    pub width: u32,
    pub height: u32,
    pub items: Vec<Item>,
    /// Which elements' texts did not fit whole, and the texts.
    pub cut: Vec<(usize, String)>,
}

/// One thing with its place in dots.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Text(Text),
    Symbol(Symbol),
    /// A black rectangle.
    Bar {
        x: u32,
        y: u32,
        width: u32,
        height: u32,
    },
    /// A black rectangle with white text in it.
    Inverse {
        x: u32,
        y: u32,
        width: u32,
        height: u32,
        text: Text,
    },
    Image {
        x: u32,
        y: u32,
        dots: Raster,
    },
}

/// One line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub x: u32,
    pub y: u32,
    /// Height of the line.
    pub size: u32,
    pub width: u32,
    pub weight: Weight,
    pub text: String,
}

/// One barcode, without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    pub x: u32,
    pub y: u32,
    /// Dots of a module.
    pub module: u32,
    pub height: u32,
    pub symbology: Symbology,
    /// The text with its check digits.
    pub text: String,
    pub modules: Modules,
}

/// An element that can not be laid out with these texts.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{why}")]
pub struct DoesNotFit {
    /// Which element of the template, from 0.
    pub element: usize,
    /// Why.
    pub why: Why,
}

/// Why an element can not be laid out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Why {
    /// The kind of barcode can not carry the text.
    #[error(transparent)]
    BadText(#[from] BadText),
    /// The symbol is larger than its box even with the narrowest modules.
    #[error("the {} barcode of {text:?} needs {needs_mm:.1} mm and has {has_mm:.1} mm", symbology.name())]
    TooNarrow { symbology: Symbology, text: String, needs_mm: f32, has_mm: f32 },
    /// The picture is too large.
    #[error(transparent)]
    BadSize(#[from] BadSize),
}

/// Lays `template` out at `scale` dots per template millimetre.
///
/// # Errors
/// The first element that can not be laid out.
pub fn lay_out(template: &Template, fields: &Fields, scale: f32) -> Result<Layout, DoesNotFit> {
    let grid = Grid { scale };
    let (width, height) = (grid.dots(template.width_mm), grid.dots(template.height_mm));
    let mut layout = Layout { width, height, items: Vec::with_capacity(template.elements.len()), cut: Vec::new() };
    for (index, element) in template.elements.iter().enumerate().filter(|(_, element)| element.is_due(fields)) {
        grid.place(element, fields, index, &mut layout).map_err(|why| DoesNotFit { element: index, why })?;
    }
    Ok(layout)
}

/// Millimetres to dots.
struct Grid {
    scale: f32,
}

/// A rectangle, in dots.
#[derive(Clone, Copy)]
struct Cell {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Grid {
    fn dots(&self, mm: f32) -> u32 {
        // A float that does not fit becomes the nearest integer that does.
        (mm * self.scale).round() as u32
    }

    fn cell(&self, area: Area) -> Cell {
        let (x, y) = (self.dots(area.x), self.dots(area.y));
        let (right, bottom) = (self.dots(area.x + area.width), self.dots(area.y + area.height));
        Cell { x, y, width: right.saturating_sub(x).max(1), height: bottom.saturating_sub(y).max(1) }
    }

    fn place(&self, element: &Element, fields: &Fields, index: usize, layout: &mut Layout) -> Result<(), Why> {
        let cell = self.cell(element.area);
        let Cell { x, y, width, height } = cell;
        match &element.shape {
            Shape::Text { style, content } => {
                if let Some(text) = content.fill(fields) {
                    self.text(*style, cell, &text, index, layout);
                }
            }
            Shape::Barcode { symbology, align, optional, content } => {
                let Some(text) = content.fill(fields) else { return Ok(()) };
                match self.symbol(*symbology, *align, &text, cell) {
                    Ok(symbol) => layout.items.push(Item::Symbol(symbol)),
                    Err(_) if *optional => {}
                    Err(why) => return Err(why),
                }
            }
            Shape::Bar => layout.items.push(Item::Bar { x, y, width, height }),
            Shape::Frame { thick } => {
                let thick = self.dots(*thick).clamp(1, width.min(height));
                let sides = [
                    (x, y, width, thick),
                    (x, y + height - thick, width, thick),
                    (x, y, thick, height),
                    (x + width - thick, y, thick, height),
                ];
                layout.items.extend(sides.map(|(x, y, width, height)| Item::Bar { x, y, width, height }));
            }
            Shape::Image(picture) => {
                let times = (width / picture.width()).min(height / picture.height());
                if times == 0 {
                    return Err(BadSize { width: picture.width(), height: picture.height() }.into());
                }
                layout.items.push(Item::Image { x, y, dots: picture.enlarged(times)? });
            }
        }
        Ok(())
    }

    fn symbol(&self, symbology: Symbology, align: Align, text: &str, cell: Cell) -> Result<Symbol, Why> {
        let modules = symbology.encode(text)?;
        let text = symbology.carried(text)?;
        let quiet = 2 * symbology.quiet();
        let largest = if symbology.is_matrix() { SQUARE_MODULE_MAX_MM } else { BAR_MODULE_MAX_MM };
        let across = cell.width / (modules.width() + quiet);
        let down = if symbology.is_matrix() { cell.height / (modules.height() + quiet) } else { u32::MAX };
        let module = across.min(down).min(self.dots(largest).max(MODULE_DOTS_MIN));
        if module < MODULE_DOTS_MIN {
            let needs = (modules.width() + quiet) * MODULE_DOTS_MIN;
            let has = if symbology.is_matrix() { cell.width.min(cell.height) } else { cell.width };
            let (needs_mm, has_mm) = (needs as f32 / self.scale, has as f32 / self.scale);
            return Err(Why::TooNarrow { symbology, text, needs_mm, has_mm });
        }
        let white = symbology.quiet() * module;
        let (width, wide) = (modules.width() * module, cell.width);
        let x = cell.x
            + match align {
                Align::Left => white,
                Align::Center => (wide - width) / 2,
                Align::Right => wide - width - white,
            };
        let (y, height) = if symbology.is_matrix() {
            let height = modules.height() * module;
            (cell.y + (cell.height - height) / 2, height)
        } else {
            (cell.y, cell.height)
        };
        Ok(Symbol { x, y, module, height, symbology, text, modules })
    }

    fn text(&self, style: TextStyle, cell: Cell, text: &str, index: usize, layout: &mut Layout) {
        // White text keeps clear of the edge of its black box.
        let inset = if style.invert { cell.height / 6 } else { 0 };
        let room = cell.width.saturating_sub(2 * inset).max(1);
        let smallest = self.dots(style.min_mm).max(1);
        let (size, lines, whole) = wrap(text, style, room, cell.height, smallest);
        if !whole {
            layout.cut.push((index, text.to_owned()));
        }
        let used = size * lines.len() as u32;
        let top = if style.lines == 1 { cell.y + cell.height.saturating_sub(used) / 2 } else { cell.y };
        for (line, y) in lines.into_iter().zip((top..).step_by(size as usize)) {
            let width = font::width(&line, style.weight, size).min(room);
            let x = cell.x
                + inset
                + match style.align {
                    Align::Left => 0,
                    Align::Center => (room - width) / 2,
                    Align::Right => room - width,
                };
            let text = Text { x, y, size, width, weight: style.weight, text: line.into_owned() };
            if style.invert {
                let Cell { x, y, width, height } = cell;
                layout.items.push(Item::Inverse { x, y, width, height, text });
            } else {
                layout.items.push(Item::Text(text));
            }
        }
    }
}

/// Finds the largest size at which the text fits its box, and its lines at that size; at the smallest size, what does
/// not fit is cut. The last value says whether all of it is there.
fn wrap(text: &str, style: TextStyle, room: u32, height: u32, smallest: u32) -> (u32, Vec<Cow<'_, str>>, bool) {
    let line = (height / style.lines).max(1);
    let mut size = if style.invert { (line * 4 / 5).max(1) } else { line };
    let smallest = smallest.min(size);
    loop {
        let count = if style.lines == 1 { 1 } else { (height / size).max(1) };
        let (lines, whole) = broken(text, style.weight, size, room, count as usize);
        if whole || size <= smallest {
            return (size, lines, whole);
        }
        size = ((size as f32 * SHRINK_STEP) as u32).clamp(smallest, size - 1);
    }
}

/// Breaks a text into at most `count` lines: between words, or within a word that is wider than a line.
fn broken(text: &str, weight: Weight, size: u32, room: u32, count: usize) -> (Vec<Cow<'_, str>>, bool) {
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = font::fitting(rest, weight, size, room);
        let (head, tail) = rest.split_at(end);
        if tail.is_empty() {
            lines.push(Cow::Borrowed(head));
            return (lines, true);
        }
        if lines.len() + 1 == count {
            let end = font::fitting(rest, weight, size, room.saturating_sub(font::width("…", weight, size)));
            let head = rest.get(..end).unwrap_or_default();
            lines.push(Cow::Owned(format!("{}…", head.trim_end())));
            return (lines, false);
        }
        let at_space = if tail.starts_with(' ') { Some(end) } else { head.rfind(' ').filter(|at| *at > 0) };
        let one = rest.chars().next().map_or(1, char::len_utf8);
        let (line, next) = rest.split_at(at_space.unwrap_or(end).max(one));
        lines.push(Cow::Borrowed(line));
        rest = next.trim_start();
    }
    (lines, true)
}
