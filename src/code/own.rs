//! Our own codes: one letter for the kind, Crockford base-32 digits, one check character.
//!
//! The whole printed text is the identifier. The letter in front makes it nobody's tracking number (random
//! digits pass as some carrier's in up to every case, see `docs/codes.md`); the check character is
//! ISO/IEC 7064 MOD 37,36 over letter and body: it shows every single wrong character and nearly every swap.
//!
//! What we make uses only the digits that lie in the same place on every Latin keyboard layout, so a
//! scanner whose layout is not set yet still reads them. What we read may hold every Crockford digit, in
//! either case, with O for 0 and I or L for 1 in the body, as people type them.

use serde::{Deserialize, Serialize};

use super::check::mod_37_36;

/// Digits between the letter and the check character.
pub const BODY: usize = 7;

/// Letter, body and check character, in bytes.
pub const LENGTH: usize = BODY + 2;

/// The Crockford digits that every Latin keyboard layout has in the same place: not A M Q W Y Z.
pub const SAFE: &[u8; 26] = b"0123456789BCDEFGHJKNPRSTVX";

/// Longest name, in bytes, that a pairing or bin code carries: three characters for each two.
pub const NAME_MAX: usize = 48;

/// The text of the layout test barcode: the characters that tell keyboard layouts apart. Every layout types it without
/// AltGr and dead keys, and reads whatever another layout makes of it.
pub const LAYOUT_TEST: &str = "TEST STATIOND LAYOUT azmqwy 1230456789 /;:.";

/// What one of our codes names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One physical unit.
    Job,
    /// What a customer bought.
    Order,
    /// One parcel.
    Package,
    /// Jobs that move together.
    Batch,
    /// An operator's badge.
    Badge,
    /// Something to do.
    Command,
    /// A station, to bind a scanner to it.
    Pairing,
    /// The keyboard layout's test.
    LayoutTest,
    /// A shelf or box.
    Bin,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Kind; 9] = [
        Kind::Job,
        Kind::Order,
        Kind::Package,
        Kind::Batch,
        Kind::Badge,
        Kind::Command,
        Kind::Pairing,
        Kind::LayoutTest,
        Kind::Bin,
    ];

    /// The first letter of its codes.
    #[must_use]
    pub const fn letter(self) -> char {
        self.byte() as char
    }

    /// Its name in machine-readable output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Job => "job",
            Kind::Order => "order",
            Kind::Package => "package",
            Kind::Batch => "batch",
            Kind::Badge => "badge",
            Kind::Command => "command",
            Kind::Pairing => "pairing",
            Kind::LayoutTest => "layout_test",
            Kind::Bin => "bin",
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Kind::Job => b'J',
            Kind::Order => b'D',
            Kind::Package => b'P',
            Kind::Batch => b'B',
            Kind::Badge => b'H',
            Kind::Command => b'C',
            Kind::Pairing => b'S',
            Kind::LayoutTest => b'T',
            Kind::Bin => b'N',
        }
    }

    const fn of(letter: u8) -> Option<Kind> {
        match letter {
            b'J' => Some(Kind::Job),
            b'D' => Some(Kind::Order),
            b'P' => Some(Kind::Package),
            b'B' => Some(Kind::Batch),
            b'H' => Some(Kind::Badge),
            b'C' => Some(Kind::Command),
            b'S' => Some(Kind::Pairing),
            b'T' => Some(Kind::LayoutTest),
            b'N' => Some(Kind::Bin),
            _ => None,
        }
    }
}

/// A text that has the shape of one of our codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    /// A job, order, package, batch, badge or command: its text as it was printed.
    Id(Kind, Printed),
    /// A station's or bin's name.
    Named(Kind, String),
    /// The layout test.
    LayoutTest,
    /// The shape is ours but the check character is wrong.
    Misread(Kind),
}

/// The text of a code of fixed length, as it was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed([u8; LENGTH]);

