//! What scanners say, as text: one file a case in `tests/it/fixtures/scan`, read by `check`.
//!
//! The first line names the decoder (`lines`, `keys LAYOUT`, `hidpos DESCRIPTOR`, which is a name in
//! `descriptors` or hexadecimal) and settings as a profile has them,
//! as `name=value`. What the scanner does follows, line by line, then a blank line, then what is heard. A line with a
//! number sign is a comment.
//!
//! - `send TEXT` sends bytes, with Rust's escapes and `\xNN`;
//! - `tap A B …`, `down A`, `up A`, `hold A` (a repeat of the kernel's) send keys by their kernel names without `KEY_`,
//!   one report each; `report +A -B …` sends several changes as one report, and `drop` is `SYN_DROPPED`;
//! - `type TEXT` taps the keys of a text on a US keyboard, and `light on` turns the Caps Lock light on;
//! - `hex 02 4a …` sends one HID report;
//! - `250ms` waits, and `unplug` pulls the plug.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use evdev::KeyCode;
use stationd::catalog::{keyboards, scanners};
use stationd::scan::frame::Frame;
use stationd::scan::hidpos::HidPos;
use stationd::scan::keys::{KeyEvent, Keys};
use stationd::scan::{Heard, record};

use super::descriptors;
use super::wire::us_key;

enum Decoder {
    Lines(Frame),
    Keys(Box<Keys>),
    HidPos(HidPos),
}

struct Bench {
    decoder: Decoder,
    now: Duration,
    heard: Vec<Heard>,
}

#[test]
fn every_fixture_is_heard_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/scan");
    let mut failed = String::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("a file").path();
        assert_eq!(path.extension().and_then(|e| e.to_str()), Some("t"), "{}", path.display());
        let text = std::fs::read_to_string(&path).expect("a fixture");
        let (input, wanted) = text.split_once("\n\n").unwrap_or_else(|| panic!("{}: no blank line", path.display()));
        let heard = check(input);
        if heard.trim() != wanted.trim() {
            let _ = write!(failed, "{}\nheard:\n{heard}\nwanted:\n{wanted}\n", path.display());
        }
        count += 1;
    }
    assert!(failed.is_empty(), "{failed}");
    assert!(count >= 40, "only {count} fixtures");
}

pub fn check(input: &str) -> String {
    let mut lines = input.lines().filter(|line| !line.starts_with('#'));
    let mut bench = Bench::new(lines.next().expect("a decoder"));
    for line in lines {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (verb, verb.strip_suffix("ms")) {
            (_, Some(ms)) => bench.wait(Duration::from_millis(ms.parse().expect("milliseconds"))),
            (verb, None) => bench.act(verb, rest),
        }
    }
    bench.wait(Duration::from_secs(60));
    bench.heard.iter().map(|heard| record::heard(heard) + "\n").collect()
}

impl Bench {
    fn new(line: &str) -> Self {
        let mut words = line.split(' ');
        let (kind, name) = (words.next().expect("a decoder"), words.clone().next().filter(|w| !w.contains('=')));
        let settings = words.filter(|word| word.contains('=')).map(|word| word.replacen('=', " = ", 1) + "\n");
        let (keys, framing): (Vec<_>, Vec<_>) = settings.partition(|s| s.starts_with("KEY_") || s.starts_with("caps"));
        let (caps, keys): (Vec<_>, Vec<_>) = keys.into_iter().partition(|s| s.starts_with("caps"));
        let transport = match kind {
            "lines" => "serial",
            "keys" => "keyboard",
            other => other,
        };
        let profile = format!(
            "title = \"fixture\"\ntransport = \"{transport}\"\n{}[keys]\n{}[framing]\n{}",
            caps.concat(),
            keys.concat(),
            framing.concat()
        );
        let profile = scanners::parse(&profile).unwrap_or_else(|error| panic!("{line}: {error}"));
        let over = scanners::FramingSpec::default();
        let decoder = match kind {
            "lines" => Decoder::Lines(Frame::new(profile.framing(&over))),
            "keys" => {
                let name = name.expect("a layout");
                let text = keyboards::BUILT_IN.iter().find(|(n, _)| *n == name).expect("a layout").1;
                let layout = keyboards::parse(text).expect("a layout").layout;
                Decoder::Keys(Box::new(Keys::new(layout, profile.key_options(&over))))
            }
            "hidpos" => {
                let descriptor = descriptors::named(name.expect("a descriptor"));
                Decoder::HidPos(HidPos::new(&descriptor, &profile.framing(&over)).expect("a descriptor"))
            }
            other => panic!("no decoder {other}"),
        };
        Self { decoder, now: Duration::from_secs(1), heard: Vec::new() }
    }

