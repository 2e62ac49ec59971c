//! ESC/POS: the label from top to bottom, a strip at a time.
//!
//! A strip that holds one barcode or one line of plain text goes as a command of the printer; anything side by side, and
//! any other script, goes as a picture. The escpos crate writes the commands into memory; Code 128 it has not, so that
//! is `GS k` function B in our own bytes. Source: Epson, "ESC/POS Command Reference".

use std::cell::RefCell;
use std::rc::Rc;

use escpos::driver::Driver;
use escpos::printer::Printer as Commands;
use escpos::utils::{JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};

use super::code128::{self, Run};
use super::font::Weight;
use super::layout::{Item, Layout, Symbol, Text};
use super::printer::{Finish, Printer};
use super::raster::{BadSize, Raster};
use super::symbol::Symbology;

/// Rows of a picture band where the profile says nothing: 18 kB at 576 dots, which the smallest buffers hold.
const BAND_ROWS: u16 = 256;
/// Font A, in dots: each letter's cell.
const FONT_A: (u32, u32) = (12, 24);
/// Largest multiple of a letter's size.
const LETTER_TIMES_MAX: u32 = 8;
/// Modules that `GS w` takes, in dots.
const BAR_MODULE: std::ops::RangeInclusive<u32> = 2..=6;
/// Highest barcode that `GS h` takes, in dots.
const BAR_HEIGHT_MAX: u32 = 255;
/// Most bytes of one `GS k` function B.
const BAR_DATA_MAX: usize = 255;
/// How far from its place an item may be printed, in dots, for the sake of a native command: 3 mm at 203 dpi.
const OFF_PLACE_MAX: u32 = 24;
/// Largest square of a QR code that `GS ( k` takes, in dots.
const QR_MODULE_MAX: u32 = 16;

