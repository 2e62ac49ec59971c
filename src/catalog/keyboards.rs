//! Keyboard layouts from `devices/keyboards`: text in, [`Layout`] out.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::scan::layout::{Cell, Layout, Level, ROWS};

macro_rules! built_in {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../devices/keyboards/", $name, ".toml")))),*]
    };
}

/// The layouts that stationd brings along, by file name.
pub const BUILT_IN: [(&str, &str); 16] =
    built_in!("be" "ca-fr" "ch" "ch-fr" "de" "dk" "es" "fr" "gb" "it" "nl" "no" "pl" "pt" "se" "us");

/// The layout of a scanner about which nothing else is known: nearly all leave the factory so.
pub const DEFAULT: &str = "us";

/// One layout and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyboard {
    /// As people name it.
    pub title: String,
    /// Its keys.
    pub layout: Arc<Layout>,
}

/// Every layout by its file name, without `.toml`.
pub type Keyboards = BTreeMap<String, Keyboard>;

/// Why a text is not a keyboard layout.
#[derive(Debug, thiserror::Error)]
pub enum KeyboardError {
    /// It is not TOML, or has keys that are not known.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A row has too many or too few keys.
    #[error("row {row} of {level} has {found} keys instead of {wanted}")]
    Row {
        /// `plain`, `shift`, `altgr` or `shift_altgr`.
        level: &'static str,
        /// From 1.
        row: usize,
        /// How many there are.
        found: usize,
        /// How many that row of the keyboard has.
        wanted: usize,
    },
    /// A cell is not one character, a star and one character, or `--`.
    #[error("{cell:?} in row {row} of {level} is neither a character nor a star and an accent")]
    Cell {
        /// `plain`, `shift`, `altgr` or `shift_altgr`.
        level: &'static str,
        /// From 1.
        row: usize,
        /// What stands there.
        cell: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    #[serde(default = "point")]
    decimal: char,
    plain: [String; ROWS.len()],
    shift: [String; ROWS.len()],
    altgr: Option<[String; ROWS.len()]>,
    shift_altgr: Option<[String; ROWS.len()]>,
}

const fn point() -> char {
    '.'
}

/// Reads one file of `devices/keyboards`.
///
/// # Errors
/// Not TOML, an unknown key, or a row that does not fit the keyboard.
pub fn parse(text: &str) -> Result<Keyboard, KeyboardError> {
    let file: File = toml::from_str(text)?;
    let mut layout = Layout::new(file.decimal);
    let levels = [
        ("plain", Level::new(false, false), Some(&file.plain)),
        ("shift", Level::new(true, false), Some(&file.shift)),
        ("altgr", Level::new(false, true), file.altgr.as_ref()),
        ("shift_altgr", Level::new(true, true), file.shift_altgr.as_ref()),
    ];
    for (name, level, rows) in levels {
        for (row, (keys, cells)) in ROWS.iter().zip(rows.into_iter().flatten()).enumerate() {
            let row = row + 1;
            let found = cells.split_whitespace().count();
            if found != keys.len() {
                return Err(KeyboardError::Row { level: name, row, found, wanted: keys.len() });
            }
            for (key, text) in keys.iter().zip(cells.split_whitespace()) {
                match cell(text) {
                    Ok(Some(cell)) => layout.set(*key, level, cell),
                    Ok(None) => {}
                    Err(()) => return Err(KeyboardError::Cell { level: name, row, cell: text.to_owned() }),
                }
            }
        }
    }
    Ok(Keyboard { title: file.title, layout: Arc::new(layout) })
}

fn cell(text: &str) -> Result<Option<Cell>, ()> {
    let mut chars = text.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(c), None, None) => Ok(Some(Cell::Char(c))),
        (Some('*'), Some(accent), None) => Ok(Some(Cell::Dead(accent))),
        (Some('-'), Some('-'), None) => Ok(None),
        _ => Err(()),
    }
}

/// What the barcode says by which a scanner's layout is recognised.
pub const TEST_TEXT: &str = crate::code::own::LAYOUT_TEST;

/// Layouts that scanners are set to most, where several fit.
const COMMON: [&str; 6] = ["us", "gb", "de", "fr", "es", "it"];

