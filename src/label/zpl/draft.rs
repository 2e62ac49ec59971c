//! A field of a ZPL label in the making: what the commands up to `^FS` say about it.

use super::letters::Typeface;
use super::read::{Command, unescape};

/// Largest number that a command may give, either way.
const NUMBER_MAX: f32 = 32_000.0;

/// The number at `index`; none where it is absent or no number.
#[must_use]
pub fn number(command: &Command<'_>, index: usize) -> Option<f32> {
    let text = std::str::from_utf8(command.parameter(index)?).ok()?;
    text.parse::<f32>().ok().filter(|number| number.is_finite()).map(|number| number.clamp(-NUMBER_MAX, NUMBER_MAX))
}

/// The first letter of the parameter at `index`, in upper case.
#[must_use]
pub fn letter(command: &Command<'_>, index: usize) -> Option<u8> {
    command.parameter(index)?.first().map(u8::to_ascii_uppercase)
}

/// What a field begins with.
#[derive(Debug, Clone, Copy)]
pub struct Defaults {
    /// `^CF`.
    pub font: Typeface,
    /// `^FW`: N, R, I or B.
    pub turn: u8,
    /// `^BY`: a module's width, how much wider a wide bar is, and a barcode's height.
    pub module: f32,
    pub ratio: f32,
    pub height: f32,
}

impl Default for Defaults {
    fn default() -> Self {
        Self { font: Typeface::new(b'A', 0.0, 0.0), turn: b'N', module: 2.0, ratio: 3.0, height: 10.0 }
    }
}

impl Defaults {
    /// Takes `^CF`, `^FW` or `^BY`.
    pub fn set(&mut self, command: &Command<'_>) {
        match &command.name {
            b"CF" => {
                let name = letter(command, 0).unwrap_or(self.font.name);
                self.font = Typeface::new(name, number(command, 1).unwrap_or(0.0), number(command, 2).unwrap_or(0.0));
            }
            b"FW" => self.turn = letter(command, 0).unwrap_or(b'N'),
            _ => {
                self.module = number(command, 0).unwrap_or(self.module).clamp(1.0, 100.0);
                self.ratio = number(command, 1).unwrap_or(self.ratio).clamp(2.0, 3.0);
                self.height = number(command, 2).unwrap_or(self.height).clamp(1.0, NUMBER_MAX);
            }
        }
    }
}

/// The field.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub at: (f32, f32),
    /// `^FT`: the point lies on the line that letters stand on.
    pub on_baseline: bool,
    /// The point is the right end.
    pub right: bool,
    pub font: Option<Typeface>,
    pub turn: Option<u8>,
    pub block: Option<Block>,
    pub symbol: Option<Symbol>,
    pub reverse: bool,
    hex: Option<u8>,
    pub data: Option<Vec<u8>>,
}

/// `^FB`.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    pub width: f32,
    pub lines: usize,
    pub spacing: f32,
    /// L, C, R or J.
    pub align: u8,
}

/// A `^B…` command.
#[derive(Debug, Clone, Copy)]
pub struct Symbol {
    pub name: [u8; 2],
    pub turn: u8,
    pub module: f32,
    pub ratio: f32,
    /// Of the bars, or of a row.
    pub height: f32,
    /// How far `^FO` is off: a QR code lies lower by the height in `^BY`.
    pub drop: f32,
    pub columns: u32,
    pub rows: u32,
    /// A check character is to be computed.
    pub check: bool,
    pub security: u8,
    /// `^BC`: the mode; `^BX`: the escape character.
    pub option: u8,
    /// Whether the text is written below.
    pub text_below: bool,
}

impl Draft {
    /// Takes any other command of a field; others are passed over.
    pub fn set(&mut self, command: &Command<'_>, defaults: &Defaults) {
        match &command.name {
            b"FO" | b"FT" => {
                self.at = (number(command, 0).unwrap_or(0.0), number(command, 1).unwrap_or(0.0));
                self.on_baseline = &command.name == b"FT";
                self.right = letter(command, 2) == Some(b'1');
            }
            b"FR" => self.reverse = true,
            b"FH" => self.hex = Some(command.rest.first().copied().filter(u8::is_ascii_graphic).unwrap_or(b'_')),
            b"FD" | b"FV" | b"SN" if self.data.is_none() => {
                self.data =
                    Some(self.hex.map_or_else(|| command.rest.to_vec(), |escape| unescape(command.rest, escape)));
            }
            b"FB" => {
                self.block = Some(Block {
                    width: number(command, 0).unwrap_or(0.0),
                    lines: number(command, 1).unwrap_or(1.0).clamp(1.0, 9_999.0) as usize,
                    spacing: number(command, 2).unwrap_or(0.0),
                    align: letter(command, 3).unwrap_or(b'L'),
                });
            }
            [b'A', name] => {
                let size = |index| number(command, index).unwrap_or(0.0);
                // A font from a file stands as font 0.
                let name = if *name == b'@' { b'0' } else { *name };
                self.font = Some(match (size(1), size(2)) {
                    (0.0, 0.0) if name == defaults.font.name => defaults.font,
                    (height, width) => Typeface::new(name, height, width),
                });
                self.turn = command.rest.first().map(u8::to_ascii_uppercase).filter(|turn| b"NRIB".contains(turn));
            }
            [b'B', _] => self.symbol = Some(Symbol::new(command, defaults)),
            _ => {}
        }
    }

    /// Its data as text: UTF-8, or what older labels are written in.
    #[must_use]
    pub fn text(&self) -> String {
        let data = self.data.as_deref().unwrap_or_default();
        match std::str::from_utf8(data) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(data).0.into_owned(),
        }
    }
}

impl Symbol {
    fn new(command: &Command<'_>, defaults: &Defaults) -> Self {
        let turn = letter(command, 0).filter(|turn| b"NRIB".contains(turn)).unwrap_or(defaults.turn);
        // Where the height, and the switch for the text below, stand among the parameters.
        let (height, text) = match &command.name {
            b"B3" | b"BK" => (2, Some(3)),
            b"BQ" | b"BX" | b"B7" => (1, None),
            _ => (1, Some(2)),
        };
        let check = match &command.name {
            b"B3" => Some(1),
            b"B2" | b"BC" => Some(4),
            _ => None,
        };
        let own = number(command, height);
        let (module, height) = match &command.name {
            b"BQ" => (number(command, 2).unwrap_or(3.0), 1.0),
            b"BX" => (own.unwrap_or(defaults.module), 1.0),
            b"B7" => (defaults.module, own.unwrap_or(defaults.height)),
            _ => (defaults.module, own.unwrap_or(defaults.height)),
        };
        let option = if &command.name == b"BC" {
            letter(command, 5)
        } else {
            command.parameter(6).and_then(|p| p.first()).copied()
        };
        Self {
            name: command.name,
            turn,
            module: module.clamp(1.0, 100.0),
            height: height.clamp(1.0, NUMBER_MAX),
            drop: if &command.name == b"BQ" { defaults.height } else { 0.0 },
            ratio: defaults.ratio,
            columns: number(command, 3).unwrap_or(0.0).clamp(0.0, 30.0) as u32,
            rows: number(command, 4).unwrap_or(0.0).clamp(0.0, 90.0) as u32,
            check: check.is_some_and(|index| letter(command, index) == Some(b'Y')),
            security: number(command, 2).unwrap_or(0.0).clamp(0.0, 200.0) as u8,
            option: option.unwrap_or(0),
            text_below: text.is_some_and(|index| letter(command, index) != Some(b'N')),
        }
    }
}