/// Why a label can not be written.
#[derive(Debug, thiserror::Error)]
pub enum EscposError {
    /// A picture is too large.
    #[error(transparent)]
    BadSize(#[from] BadSize),
    /// The library refused a command.
    #[error("the label can not be written as ESC/POS")]
    Refused(#[source] escpos::errors::PrinterError),
}

impl From<escpos::errors::PrinterError> for EscposError {
    fn from(error: escpos::errors::PrinterError) -> Self {
        EscposError::Refused(error)
    }
}

/// The library's way out: it writes into memory.
#[derive(Clone, Default)]
struct Memory(Rc<RefCell<Vec<u8>>>);

impl Driver for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn write(&self, data: &[u8]) -> escpos::errors::Result<()> {
        self.0.borrow_mut().extend(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> escpos::errors::Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> escpos::errors::Result<()> {
        Ok(())
    }
}

/// Writes one job.
///
/// # Errors
/// A picture in it is too large, or the library refuses a command.
pub fn write(layout: &Layout, printer: &Printer, copies: u16) -> Result<Vec<u8>, EscposError> {
    let paper = u32::from(printer.width_dots);
    repeated(printer, copies, |commands| {
        let mut done = 0;
        for strip in strips(layout) {
            if let [item] = strip.items.as_slice()
                && is_native(item, paper)
            {
                rows(commands, layout, &[], (done, strip.top), printer)?;
                native(commands, item, paper)?;
                done = strip.bottom;
            } else {
                rows(commands, layout, &strip.items, (done, strip.bottom), printer)?;
                done = strip.bottom;
            }
        }
        rows(commands, layout, &[], (done, layout.height), printer)
    })
}

/// Writes one job that is a picture.
///
/// # Errors
/// A band is too large, or the library refuses a command.
pub fn write_raster(raster: &Raster, printer: &Printer, copies: u16) -> Result<Vec<u8>, EscposError> {
    repeated(printer, copies, |commands| picture(commands, raster, printer))
}

type Out = Commands<Memory>;

fn repeated(
    printer: &Printer,
    copies: u16,
    mut label: impl FnMut(&mut Out) -> Result<(), EscposError>,
) -> Result<Vec<u8>, EscposError> {
    let memory = Memory::default();
    let mut commands = Commands::new(memory.clone(), Protocol::default(), None);
    memory.0.borrow_mut().extend(std::iter::repeat_n(0, usize::from(printer.leading_nuls)));
    for _ in 0..copies {
        commands.init()?;
        label(&mut commands)?;
        match printer.finish {
            // Feeds to the knife, then cuts; the one form that every clone knows.
            Finish::Cutter => commands.custom(&[0x1d, 0x56, 66, 0])?,
            Finish::TearOff => commands.feeds(4)?,
        };
        commands.print()?;
    }
    Ok(memory.0.take())
}

/// Items that share rows.
struct Strip<'a> {
    top: u32,
    bottom: u32,
    items: Vec<&'a Item>,
}

/// Cuts the layout where no item is cut.
fn strips(layout: &Layout) -> Vec<Strip<'_>> {
    let mut items: Vec<_> = layout.items.iter().map(|item| (item.extent(), item)).collect();
    items.sort_by_key(|((_, y, ..), _)| *y);
    let mut strips: Vec<Strip<'_>> = Vec::new();
    for ((_, top, _, height), item) in items {
        let bottom = (top + height).min(layout.height);
        match strips.last_mut() {
            Some(strip) if top < strip.bottom => {
                strip.bottom = strip.bottom.max(bottom);
                strip.items.push(item);
            }
            _ => strips.push(Strip { top, bottom, items: vec![item] }),
        }
    }
    strips
}

/// Draws rows `from` to `to` of the label with these items, as pictures.
fn rows(
    commands: &mut Out,
    layout: &Layout,
    items: &[&Item],
    (from, to): (u32, u32),
    printer: &Printer,
) -> Result<(), EscposError> {
    if from >= to {
        return Ok(());
    }
    let mut raster = Raster::white(layout.width, to - from)?;
    for item in items {
        item.draw(&mut raster, (0, from));
    }
    picture(commands, &raster, printer)
}

/// `GS v 0`, in bands.
fn picture(commands: &mut Out, raster: &Raster, printer: &Printer) -> Result<(), EscposError> {
    let band = usize::from(printer.band_rows.unwrap_or(BAND_ROWS).max(1));
    let stride = raster.stride();
    commands.custom(&[0x1b, b'a', 0])?;
    for rows in raster.bytes().chunks(band * stride) {
        let height = (rows.len() / stride) as u32;
        let [wide_low, wide_high, ..] = (stride as u32).to_le_bytes();
        let [high_low, high_high, ..] = height.to_le_bytes();
        commands.custom(&[0x1d, b'v', b'0', 0, wide_low, wide_high, high_low, high_high])?;
        commands.custom(rows)?;
    }
    Ok(())
}

/// Whether the printer has a command that puts the item where it belongs.
fn is_native(item: &Item, paper: u32) -> bool {
    let (x, _, width, _) = item.extent();
    match item {
        Item::Text(text) => letter_times(text, paper).is_some(),
        Item::Symbol(symbol) => {
            justified(x, width, paper).is_some()
                && match symbol.symbology {
                    Symbology::Code128 => {
                        BAR_MODULE.contains(&symbol.module)
                            && symbol.height <= BAR_HEIGHT_MAX
                            && bar_data(&symbol.text).is_some()
                    }
                    Symbology::Qr => symbol.module <= QR_MODULE_MAX && symbol.text.is_ascii(),
                    _ => false,
                }
        }
        _ => false,
    }
}

fn native(commands: &mut Out, item: &Item, paper: u32) -> Result<(), EscposError> {
    match item {
        Item::Text(text) => native_text(commands, text, paper),
        Item::Symbol(symbol) => native_symbol(commands, symbol, paper),
        _ => Ok(()),
    }
}

/// Left or centred on the paper; none where the printer would put it elsewhere.
fn justified(x: u32, width: u32, paper: u32) -> Option<JustifyMode> {
    if x <= OFF_PLACE_MAX {
        Some(JustifyMode::LEFT)
    } else if (2 * x + width).abs_diff(paper) <= 2 * OFF_PLACE_MAX {
        Some(JustifyMode::CENTER)
    } else {
        None
    }
}

/// How many times font A's letters can be enlarged without being larger than what was laid out; none where even the
/// plain ones are, or where they would look lost in the room.
fn letter_times(text: &Text, paper: u32) -> Option<(u32, JustifyMode)> {
    if !text.text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return None;
    }
    let times = (text.size / FONT_A.1).min(LETTER_TIMES_MAX);
    let width = text.text.len() as u32 * FONT_A.0 * times;
    let mode = justified(text.x, text.width, paper)?;
    (times > 0 && width <= paper && FONT_A.1 * times * 4 >= text.size * 3).then_some((times, mode))
}

