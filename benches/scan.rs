//! What it costs to decode one scan of twelve characters, for each transport. The kernel's part is not in it.

use std::sync::Arc;
use std::time::Duration;

use divan::Bencher;
use divan::counter::BytesCount;
use evdev::KeyCode;
use stationd::catalog::keyboards;
use stationd::scan::Heard;
use stationd::scan::frame::{Frame, Framing};
use stationd::scan::hidpos::HidPos;
use stationd::scan::keys::{KeyEvent, KeyOptions, Keys};
use stationd::scan::layout::{Cell, Layout, Level, ROWS};

/// A job's barcode, half of it capitals.
const CODE: &str = "JK7M2-9QX4TC";

/// Usage page 0x8C, one report: byte count, 56 bytes of data.
const DESCRIPTOR: &[u8] = &[
    0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x85, 0x02, 0x15, 0x00, 0x26, 0xff, 0x00, 0x05, 0x01, 0x09, 0x3b, 0x95, 0x01,
    0x75, 0x08, 0x81, 0x02, 0x05, 0x8c, 0x09, 0xfe, 0x95, 0x38, 0x75, 0x08, 0x82, 0x02, 0x01, 0xc0,
];

fn main() {
    divan::main();
}

fn one(out: &mut Vec<Heard>) {
    assert!(matches!(out.pop(), Some(Heard::Scan(scan)) if scan.text == CODE));
}

#[divan::bench]
fn serial(bencher: Bencher) {
    let bytes = format!("{CODE}\r\n");
    let (mut frame, mut out) = (Frame::new(Framing::default()), Vec::new());
    bencher.counter(BytesCount::of_str(&bytes)).bench_local(|| {
        frame.feed(bytes.as_bytes(), Duration::ZERO, &mut out);
        one(&mut out);
    });
}

#[divan::bench]
fn serial_byte_by_byte(bencher: Bencher) {
    let bytes = format!("{CODE}\r\n");
    let (mut frame, mut out) = (Frame::new(Framing::default()), Vec::new());
    bencher.counter(BytesCount::of_str(&bytes)).bench_local(|| {
        bytes.as_bytes().iter().for_each(|byte| frame.feed(&[*byte], Duration::ZERO, &mut out));
        one(&mut out);
    });
}

#[divan::bench]
fn keyboard(bencher: Bencher) {
    let layout = keyboards::built_in().expect("layouts").remove(keyboards::DEFAULT).expect("a layout").layout;
    let events = events(&layout);
    let (mut keys, mut out) = (Keys::new(Arc::clone(&layout), KeyOptions::default()), Vec::new());
    bencher.bench_local(|| {
        events.iter().for_each(|event| keys.feed(*event, Duration::ZERO, &mut out));
        one(&mut out);
    });
}

#[divan::bench]
fn hidpos(bencher: Bencher) {
    let mut report = vec![2, CODE.len() as u8];
    report.extend(CODE.bytes());
    report.resize(58, 0);
    let (mut reports, mut out) = (HidPos::new(DESCRIPTOR, &Framing::default()).expect("a descriptor"), Vec::new());
    bencher.bench_local(|| {
        reports.feed(&report, Duration::ZERO, &mut out);
        one(&mut out);
    });
}

fn events(layout: &Layout) -> Vec<KeyEvent> {
    let key = |code: u16, value| [KeyEvent { kind: 1, code, value }, KeyEvent { kind: 0, code: 0, value: 0 }];
    let mut events = Vec::new();
    for c in CODE.chars() {
        let mut all = ROWS.into_iter().flatten().flat_map(|key| [(key, false), (key, true)]);
        let typed = all.find(|(key, shift)| layout.cell(**key, Level::new(*shift, false)) == Some(Cell::Char(c)));
        let (found, shift) = typed.expect("a key");
        let shift = shift.then_some(KeyCode::KEY_LEFTSHIFT.0);
        events.extend(shift.into_iter().flat_map(|shift| key(shift, 1)));
        events.extend(key(found.0, 1).into_iter().chain(key(found.0, 0)));
        events.extend(shift.into_iter().flat_map(|shift| key(shift, 0)));
    }
    events.extend(key(KeyCode::KEY_ENTER.0, 1).into_iter().chain(key(KeyCode::KEY_ENTER.0, 0)));
    events
}
