//! ZPL of others drawn as dots: the commands that carriers' labels are made of.
//!
//! What can not be drawn is named, never silently left out: a shipping label without one of its symbols comes back.
//! Time is bounded by [`super::page::WORK_DOTS_MAX`] and [`FIELDS_MAX`]. Source: Zebra, "ZPL II Programming Guide".

use std::collections::BTreeMap;

use super::draft::{Defaults, Draft, letter, number};
use super::page::Page;
use super::read::{Command, Commands};
use super::{shapes, unpack};
use crate::label::raster::{BadSize, Ink, Raster};

/// Most fields of one document.
pub const FIELDS_MAX: usize = 3_000;
/// Most labels of one document.
pub const LABELS_MAX: usize = 50;
/// Widest a "203 dpi" document can be, in dots; a wider one was made for 300 dpi.
const WIDTH_203_MAX: f32 = 900.0;

/// Why a document can not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZplError {
    /// More than [`super::page::WORK_DOTS_MAX`], [`FIELDS_MAX`] or [`LABELS_MAX`].
    #[error("the ZPL document draws too much for a label")]
    TooMuch,
    /// The label is too large.
    #[error(transparent)]
    BadSize(#[from] BadSize),
    /// There is nothing in it.
    #[error("the ZPL document has no label in it")]
    Empty,
}

/// A label that was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Its dots.
    pub label: Raster,
    /// What could not be drawn, each once: `a MaxiCode`.
    pub missing: Vec<&'static str>,
}

/// Draws every label of a document at `dots_per_mm`.
///
/// # Errors
/// It has no label, or is too large.
pub fn draw(document: &[u8], dots_per_mm: f32) -> Result<Vec<Drawn>, ZplError> {
    let scale = dots_per_mm / made_for(document);
    let mut painter = Painter::new(scale, dots_per_mm)?;
    for command in Commands::new(document) {
        painter.command(&command)?;
    }
    painter.end_label()?;
    if painter.done.is_empty() { Err(ZplError::Empty) } else { Ok(painter.done) }
}

/// Dots of a millimetre that the document was made for: 8, or 300 dpi where it is too wide for that.
#[must_use]
pub fn made_for(document: &[u8]) -> f32 {
    let widest = Commands::new(document)
        .filter(|command| command.format && matches!(&command.name, b"PW" | b"FO" | b"FT"))
        .filter_map(|command| number(&command, 0))
        .fold(0.0, f32::max);
    if widest > WIDTH_203_MAX { 300.0 / 25.4 } else { 8.0 }
}

struct Painter {
    page: Page,
    field: Draft,
    defaults: Defaults,
    /// `^LH`, and `^LS` with `^LT`.
    home: (f32, f32),
    shift: (f32, f32),
    stored: BTreeMap<String, Raster>,
    fields: usize,
    length: Option<u32>,
    upside_down: bool,
    reverse_all: bool,
    done: Vec<Drawn>,
}

impl Painter {
    fn new(scale: f32, dots_per_mm: f32) -> Result<Self, ZplError> {
        Ok(Self {
            page: Page::new(scale, dots_per_mm)?,
            field: Draft::default(),
            defaults: Defaults::default(),
            home: (0.0, 0.0),
            shift: (0.0, 0.0),
            stored: BTreeMap::new(),
            fields: 0,
            length: None,
            upside_down: false,
            reverse_all: false,
            done: Vec::new(),
        })
    }