fn native_text(commands: &mut Out, text: &Text, paper: u32) -> Result<(), EscposError> {
    let Some((times, mode)) = letter_times(text, paper) else { return Ok(()) };
    // Checked to be 1 to 8, and a line at most 255 dots.
    let (times, line) = (times.min(LETTER_TIMES_MAX) as u8, text.size.min(255) as u8);
    commands.justify(mode)?.bold(text.weight == Weight::Bold)?.size(times, times)?;
    commands.line_spacing(line)?.writeln(&text.text)?.reset_size()?.reset_line_spacing()?;
    Ok(())
}

fn native_symbol(commands: &mut Out, symbol: &Symbol, paper: u32) -> Result<(), EscposError> {
    let width = symbol.modules.width() * symbol.module;
    commands.justify(justified(symbol.x, width, paper).unwrap_or(JustifyMode::LEFT))?;
    // Both were checked to be within a byte.
    let (module, height) = (symbol.module.min(255) as u8, symbol.height.min(BAR_HEIGHT_MAX) as u8);
    if symbol.symbology == Symbology::Qr {
        let option = QRCodeOption::new(QRCodeModel::Model2, module, QRCodeCorrectionLevel::M);
        commands.qrcode_option(&symbol.text, option)?;
    } else if let Some(data) = bar_data(&symbol.text) {
        // No text below, height, module.
        commands.custom(&[0x1d, b'H', 0])?.custom(&[0x1d, b'h', height])?.custom(&[0x1d, b'w', module])?;
        let length = data.len().min(BAR_DATA_MAX) as u8;
        commands.custom(&[0x1d, b'k', 73, length])?.custom(&data)?;
    }
    Ok(())
}

/// The data of `GS k` function B: `{B` and characters, `{C` and a byte for each pair of digits.
fn bar_data(text: &str) -> Option<Vec<u8>> {
    let mut data = Vec::with_capacity(text.len() + 8);
    for run in code128::runs(text)? {
        match run {
            Run::B(part) => {
                data.extend(b"{B");
                // A brace begins an escape; two are one.
                part.bytes().for_each(|byte| data.extend(std::iter::repeat_n(byte, if byte == b'{' { 2 } else { 1 })));
            }
            Run::C(part) => {
                data.extend(b"{C");
                data.extend(
                    part.as_bytes().chunks_exact(2).map(|pair| pair.iter().fold(0, |n, d| n * 10 + (d - b'0'))),
                );
            }
        }
    }
    (data.len() <= BAR_DATA_MAX).then_some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_128_is_written_as_function_b_takes_it() {
        assert_eq!(bar_data("BPN-000123-REV7").unwrap(), b"{BBPN-{C\x00\x01\x17{B-REV7");
        assert_eq!(bar_data("a{b").unwrap(), b"{Ba{{b");
        assert_eq!(bar_data("1042").unwrap(), b"{C\x0a\x2a");
        assert_eq!(bar_data(&"{".repeat(200)), None);
    }
}
