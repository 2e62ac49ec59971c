//! The paper that a ZPL label is painted on, a field at a time.

use super::draft::{Block, Draft, Symbol};
use super::draw::ZplError;
use super::letters::Typeface;
use super::read::{Field, symbol_content};
use super::symbols::{self, Size};
use crate::label::raster::{BadSize, Ink, Raster};

/// Most dots that the fields of one document may cover, added up: sixty labels painted over.
pub const WORK_DOTS_MAX: u64 = 60_000_000;
/// A 4×6 in label, in millimetres: what a document that says nothing is for.
const DEFAULT_MM: (f32, f32) = (101.5, 152.25);
/// Longest label, in millimetres.
const LENGTH_MAX_MM: f32 = 320.0;
/// Most letters of one text field, and most lines of one block: what a label has room for.
const LETTERS_MAX: usize = 4_000;
const LINES_MAX: usize = 200;
/// White around a line of text for accents and descenders, as a part of its height.
const PAD: f32 = 0.4;

/// The paper, and what it could not show.
#[derive(Debug)]
pub struct Page {
    scale: f32,
    default_length: u32,
    dots: Raster,
    painted: bool,
    work: u64,
    missing: Vec<&'static str>,
}

/// A field drawn upright, with its place in itself.
struct Stamp {
    dots: Raster,
    /// White on each side that does not count.
    pad: u32,
    /// Size without it, and where letters stand.
    width: u32,
    height: u32,
    baseline: u32,
}

impl Page {
    /// White paper for a document whose dots are `scale` dots of the paper.
    ///
    /// # Errors
    /// The paper would be too large.
    pub fn new(scale: f32, dots_per_mm: f32) -> Result<Self, BadSize> {
        let dots = |mm: f32| (mm * dots_per_mm).round() as u32;
        Ok(Self {
            scale,
            default_length: dots(DEFAULT_MM.1),
            dots: Raster::white(dots(DEFAULT_MM.0), dots(LENGTH_MAX_MM))?,
            painted: false,
            work: 0,
            missing: Vec::new(),
        })
    }

    /// The document's dots as dots of the paper, never less than one.
    #[must_use]
    pub fn dots(&self, dots: f32) -> u32 {
        (dots * self.scale).round().max(1.0) as u32
    }

    /// A coordinate, which may lie beside the paper.
    #[must_use]
    pub fn signed(&self, dots: f32) -> i64 {
        (dots * self.scale).round() as i64
    }

    /// Whether there is anything on it.
    #[must_use]
    pub fn is_painted(&self) -> bool {
        self.painted || !self.missing.is_empty()
    }

    /// Notes what could not be drawn.
    pub fn lacks(&mut self, what: &'static str) {
        if !self.missing.contains(&what) {
            self.missing.push(what);
        }
    }

    /// `^PW`.
    ///
    /// # Errors
    /// The paper would be too large.
    pub fn widen(&mut self, width: f32) -> Result<(), BadSize> {
        let width = self.dots(width);
        if width >= 16 {
            self.dots = self.dots.cut(0, 0, width, self.dots.height())?;
        }
        Ok(())
    }

    /// Takes the painted label off, `length` dots of it, and leaves white paper.
    ///
    /// # Errors
    /// It would be too large.
    pub fn take(&mut self, length: Option<u32>) -> Result<(Raster, Vec<&'static str>), BadSize> {
        let used = self.dots.ink().map_or(0, |(_, y, _, height)| y + height);
        let length = length.filter(|length| *length >= 16).unwrap_or(used.max(self.default_length));
        let label = self.dots.cut(0, 0, self.dots.width(), length.min(self.dots.height()))?;
        self.dots = Raster::white(self.dots.width(), self.dots.height())?;
        self.painted = false;
        Ok((label, std::mem::take(&mut self.missing)))
    }

    /// Counts work.
    ///
    /// # Errors
    /// It was too much.
    pub fn worked(&mut self, picture: &Raster) -> Result<(), ZplError> {
        self.work += u64::from(picture.width()) * u64::from(picture.height());
        if self.work > WORK_DOTS_MAX { Err(ZplError::TooMuch) } else { Ok(()) }
    }

