//! Label documents that others made: recognised, read for their barcodes, and printed on whatever printer is there.

pub mod barcodes;
mod crop;
mod fit;
pub mod pdf;
pub mod png;
mod weigh;

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
    /// A page that it does not have.
    #[error("the document has no page {asked}: it has {pages}")]
    NoSuchPage {
        /// Which one was asked for, from 1.
        asked: u16,
        /// How many it has.
        pages: usize,
    },
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
pub struct Document {
    body: Body,
    /// Which of its pages, from 1, in order; none: all.
    only: Option<Vec<u16>>,
}

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
            return Ok(Self::whole(Body::Picture { dots, dots_per_mm }));
        }
        // Readers of PDF take files with something before the mark.
        if bytes
            .get(..PDF_MARK_WITHIN.min(bytes.len()))
            .is_some_and(|head| head.windows(5).any(|part| part == b"%PDF-"))
        {
            return Ok(Self::whole(Body::Pdf(pdf::File::read(bytes)?)));
        }
        let begins = zpl::read::Commands::new(bytes).any(|command| command.format && &command.name == b"XA");
        if begins { Ok(Self::whole(Body::Zpl(bytes.to_vec()))) } else { Err(DocumentError::UnknownKind) }
    }

    const fn whole(body: Body) -> Self {
        Self { body, only: None }
    }

    /// How many pages it has: pages of a PDF file, labels of ZPL; a picture is one.
    ///
    /// # Errors
    /// It can not be read.
    pub fn page_count(&self) -> Result<usize, DocumentError> {
        let all = match &self.body {
            Body::Zpl(zpl) => {
                zpl::read::Commands::new(zpl).filter(|command| command.format && &command.name == b"XA").count()
            }
            Body::Picture { .. } => 1,
            Body::Pdf(file) => file.page_count()?,
        };
        Ok(self.only.as_ref().map_or(all, Vec::len))
    }

    /// Only these pages of it, from 1: pages of a PDF file, labels of anything else. No numbers mean all.
    #[must_use]
    pub fn only(self, pages: &[u16]) -> Self {
        Self { only: (!pages.is_empty()).then(|| pages.to_vec()), ..self }
    }

    /// Keeps what [`Document::only`] asked for.
    fn chosen<T: Clone>(&self, all: Vec<T>) -> Result<Vec<T>, DocumentError> {
        let Some(only) = &self.only else { return Ok(all) };
        let page = |n: &u16| usize::from(*n).checked_sub(1).and_then(|i| all.get(i)).cloned();
        only.iter().map(|n| page(n).ok_or(DocumentError::NoSuchPage { asked: *n, pages: all.len() })).collect()
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match &self.body {
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
        match &self.body {
            Body::Zpl(zpl) if self.only.is_none() => {
                texts.extend(zpl::read::fields(zpl).filter_map(|field| zpl::read::barcode_text(&field)))
            }
            _ => {
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
        if let (Body::Zpl(document), Language::Zpl, None) = (&self.body, printer.language, &self.only)
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
            Some(right) if right > room && !matches!(self.body, Body::Picture { .. }) => {
                Ok(trimmed(self.drawn(dots_per_mm * room as f32 / right as f32, Some(room))?))
            }
            _ => Ok(pages),
        }
    }

    fn drawn(&self, dots_per_mm: f32, room: Option<u32>) -> Result<Vec<Drawn>, DocumentError> {
        let labels = match &self.body {
            Body::Zpl(document) => return self.chosen(zpl::draw::draw(document, dots_per_mm)?),
            Body::Pdf(file) => {
                let numbers = self.chosen((0..file.page_count()?).collect())?;
                let pages = file.pages(&numbers, dots_per_mm)?;
                pages.iter().map(|page| crop::labels(page, dots_per_mm)).collect::<Result<Vec<_>, _>>()?.concat()
            }
            Body::Picture { dots, dots_per_mm: own } => {
                let labels = self.chosen(crop::labels(dots, *own)?)?;
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

    /// A PDF file of 4 × 6 in pages, each with one bar of so many points from the top.
    fn pdf(bars: &[u32]) -> Vec<u8> {
        let kids: String = (0..bars.len()).map(|i| format!("{} 0 R ", 3 + 2 * i)).collect();
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", bars.len()),
        ];
        for (i, from_top) in bars.iter().enumerate() {
            let content = format!("20 {} 100 20 re f", 432 - from_top);
            objects
                .push(format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents {} 0 R >>", 4 + 2 * i));
            objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
        }
        let mut file = "%PDF-1.4\n".to_owned();
        for (number, object) in (1..).zip(objects) {
            file += &format!("{number} 0 obj\n{object}\nendobj\n");
        }
        (file + "trailer\n<< /Root 1 0 R >>\n").into_bytes()
    }

    #[test]
    fn a_page_of_a_file_is_a_document_of_its_own() {
        let whole = Document::read(&pdf(&[100, 200, 300])).unwrap();
        let top = |document: &Document| document.picture(203).unwrap().ink().map(|(_, y, ..)| y * 72 / 203);
        assert_eq!(top(&whole), Some(80));
        for (page, from_top) in [(1, 80), (2, 180), (3, 280)] {
            assert_eq!(top(&whole.clone().only(&[page])), Some(from_top), "{page}");
        }
        let printer = crate::catalog::printers::builtin("generic-tspl-203").unwrap();
        let prints = |document: &Document, copies| {
            let bytes = document.print(&printer, copies).unwrap();
            bytes.windows(6).filter(|part| *part == b"BITMAP").count()
        };
        assert_eq!((prints(&whole, 1), prints(&whole.clone().only(&[3, 1]), 2)), (3, 2));
        for none in [0, 4] {
            let error = whole.clone().only(&[none]).print(&printer, 1).unwrap_err();
            assert_eq!(error.to_string(), format!("the document has no page {none}: it has 3"));
        }
    }

    #[test]
    fn a_label_of_a_zpl_document_is_a_document_of_its_own() {
        let label = |code: &str| format!("^XA^FO20,20^BY3^BCN,80,N^FD{code}^FS^XZ\n");
        let both = Document::read(format!("{}{}", label("1Z111"), label("1Z222")).as_bytes()).unwrap();
        assert_eq!(both.barcodes(), ["1Z111", "1Z222"]);
        let second = both.only(&[2]);
        assert_eq!(second.barcodes(), ["1Z222"]);
        let printer = crate::catalog::printers::builtin("generic-zpl-203").unwrap();
        let zpl = String::from_utf8(second.print(&printer, 1).unwrap()).unwrap();
        assert_eq!((zpl.matches("^XA").count(), zpl.matches("^GF").count()), (1, 1));
    }
}
