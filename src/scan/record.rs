//! Writes down what a scanner sends, as the lines of a test fixture: what a shop's strange scanner does becomes a test.
//!
//! The form is that of `tests/it/fixtures/scan`: times, what the scanner sent, and what was heard.

use std::fmt::Write as _;
use std::time::Duration;

use evdev::{EventType, KeyCode, LedCode, SynchronizationCode};

use super::keys::KeyEvent;
use super::unpaired::Unpaired;
use super::{Broken, Heard, Scan};

/// Pauses shorter than this are not written down: they end no scan, and every line would have one.
const PAUSE_MIN: Duration = Duration::from_millis(10);

/// Most changes in one line; a report of a keyboard has fewer.
const CHANGES_MAX: usize = 32;

/// The scribe of one device.
#[derive(Debug, Default)]
pub struct Record {
    last: Option<Duration>,
    /// The changes of a report that is not complete yet; at most [`CHANGES_MAX`].
    changes: Vec<(char, String)>,
}

impl Record {
    /// What came over a serial line or socket.
    pub fn bytes(&mut self, bytes: &[u8], now: Duration, lines: &mut Vec<String>) {
        let mut line = "send ".to_owned();
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '\\' => line.push_str("\\\\"),
                    '\r' => line.push_str("\\r"),
                    '\n' => line.push_str("\\n"),
                    '\t' => line.push_str("\\t"),
                    // One byte each, below 0x80; the control characters above are two, and stay as they are.
                    c if c.is_ascii_control() => {
                        let _ = write!(line, "\\x{:02x}", u32::from(c));
                    }
                    c => line.push(c),
                }
            }
            for byte in chunk.invalid() {
                let _ = write!(line, "\\x{byte:02x}");
            }
        }
        self.pause(now, lines);
        lines.push(line);
    }

    /// One report of a HID POS scanner.
    pub fn report(&mut self, report: &[u8], now: Duration, lines: &mut Vec<String>) {
        self.pause(now, lines);
        lines.push(report.iter().fold("hex".to_owned(), |line, byte| format!("{line} {byte:02x}")));
    }

    /// One event of a keyboard scanner.
    pub fn event(&mut self, event: KeyEvent, now: Duration, lines: &mut Vec<String>) {
        let KeyEvent { kind, code, value } = event;
        match EventType(kind) {
            EventType::KEY => {
                let name = format!("{:?}", KeyCode(code));
                let name = name.strip_prefix("KEY_").map_or_else(|| code.to_string(), str::to_owned);
                match value {
                    0 | 1 if self.changes.len() < CHANGES_MAX => {
                        self.changes.push((if value == 1 { '+' } else { '-' }, name));
                    }
                    0 | 1 => {}
                    _ => {
                        self.pause(now, lines);
                        lines.push(format!("hold {name}"));
                    }
                }
            }
            EventType::LED if LedCode(code) == LedCode::LED_CAPSL => {
                self.pause(now, lines);
                lines.push(format!("light {}", if value == 0 { "off" } else { "on" }));
            }
            EventType::SYNCHRONIZATION if SynchronizationCode(code) == SynchronizationCode::SYN_DROPPED => {
                self.changes.clear();
                self.pause(now, lines);
                lines.push("drop".to_owned());
            }
            EventType::SYNCHRONIZATION if SynchronizationCode(code) == SynchronizationCode::SYN_REPORT => {
                self.changes(now, lines);
            }
            _ => {}
        }
    }

    fn changes(&mut self, now: Duration, lines: &mut Vec<String>) {
        let line = match self.changes.as_slice() {
            [] => return,
            [('+', name)] => format!("down {name}"),
            [(_, name)] => format!("up {name}"),
            several => several.iter().fold("report".to_owned(), |line, (sign, name)| format!("{line} {sign}{name}")),
        };
        self.changes.clear();
        self.pause(now, lines);
        lines.push(line);
    }

    fn pause(&mut self, now: Duration, lines: &mut Vec<String>) {
        let pause = self.last.map_or(Duration::ZERO, |last| now.saturating_sub(last));
        if pause >= PAUSE_MIN {
            lines.push(format!("{}ms", pause.as_millis()));
        }
        self.last = Some(now);
    }
}

/// What was heard, as the second half of a fixture has it.
#[must_use]
pub fn heard(heard: &Heard) -> String {
    match heard {
        Heard::Scan(Scan { text, aim: None }) => format!("scan {}", text.escape_debug()),
        Heard::Scan(Scan { text, aim: Some(aim) }) => format!("scan {aim} {}", text.escape_debug()),
        Heard::Pull(scans) => {
            let scans: Vec<String> = scans.iter().map(|scan| self::heard(&Heard::Scan(scan.clone()))).collect();
            format!("pull {}", scans.join(" | "))
        }
        Heard::Layout { layout, .. } => format!("layout {layout}"),
        Heard::Unpaired(Unpaired::Pairing { station }) => format!("pairing {station}"),
        Heard::Unpaired(Unpaired::Something) => "something".to_owned(),
        Heard::Broken(Broken::TooLong { limit }) => format!("broken too_long {limit}"),
        Heard::Broken(Broken::NotText { bytes }) => format!("broken not_text{}", hex(bytes)),
        Heard::Broken(Broken::NotFramed { bytes }) => format!("broken not_framed{}", hex(bytes)),
        Heard::Broken(Broken::Overrun) => "broken overrun".to_owned(),
        Heard::Broken(Broken::UnknownKey { key }) => format!("broken unknown_key {:?}", KeyCode(*key)),
        Heard::Broken(Broken::UnknownAltCode { digits }) => format!("broken unknown_alt_code {digits}"),
        Heard::Broken(Broken::BadReport) => "broken bad_report".to_owned(),
        Heard::Broken(Broken::CutOff) => "broken cut_off".to_owned(),
        Heard::Broken(Broken::Full { lost }) => format!("broken full {lost}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text} {byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_so_that_they_can_be_read_again() {
        let (mut record, mut lines) = (Record::default(), Vec::new());
        record.bytes(b"J1\\\x02\xff\xc3\xa4\r\n", Duration::from_millis(5), &mut lines);
        record.bytes(b"x", Duration::from_millis(9), &mut lines);
        record.bytes(b"y", Duration::from_millis(60), &mut lines);
        assert_eq!(lines, [r"send J1\\\x02\xffä\r\n", "send x", "51ms", "send y"]);
    }

    #[test]
    fn a_report_is_one_line() {
        let (mut record, mut lines) = (Record::default(), Vec::new());
        let key = |code, value| KeyEvent { kind: 1, code, value };
        let end = KeyEvent { kind: 0, code: 0, value: 0 };
        let dropped = KeyEvent { kind: 0, code: 3, value: 0 };
        let light = KeyEvent { kind: 0x11, code: 1, value: 1 };
        for event in
            [key(42, 1), key(30, 1), end, key(30, 2), end, key(30, 0), end, light, dropped, end, key(600, 1), end]
        {
            record.event(event, Duration::ZERO, &mut lines);
        }
        assert_eq!(lines, ["report +LEFTSHIFT +A", "hold A", "up A", "light on", "drop", "down 600"]);
        record.report(&[2, 0x4a], Duration::ZERO, &mut lines);
        assert_eq!(lines.last().map(String::as_str), Some("hex 02 4a"));
    }
}
