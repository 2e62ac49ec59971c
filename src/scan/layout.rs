//! Keyboard layouts: which character a key gives, as the host's layout would have it.
//!
//! A keyboard scanner sends keys, not characters; which keys depends on the country that it was set to. The layouts
//! themselves are data ([`catalog::keyboards`](crate::catalog)).

use std::collections::BTreeMap;

use evdev::KeyCode;

/// What one key gives together with Shift and AltGr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// A character.
    Char(char),
    /// An accent, given here as it stands alone, that waits for the letter under it.
    Dead(char),
}

/// Shift and AltGr, as an index: plain, Shift, AltGr, both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level(usize);

impl Level {
    /// The level of these two modifiers.
    #[must_use]
    pub const fn new(shift: bool, altgr: bool) -> Self {
        Self(shift as usize + 2 * altgr as usize)
    }
}

/// One layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    cells: BTreeMap<u16, [Option<Cell>; 4]>,
    /// What the keypad's decimal key gives.
    decimal: char,
}

/// The keys that differ between layouts, row by row from the top left; the names are those of a US keyboard.
/// The third row ends with the key that sits beside Enter, the fourth begins with the one that only ISO keyboards have.
pub const ROWS: [&[KeyCode]; 4] = [
    &[
        KeyCode::KEY_GRAVE,
        KeyCode::KEY_1,
        KeyCode::KEY_2,
        KeyCode::KEY_3,
        KeyCode::KEY_4,
        KeyCode::KEY_5,
        KeyCode::KEY_6,
        KeyCode::KEY_7,
        KeyCode::KEY_8,
        KeyCode::KEY_9,
        KeyCode::KEY_0,
        KeyCode::KEY_MINUS,
        KeyCode::KEY_EQUAL,
    ],
    &[
        KeyCode::KEY_Q,
        KeyCode::KEY_W,
        KeyCode::KEY_E,
        KeyCode::KEY_R,
        KeyCode::KEY_T,
        KeyCode::KEY_Y,
        KeyCode::KEY_U,
        KeyCode::KEY_I,
        KeyCode::KEY_O,
        KeyCode::KEY_P,
        KeyCode::KEY_LEFTBRACE,
        KeyCode::KEY_RIGHTBRACE,
    ],
    &[
        KeyCode::KEY_A,
        KeyCode::KEY_S,
        KeyCode::KEY_D,
        KeyCode::KEY_F,
        KeyCode::KEY_G,
        KeyCode::KEY_H,
        KeyCode::KEY_J,
        KeyCode::KEY_K,
        KeyCode::KEY_L,
        KeyCode::KEY_SEMICOLON,
        KeyCode::KEY_APOSTROPHE,
        KeyCode::KEY_BACKSLASH,
    ],
    &[
        KeyCode::KEY_102ND,
        KeyCode::KEY_Z,
        KeyCode::KEY_X,
        KeyCode::KEY_C,
        KeyCode::KEY_V,
        KeyCode::KEY_B,
        KeyCode::KEY_N,
        KeyCode::KEY_M,
        KeyCode::KEY_COMMA,
        KeyCode::KEY_DOT,
        KeyCode::KEY_SLASH,
    ],
];

impl Layout {
    /// A layout without keys but the space bar and the keypad.
    #[must_use]
    pub fn new(decimal: char) -> Self {
        let space = Some(Cell::Char(' '));
        Self { cells: BTreeMap::from([(KeyCode::KEY_SPACE.0, [space; 4])]), decimal }
    }

    /// Says what a key gives at a level.
    pub fn set(&mut self, key: KeyCode, level: Level, cell: Cell) {
        if let Some(slot) = self.cells.entry(key.0).or_default().get_mut(level.0) {
            *slot = Some(cell);
        }
    }

    /// What a key gives at a level, if anything.
    #[must_use]
    pub fn cell(&self, key: KeyCode, level: Level) -> Option<Cell> {
        self.cells.get(&key.0).and_then(|levels| levels.get(level.0).copied().flatten()).or_else(|| self.keypad(key))
    }

    /// The key and level by which a character is typed; the lowest level first.
    #[must_use]
    pub fn find(&self, c: char) -> Option<(KeyCode, Level)> {
        (0..4).find_map(|level| {
            let has = |levels: &[Option<Cell>; 4]| levels.get(level) == Some(&Some(Cell::Char(c)));
            let (key, _) = self.cells.iter().find(|(_, levels)| has(levels))?;
            Some((KeyCode(*key), Level(level)))
        })
    }

    fn keypad(&self, key: KeyCode) -> Option<Cell> {
        let c = match key {
            KeyCode::KEY_KPDOT => self.decimal,
            KeyCode::KEY_KPCOMMA => ',',
            KeyCode::KEY_KPSLASH => '/',
            KeyCode::KEY_KPASTERISK => '*',
            KeyCode::KEY_KPMINUS => '-',
            KeyCode::KEY_KPPLUS => '+',
            KeyCode::KEY_KPEQUAL => '=',
            _ => char::from(b'0' + keypad_digit(key)?),
        };
        Some(Cell::Char(c))
    }
}

/// The digit on a key of the keypad, 0 to 9.
#[must_use]
pub(super) fn keypad_digit(key: KeyCode) -> Option<u8> {
    Some(match key {
        KeyCode::KEY_KP0 => 0,
        KeyCode::KEY_KP1 => 1,
        KeyCode::KEY_KP2 => 2,
        KeyCode::KEY_KP3 => 3,
        KeyCode::KEY_KP4 => 4,
        KeyCode::KEY_KP5 => 5,
        KeyCode::KEY_KP6 => 6,
        KeyCode::KEY_KP7 => 7,
        KeyCode::KEY_KP8 => 8,
        KeyCode::KEY_KP9 => 9,
        _ => return None,
    })
}
