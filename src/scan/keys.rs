//! Keyboard scanners: key events of the kernel's input layer in, scans out.
//!
//! The events are those of `struct input_event` (Linux `input-event-codes.h`). A report of the device, which ends with
//! `SYN_REPORT`, is a snapshot of what is held: modifiers that changed in it hold for its other keys, in whatever order
//! the events came.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use evdev::{EventType, KeyCode, LedCode, SynchronizationCode};

use super::accents::{ALT_DIGITS_MAX, alt_code, compose};
use super::frame::{Frame, Framing, Marks};
use super::layout::{Cell, Layout, Level, keypad_digit};
use super::{Broken, Heard};

/// Silence that ends a keyboard scan without a suffix. Scanners pause up to 40 ms between keys, and several times that
/// over a radio link.
pub const KEY_GAP: Duration = Duration::from_millis(250);

/// Most key presses in one report: a boot keyboard has six, scanners with a full bitmap rarely use more than one.
const REPORT_KEYS_MAX: usize = 32;

/// One event of an input device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyEvent {
    /// `EV_…`
    pub kind: u16,
    /// `KEY_…`, `SYN_…` or `LED_…`
    pub code: u16,
    /// For keys 0 is released, 1 is pressed, 2 is repeated by the kernel.
    pub value: i32,
}

/// How one keyboard scanner differs from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyOptions {
    /// How its scans are marked.
    pub framing: Framing,
    /// Where Caps Lock comes from.
    pub caps: CapsLock,
    /// Keys that this scanner sends instead of control characters, such as F12 for GS.
    pub extra: BTreeMap<u16, char>,
}

impl Default for KeyOptions {
    /// Enter or Tab, or silence until one of them was seen.
    fn default() -> Self {
        let framing = Framing { marks: Marks::Line { tab: true }, gap: KEY_GAP, ..Framing::default() };
        Self { framing, caps: CapsLock::Keys, extra: BTreeMap::new() }
    }
}

/// Where Caps Lock comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapsLock {
    /// The scanner presses the key itself, or there is none.
    Keys,
    /// The scanner looks at the light that the host sets and swaps its letters when it burns.
    Light,
    /// The scanner was told that Caps Lock is always on, and swaps its letters.
    AlwaysOn,
}

/// The decoder of one keyboard scanner.
#[derive(Debug, Clone)]
pub struct Keys {
    layout: Arc<Layout>,
    options: KeyOptions,
    frame: Frame,
    held: Held,
    caps: bool,
    /// Typed on the keypad while Alt is held; at most [`ALT_DIGITS_MAX`] are kept.
    alt_digits: String,
    accent: Option<char>,
    /// Pressed in the report that is not complete yet.
    pressed: Vec<KeyCode>,
    /// After `SYN_DROPPED`, until the next report begins.
    overrun: bool,
    last_key: Duration,
}

#[derive(Debug, Clone, Copy, Default)]
struct Held {
    left_shift: bool,
    right_shift: bool,
    left_ctrl: bool,
    right_ctrl: bool,
    left_alt: bool,
    right_alt: bool,
}

impl Held {
    fn slot(&mut self, key: KeyCode) -> Option<&mut bool> {
        Some(match key {
            KeyCode::KEY_LEFTSHIFT => &mut self.left_shift,
            KeyCode::KEY_RIGHTSHIFT => &mut self.right_shift,
            KeyCode::KEY_LEFTCTRL => &mut self.left_ctrl,
            KeyCode::KEY_RIGHTCTRL => &mut self.right_ctrl,
            KeyCode::KEY_LEFTALT => &mut self.left_alt,
            KeyCode::KEY_RIGHTALT => &mut self.right_alt,
            _ => return None,
        })
    }

    const fn shift(self) -> bool {
        self.left_shift || self.right_shift
    }

    /// AltGr itself, or left Ctrl and left Alt together, which Windows takes for it.
    const fn altgr(self) -> bool {
        self.right_alt || (self.left_ctrl && self.left_alt)
    }

    const fn ctrl(self) -> bool {
        (self.left_ctrl || self.right_ctrl) && !self.altgr()
    }

