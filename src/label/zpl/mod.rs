//! ZPL II: labels written with the printer's own barcodes and letters, pictures packed; and labels of others read.
//!
//! Source: Zebra, "ZPL II Programming Guide". `^` and `~` are the only bytes that begin a command, and neither ever
//! leaves here as data: each `^FD` is preceded by `^FH_`, and everything but plain letters goes as `_XX`.

mod draft;
pub mod draw;
pub mod graphic;
mod letters;
mod page;
pub mod read;
mod room;
mod shapes;
mod symbols;
mod unpack;

use std::fmt::Write;

use super::code128::{self, Run};
use super::draw::Extent;
use super::font::Weight;
use super::layout::{Item, Layout, Symbol, Text};
use super::printer::{Finish, Printer};
use super::raster::{BadSize, Raster};
use super::symbol::Symbology;

/// Widest module that `^BY` and `^BQ` take, in dots.
const MODULE_MAX: u32 = 10;
/// With `^FO`, a QR code is printed lower by the bar height that `^BY` set last; this is set, and taken off again.
const QR_DROP: u32 = 10;
/// `^A0` sizes at which font 0 has capitals as high, and words as wide, as ours in a line of one dot.
const FONT_0_HEIGHT: f32 = 0.813;
const FONT_0_WIDTH: f32 = 0.86;
/// Where our capitals begin in their line; those of font 0 begin at its origin.
const CAPITALS_FROM: f32 = 0.18;

/// Writes one format.
///
/// # Errors
/// A picture in it is too large.
pub fn write(layout: &Layout, printer: &Printer, copies: u16) -> Result<Vec<u8>, BadSize> {
    let mut out = begin(printer, (layout.width, layout.height));
    for item in &layout.items {
        match item {
            Item::Text(text) if is_plain(&text.text) && room::has_room(text, layout) => native_text(&mut out, text),
            Item::Symbol(symbol) if native_symbol(&mut out, symbol) => {}
            Item::Bar { x, y, width, height } => bar(&mut out, (*x, *y, *width, *height)),
            other => {
                let (x, y, ..) = other.extent();
                picture(&mut out, &other.alone()?, (x, y), printer);
            }
        }
    }
    end(&mut out, copies);
    Ok(out.into_bytes())
}

/// Writes one format that is a picture.
#[must_use]
pub fn write_raster(raster: &Raster, printer: &Printer, copies: u16) -> Vec<u8> {
    let mut out = begin(printer, (raster.width(), raster.height()));
    picture(&mut out, raster, (0, 0), printer);
    end(&mut out, copies);
    out.into_bytes()
}

/// Every setting that sticks in the printer is set anew: whoever printed before may have left any.
fn begin(printer: &Printer, (width, height): (u32, u32)) -> String {
    let mut out = String::with_capacity(2_048);
    let (width, height) = printer.media.map_or((width, height), |media| {
        let dots = |mm: f32| (mm * printer.dots_per_mm()).round() as u32;
        (dots(media.width_mm), media.height_mm.map_or(height, dots))
    });
    let width = width.min(u32::from(printer.width_dots));
    put(&mut out, format_args!("^XA^CI28^PON^FWN^LH0,0^LS0^LT0^LRN^PW{width}^LL{height}"));
    out.push_str(match printer.finish {
        Finish::TearOff => "^MMT",
        Finish::Cutter => "^MMC",
    });
    match printer.gap_mm {
        Some(gap) if gap <= 0.0 => out.push_str("^MNN"),
        Some(_) => out.push_str("^MNY"),
        None => {}
    }
    if let Some(speed) = printer.speed {
        put(&mut out, format_args!("^PR{speed}"));
    }
    if let Some(darkness) = printer.darkness {
        put(&mut out, format_args!("~SD{darkness:02}"));
    }
    out.push('\n');
    out
}

fn end(out: &mut String, copies: u16) {
    put(out, format_args!("^PQ{copies},0,0,N^XZ\n"));
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a String can not fail.
    let _ = out.write_fmt(text);
}

/// Whether the printer's own letters can be trusted with it: beyond ASCII, models differ.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