impl Printed {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Makes a code of `kind` from random bits. The same bits give the same code; about 4 thousand million
/// differ, so whoever makes one asks whether it is taken.
#[must_use]
pub fn make(kind: Kind, random: u64) -> String {
    let mut state = random;
    loop {
        let mut body = [0; BODY];
        let mut rest = mixed(state);
        for digit in &mut body {
            *digit = safe(rest % 26);
            rest /= 26;
        }
        // Two digits, so that a word is never taken for a misread code, not even by one wrong character.
        let digits = body.iter().filter(|b| b.is_ascii_digit()).count();
        if digits >= 2
            && let Some(code) = closed(kind, &body)
        {
            return code;
        }
        // An odd step visits every state, so a draw that is fit always comes.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    }
}

/// Makes a code of `kind` from a mnemonic of at most six safe digits: padded with zeros, then one digit that
/// makes the check character a safe one.
pub(super) fn mnemonic(kind: Kind, stem: &str) -> String {
    let with_tuner = |tuner: &u8| {
        let mut body = [b'0'; BODY];
        for (at, byte) in body.iter_mut().zip(stem.bytes().take(BODY - 1)) {
            *at = byte;
        }
        if let Some(last) = body.last_mut() {
            *last = *tuner;
        }
        closed(kind, &body)
    };
    SAFE.iter().find_map(with_tuner).unwrap_or_default()
}

/// Makes the code that carries a station's or bin's name.
///
/// Two characters become three safe digits, so a name of any printable ASCII survives a scanner whose
/// layout is not set. Nothing is made of a name that is not printable ASCII or is longer than [`NAME_MAX`].
#[must_use]
pub fn make_named(kind: Kind, name: &str) -> Option<String> {
    if name.is_empty() || name.len() > NAME_MAX || !name.bytes().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    let mut code = String::from(kind.letter());
    for pair in name.as_bytes().chunks(2) {
        let place = |at: usize| pair.get(at).map_or(0, |b| u64::from(b - b' '));
        let value = place(0) * 95 + place(1);
        code.extend([value / 676, value / 26 % 26, value % 26].map(|digit| char::from(safe(digit))));
    }
    let check = mod_37_36(code.bytes())?;
    code.push(char::from(check));
    Some(code)
}

/// Reads a text that may be one of our codes.
///
/// The shape decides: a known letter, the exact length, Crockford digits in the body. A wrong check
/// character is a misread only where the body also holds a digit, as all that we make do: a word of nine
/// letters such as CHOCOLATE is none of ours. (Names are long and structured enough without that.)
#[must_use]
pub fn read(text: &str) -> Option<Own> {
    let bytes = text.as_bytes();
    let kind = Kind::of(bytes.first()?.to_ascii_uppercase())?;
    match kind {
        Kind::Pairing | Kind::Bin => read_named(kind, bytes),
        Kind::LayoutTest if text.eq_ignore_ascii_case(LAYOUT_TEST) => Some(Own::LayoutTest),
        Kind::LayoutTest => None,
        _ => read_id(kind, bytes),
    }
}

fn read_id(kind: Kind, bytes: &[u8]) -> Option<Own> {
    let (scanned, given) = match bytes {
        [_, body @ .., check] if body.len() == BODY => (body, check.to_ascii_uppercase()),
        _ => return None,
    };
    let mut text = [kind.byte(); LENGTH];
    let [_, body @ .., check] = &mut text;
    for (to, from) in body.iter_mut().zip(scanned) {
        *to = crockford(*from)?;
    }
    *check = mod_37_36([kind.byte()].into_iter().chain(body.iter().copied()))?;
    if *check == given {
        return Some(Own::Id(kind, Printed(text)));
    }
    let ours = given.is_ascii_alphanumeric() && scanned.iter().any(u8::is_ascii_digit);
    ours.then_some(Own::Misread(kind))
}

fn read_named(kind: Kind, bytes: &[u8]) -> Option<Own> {
    let [_, scanned @ .., given] = bytes else { return None };
    if scanned.is_empty() || scanned.len() % 3 != 0 || scanned.len() / 3 * 2 > NAME_MAX {
        return None;
    }
    let mut body = Vec::with_capacity(scanned.len());
    for byte in scanned {
        body.push(crockford(*byte)?);
    }
    let name = named(&body)?;
    let check = mod_37_36([kind.byte()].into_iter().chain(body.iter().copied()))?;
    match check == given.to_ascii_uppercase() {
        true => Some(Own::Named(kind, name)),
        false => given.is_ascii_alphanumeric().then_some(Own::Misread(kind)),
    }
}

fn named(body: &[u8]) -> Option<String> {
    let mut name = String::new();
    let last = body.len() / 3;
    for (n, group) in (1..).zip(body.chunks_exact(3)) {
        let mut value = 0;
        for byte in group {
            value = value * 26 + SAFE.iter().position(|safe| safe == byte)?;
        }
        let (first, second) = (value / 95, value % 95);
        if first == 0 || first > 94 || (second == 0 && n != last) {
            return None;
        }
        name.extend([first, second].into_iter().filter(|place| *place != 0).filter_map(graphic));
    }
    Some(name)
}

fn graphic(place: usize) -> Option<char> {
    u8::try_from(place).ok().map(|place| char::from(b' ' + place))
}

/// Adds the check character, if that is a safe one.
fn closed(kind: Kind, body: &[u8; BODY]) -> Option<String> {
    let check = mod_37_36([kind.byte()].into_iter().chain(*body))?;
    if !SAFE.contains(&check) {
        return None;
    }
    let text = [kind.byte()].into_iter().chain(*body).chain([check]);
    Some(text.map(char::from).collect())
}

/// The Crockford digit that a byte stands for.
const fn crockford(byte: u8) -> Option<u8> {
    match byte.to_ascii_uppercase() {
        b'O' => Some(b'0'),
        b'I' | b'L' => Some(b'1'),
        b'U' => None,
        digit if digit.is_ascii_alphanumeric() => Some(digit),
        _ => None,
    }
}

fn safe(digit: u64) -> u8 {
    usize::try_from(digit).ok().and_then(|at| SAFE.get(at)).copied().unwrap_or(b'0')
}

/// The output function of SplitMix64 (Steele, Lea and Flood, 2014).
const fn mixed(state: u64) -> u64 {
    let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