    const fn alt(self) -> bool {
        self.left_alt && !self.altgr()
    }
}

impl Keys {
    /// A decoder for one device.
    #[must_use]
    pub fn new(layout: Arc<Layout>, options: KeyOptions) -> Self {
        Self {
            layout,
            frame: Frame::new(options.framing.clone()),
            options,
            held: Held::default(),
            caps: false,
            alt_digits: String::new(),
            accent: None,
            pressed: Vec::new(),
            overrun: false,
            last_key: Duration::ZERO,
        }
    }

    /// Says whether the Caps Lock light burns when the device is opened; events follow its changes.
    pub fn light(&mut self, caps: bool) {
        if self.options.caps == CapsLock::Light {
            self.caps = caps;
        }
    }

    /// Takes one event, read at `now`; appends what is complete to `out`.
    pub fn feed(&mut self, event: KeyEvent, now: Duration, out: &mut Vec<Heard>) {
        match EventType(event.kind) {
            EventType::SYNCHRONIZATION => match SynchronizationCode(event.code) {
                SynchronizationCode::SYN_DROPPED => self.drop_all(now, out),
                SynchronizationCode::SYN_REPORT if self.overrun => self.overrun = false,
                SynchronizationCode::SYN_REPORT => self.report(now, out),
                _ => {}
            },
            EventType::KEY if !self.overrun => self.key(KeyCode(event.code), event.value, now, out),
            EventType::LED if LedCode(event.code) == LedCode::LED_CAPSL => self.light(event.value != 0),
            _ => {}
        }
    }

