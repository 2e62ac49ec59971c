//! Scanners that are HID devices: one that types as a keyboard, and one of the bar code scanner page.

use std::thread;
use std::time::Duration;

use super::usb::{Device, IN, Plug, Speed, Taken, configuration, device};

/// As a keyboard: modifiers, a spare byte, six keys. Source: Device Class Definition for HID 1.11, appendix B.1.
const KEYBOARD: &[u8] = &[
    0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95,
    0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x26, 0xff, 0x00, 0x05,
    0x07, 0x19, 0x00, 0x2a, 0xff, 0x00, 0x81, 0x00, 0xc0,
];
/// As a scanner: report 2 has a count, three characters of symbology, the data and whether it goes on. Source: HID
/// Point of Sale Usage Tables 1.02, chapter 4.
const BARCODES: &[u8] = &[
    0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x12, 0xa1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
    0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, 0x95, 0x03, 0x05, 0x8c, 0x09, 0xfb, 0x09, 0xfc, 0x09, 0xfd, 0x81,
    0x02, 0x95, DATA as u8, 0x09, 0xfe, 0x82, 0x02, 0x01, 0x95, 0x01, 0x09, 0xff, 0x81, 0x02, 0xc0, 0xc0,
];
/// Bytes of barcode in a report.
const DATA: usize = 56;
/// The scanner's own identifier of Code 128.
const CODE_128: &[u8] = b"]C0";
const ENTER: u8 = 0x28;
const SHIFT: u8 = 0x02;

/// A HID scanner.
pub struct Hid {
    pub vendor: u16,
    pub product: u16,
    pub serial: String,
    pub is_keyboard: bool,
}

impl Hid {
    fn reports(&self) -> &'static [u8] {
        if self.is_keyboard { KEYBOARD } else { BARCODES }
    }
}

impl Device for Hid {
    fn speed(&self) -> Speed {
        Speed::Full
    }

    fn device(&self) -> Vec<u8> {
        device(0, self.vendor, self.product, 0x0100, 64)
    }

    fn configuration(&self) -> Vec<u8> {
        let [low, high] = (self.reports().len() as u16).to_le_bytes();
        let protocol = u8::from(self.is_keyboard);
        let interface = [9, 4, 0, 0, 1, 3, protocol, protocol, 0];
        configuration(
            1,
            &[&interface, &[9, 0x21, 0x11, 0x01, 0, 1, 0x22, low, high], &[7, 5, 0x80 | IN as u8, 3, 64, 0, 1]],
        )
    }

    fn strings(&self) -> [String; 3] {
        let model = if self.is_keyboard { "Scanner, as a keyboard" } else { "Scanner, HID POS" };
        ["Lab".into(), model.into(), self.serial.clone()]
    }

    fn control(&mut self, setup: [u8; 8], _: &[u8]) -> Option<Vec<u8>> {
        match (setup[0], setup[1]) {
            (0x81, 6) => Some(self.reports().to_vec()),
            // Idle rate, protocol, lights.
            (0x21, _) => Some(Vec::new()),
            (0xa1, 1) => Some(vec![0; 8]),
            _ => None,
        }
    }

    fn take(&mut self, _: &[u8]) -> Taken {
        Taken::All(Vec::new())
    }
}

/// Types a code and Enter, one report after the other; after so many characters, nothing more.
pub fn types(plug: &Plug, code: &str, only: Option<usize>, pause: Duration) -> bool {
    let keys = code.chars().map(key).chain([(0, ENTER)]);
    let mut keys = keys.take(only.unwrap_or(usize::MAX)).flat_map(|(shift, key)| [[shift, 0, key], [0, 0, 0]]);
    keys.all(|[shift, _, key]| {
        thread::sleep(pause);
        plug.say(IN, &[shift, 0, key, 0, 0, 0, 0, 0])
    })
}

/// Reports a barcode; one that is cut announces a second part that never comes.
pub fn reports(plug: &Plug, code: &str, is_cut: bool) -> bool {
    let parts: Vec<&[u8]> = code.as_bytes().chunks(DATA).collect();
    parts.iter().enumerate().all(|(at, part)| {
        let mut report = vec![2, part.len() as u8];
        report.extend_from_slice(CODE_128);
        report.extend_from_slice(part);
        report.resize(5 + DATA, 0);
        report.push(u8::from(is_cut || at + 1 < parts.len()));
        plug.say(IN, &report)
    })
}

/// A character on a United States keyboard: shift and usage. Source: HID Usage Tables 1.5, chapter 10.
fn key(c: char) -> (u8, u8) {
    match c {
        'a'..='z' => (0, c as u8 - b'a' + 4),
        'A'..='Z' => (SHIFT, c as u8 - b'A' + 4),
        '1'..='9' => (0, c as u8 - b'1' + 0x1e),
        '0' => (0, 0x27),
        '-' => (0, 0x2d),
        '*' => (SHIFT, 0x25),
        '$' => (SHIFT, 0x21),
        '%' => (SHIFT, 0x22),
        '+' => (SHIFT, 0x2e),
        '.' => (0, 0x37),
        _ => (0, 0x38),
    }
}