    fn command(&mut self, command: &Command<'_>) -> Result<(), ZplError> {
        if !command.format {
            if &command.name == b"DG"
                && let Some((name, picture)) = unpack::download(command)
            {
                self.page.worked(&picture)?;
                self.stored.insert(name, picture);
            }
            return Ok(());
        }
        match &command.name {
            b"XA" => self.field = Draft::default(),
            b"XZ" => self.end_label()?,
            b"FS" => self.end_field()?,
            b"LH" => self.home = (number(command, 0).unwrap_or(0.0), number(command, 1).unwrap_or(0.0)),
            b"LS" => self.shift.0 = -number(command, 0).unwrap_or(0.0),
            b"LT" => self.shift.1 = number(command, 0).unwrap_or(0.0),
            b"LR" => self.reverse_all = letter(command, 0) == Some(b'Y'),
            b"PO" => self.upside_down = letter(command, 0) == Some(b'I'),
            b"PW" => self.page.widen(number(command, 0).unwrap_or(0.0))?,
            b"LL" => self.length = number(command, 0).map(|dots| self.page.dots(dots)),
            b"CF" | b"FW" | b"BY" => self.defaults.set(command),
            b"GF" | b"XG" | b"IM" | b"GB" | b"GC" | b"GE" | b"GD" => self.graphic(command)?,
            b"XF" | b"DF" => self.page.lacks("a stored format"),
            b"GS" => self.page.lacks("a graphic symbol"),
            [b'G', _] => self.page.lacks("a picture"),
            _ => self.field.set(command, &self.defaults),
        }
        Ok(())
    }

    /// Where the field lies, home and shifts counted.
    fn origin(&self) -> (f32, f32) {
        (self.field.at.0 + self.home.0 + self.shift.0, self.field.at.1 + self.home.1 + self.shift.1)
    }

    fn end_field(&mut self) -> Result<(), ZplError> {
        self.fields += 1;
        if self.fields > FIELDS_MAX {
            return Err(ZplError::TooMuch);
        }
        let at = self.origin();
        let mut field = std::mem::take(&mut self.field);
        field.reverse |= self.reverse_all;
        match (field.data.is_some(), field.symbol) {
            (true, Some(symbol)) => self.page.symbol(&field, symbol, at),
            (true, None) => self.page.text(&field, field.font.unwrap_or(self.defaults.font), at),
            (false, _) => Ok(()),
        }
    }

    fn graphic(&mut self, command: &Command<'_>) -> Result<(), ZplError> {
        self.fields += 1;
        if self.fields > FIELDS_MAX {
            return Err(ZplError::TooMuch);
        }
        let (at, page) = (self.origin(), &self.page);
        let size = |index: usize, least: f32| page.dots(number(command, index).unwrap_or(least).max(least));
        let (picture, color) = match &command.name {
            b"GF" => (unpack::graphic_field(command).map(|picture| self.page.enlarged(&picture, (1, 1))), None),
            b"XG" | b"IM" => {
                let name = command.parameter(0).map(|name| unpack::stored_name(&String::from_utf8_lossy(name)));
                let times = |index| number(command, index).map_or(1, |times| times.clamp(1.0, 10.0) as u32);
                let picture = name.and_then(|name| self.stored.get(&name));
                (picture.map(|picture| self.page.enlarged(picture, (times(1), times(2)))), None)
            }
            b"GB" => (Some(shapes::frame(size(0, 1.0), size(1, 1.0), size(2, 1.0))), letter(command, 3)),
            b"GC" => (Some(shapes::ring(size(0, 3.0), size(0, 3.0), size(1, 1.0))), letter(command, 2)),
            b"GE" => (Some(shapes::ring(size(0, 3.0), size(1, 3.0), size(2, 1.0))), letter(command, 3)),
            _ => {
                let rising = letter(command, 4) != Some(b'L');
                (Some(shapes::diagonal(size(0, 3.0), size(1, 3.0), size(2, 1.0), rising)), letter(command, 3))
            }
        };
        let Some(picture) = picture.flatten() else {
            self.page.lacks("a picture");
            return Ok(());
        };
        let ink = match (self.field.reverse || self.reverse_all, color) {
            (true, _) => Ink::Opposite,
            (false, Some(b'W')) => Ink::White,
            (false, _) => Ink::Black,
        };
        let below = if self.field.on_baseline { picture.height() } else { 0 };
        let (x, y) = (self.page.signed(at.0), self.page.signed(at.1) - i64::from(below));
        self.page.paint(&picture, (x, y), ink)
    }

