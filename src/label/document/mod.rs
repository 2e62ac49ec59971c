//! Label documents that others made: recognised, read for their barcodes, and printed on whatever printer is there.

pub mod barcodes;
mod crop;
mod fit;
pub mod pdf;
pub mod png;

use super::printer::{Language, Printer, dots_per_mm};
use super::raster::{BadSize, Raster};
use super::zpl::draw::{Drawn, ZplError, made_for};
use super::{COPIES_MAX, escpos, tspl, zpl};

/// Largest document, in bytes: a full page scanned in colour is smaller.
pub const DOCUMENT_BYTES_MAX: usize = 16 << 20;
/// Where the mark of a PDF file may begin.
const PDF_MARK_WITHIN: usize = 1_024;
/// Resolution at which the barcodes of a PDF file are read: three dots for the finest bar of a carrier's label.
const READING_DOTS_PER_MM: f32 = 300.0 / 25.4;
/// How far two resolutions may differ and be the same, in dots of a millimetre.
const RESOLUTION_SLACK: f32 = 0.3;

/// Why a document is refused.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is neither ZPL, nor PNG, nor PDF.
    #[error("this is no label document: neither ZPL, nor PNG, nor PDF")]
    UnknownKind,
    /// More than [`DOCUMENT_BYTES_MAX`].
    #[error("the document has {0} bytes, and may have {DOCUMENT_BYTES_MAX}")]
    TooLong(usize),
    /// A PNG file that can not be read.
    #[error(transparent)]
    Png(#[from] png::PngError),
    /// A PDF file that can not be read.
    #[error(transparent)]
    Pdf(#[from] pdf::PdfError),
    /// A ZPL document that can not be drawn at all.
    #[error(transparent)]
    Zpl(#[from] ZplError),
    /// A picture that would be too large.
    #[error(transparent)]
    BadSize(#[from] BadSize),
    /// None, or more than [`COPIES_MAX`].
    #[error("{0} copies can not be printed: 1 to {COPIES_MAX} can")]
    Copies(u16),
    /// ESC/POS could not be written.
    #[error(transparent)]
    Escpos(#[from] escpos::EscposError),
    /// A ZPL document with something that only a ZPL printer draws.
    #[error("the label has {0} on it, which only a ZPL printer of its resolution can print")]
    NeedsZplPrinter(&'static str),
    /// Made smaller for this printer, a barcode could not be read any more.
    #[error("on this printer the barcode {0:?} would be too fine to be read")]
    TooFine(String),
    /// A document without a page.
    #[error("the document has no page")]
    Empty,
}

/// What kind of document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Commands for a Zebra printer.
    Zpl,
    /// A picture.
    Png,
    /// Pages.
    Pdf,
}

/// A document that was recognised.
#[derive(Debug, Clone)]
pub struct Document(Body);

#[derive(Debug, Clone)]
enum Body {
    Zpl(Vec<u8>),
    Picture { dots: Raster, dots_per_mm: f32 },
    Pdf(pdf::File),
}

impl Document {
    /// Recognises the kind by the first bytes, and reads a picture.
    ///
    /// # Errors
    /// It is of no known kind, too long, or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, DocumentError> {
        if bytes.len() > DOCUMENT_BYTES_MAX {
            return Err(DocumentError::TooLong(bytes.len()));
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            let (dots, dots_per_mm) = png::read_with_resolution(bytes)?;
            return Ok(Self(Body::Picture { dots, dots_per_mm }));
        }
        // Readers of PDF take files with something before the mark.
        if bytes
            .get(..PDF_MARK_WITHIN.min(bytes.len()))
            .is_some_and(|head| head.windows(5).any(|part| part == b"%PDF-"))
        {
            return Ok(Self(Body::Pdf(pdf::File::read(bytes)?)));
        }
        let begins = zpl::read::Commands::new(bytes).any(|command| command.format && &command.name == b"XA");
        if begins { Ok(Self(Body::Zpl(bytes.to_vec()))) } else { Err(DocumentError::UnknownKind) }
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match &self.0 {
            Body::Zpl(_) => Kind::Zpl,
            Body::Picture { .. } => Kind::Png,
            Body::Pdf(_) => Kind::Pdf,
        }
    }

    /// The text of every barcode in it, as a scanner reads it: FNC1 at the start left out, another as GS. In a page with
    /// a label on it only those of the label. Empty where nothing can be drawn.
    #[must_use]
    pub fn barcodes(&self) -> Vec<String> {
        let mut texts = Vec::new();
        match &self.0 {
            Body::Zpl(zpl) => texts.extend(zpl::read::fields(zpl).filter_map(|field| zpl::read::barcode_text(&field))),
            Body::Picture { .. } | Body::Pdf(_) => {
                let pages = self.pages(READING_DOTS_PER_MM, None).unwrap_or_default();
                texts.extend(pages.iter().flat_map(|page| barcodes::read(&page.label)));
            }
        }
        texts.truncate(barcodes::BARCODES_MAX);
        texts
    }

    /// The bytes of `copies` labels for the printer, every page once a copy. ZPL goes to a ZPL printer of the resolution
    /// that it was made for as it is.
    ///
    /// # Errors
    /// It can not be drawn, something on it could not, or the number of copies is wrong.
    pub fn print(&self, printer: &Printer, copies: u16) -> Result<Vec<u8>, DocumentError> {
        if !(1..=COPIES_MAX).contains(&copies) {
            return Err(DocumentError::Copies(copies));
        }
        if let (Body::Zpl(document), Language::Zpl) = (&self.0, printer.language)
            && (made_for(document) - printer.dots_per_mm()).abs() < RESOLUTION_SLACK
        {
            return Ok(document.repeat(usize::from(copies)));
        }
        let mut bytes = Vec::new();
        for page in self.pages(printer.dots_per_mm(), Some(printer.width_dots.into()))? {
            if let Some(what) = page.missing.first() {
                return Err(DocumentError::NeedsZplPrinter(what));
            }
            bytes.extend(match printer.language {
                Language::Zpl => zpl::write_raster(&page.label, printer, copies),
                Language::Tspl => tspl::write(&page.label, printer, copies),
                Language::EscPos => escpos::write_raster(&page.label, printer, copies)?,
            });
        }
        Ok(bytes)
    }

    /// Its first page drawn, as near to `dpi` as whole dots allow. What can not be drawn is left white.
    ///
    /// # Errors
    /// It can not be drawn.
    pub fn picture(&self, dpi: u32) -> Result<Raster, DocumentError> {
        if !super::PICTURE_DPI.contains(&dpi) {
            return Err(BadSize { width: dpi, height: dpi }.into());
        }
        let pages = self.pages(dots_per_mm(dpi), None)?;
        pages.into_iter().next().map(|page| page.label).ok_or(DocumentError::Empty)
    }

    /// Every label in it, drawn; at most `room` dots wide where that is said.
    fn pages(&self, dots_per_mm: f32, room: Option<u32>) -> Result<Vec<Drawn>, DocumentError> {
        let Some(room) = room else { return self.drawn(dots_per_mm, None) };
        let trimmed = |pages: Vec<Drawn>| -> Vec<Drawn> {
            pages.into_iter().map(|page| Drawn { label: fit::trimmed(page.label, room), ..page }).collect()
        };
        let pages = trimmed(self.drawn(dots_per_mm, Some(room))?);
        // White may hang over the paper, ink may not.
        let right = |page: &Drawn| page.label.ink().map_or(0, |(x, _, width, _)| x + width);
        match pages.iter().map(right).max() {
            Some(right) if right > room && !matches!(self.0, Body::Picture { .. }) => {
                Ok(trimmed(self.drawn(dots_per_mm * room as f32 / right as f32, Some(room))?))
            }
            _ => Ok(pages),
        }
    }

    fn drawn(&self, dots_per_mm: f32, room: Option<u32>) -> Result<Vec<Drawn>, DocumentError> {
        let labels = match &self.0 {
            Body::Zpl(document) => return Ok(zpl::draw::draw(document, dots_per_mm)?),
            Body::Pdf(file) => {
                let pages = file.pages(dots_per_mm)?;
                pages.iter().map(|page| crop::labels(page, dots_per_mm)).collect::<Result<Vec<_>, _>>()?.concat()
            }
            Body::Picture { dots, dots_per_mm: own } => {
                let labels = crop::labels(dots, *own)?;
                labels.iter().map(|label| fit::fitted(label, *own, dots_per_mm, room)).collect::<Result<_, _>>()?
            }
        };
        Ok(labels.into_iter().map(|label| Drawn { label, missing: Vec::new() }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::symbol::Symbology;

    #[test]
    fn a_document_is_recognised_by_its_first_bytes() {
        assert_eq!(Document::read(b"\r\n^XA^FO1,1^FDx^FS^XZ").unwrap().kind(), Kind::Zpl);
        let png = Raster::white(8, 8).unwrap().to_png();
        assert_eq!(Document::read(&png).unwrap().kind(), Kind::Png);
        for other in [&b""[..], b"hello", b"GIF89a", b"<html>^</html>"] {
            assert!(matches!(Document::read(other), Err(DocumentError::UnknownKind)));
        }
    }

    #[test]
    fn the_barcodes_of_a_picture_are_read_from_its_dots() {
        let mut raster = Raster::white(812, 600).unwrap();
        for (symbology, text, x, y) in [
            (Symbology::Code128, "1Z999AA10123456784", 60, 40),
            (Symbology::Qr, "HTTPS://EXAMPLE.ORG/1", 80, 260),
            (Symbology::DataMatrix, "J4T8RZ2KC", 500, 280),
        ] {
            let modules = symbology.encode(text).unwrap();
            for (left, top, length) in modules.runs() {
                let tall = if symbology.is_matrix() { 6 } else { 140 };
                let across = if symbology.is_matrix() { 6 } else { 3 };
                raster.fill(x + left * across, y + top * tall, length * across, tall, true);
            }
        }
        let mut texts = Document::read(&raster.to_png()).unwrap().barcodes();
        texts.sort();
        assert_eq!(texts, ["1Z999AA10123456784", "HTTPS://EXAMPLE.ORG/1", "J4T8RZ2KC"]);
    }
}
