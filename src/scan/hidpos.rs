//! HID POS scanners: reports in, scans out, by the device's own report descriptor.
//!
//! Source: USB-IF *HID Point of Sale Usage Tables* 1.02, chapter 4 (bar code scanner page, 0x8C). Makers order and size
//! the fields differently, and some leave out the byte count, hence the descriptor decides.

use std::ops::Range;
use std::panic::catch_unwind;
use std::time::Duration;

use hidreport::{Field, Report, ReportDescriptor, Usage};

use super::frame::{CUT_GAP, Framing, readable};
use super::{Broken, Heard, NOISE_KEPT, SCAN_MAX, Scan};
use crate::code::aim::Aim;

/// Usages as page and id in one number.
const BYTE_COUNT: u32 = 0x0001_003b;
const SYMBOLOGY_1: u32 = 0x008c_00fb;
const SYMBOLOGY_3: u32 = 0x008c_00fd;
const DECODED_DATA: u32 = 0x008c_00fe;
const CONTINUED: u32 = 0x008c_00ff;

/// The decoder of one HID POS scanner.
#[derive(Debug, Clone)]
pub struct HidPos {
    shapes: Vec<Shape>,
    framing: Framing,
    /// What earlier reports of this barcode held; at most [`SCAN_MAX`] bytes.
    partial: Vec<u8>,
    state: State,
    last_report: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The next report begins a barcode.
    Between,
    /// The next report continues one.
    Continued,
    /// As before, and that barcode was given up.
    Skipping,
}

/// Where a kind of report keeps a barcode, in bits from the report's beginning.
#[derive(Debug, Clone, Default)]
struct Shape {
    id: Option<u8>,
    count: Option<Range<usize>>,
    symbology: Vec<Range<usize>>,
    data: Vec<Range<usize>>,
    continued: Option<Range<usize>>,
}

/// A report descriptor without barcodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its HID report descriptor has no decoded barcode data")]
pub struct NoBarcodes;

impl HidPos {
    /// A decoder for a device with this report descriptor. Of `framing`, marks and
    /// silence have no meaning here.
    ///
    /// # Errors
    /// The descriptor can not be read or has no field for decoded data.
    pub fn new(descriptor: &[u8], framing: &Framing) -> Result<Self, NoBarcodes> {
        // The parser panics on some descriptors that the kernel lets pass, such as one without a usage page.
        let parsed = catch_unwind(|| ReportDescriptor::try_from(descriptor).ok()).ok().flatten().ok_or(NoBarcodes)?;
        let shapes: Vec<Shape> = parsed.input_reports().iter().map(shape).filter(|s| !s.data.is_empty()).collect();
        if shapes.is_empty() {
            return Err(NoBarcodes);
        }
        Ok(Self {
            shapes,
            framing: framing.clone(),
            partial: Vec::new(),
            state: State::Between,
            last_report: Duration::ZERO,
        })
    }

    /// Takes one report, read at `now`; appends what is complete to `out`.
    pub fn feed(&mut self, report: &[u8], now: Duration, out: &mut Vec<Heard>) {
        let numbered = |shape: &&Shape| shape.id.is_none() || shape.id == report.first().copied();
        let Some(shape) = self.shapes.iter().find(numbered) else {
            return;
        };
        self.last_report = now;
        let Some(Piece { data, aim, continued }) = shape.piece(report) else {
            self.partial.clear();
            self.state = State::Between;
            out.push(Heard::Broken(Broken::BadReport));
            return;
        };
        if self.state != State::Skipping {
            if self.partial.len() + data.len() > SCAN_MAX {
                out.push(Heard::Broken(Broken::TooLong { limit: SCAN_MAX }));
                self.state = State::Skipping;
                self.partial.clear();
            } else {
                self.partial.extend(data);
                self.state = State::Continued;
            }
        }
        if !continued {
            if self.state == State::Continued {
                self.finish(aim, out);
            }
            self.state = State::Between;
        }
    }

