//! TSPL: every label is one picture.
//!
//! Dialects quote strings, name fonts and choose Code 128 sets in different ways, so nothing that is data is ever sent as
//! text. Source: TSC, "TSPL/TSPL2 Programming Language"; the order of the head is that of Rollo's own driver.

use std::io::Write;

use super::printer::{Finish, Printer};
use super::raster::Raster;

/// Rows that are mostly black, one after another, from which a weak supply needs a lighter and slower print.
const HEAVY_ROWS: usize = 100;
/// How much lighter and slower.
const RELIEF: u8 = 2;
/// What a printer with a weak supply is set to where its profile says nothing.
const DEFAULT_DENSITY: u8 = 8;
const DEFAULT_SPEED: u8 = 6;

/// Writes one job.
#[must_use]
pub fn write(raster: &Raster, printer: &Printer, copies: u16) -> Vec<u8> {
    let mut out = vec![0; usize::from(printer.leading_nuls)];
    out.reserve(raster.bytes().len() + 256);
    let mm = |dots: u32| f64::from(dots) / f64::from(printer.dots_per_mm());
    let (width, height) = printer.media.map_or((mm(raster.width()), mm(raster.height())), |media| {
        (f64::from(media.width_mm), media.height_mm.map_or(mm(raster.height()), f64::from))
    });
    line(&mut out, format_args!(""));
    line(&mut out, format_args!("SIZE {width:.1} mm,{height:.1} mm"));
    if let Some(gap) = printer.gap_mm {
        line(&mut out, format_args!("GAP {gap:.1} mm,0 mm"));
    }
    line(&mut out, format_args!("DIRECTION 0,0"));
    line(&mut out, format_args!("REFERENCE 0,0"));
    line(&mut out, format_args!("OFFSET 0 mm"));
    let relief = if printer.weak_supply && is_heavy(raster) { RELIEF } else { 0 };
    let setting =
        |set: Option<u8>, default: u8| set.or(printer.weak_supply.then_some(default)).map(|n| n.saturating_sub(relief));
    if let Some(density) = setting(printer.darkness, DEFAULT_DENSITY) {
        line(&mut out, format_args!("DENSITY {density}"));
    }
    if let Some(speed) = setting(printer.speed, DEFAULT_SPEED) {
        line(&mut out, format_args!("SPEED {}", speed.max(1)));
    }
    match printer.finish {
        Finish::TearOff => line(&mut out, format_args!("SET TEAR ON")),
        Finish::Cutter => line(&mut out, format_args!("SET CUTTER 1")),
    }
    line(&mut out, format_args!("CLS"));
    bitmap(&mut out, raster);
    line(&mut out, format_args!("PRINT 1,{copies}"));
    out
}

/// The inked part, left upper corner on a whole byte. A white label has no part, and is fed.
fn bitmap(out: &mut Vec<u8>, raster: &Raster) {
    let Some((left, top, width, height)) = raster.ink() else { return };
    let left = left / 8 * 8;
    let width = (raster.width() - left).min((width + 15) / 8 * 8);
    let Ok(part) = raster.cut(left, top, width, height) else { return };
    let _ = write!(out, "BITMAP {left},{top},{},{height},0,", part.stride());
    // Here a set bit is white, the padding of each row too.
    out.extend(part.bytes().iter().map(|byte| !byte));
    line(out, format_args!(""));
}

fn line(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing into a Vec can not fail.
    let _ = out.write_fmt(text);
    out.extend(b"\r\n");
}

fn is_heavy(raster: &Raster) -> bool {
    let mostly_black = |row: &[u8]| {
        let black: u32 = row.iter().map(|byte| byte.count_ones()).sum();
        black * 4 > raster.width() * 3
    };
    let mut run = 0;
    raster.rows().any(|row| {
        run = if mostly_black(row) { run + 1 } else { 0 };
        run > HEAVY_ROWS
    })
}