    /// A picture of the document in dots of the paper.
    #[must_use]
    pub fn enlarged(&self, picture: &Raster, times: (u32, u32)) -> Option<Raster> {
        let (width, height) =
            (self.dots((picture.width() * times.0) as f32), self.dots((picture.height() * times.1) as f32));
        if (width, height) == (picture.width(), picture.height()) {
            return Some(picture.clone());
        }
        picture.resized(width, height).ok()
    }

    /// Paints a picture with its corner at `x`, `y`.
    ///
    /// # Errors
    /// It was too much.
    pub fn paint(&mut self, picture: &Raster, (x, y): (i64, i64), ink: Ink) -> Result<(), ZplError> {
        self.worked(picture)?;
        self.painted = true;
        // What lies to the left and above is cut off.
        let (left, top) = (x.min(0).unsigned_abs(), y.min(0).unsigned_abs());
        let (width, height) = (u64::from(picture.width()), u64::from(picture.height()));
        if left >= width || top >= height {
            return Ok(());
        }
        let at = (u32::try_from(x.max(0)).unwrap_or(u32::MAX), u32::try_from(y.max(0)).unwrap_or(u32::MAX));
        if (left, top) == (0, 0) {
            self.dots.paint(picture, at.0, at.1, ink);
        } else {
            let part = picture.cut(left as u32, top as u32, (width - left) as u32, (height - top) as u32)?;
            self.dots.paint(&part, at.0, at.1, ink);
        }
        Ok(())
    }

    /// Paints a text field.
    ///
    /// # Errors
    /// It was too much.
    pub fn text(&mut self, field: &Draft, font: Typeface, at: (f32, f32)) -> Result<(), ZplError> {
        let text: String = field.text().chars().take(LETTERS_MAX).filter(|c| !matches!(c, '\r' | '\n')).collect();
        if text.is_empty() {
            return Ok(());
        }
        let font = font.scaled(self.scale);
        let stamp = match field.block {
            Some(block) => self.block(&text, font, block),
            None => line(&text, font),
        };
        match stamp {
            Some(stamp) => self.place(field, &stamp, field.turn.unwrap_or(b'N'), at),
            None => Err(ZplError::TooMuch),
        }
    }

    fn block(&self, text: &str, font: Typeface, block: Block) -> Option<Stamp> {
        let width = self.dots(block.width.max(1.0));
        let count = block.lines.min(LINES_MAX);
        let lines = broken(text, font, width, count);
        let pitch = (font.height + block.spacing * self.scale).max(1.0);
        let pad = (font.height * PAD).ceil() as u32;
        let height = (pitch * (lines.len().max(1) - 1) as f32 + font.height).ceil() as u32;
        let mut dots = Raster::white(width + 2 * pad, height + 2 * pad).ok()?;
        for (i, text) in lines.iter().enumerate() {
            let room = width.saturating_sub(font.width(text));
            let x = match block.align {
                b'C' => room / 2,
                b'R' => room,
                _ => 0,
            };
            dots.stamp(&font.line(text, pad)?, x, (pitch * i as f32) as u32);
        }
        let first = font.baseline();
        Some(Stamp { dots, pad, width, height, baseline: height.saturating_sub(font.height.ceil() as u32) + first })
    }

    /// Paints a symbol.
    ///
    /// # Errors
    /// It was too much.
    pub fn symbol(&mut self, field: &Draft, symbol: Symbol, at: (f32, f32)) -> Result<(), ZplError> {
        let source =
            Field { barcode: Some(symbol.name), data: field.data.clone().unwrap_or_default(), option: symbol.option };
        let content = symbol_content(&source).unwrap_or_default();
        let security =
            if &symbol.name == b"BQ" { source.data.first().copied().unwrap_or(b'M') } else { symbol.security };
        let (module, height) = (self.dots(symbol.module), self.dots(symbol.height));
        let wide = self.dots(symbol.module * symbol.ratio);
        // A set that the label's maker did not ask for would make the symbol narrower than planned.
        let only_b = &symbol.name == b"BC" && matches!(symbol.option, 0 | b'N') && !source.data.contains(&b'>');
        let size = Size { module, wide, height, columns: symbol.columns, rows: symbol.rows, security, only_b };
        let bars = if symbol.check { None } else { symbols::draw(symbol.name, &content, size) };
        let Some(bars) = bars else {
            self.lacks(name(symbol.name));
            return Ok(());
        };
        let (width, height) = (bars.width(), bars.height());
        let mut stamp = Stamp { dots: bars, pad: 0, width, height, baseline: height };
        if symbol.text_below {
            let shown = if &symbol.name == b"B3" { format!("*{content}*") } else { content };
            stamp = labelled(stamp, &shown, module).ok_or(ZplError::TooMuch)?;
        }
        let drop = if field.on_baseline { 0.0 } else { symbol.drop };
        self.place(field, &stamp, symbol.turn, (at.0, at.1 + drop))
    }

