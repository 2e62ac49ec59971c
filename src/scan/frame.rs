//! Where a scan begins and ends in a stream of bytes: terminators, start and end marks, silence.
//!
//! Bytes are kept until a rule ends the scan, so it does not matter how the stream was cut into reads. A reader hands
//! over whatever has arrived before it calls [`Frame::idle`]: time that it spent elsewhere is then not taken for
//! silence of the scanner.

use std::time::Duration;

use super::{Broken, Heard, NOISE_KEPT, SCAN_MAX, Scan};
use crate::code::aim::Aim;

/// Silence that ends a scan without a terminator on a serial line or socket, unless the profile says otherwise.
/// Scanners send a barcode without pauses; USB adapters hold bytes back for 16 ms, radio links for some 100 ms.
pub const LINE_GAP: Duration = Duration::from_millis(500);

/// Silence after which a scanner that ends its scans with a terminator has lost the rest of this one.
pub const CUT_GAP: Duration = Duration::from_secs(2);

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const EOT: u8 = 0x04;
const FS: u8 = 0x1c;
const US: u8 = 0x1f;

/// How one scanner marks its scans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framing {
    /// What stands around a scan.
    pub marks: Marks,
    /// Whether a scan may end by silence alone.
    pub ending: Ending,
    /// Silence that ends a scan, where silence may.
    pub gap: Duration,
    /// Removed from the beginning of a scan, if it is there.
    pub prefix: String,
    /// Removed from the end of a scan, if it is there.
    pub suffix: String,
    /// What this scanner sends instead of GS, if it was told to.
    pub gs: Option<char>,
}

/// What stands around a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// Any run of CR, LF, STX and ETX stands between two scans; a tab too, where `tab` is set.
    Line {
        /// A tab ends a scan.
        tab: bool,
    },
    /// STX begins a scan and ETX ends it. Line ends inside belong to the barcode, anything outside is an error.
    StxEtx,
}

/// Whether silence may end a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Until the scanner sends its first terminator; from then on a scan without one was cut off.
    Learned,
    /// Never: a scan without its terminator was cut off.
    Terminator,
    /// Always.
    Silence,
}

impl Default for Framing {
    /// What most serial scanners need: any line end, or silence until a line end was seen.
    fn default() -> Self {
        Self {
            marks: Marks::Line { tab: false },
            ending: Ending::Learned,
            gap: LINE_GAP,
            prefix: String::new(),
            suffix: String::new(),
            gs: None,
        }
    }
}

impl Framing {
    /// What a scan says without prefix, suffix and stand-ins. None if nothing is left.
    pub(super) fn heard(&self, text: &str) -> Option<Scan> {
        let text = text.strip_prefix(self.prefix.as_str()).unwrap_or(text);
        let text = text.strip_suffix(self.suffix.as_str()).unwrap_or(text);
        let (aim, text) = Aim::split(text);
        let text = self.gs.map_or_else(|| text.to_owned(), |gs| text.replace(gs, "\u{1d}"));
        (!text.is_empty()).then_some(Scan { text, aim })
    }
}

/// The decoder of a serial line or socket, and the last step of a keyboard scanner.
#[derive(Debug, Clone)]
pub struct Frame {
    framing: Framing,
    /// At most [`SCAN_MAX`] bytes.
    partial: Vec<u8>,
    state: State,
    last_byte: Duration,
    /// Something broken was reported and neither a whole scan nor silence came since: one burst of noise is one report.
    noisy: bool,
    terminator_seen: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// `partial` is a scan, or empty.
    Open,
    /// Between STX and ETX.
    Marked,
    /// The rest of this scan is worthless.
    Skipping,
}

