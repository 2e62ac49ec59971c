//! PDF pages made into dots at the printer's own resolution.

use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::{RenderSettings, render};

use super::{png, weigh};
use crate::label::raster::{BadSize, RASTER_DOTS_MAX, Raster};

/// Most pages of a document: labels of one order with their customs forms.
pub const PAGES_MAX: usize = 40;
/// Points of an inch, and millimetres of one.
const POINTS_PER_MM: f32 = 72.0 / 25.4;
/// Light from which a dot stays white: half.
const WHITE_FROM: u32 = 128;

/// Why a PDF file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// It is damaged, or no PDF.
    #[error("the PDF file can not be read")]
    Damaged,
    /// A password is needed.
    #[error("the PDF file is locked with a password")]
    Locked,
    /// More than [`PAGES_MAX`], or none.
    #[error("the PDF file has {0} pages, and must have 1 to {PAGES_MAX}")]
    Pages(usize),
    /// A page draws more than any label does.
    #[error("a page of the PDF file draws too much for a label")]
    TooMuch,
    /// A page is too large.
    #[error(transparent)]
    BadSize(#[from] BadSize),
}

/// A PDF file that was read.
#[derive(Clone)]
pub struct File(Arc<Vec<u8>>);

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PDF of {} bytes", self.0.len())
    }
}

impl File {
    /// Checks that it can be read.
    ///
    /// # Errors
    /// It is damaged, locked, or has no page or too many.
    pub fn read(bytes: &[u8]) -> Result<Self, PdfError> {
        let file = Self(Arc::new(bytes.to_vec()));
        weigh::streams(file.open()?.objects())?;
        Ok(file)
    }

    fn open(&self) -> Result<Pdf, PdfError> {
        use hayro::hayro_syntax::LoadPdfError;
        let pdf = Pdf::new(self.0.clone()).map_err(|error| match error {
            LoadPdfError::Decryption(_) => PdfError::Locked,
            LoadPdfError::Invalid => PdfError::Damaged,
        })?;
        let pages = pdf.pages().len();
        if (1..=PAGES_MAX).contains(&pages) { Ok(pdf) } else { Err(PdfError::Pages(pages)) }
    }

    /// How many pages it has.
    ///
    /// # Errors
    /// It can not be read.
    pub fn page_count(&self) -> Result<usize, PdfError> {
        Ok(self.open()?.pages().len())
    }

    /// Draws these pages, from 0; those that it does not have are left out.
    ///
    /// # Errors
    /// A page is too large, or draws too much.
    pub fn pages(&self, numbers: &[usize], dots_per_mm: f32) -> Result<Vec<Raster>, PdfError> {
        let pdf = self.open()?;
        let scale = dots_per_mm / POINTS_PER_MM;
        numbers
            .iter()
            .filter_map(|number| pdf.pages().get(*number))
            .map(|page| {
                let (width, height) = page.render_dimensions();
                let dots = |points: f32| (points * scale).round().clamp(0.0, f32::from(u16::MAX)) as u16;
                let (width, height) = (dots(width), dots(height));
                if u64::from(width) * u64::from(height) > RASTER_DOTS_MAX || width == 0 || height == 0 {
                    return Err(BadSize { width: width.into(), height: height.into() }.into());
                }
                weigh::page(page)?;
                let settings = RenderSettings {
                    x_scale: scale,
                    y_scale: scale,
                    width: Some(width),
                    height: Some(height),
                    ..white()
                };
                let drawn = render(page, &InterpreterSettings::default(), &settings);
                let (pixels, stride) = (drawn.data_as_u8_slice(), usize::from(width) * 4);
                let dots = (u32::from(width), u32::from(height));
                Ok(Raster::of_pixels(dots, (pixels, stride), |[r, g, b, _]| png::luma(*r, *g, *b) < WHITE_FROM)?)
            })
            .collect()
    }
}

/// Paper is white; where nothing is drawn the library would leave glass.
fn white() -> RenderSettings {
    RenderSettings { bg_color: hayro::vello_cpu::color::palette::css::WHITE, ..RenderSettings::default() }
}
