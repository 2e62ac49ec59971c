//! Our keyboard layouts against those of libxkbcommon, for everything that ASCII prints.
//!
//! `xkbcli` (Debian: libxkbcommon-tools) compiles a layout and prints what each key gives. Scanners imitate Windows,
//! and the two differ in few places, so: what xkb has without AltGr must decode to just that, and what it has with
//! AltGr must too where we know that key, and every character that xkb can type must be typeable in one of its ways.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use evdev::KeyCode;
use stationd::catalog::keyboards::{self, Keyboard};
use stationd::scan::Heard;
use stationd::scan::keys::{KeyEvent, KeyOptions, Keys};
use stationd::scan::layout::{Level, ROWS};

/// Our file, and xkb's layout and variant.
const LAYOUTS: [(&str, &str, &str); 16] = [
    ("be", "be", ""),
    ("ca-fr", "ca", "fr"),
    ("ch", "ch", ""),
    ("ch-fr", "ch", "fr"),
    ("de", "de", ""),
    ("dk", "dk", ""),
    ("es", "es", ""),
    ("fr", "fr", ""),
    ("gb", "gb", ""),
    ("it", "it", ""),
    ("nl", "nl", ""),
    ("no", "no", ""),
    ("pl", "pl", ""),
    ("pt", "pt", ""),
    ("se", "se", ""),
    ("us", "us", ""),
];

/// xkb's names of the keys in our rows.
const NAMES: [&str; 4] = [
    "TLDE AE01 AE02 AE03 AE04 AE05 AE06 AE07 AE08 AE09 AE10 AE11 AE12",
    "AD01 AD02 AD03 AD04 AD05 AD06 AD07 AD08 AD09 AD10 AD11 AD12",
    "AC01 AC02 AC03 AC04 AC05 AC06 AC07 AC08 AC09 AC10 AC11 BKSL",
    "LSGT AB01 AB02 AB03 AB04 AB05 AB06 AB07 AB08 AB09 AB10",
];

/// X11's names of ASCII's punctuation, and of the accents that stand in it (`keysymdef.h`).
const SYMBOLS: &str = "! exclam \" quotedbl # numbersign $ dollar % percent & ampersand ' apostrophe ( parenleft \
    ) parenright * asterisk + plus , comma - minus . period / slash : colon ; semicolon < less = equal > greater \
    ? question @ at [ bracketleft \\ backslash ] bracketright ^ asciicircum _ underscore ` grave { braceleft | bar \
    } braceright ~ asciitilde ^ dead_circumflex ` dead_grave ~ dead_tilde";

/// With AltGr, Windows has é where xkb repeats the letter, and ¦ where xkb has a second bar.
const WINDOWS_ONLY: [(&str, KeyCode); 2] = [("gb", KeyCode::KEY_E), ("gb", KeyCode::KEY_GRAVE)];