    /// When [`Keys::idle`] wants to be called if nothing arrives until then.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.frame.deadline().or_else(|| self.accent.map(|_| self.last_key + self.options.framing.gap))
    }

    /// Tells the decoder that nothing has arrived until `now`.
    pub fn idle(&mut self, now: Duration, out: &mut Vec<Heard>) {
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.flush_accent(out);
            self.frame.idle(now, out);
        }
    }

    /// Tells the decoder that the device is gone: what it had begun, and all keys that it held, are forgotten.
    pub fn cut_off(&mut self, out: &mut Vec<Heard>) {
        self.frame.cut_off(out);
        *self = Self::new(Arc::clone(&self.layout), self.options.clone());
    }

    fn drop_all(&mut self, now: Duration, out: &mut Vec<Heard>) {
        self.held = Held::default();
        self.caps &= self.options.caps == CapsLock::Light;
        self.alt_digits.clear();
        self.accent = None;
        self.pressed.clear();
        self.overrun = true;
        self.frame.spoil(Broken::Overrun, now, out);
    }

    fn key(&mut self, key: KeyCode, value: i32, now: Duration, out: &mut Vec<Heard>) {
        const RELEASED: i32 = 0;
        const PRESSED: i32 = 1;
        if !matches!(value, RELEASED | PRESSED) {
            return;
        }
        self.last_key = now;
        self.frame.feed(&[], now, out);
        let alt_was_held = self.held.left_alt;
        if let Some(slot) = self.held.slot(key) {
            *slot = value == PRESSED;
            if alt_was_held && !self.held.left_alt {
                self.end_alt_code(out);
            }
        } else if value == PRESSED {
            self.pressed.push(key);
            if self.pressed.len() >= REPORT_KEYS_MAX {
                self.report(now, out);
            }
        }
    }

    fn report(&mut self, now: Duration, out: &mut Vec<Heard>) {
        for key in std::mem::take(&mut self.pressed) {
            self.last_key = now;
            self.press(key, out);
        }
    }

    fn press(&mut self, key: KeyCode, out: &mut Vec<Heard>) {
        if let Some(&c) = self.options.extra.get(&key.0) {
            return self.plain(c, out);
        }
        match key {
            KeyCode::KEY_ENTER | KeyCode::KEY_KPENTER => return self.plain('\r', out),
            KeyCode::KEY_TAB => return self.plain('\t', out),
            KeyCode::KEY_ESC => return self.plain('\u{1b}', out),
            KeyCode::KEY_BACKSPACE => return self.plain('\u{8}', out),
            KeyCode::KEY_CAPSLOCK => {
                self.caps ^= self.options.caps == CapsLock::Keys;
                return;
            }
            KeyCode::KEY_NUMLOCK | KeyCode::KEY_SCROLLLOCK | KeyCode::KEY_LEFTMETA | KeyCode::KEY_RIGHTMETA => return,
            _ => {}
        }
        if self.held.alt() {
            return match keypad_digit(key) {
                Some(digit) if self.alt_digits.len() < ALT_DIGITS_MAX => self.alt_digits.push((b'0' + digit).into()),
                Some(_) => {}
                None => self.unknown(key, out),
            };
        }
        let cell = self.layout.cell(key, Level::new(self.held.shift(), self.held.altgr()));
        if self.held.ctrl() {
            return match control(key, cell) {
                Some(c) => self.plain(c, out),
                None => self.unknown(key, out),
            };
        }
        match cell {
            Some(Cell::Char(c)) => self.letter(self.swap_case(c), out),
            Some(Cell::Dead(accent)) if self.accent.is_some() => self.letter(accent, out),
            Some(Cell::Dead(accent)) => self.accent = Some(accent),
            None => self.unknown(key, out),
        }
    }

    /// A character that may go under an accent. Where it does not fit, both stand alone, as on Windows.
    fn letter(&mut self, c: char, out: &mut Vec<Heard>) {
        match self.accent.take() {
            None => self.put(c, out),
            Some(accent) if c == ' ' => self.put(accent, out),
            Some(accent) => match compose(accent, c) {
                Some(composed) => self.put(composed, out),
                None => {
                    self.put(accent, out);
                    self.put(c, out);
                }
            },
        }
    }

    fn plain(&mut self, c: char, out: &mut Vec<Heard>) {
        self.flush_accent(out);
        self.put(c, out);
    }

    fn flush_accent(&mut self, out: &mut Vec<Heard>) {
        if let Some(accent) = self.accent.take() {
            self.put(accent, out);
        }
    }

    fn put(&mut self, c: char, out: &mut Vec<Heard>) {
        self.frame.feed(c.encode_utf8(&mut [0; 4]).as_bytes(), self.last_key, out);
    }

    fn unknown(&mut self, key: KeyCode, out: &mut Vec<Heard>) {
        self.accent = None;
        self.frame.spoil(Broken::UnknownKey { key: key.0 }, self.last_key, out);
    }

    fn end_alt_code(&mut self, out: &mut Vec<Heard>) {
        let digits = std::mem::take(&mut self.alt_digits);
        if digits.is_empty() {
            return;
        }
        match alt_code(&digits) {
            Some(c) => self.plain(c, out),
            None => {
                self.accent = None;
                self.frame.spoil(Broken::UnknownAltCode { digits }, self.last_key, out);
            }
        }
    }

    fn swap_case(&self, c: char) -> char {
        if !self.caps && self.options.caps != CapsLock::AlwaysOn {
            return c;
        }
        let (mut upper, mut lower) = (c.to_uppercase(), c.to_lowercase());
        let swapped = if c.is_lowercase() { (upper.next(), upper.next()) } else { (lower.next(), lower.next()) };
        if let (Some(one), None) = swapped { one } else { c }
    }
}

/// The control character of Ctrl and a key: by the character on the key (Ctrl+M is CR, Ctrl+] is GS), or by its place
/// on a US keyboard, which is where scanners and Windows layouts keep those without a letter.
fn control(key: KeyCode, cell: Option<Cell>) -> Option<char> {
    let by_place = match key {
        KeyCode::KEY_LEFTBRACE => Some('\u{1b}'),
        KeyCode::KEY_BACKSLASH => Some('\u{1c}'),
        KeyCode::KEY_RIGHTBRACE => Some('\u{1d}'),
        KeyCode::KEY_6 => Some('\u{1e}'),
        KeyCode::KEY_MINUS => Some('\u{1f}'),
        _ => None,
    };
    match cell {
        Some(Cell::Char(c @ ('A'..='_' | 'a'..='z'))) => u8::try_from(c).ok().map(|c| char::from(c & 0x1f)),
        _ => by_place,
    }
}
