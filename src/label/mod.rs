//! What a printer is told: a label described once, in the language of whatever printer is there.
//!
//! ```text
//! template + fields ──layout──▶ Layout ──zpl, tspl, escpos──▶ bytes
//!                                  └──draw──▶ Raster ──▶ PNG for the screen
//! document (ZPL, PNG, PDF) ─────────────▶ Raster or the same ZPL ──▶ bytes
//! ```
//!
//! Data never becomes a command: each language's writer says in its first lines why.

pub mod builtin;
pub mod code128;
pub mod device_id;
pub mod document;
mod draw;
pub mod escpos;
pub mod field;
pub mod font;
pub mod layout;
pub mod pages;
pub mod printer;
pub mod pwg;
pub mod raster;
pub mod status;
pub mod symbol;
pub mod template;
pub mod tspl;
pub mod zpl;

pub use field::{Field, Fields};
pub use printer::{Language, Printer};
pub use raster::Raster;
pub use template::Template;

use layout::lay_out;

/// Most copies of one label: a roll. More is a slip of the finger.
pub const COPIES_MAX: u16 = 500;
/// Resolutions that a picture may be drawn at, in dots of an inch.
pub const PICTURE_DPI: std::ops::RangeInclusive<u32> = 72..=600;

/// Why a label can not be printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// A barcode does not fit the label, or can not carry its text.
    #[error("the label {template} can not be printed")]
    DoesNotFit {
        /// The template's name.
        template: String,
        /// What does not fit.
        source: layout::DoesNotFit,
    },
    /// It has too many dots.
    #[error(transparent)]
    BadSize(#[from] raster::BadSize),
    /// None, or more than [`COPIES_MAX`].
    #[error("{0} copies can not be printed: 1 to {COPIES_MAX} can")]
    Copies(u16),
    /// A resolution that no screen or printer has.
    #[error("a picture at {0} dpi can not be drawn: 72 to 600 dpi can")]
    Dpi(u32),
    /// ESC/POS could not be written.
    #[error(transparent)]
    Escpos(#[from] escpos::EscposError),
}

/// The bytes of `copies` labels in the printer's own language. A label wider than the paper is made smaller.
///
/// # Errors
/// A barcode can not carry its text or does not fit, or the number of copies is wrong.
pub fn print(template: &Template, fields: &Fields, printer: &Printer, copies: u16) -> Result<Vec<u8>, PrintError> {
    if !(1..=COPIES_MAX).contains(&copies) {
        return Err(PrintError::Copies(copies));
    }
    let layout = laid_out(template, fields, printer.dots_per_mm() * shrink(template, printer))?;
    Ok(match printer.language {
        Language::Zpl => zpl::write(&layout, printer, copies)?,
        Language::Tspl => tspl::write(&layout.draw()?, printer, copies),
        Language::EscPos => escpos::write(&layout, printer, copies)?,
    })
}

/// The label as a picture: what the kiosk shows where no printer is.
///
/// # Errors
/// A barcode can not carry its text or does not fit, or the resolution is not one of [`PICTURE_DPI`].
pub fn picture(template: &Template, fields: &Fields, dpi: u32) -> Result<Raster, PrintError> {
    if !PICTURE_DPI.contains(&dpi) {
        return Err(PrintError::Dpi(dpi));
    }
    Ok(laid_out(template, fields, printer::dots_per_mm(dpi))?.draw()?)
}

fn laid_out(template: &Template, fields: &Fields, scale: f32) -> Result<layout::Layout, PrintError> {
    lay_out(template, fields, scale)
        .map_err(|source| PrintError::DoesNotFit { template: template.name().to_owned(), source })
}

/// How much smaller the label must be for this printer and its stock: 1 where it fits.
fn shrink(template: &Template, printer: &Printer) -> f32 {
    let (width, height) = template.size_mm();
    let head = f32::from(printer.width_dots) / printer.dots_per_mm();
    let across = printer.media.map_or(head, |media| media.width_mm.min(head)) / width;
    let down = printer.media.and_then(|media| media.height_mm).map_or(1.0, |high| high / height);
    across.min(down).min(1.0)
}