fn native_text(out: &mut String, text: &Text) {
    let of_line = |part: f32| (text.size as f32 * part).round() as u32;
    // Font 0 has one weight; narrower letters stand for the lighter one.
    let lighter = if text.weight == Weight::Bold { 1.0 } else { 0.97 };
    let (height, width) = (of_line(FONT_0_HEIGHT), of_line(FONT_0_WIDTH * lighter));
    let y = text.y + of_line(CAPITALS_FROM);
    put(out, format_args!("^FO{},{y}^A0N,{height},{width}", text.x));
    field(out, &text.text);
}

/// `^FH_^FD…^FS`: data that can not be a command.
fn field(out: &mut String, data: &str) {
    out.push_str("^FH_^FD");
    for byte in data.bytes() {
        if byte.is_ascii_alphanumeric() || b" #.,:;+-*/()[]=!?&'\"@%$<>".contains(&byte) {
            out.push(char::from(byte));
        } else {
            put(out, format_args!("_{byte:02X}"));
        }
    }
    out.push_str("^FS\n");
}

fn bar(out: &mut String, (x, y, width, height): Extent) {
    put(out, format_args!("^FO{x},{y}^GB{width},{height},{}^FS\n", width.min(height)));
}

fn picture(out: &mut String, raster: &Raster, (x, y): (u32, u32), printer: &Printer) {
    let Some((left, top, width, height)) = raster.ink() else { return };
    // Whole bytes to the left keep cutting cheap.
    let left = left / 8 * 8;
    let width = (raster.width() - left).min(width + 8);
    let Ok(inked) = raster.cut(left, top, width, height) else { return };
    put(out, format_args!("^FO{},{}", x + left, y + top));
    out.push_str(&graphic::field(&inked, printer.compression));
    out.push_str("^FS\n");
}

/// Whether the symbol was written as a command of the printer; otherwise nothing was.
fn native_symbol(out: &mut String, symbol: &Symbol) -> bool {
    let Symbol { x, y, module, height, text, .. } = symbol;
    if *module > MODULE_MAX {
        return false;
    }
    let (command, data) = match symbol.symbology {
        Symbology::Code128 => {
            let Some(data) = code128_data(text) else { return false };
            (format!("^BY{module},2,{height}^BCN,{height},N,N,N,N"), data)
        }
        Symbology::Code39 => (format!("^BY{module},2,{height}^B3N,N,{height},N,N"), text.clone()),
        Symbology::Itf => (format!("^BY{module},3,{height}^B2N,{height},N,N,N"), text.clone()),
        Symbology::Ean13 => (format!("^BY{module},2,{height}^BEN,{height},N,N"), without_check(text)),
        Symbology::Ean8 => (format!("^BY{module},2,{height}^B8N,{height},N,N"), without_check(text)),
        Symbology::UpcA => (format!("^BY{module},2,{height}^BUN,{height},N,N,N"), without_check(text)),
        // The command takes another number form for each firmware.
        Symbology::UpcE => return false,
        Symbology::Qr => {
            let Some(top) = y.checked_sub(QR_DROP).filter(|_| is_plain(text)) else { return false };
            put(out, format_args!("^FO{x},{top}^BY2,2,{QR_DROP}^BQN,2,{module}"));
            field(out, &format!("MA,{text}"));
            return true;
        }
        Symbology::DataMatrix if is_plain(text) && !text.contains(['_', '~']) => {
            let side = symbol.modules.width();
            (format!("^BXN,{module},200,{side},{side},,_"), text.clone())
        }
        Symbology::DataMatrix => return false,
    };
    put(out, format_args!("^FO{x},{y}{command}"));
    field(out, &data);
    true
}

/// The text with its code sets chosen here, so that the symbol is as wide as it was laid out. None where it has a
/// character on whose writing in `^BC` firmware and renderers disagree.
fn code128_data(text: &str) -> Option<String> {
    if text.contains(['>', '^', '~', '_', '\\']) {
        return None;
    }
    // Renderers, and so perhaps firmwares, disagree on changes of the set within a symbol too.
    match code128::runs(text)?.as_slice() {
        [Run::B(part)] => Some(format!(">:{part}")),
        [Run::C(part)] => Some(format!(">;{part}")),
        _ => None,
    }
}

fn without_check(text: &str) -> String {
    text.get(..text.len().saturating_sub(1)).unwrap_or_default().to_owned()
}