#[test]
fn every_layout_types_ascii_as_libxkbcommon_does() {
    assert_eq!(LAYOUTS.map(|(ours, ..)| ours), keyboards::BUILT_IN.map(|(name, _)| name));
    let keyboards = keyboards::built_in().expect("our layouts");
    let wrong: Vec<String> =
        LAYOUTS.iter().flat_map(|(ours, layout, variant)| check(ours, &keyboards[*ours], layout, variant)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is decoded otherwise than xkb types it.
fn check(ours: &str, keyboard: &Keyboard, layout: &str, variant: &str) -> Vec<String> {
    let mut ways: BTreeMap<char, Vec<bool>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (key, level, c) in xkb(layout, variant) {
        let (shift, altgr) = (level & 1 != 0, level & 2 != 0);
        let known = keyboard.layout.cell(key, Level::new(shift, altgr)).is_some();
        let heard = typed(keyboard, key, shift, altgr);
        let same = heard == c.to_string();
        ways.entry(c).or_default().push(same);
        let compared = !altgr || (known && !WINDOWS_ONLY.contains(&(ours, key)));
        if compared && !same {
            wrong.push(format!("{ours}: {key:?} shift {shift} altgr {altgr} is {heard:?}, not {c:?}"));
        }
    }
    for c in (33..127_u8).map(char::from) {
        match ways.get(&c) {
            Some(same) if !same.contains(&true) => wrong.push(format!("{ours}: no way to type {c:?}")),
            Some(_) => {}
            None => wrong.push(format!("{ours}: xkb has no {c:?}, so it is not tested")),
        }
    }
    wrong
}

/// Everything in ASCII that a layout types: key, level (1 for Shift, 2 for AltGr) and character.
fn xkb(layout: &str, variant: &str) -> Vec<(KeyCode, usize, char)> {
    let mut xkbcli = Command::new("xkbcli");
    xkbcli.args(["compile-keymap", "--rules", "evdev", "--model", "pc105", "--layout", layout]);
    let output = xkbcli.args(["--variant", variant]).output().expect("xkbcli, of libxkbcommon-tools");
    assert!(output.status.success(), "{layout}: {}", String::from_utf8_lossy(&output.stderr));
    let keymap = String::from_utf8(output.stdout).expect("text");
    let words: Vec<&str> = SYMBOLS.split_whitespace().collect();
    let symbols: BTreeMap<&str, char> =
        words.chunks(2).map(|pair| (pair[1], pair[0].chars().next().unwrap())).collect();
    let keys: BTreeMap<&str, KeyCode> =
        NAMES.iter().zip(ROWS).flat_map(|(names, keys)| names.split(' ').zip(keys.iter().copied())).collect();
    let mut typed = Vec::new();
    // Such as `key <AD03> { type= "FOUR_LEVEL", symbols[Group1]= [ e, E, EuroSign, cent ] };`, often over two lines.
    for key in keymap.split("key <").skip(1) {
        let (name, rest) = key.split_once('>').expect("a name");
        let (Some(key), Some(list)) = (keys.get(name), rest.split_once(';').and_then(|(body, _)| list(body))) else {
            continue;
        };
        for (level, name) in list.split(',').map(str::trim).enumerate().take(4) {
            let one = name.chars().next().filter(|c| name.len() == 1 && c.is_ascii_alphanumeric());
            typed.extend(one.or_else(|| symbols.get(name).copied()).map(|c| (*key, level, c)));
        }
    }
    assert!(typed.len() > 90, "{layout}: {} characters", typed.len());
    typed
}

/// The last list in brackets of a key.
fn list(body: &str) -> Option<&str> {
    let (before, _) = body.rsplit_once(']')?;
    Some(before.rsplit_once('[')?.1)
}

/// What is heard when this key is tapped with these modifiers, and then Enter.
fn typed(keyboard: &Keyboard, key: KeyCode, shift: bool, altgr: bool) -> String {
    let mut keys = Keys::new(Arc::clone(&keyboard.layout), KeyOptions::default());
    let held = [(KeyCode::KEY_LEFTSHIFT, shift), (KeyCode::KEY_RIGHTALT, altgr)];
    let held = held.into_iter().filter(|(_, held)| *held).map(|(key, _)| key);
    let mut changes: Vec<(KeyCode, i32)> = held.clone().map(|key| (key, 1)).collect();
    changes.extend([(key, 1), (key, 0)]);
    changes.extend(held.map(|key| (key, 0)));
    changes.extend([(KeyCode::KEY_ENTER, 1), (KeyCode::KEY_ENTER, 0)]);
    let mut out = Vec::new();
    for (key, value) in changes {
        keys.feed(KeyEvent { kind: 1, code: key.0, value }, Duration::ZERO, &mut out);
        keys.feed(KeyEvent { kind: 0, code: 0, value: 0 }, Duration::ZERO, &mut out);
    }
    match out.as_slice() {
        [Heard::Scan(scan)] => scan.text.clone(),
        other => format!("{other:?}"),
    }
}