impl Frame {
    /// A decoder for one device.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        Self {
            framing,
            partial: Vec::new(),
            state: State::Open,
            last_byte: Duration::ZERO,
            noisy: false,
            terminator_seen: false,
        }
    }

    /// Takes what was read at `now`; appends what is complete to `out`.
    pub fn feed(&mut self, bytes: &[u8], now: Duration, out: &mut Vec<Heard>) {
        self.last_byte = now;
        for &byte in bytes {
            match self.framing.marks {
                Marks::Line { tab } => self.line_byte(byte, tab, out),
                Marks::StxEtx => self.marked_byte(byte, out),
            }
        }
    }

    /// When [`Frame::idle`] wants to be called if nothing arrives until then.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        if !self.partial.is_empty() || self.state == State::Marked {
            Some(self.last_byte + self.patience())
        } else if self.noisy || self.state == State::Skipping {
            Some(self.last_byte + self.framing.gap)
        } else {
            None
        }
    }

    /// Tells the decoder that nothing has arrived until `now`.
    pub fn idle(&mut self, now: Duration, out: &mut Vec<Heard>) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        let marked = self.state == State::Marked;
        if marked || (self.needs_terminator() && !self.partial.is_empty()) {
            self.partial.clear();
            self.broken(Broken::CutOff, out);
        } else {
            self.finish(out);
        }
        self.state = State::Open;
        self.noisy = false;
    }

    /// Tells the decoder that the device is gone: a barcode that it had begun is lost.
    pub fn cut_off(&mut self, out: &mut Vec<Heard>) {
        if !self.partial.is_empty() || self.state == State::Marked {
            out.push(Heard::Broken(Broken::CutOff));
        }
        *self = Self::new(std::mem::take(&mut self.framing));
    }

    /// Gives up the scan that is being read, for a reason found before its bytes; what follows it up to its end is
    /// skipped.
    pub(super) fn spoil(&mut self, why: Broken, now: Duration, out: &mut Vec<Heard>) {
        self.last_byte = now;
        self.partial.clear();
        self.state = State::Skipping;
        self.broken(why, out);
    }

    fn line_byte(&mut self, byte: u8, tab: bool, out: &mut Vec<Heard>) {
        if matches!(byte, b'\r' | b'\n' | STX | ETX) || (tab && byte == b'\t') {
            self.terminator_seen |= !self.partial.is_empty() && byte != STX;
            self.finish(out);
            self.state = State::Open;
        } else {
            self.keep(byte, out);
        }
    }

    fn marked_byte(&mut self, byte: u8, out: &mut Vec<Heard>) {
        match (byte, self.state) {
            (STX, State::Marked) => {
                self.partial.clear();
                self.broken(Broken::CutOff, out);
            }
            (STX, _) => {
                self.finish(out);
                self.state = State::Marked;
            }
            (ETX, _) => {
                self.finish(out);
                self.state = State::Open;
            }
            (b'\r' | b'\n', State::Open) => self.finish(out),
            _ => self.keep(byte, out),
        }
    }

    fn keep(&mut self, byte: u8, out: &mut Vec<Heard>) {
        if self.state == State::Skipping {
            return;
        }
        if self.partial.len() < SCAN_MAX {
            self.partial.push(byte);
        } else {
            self.partial.clear();
            self.state = State::Skipping;
            self.broken(Broken::TooLong { limit: SCAN_MAX }, out);
        }
    }

    /// Ends the scan in `partial`, if there is one.
    fn finish(&mut self, out: &mut Vec<Heard>) {
        if self.partial.is_empty() {
            return;
        }
        if self.framing.marks == Marks::StxEtx && self.state != State::Marked {
            let bytes = self.partial.drain(..).take(NOISE_KEPT).collect();
            self.broken(Broken::NotFramed { bytes }, out);
            return;
        }
        match readable(&self.partial) {
            Some(text) => {
                if let Some(scan) = self.framing.heard(text) {
                    out.push(Heard::Scan(scan));
                    self.noisy = false;
                }
                self.partial.clear();
            }
            None => {
                let bytes = self.partial.drain(..).take(NOISE_KEPT).collect();
                self.broken(Broken::NotText { bytes }, out);
            }
        }
    }

    fn broken(&mut self, why: Broken, out: &mut Vec<Heard>) {
        if !self.noisy {
            out.push(Heard::Broken(why));
        }
        self.noisy = true;
    }

    fn needs_terminator(&self) -> bool {
        match self.framing.ending {
            Ending::Learned => self.terminator_seen,
            Ending::Terminator => true,
            Ending::Silence => false,
        }
    }

    fn patience(&self) -> Duration {
        if self.needs_terminator() || self.state == State::Marked { CUT_GAP } else { self.framing.gap }
    }
}