    fn end_label(&mut self) -> Result<(), ZplError> {
        self.field = Draft::default();
        if !self.page.is_painted() {
            return Ok(());
        }
        if self.done.len() >= LABELS_MAX {
            return Err(ZplError::TooMuch);
        }
        let (label, missing) = self.page.take(self.length)?;
        let label = if self.upside_down { label.turned().turned() } else { label };
        self.done.push(Drawn { label, missing });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::document::barcodes;

    fn drawn(zpl: &str) -> Drawn {
        draw(zpl.as_bytes(), 8.0).unwrap().remove(0)
    }

    #[test]
    fn every_barcode_of_a_label_is_read_back_from_its_dots() {
        let label = drawn(
            "^XA^PW812^LL1218^FO60,60^BY3^BCN,120,N,N,N,A^FD1Z999AA10123456784^FS^FO60,300^BQN,2,6^FDMA,HTTPS://EXAMPLE.ORG^FS\
             ^FO500,300^BXN,8,200^FDJ4T8R72KC^FS^FO60,600^BY2^B7N,6,5,6^FDPDF417 with words and 12345678901234^FS\
             ^FO60,900^BY2^B3N,N,90,N^FDABC-123^FS^XZ",
        );
        assert_eq!(label.missing, Vec::<&str>::new());
        let mut texts = barcodes::read(&label.label);
        texts.sort();
        let expected = [
            "1Z999AA10123456784",
            "ABC-123",
            "HTTPS://EXAMPLE.ORG",
            "J4T8R72KC",
            "PDF417 with words and 12345678901234",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn function_characters_survive() {
        let label = drawn("^XA^FO60,60^BY3^BCN,120,N,N,N,D^FD(420)90210>8(92)61290123456789^FS^XZ");
        assert_eq!(barcodes::read(&label.label), ["42090210\u{1d}9261290123456789"]);
    }

    #[test]
    fn boxes_and_pictures_are_where_they_belong() {
        let label =
            drawn("^XA^PW80^LL80^LH8,8^FO8,16^GB16,8,8^FS^FO40,40^GFA,2,2,1,FF81^FS^FO41,40^GB1,1,1,W^FS^XZ").label;
        assert_eq!((label.width(), label.height(), label.ink()), (80, 80, Some((16, 24, 40, 26))));
        assert!(label.get(16, 24) && label.get(31, 31) && !label.get(32, 31));
        assert!(label.get(48, 48) && !label.get(49, 48) && label.get(55, 49) && !label.get(54, 49));
    }

    #[test]
    fn what_can_not_be_drawn_is_named() {
        assert_eq!(drawn("^XA^FO9,9^GB9,9,9^FS^FO1,1^BD2^FD003840902100000x^FS^XZ").missing, ["a MaxiCode"]);
        assert_eq!(drawn("^XA^FO9,9^GB9,9,9^FS^FO1,1^XGR:LOGO.GRF^FS^XZ").missing, ["a picture"]);
    }

    #[test]
    fn a_document_that_paints_without_end_is_an_error() {
        let many = format!("^XA{}^XZ", "^FO0,0^GB800,1200,600^FS".repeat(2_000));
        assert_eq!(draw(many.as_bytes(), 8.0), Err(ZplError::TooMuch));
        assert_eq!(draw(b"^XA^XZ", 8.0), Err(ZplError::Empty));
        for zpl in [
            "^XA^PW99999^LL99999^GB32000,32000,1^FS^XZ",
            "^XA^FO-9,-9^A0N,32000,32000^FDX^FS^XZ",
            "^XA^BY99^BCN,9^FDA^FS^XZ",
        ] {
            let _ = draw(zpl.as_bytes(), 23.6);
        }
    }
}
