//! A label described once: a short text that a shop can edit.
//!
//! ```text
//! # Everything is in millimetres from the left upper corner.
//! size 101.6 x 50.8
//! text     3 3  70 12  "#{order.number}"  bold
//! text    75 3  23 8   "{rush}"           bold center invert if=rush
//! code128  3 16 95 18  "{job.code}"       center
//! repeat 4 0 5                            # four times, each 5 mm lower
//!   text   3 35 95 4.5 "{row.#.text}"
//! end
//! ```
//!
//! | line | what it draws |
//! |---|---|
//! | `size W x H` | the label; the first line |
//! | `text X Y W H "…"` | text as large as the box allows. `bold`, `center`, `right`, `invert` (white on black), `lines=N` (wraps), `min=MM` (how far it may shrink before it is cut) |
//! | `code128`, `code39`, `itf`, `ean13`, `ean8`, `upca`, `upce`, `qr`, `datamatrix` `X Y W H "…"` | a barcode as large as the box allows, with its quiet zone inside the box. `center`, `right`, `optional` (left out where it does not fit) |
//! | `line X Y W H` | a black bar |
//! | `box X Y W H` | a frame; `thick=MM` |
//! | `image X Y W H "…"` | a picture: a PNG in base64 |
//! | `repeat N DX DY` … `end` | the lines between, N times, each shifted; `#` in a field's name counts from 1 |
//!
//! `{field}` is a field of [`super::field::FIELDS`], `{{` a brace. `if=field` and `unless=field` draw only where the field
//! has, or has not, a text. Whatever names fields that are all empty is left out.

mod fits;
mod parse;
mod token;

use super::field::{Field, Fields};
use super::font::Weight;
use super::raster::Raster;
use super::symbol::Symbology;

/// Longest template, in bytes: ten times the longest that ships.
pub const TEMPLATE_BYTES_MAX: usize = 64 * 1024;
/// Most elements, with repetitions counted.
pub const ELEMENTS_MAX: usize = 400;
/// Widest and highest label, in millimetres: what the widest printer and the longest roll label can be.
pub const SIDE_MAX_MM: f32 = 300.0;
/// Narrowest and lowest label, in millimetres.
pub const SIDE_MIN_MM: f32 = 10.0;
/// Smallest line of text, in millimetres: 16 dots at 203 dpi, below which letters run together.
pub const LINE_MIN_MM: f32 = 2.0;

/// Why a template is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}:{line}:{column}: {what}")]
pub struct TemplateError {
    /// The template's name.
    pub name: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
}

/// A label description that was read and found to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    pub(super) name: String,
    pub(super) width_mm: f32,
    pub(super) height_mm: f32,
    pub(super) elements: Vec<Element>,
}

/// One thing on a label.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Element {
    pub area: Area,
    pub shape: Shape,
    pub when: Option<When>,
}

/// A rectangle, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// When an element is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Has(Field),
    Lacks(Field),
}

/// What an element draws.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Text { style: TextStyle, content: Content },
    Barcode { symbology: Symbology, align: Align, optional: bool, content: Content },
    Bar,
    Frame { thick: f32 },
    Image(Raster),
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TextStyle {
    pub weight: Weight,
    pub align: Align,
    pub invert: bool,
    pub lines: u32,
    pub min_mm: f32,
}

/// Where something lies in its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

/// Text with fields in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content(pub Vec<Part>);

/// A piece of [`Content`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Field(Field),
}

impl Template {
    /// Reads a template and proves that it fits: every element lies on the label, and every barcode can be printed at
    /// 203 dpi with the longest text that its fields can have.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and column.
    pub fn parse(name: &str, text: &str) -> Result<Self, TemplateError> {
        let (template, places) = parse::parse(name, text)?;
        fits::check(&template, &places)?;
        Ok(template)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Width and height in millimetres.
    #[must_use]
    pub const fn size_mm(&self) -> (f32, f32) {
        (self.width_mm, self.height_mm)
    }

    /// Every field that it names, each once, in order.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = self.elements.iter().flat_map(Element::fields).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }
}

impl Element {
    fn fields(&self) -> Vec<Field> {
        let when = self.when.map(|(When::Has(field) | When::Lacks(field))| field);
        let content = match &self.shape {
            Shape::Text { content, .. } | Shape::Barcode { content, .. } => content.fields().collect(),
            Shape::Bar | Shape::Frame { .. } | Shape::Image(_) => Vec::new(),
        };
        when.into_iter().chain(content).collect()
    }

    /// Whether it is drawn at all.
    pub fn is_due(&self, fields: &Fields) -> bool {
        match self.when {
            None => true,
            Some(When::Has(field)) => !fields.get(field).is_empty(),
            Some(When::Lacks(field)) => fields.get(field).is_empty(),
        }
    }
}

impl Content {
    fn fields(&self) -> impl Iterator<Item = Field> {
        self.0.iter().filter_map(|part| match part {
            Part::Field(field) => Some(*field),
            Part::Literal(_) => None,
        })
    }

    /// The text; none where it names fields and all are empty, or where nothing but spaces is left.
    pub fn fill(&self, fields: &Fields) -> Option<String> {
        let mut named = self.fields().peekable();
        if named.peek().is_some() && named.all(|field| fields.get(field).is_empty()) {
            return None;
        }
        let text: String = self.0.iter().map(|part| part.text(|field| fields.get(field))).collect();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

impl Part {
    fn text<'a>(&'a self, of: impl Fn(Field) -> &'a str) -> &'a str {
        match self {
            Part::Literal(text) => text,
            Part::Field(field) => of(*field),
        }
    }
}