    /// Turns the stamp and paints it where `^FO` or `^FT` say.
    fn place(&mut self, field: &Draft, stamp: &Stamp, turn: u8, at: (f32, f32)) -> Result<(), ZplError> {
        let (width, height, base) = (i64::from(stamp.width), i64::from(stamp.height), i64::from(stamp.baseline));
        let (mut x, mut y) = (self.signed(at.0), self.signed(at.1));
        let turned = match turn {
            b'R' => stamp.dots.turned(),
            b'I' => stamp.dots.turned().turned(),
            b'B' => stamp.dots.turned().turned().turned(),
            _ => stamp.dots.clone(),
        };
        if field.on_baseline {
            (x, y) = match turn {
                b'R' => (x - (height - base), y),
                b'I' => (x - width, y - (height - base)),
                b'B' => (x - base, y - width),
                _ => (x, y - base),
            };
        }
        if field.right && !matches!(turn, b'R' | b'B') {
            x -= width;
        }
        let ink = if field.reverse { Ink::Opposite } else { Ink::Black };
        self.paint(&turned, (x - i64::from(stamp.pad), y - i64::from(stamp.pad)), ink)
    }
}

fn line(text: &str, font: Typeface) -> Option<Stamp> {
    let pad = (font.height * PAD).ceil() as u32;
    let dots = font.line(text, pad)?;
    Some(Stamp { dots, pad, width: font.width(text), height: font.height.ceil() as u32, baseline: font.baseline() })
}

/// Breaks a block's text into lines: at `\&`, and between words; what has no line left is cut.
fn broken(text: &str, font: Typeface, width: u32, count: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split("\\&") {
        let mut line = String::new();
        for word in paragraph.replace("\\\\", "\\").split(' ') {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if line.is_empty() || font.width(&longer) <= width {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            }
        }
        lines.push(line);
    }
    lines.truncate(count);
    lines
}

/// A barcode with its text below, as the printer writes it.
fn labelled(bars: Stamp, content: &str, module: u32) -> Option<Stamp> {
    let scale = module as f32;
    let font = Typeface::new(b'A', 0.0, 0.0).scaled(scale.max(2.0));
    let text: String = content.chars().filter(|c| !c.is_control()).take(LETTERS_MAX).collect();
    let pad = (font.height * PAD).ceil() as u32;
    let letters = font.line(&text, pad)?;
    let room = letters.width().max(bars.width);
    let below = bars.height + module * 2;
    let mut dots = Raster::white(room, below + letters.height()).ok()?;
    let left = (room - bars.width) / 2;
    dots.stamp(&bars.dots, left, 0);
    dots.stamp(&letters, (room - letters.width()) / 2, below - pad.min(below));
    // What the text is wider by hangs over to the left, so the bars stay in their place.
    let dots = dots.cut(left, 0, room - left, dots.height()).ok()?;
    Some(Stamp { dots, ..bars })
}

fn name(command: [u8; 2]) -> &'static str {
    match &command {
        b"BD" => "a MaxiCode",
        b"B0" | b"BO" => "an Aztec code",
        b"BF" => "a MicroPDF417",
        b"BR" => "a GS1 DataBar",
        b"B9" => "a UPC-E",
        b"B5" | b"BZ" => "a postal barcode",
        b"BC" => "a Code 128",
        b"B7" => "a PDF417",
        b"BX" => "a Data Matrix of this kind",
        _ => "a barcode",
    }
}