/// The text of a barcode, if `bytes` can be one: UTF-8, and of the control characters only line ends, tabs and those
/// of GS1 and ISO 15434.
pub(super) fn readable(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let strange = |c: char| c.is_control() && !matches!(u8::try_from(c), Ok(EOT | FS..=US | b'\t' | b'\r' | b'\n'));
    (!text.contains(strange)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(framing: Framing, reads: &[&[u8]]) -> Vec<Heard> {
        let (mut frame, mut out) = (Frame::new(framing), Vec::new());
        for read in reads {
            frame.feed(read, Duration::ZERO, &mut out);
            assert!(frame.partial.len() <= SCAN_MAX);
        }
        frame.idle(Duration::from_secs(60), &mut out);
        assert_eq!(frame.deadline(), None);
        out
    }

    fn split<'a>(bytes: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        at.extend([0, bytes.len()]);
        at.sort_unstable();
        at.windows(2).map(|w| &bytes[w[0]..w[1]]).collect()
    }

    fn texts(heard: &[Heard]) -> Vec<&str> {
        heard.iter().filter_map(|h| if let Heard::Scan(scan) = h { Some(scan.text.as_str()) } else { None }).collect()
    }

    #[test]
    fn four_kilobytes_of_garbage_without_a_line_end_are_one_report() {
        let heard = run(Framing::default(), &[&[0xf7; 4096]]);
        assert_eq!(heard, [Heard::Broken(Broken::NotText { bytes: vec![0xf7; NOISE_KEPT] })]);
    }

    #[test]
    fn what_is_longer_than_any_barcode_is_one_report_and_the_next_scan_is_whole() {
        let mut bytes = vec![b'A'; SCAN_MAX * 3];
        bytes.extend(b"\rJ1\r");
        let heard = run(Framing::default(), &[&bytes]);
        assert_eq!(heard[0], Heard::Broken(Broken::TooLong { limit: SCAN_MAX }));
        assert_eq!(texts(&heard), ["J1"]);
        assert_eq!(heard.len(), 2);
    }

    proptest! {
        #[test]
        fn any_split_of_the_stream_gives_the_same_scans(
            bytes in prop::collection::vec(prop_oneof![Just(b'\r'), Just(STX), Just(ETX), any::<u8>(), b'0'..=b'9'], 0..300),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
            marked in any::<bool>(),
        ) {
            let marks = if marked { Marks::StxEtx } else { Marks::Line { tab: false } };
            let framing = Framing { marks, ..Framing::default() };
            prop_assert_eq!(run(framing.clone(), &split(&bytes, &cuts)), run(framing, &[&bytes]));
        }

        #[test]
        fn garbage_loses_only_the_scan_that_it_hits(
            before in prop::collection::vec("[A-Z0-9]{1,20}", 0..5),
            garbage in prop::collection::vec(any::<u8>(), 0..6000),
            after in prop::collection::vec("[A-Z0-9]{1,20}", 0..5),
        ) {
            let mut bytes: Vec<u8> = before.iter().flat_map(|s| format!("{s}\r\n").into_bytes()).collect();
            bytes.extend(&garbage);
            bytes.push(b'\r');
            bytes.extend(after.iter().flat_map(|s| format!("{s}\r\n").into_bytes()));
            let heard = run(Framing::default(), &[&bytes]);
            let heard = texts(&heard);
            prop_assert!(heard.iter().map(|s| s.to_string()).take(before.len()).eq(before.iter().cloned()));
            prop_assert!(heard.iter().rev().map(|s| s.to_string()).take(after.len()).eq(after.iter().rev().cloned()));
        }

        #[test]
        fn noise_is_reported_once_between_two_scans(garbage in prop::collection::vec(any::<u8>(), 0..6000)) {
            let heard = run(Framing::default(), &[&garbage]);
            let broken = heard.iter().filter(|h| matches!(h, Heard::Broken(_))).count();
            prop_assert!(broken <= texts(&heard).len() + 1);
        }
    }
}
