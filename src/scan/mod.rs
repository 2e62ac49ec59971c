//! What a scanner says: bytes, key events or HID reports in, whole scans out.
//!
//! Every decoder is a machine without I/O and belongs to one device, so that two people who scan at once never
//! mix their codes. Time is an argument: a monotonic [`Duration`](std::time::Duration) since any fixed moment.
//! A decoder gives one whole [`Scan`] or says why there is none; it never gives half a barcode knowingly.

mod accents;
pub mod frame;
pub mod hidpos;
pub mod keys;
pub mod layout;
pub mod pull;
pub mod record;
pub mod unpaired;

use serde::{Deserialize, Serialize};

use crate::code::aim::Aim;
use unpaired::Unpaired;

/// Longest scan, in bytes of text. PDF417 holds 1,850 characters, Data Matrix 3,116 digits and Aztec 3,832; only a
/// QR code of the largest versions holds more, and no hand scanner reads one of those from a label.
pub const SCAN_MAX: usize = 4096;

/// How many bytes of something unreadable are kept, to show what kind of noise it was.
pub const NOISE_KEPT: usize = 64;

/// What a decoder gives: one whole scan, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// One whole barcode.
    Scan(Scan),
    /// Several whole barcodes that came in one pull of the trigger, in their order; at least two.
    Pull(Vec<Scan>),
    /// Something was read and there is no whole barcode in it.
    Broken(Broken),
    /// The keyboard layout's test was read.
    Layout {
        /// The layout that fits what it types.
        layout: String,
        /// It is read by that one already.
        right: bool,
    },
    /// What a scanner said that belongs to no bench yet.
    Unpaired(Unpaired),
}

/// One whole barcode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// What the barcode says, without the terminator and without the AIM identifier. 1 to [`SCAN_MAX`] bytes; the
    /// only control characters in it are those of GS1 and ISO 15434 (EOT, FS, GS, RS, US), and line ends and tabs
    /// where the scanner marks begin and end by other means.
    pub text: String,
    /// The AIM identifier, where the scanner sends one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aim: Option<Aim>,
}

/// Why there is no scan although the scanner sent something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Broken {
    /// It went on for more than `limit` bytes.
    TooLong {
        /// In bytes, [`SCAN_MAX`].
        limit: usize,
    },
    /// It is no text: not UTF-8, or with control characters that no barcode has (a wrong speed or parity looks so).
    NotText {
        /// How it begins, at most [`NOISE_KEPT`] bytes.
        bytes: Vec<u8>,
    },
    /// Something arrived outside the start and end marks that this scanner was said to send.
    NotFramed {
        /// How it begins, at most [`NOISE_KEPT`] bytes.
        bytes: Vec<u8>,
    },
    /// The kernel dropped key events (`SYN_DROPPED`), so a part of the barcode is missing.
    Overrun,
    /// A key that has no character on this scanner's keyboard layout, by its evdev code.
    UnknownKey {
        /// `KEY_…` of the kernel's `input-event-codes.h`.
        key: u16,
    },
    /// An Alt code that names no character.
    UnknownAltCode {
        /// The digits that were typed on the keypad while Alt was held, at most 8.
        digits: String,
    },
    /// A HID report that does not fit the device's own report descriptor.
    BadReport,
    /// The scanner was unplugged, slept or fell silent in mid-barcode.
    CutOff,
    /// The station had no room for what was heard; it was not taken.
    Full {
        /// How many scans were lost since the last one that was taken.
        lost: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_stored_without_what_the_scanner_did_not_send() {
        let plain = Heard::Scan(Scan { text: "J1".to_owned(), aim: None });
        assert_eq!(serde_json::to_string(&plain).expect("json"), r#"{"scan":{"text":"J1"}}"#);
        let gs1 = Heard::Scan(Scan { text: "01".to_owned(), aim: Aim::split("]C1").0 });
        assert_eq!(serde_json::to_string(&gs1).expect("json"), r#"{"scan":{"text":"01","aim":"]C1"}}"#);
        assert_eq!(serde_json::from_str::<Heard>(r#"{"scan":{"text":"01","aim":"]C1"}}"#).expect("json"), gs1);
    }

    #[test]
    fn a_broken_scan_names_its_reason() {
        let broken = Heard::Broken(Broken::TooLong { limit: SCAN_MAX });
        assert_eq!(serde_json::to_string(&broken).expect("json"), r#"{"broken":{"why":"too_long","limit":4096}}"#);
    }
}