    fn act(&mut self, verb: &str, rest: &str) {
        match verb {
            "send" => {
                let bytes = unescape(rest);
                match &mut self.decoder {
                    Decoder::Lines(frame) => frame.feed(&bytes, self.now, &mut self.heard),
                    _ => panic!("only lines are sent"),
                }
            }
            "hex" => {
                let bytes: Vec<u8> = rest.split(' ').map(|b| u8::from_str_radix(b, 16).expect("hex")).collect();
                self.hid(&bytes);
            }
            "barcode" => self.hid(&descriptors::honeywell_report(rest)),
            "tap" => rest.split(' ').for_each(|key| {
                self.report(&[(named(key), 1)]);
                self.report(&[(named(key), 0)]);
            }),
            "down" => self.report(&[(named(rest), 1)]),
            "up" => self.report(&[(named(rest), 0)]),
            "hold" => self.report(&[(named(rest), 2)]),
            "report" => {
                let changes = rest.split(' ').map(|word| match word.split_at(1) {
                    ("+", key) => (named(key), 1),
                    ("-", key) => (named(key), 0),
                    _ => panic!("{word} has no sign"),
                });
                self.report(&changes.collect::<Vec<_>>());
            }
            "type" => rest.chars().for_each(|c| {
                let (key, shift) = us_key(c);
                let with = |value| {
                    shift
                        .then_some((KeyCode::KEY_LEFTSHIFT, value))
                        .into_iter()
                        .chain([(key, value)])
                        .collect::<Vec<_>>()
                };
                self.report(&with(1));
                self.report(&with(0));
            }),
            "light" => self.event(0x11, 1, i32::from(rest == "on")),
            "drop" => self.event(0, 3, 0),
            "unplug" => match &mut self.decoder {
                Decoder::Lines(frame) => frame.cut_off(&mut self.heard),
                Decoder::Keys(keys) => keys.cut_off(&mut self.heard),
                Decoder::HidPos(reports) => reports.cut_off(&mut self.heard),
            },
            other => panic!("no verb {other}"),
        }
    }

    fn hid(&mut self, report: &[u8]) {
        match &mut self.decoder {
            Decoder::HidPos(reports) => reports.feed(report, self.now, &mut self.heard),
            _ => panic!("only HID POS has reports in hex"),
        }
    }

    fn report(&mut self, changes: &[(KeyCode, i32)]) {
        changes.iter().for_each(|(key, value)| self.event(1, key.0, *value));
        self.event(0, 0, 0);
    }

    fn event(&mut self, kind: u16, code: u16, value: i32) {
        match &mut self.decoder {
            Decoder::Keys(keys) => keys.feed(KeyEvent { kind, code, value }, self.now, &mut self.heard),
            _ => panic!("only keyboards have keys"),
        }
    }

    /// Lets time pass as a reader does: it calls at every deadline.
    fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(deadline) = self.deadline().filter(|deadline| *deadline <= until) {
            self.now = self.now.max(deadline);
            match &mut self.decoder {
                Decoder::Lines(frame) => frame.idle(self.now, &mut self.heard),
                Decoder::Keys(keys) => keys.idle(self.now, &mut self.heard),
                Decoder::HidPos(reports) => reports.idle(self.now, &mut self.heard),
            }
        }
        self.now = until;
    }

    fn deadline(&self) -> Option<Duration> {
        match &self.decoder {
            Decoder::Lines(frame) => frame.deadline(),
            Decoder::Keys(keys) => keys.deadline(),
            Decoder::HidPos(reports) => reports.deadline(),
        }
    }
}

fn named(key: &str) -> KeyCode {
    match key.parse() {
        Ok(code) if key.len() > 1 => KeyCode(code),
        _ => format!("KEY_{key}").parse().unwrap_or_else(|_| panic!("no key {key}")),
    }
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let escaped = (c == '\\').then(|| chars.next().expect("an escape"));
        match escaped {
            None => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
            Some('r') => bytes.push(b'\r'),
            Some('n') => bytes.push(b'\n'),
            Some('t') => bytes.push(b'\t'),
            Some('\\') => bytes.push(b'\\'),
            Some('x') => {
                let hex: String = chars.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(&hex, 16).expect("hex"));
            }
            Some(other) => panic!("no escape {other}"),
        }
    }
    bytes
}