    /// When [`HidPos::idle`] wants to be called if nothing arrives until then.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        (self.state != State::Between).then(|| self.last_report + CUT_GAP)
    }

    /// Tells the decoder that nothing has arrived until `now`.
    pub fn idle(&mut self, now: Duration, out: &mut Vec<Heard>) {
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.cut_off(out);
        }
    }

    /// Tells the decoder that the device is gone: a barcode that it had begun is lost.
    pub fn cut_off(&mut self, out: &mut Vec<Heard>) {
        if self.state == State::Continued {
            out.push(Heard::Broken(Broken::CutOff));
        }
        self.partial.clear();
        self.state = State::Between;
    }

    fn finish(&mut self, aim: Option<Aim>, out: &mut Vec<Heard>) {
        let bytes = std::mem::take(&mut self.partial);
        let Some(text) = readable(&bytes) else {
            let bytes = bytes.into_iter().take(NOISE_KEPT).collect();
            out.push(Heard::Broken(Broken::NotText { bytes }));
            return;
        };
        let text = text.trim_end_matches(['\r', '\n', '\t']);
        // Some send the identifier in the data too.
        if let Some(scan) = self.framing.heard(text) {
            out.push(Heard::Scan(Scan { aim: aim.or(scan.aim), ..scan }));
        }
    }
}

/// What one report holds.
struct Piece {
    data: Vec<u8>,
    aim: Option<Aim>,
    continued: bool,
}

impl Shape {
    /// What a report holds; none if it is shorter than its fields, or counts more bytes than it has.
    fn piece(&self, report: &[u8]) -> Option<Piece> {
        let bytes = |cells: &[Range<usize>]| cells.iter().map(|cell| byte(report, cell)).collect::<Option<Vec<u8>>>();
        let mut data = bytes(&self.data)?;
        match &self.count {
            Some(count) => {
                let count = usize::from(byte(report, count)?);
                if count > data.len() {
                    return None;
                }
                data.truncate(count);
            }
            None => data.truncate(data.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)),
        }
        let continued = self.continued.as_ref().map_or(Some(0), |cell| byte(report, cell))? != 0;
        Some(Piece { data, aim: aim(&bytes(&self.symbology)?), continued })
    }
}

/// The AIM identifier in the symbology bytes, which some makers send without its bracket.
fn aim(bytes: &[u8]) -> Option<Aim> {
    let text = std::str::from_utf8(bytes).ok()?.trim_matches(['\0', ' ']);
    let text = if text.starts_with(']') { text.to_owned() } else { format!("]{text}") };
    Aim::try_from(text).ok()
}

fn shape(report: &impl Report) -> Shape {
    let mut shape = Shape { id: report.report_id().map(u8::from), ..Shape::default() };
    for field in report.fields() {
        match field {
            Field::Variable(field) => shape.place(number(&field.usage), field.bits.clone()),
            Field::Array(field) => {
                let Some(usage) = field.usages().first() else { continue };
                let width = field.bits.len().checked_div(usize::from(field.report_count)).unwrap_or_default().max(1);
                for start in field.bits.clone().step_by(width) {
                    shape.place(number(usage), start..start + width);
                }
            }
            Field::Constant(_) => {}
        }
    }
    shape
}

fn number(usage: &Usage) -> u32 {
    u32::from(u16::from(usage.usage_page)) << 16 | u32::from(u16::from(usage.usage_id))
}

impl Shape {
    fn place(&mut self, usage: u32, bits: Range<usize>) {
        match usage {
            BYTE_COUNT => self.count = Some(bits),
            SYMBOLOGY_1..=SYMBOLOGY_3 => self.symbology.push(bits),
            DECODED_DATA => self.data.push(bits),
            CONTINUED => self.continued = Some(bits),
            _ => {}
        }
    }
}

/// The lowest eight bits of a field; none if the report ends before it does.
fn byte(report: &[u8], bits: &Range<usize>) -> Option<u8> {
    let end = bits.end.min(bits.start + 8);
    (bits.start..end).try_fold(0, |byte, bit| {
        let value = report.get(bit / 8)? >> (bit % 8) & 1;
        Some(byte | value << (bit - bits.start))
    })
}