/// The layouts that a scanner may be set to which was read by the layout `current`, when `heard` came from the barcode
/// of [`TEST_TEXT`]; none if it did not. Those that are given together type letters, digits and these signs alike; the
/// commonest stands first.
#[must_use]
pub fn recognise<'a>(keyboards: &'a Keyboards, current: &Layout, heard: &str) -> Vec<&'a str> {
    let fits = |keyboard: &Keyboard| {
        let mut read = TEST_TEXT.chars().map(|c| {
            let (key, level) = keyboard.layout.find(c)?;
            current.cell(key, level)
        });
        let mut heard = heard.chars();
        read.by_ref().all(|cell| cell.is_some() && cell == heard.next().map(Cell::Char)) && heard.next().is_none()
    };
    let fitting = keyboards.iter().filter(|(_, keyboard)| fits(keyboard)).map(|(name, _)| name.as_str());
    let mut fitting: Vec<&str> = fitting.collect();
    fitting.sort_by_key(|name| COMMON.iter().position(|common| common == name).unwrap_or(COMMON.len()));
    fitting
}

/// The layouts that stationd brings along.
///
/// # Errors
/// Never with the files of this repository, as a test shows.
pub fn built_in() -> Result<Keyboards, KeyboardError> {
    BUILT_IN.iter().map(|(name, text)| Ok(((*name).to_owned(), parse(text)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use evdev::KeyCode;

    #[test]
    fn every_layout_has_every_cell_of_its_first_two_levels_and_every_letter_once() {
        for (name, text) in BUILT_IN {
            let keyboard = parse(text).unwrap_or_else(|why| panic!("{name}: {why}"));
            let mut seen = Vec::new();
            for key in ROWS.into_iter().flatten() {
                for shift in [false, true] {
                    let cell = keyboard.layout.cell(*key, Level::new(shift, false));
                    let cell = cell.unwrap_or_else(|| panic!("{name} has nothing on {key:?}"));
                    if let Cell::Char(c) = cell {
                        seen.push(c);
                    }
                }
            }
            for c in ('a'..='z').chain('A'..='Z').chain('0'..='9') {
                assert_eq!(seen.iter().filter(|s| **s == c).count(), 1, "{name} {c}");
            }
        }
    }

    #[test]
    fn every_file_in_the_folder_is_built_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/devices/keyboards");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder")
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".toml").map(str::to_owned))
            .collect();
        names.sort();
        assert_eq!(names, BUILT_IN.map(|(name, _)| name));
    }

    #[test]
    fn a_layout_is_recognised_by_what_another_makes_of_the_test_barcode() {
        let keyboards = built_in().expect("the layouts");
        for (truth, scanner) in &keyboards {
            for (current, reader) in &keyboards {
                let read = |c| scanner.layout.find(c).and_then(|(key, level)| reader.layout.cell(key, level));
                let heard: Option<String> =
                    TEST_TEXT.chars().map(|c| if let Some(Cell::Char(c)) = read(c) { Some(c) } else { None }).collect();
                let heard = heard.unwrap_or_else(|| panic!("{truth} read as {current} makes a dead key"));
                let found = recognise(&keyboards, &reader.layout, &heard);
                assert!(found.contains(&truth.as_str()), "{truth} read as {current} is {found:?}");
                assert!(found.iter().all(|name| types_alike(&keyboards[*name], scanner)), "{truth}: {found:?}");
            }
        }
        assert!(recognise(&keyboards, &keyboards["us"].layout, "J7K3").is_empty());
    }

    fn types_alike(one: &Keyboard, other: &Keyboard) -> bool {
        TEST_TEXT.chars().chain('a'..='z').chain('A'..='Z').all(|c| one.layout.find(c) == other.layout.find(c))
    }

    #[test]
    fn a_row_that_does_not_fit_is_named() {
        let us = BUILT_IN.iter().find(|(name, _)| *name == DEFAULT).expect("us").1;
        let check = |from: &str, to: &str| parse(&us.replace(from, to)).expect_err("an error").to_string();
        assert_eq!(check("q w e", "q we"), "row 2 of plain has 11 keys instead of 12");
        assert_eq!(
            check("Q W E", "Q W EE"),
            "\"EE\" in row 2 of shift is neither a character nor a star and an accent"
        );
        assert!(check("title", "titel").contains("unknown field `titel`"));
        let layout = parse(us).expect("us").layout;
        assert_eq!(layout.cell(KeyCode::KEY_F1, Level::new(false, false)), None);
    }
}
