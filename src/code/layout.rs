//! The small language in which a carrier's file writes down what a number looks like.
//!
//! A layout is a row of fields, each `name:items` or only `items`, with spaces between. An item is a character
//! that stands for itself, `#` for a digit, `@` for a letter, `*` for either, a class such as `[0-8]` or
//! `[AHJKTV]`, or alternatives such as `(JD|JJD)`; `{9}` or `{9,10}` behind it repeats it. A number fits a
//! layout when every character does, after it was made [`Compact`].
//!
//! Lengths and alternatives are multiplied out when the file is read, so that a scan is held against rows of
//! fixed length only, and only against those of its own length and first character.

use std::ops::Range;

/// Longest number of any carrier, in characters; one bit each in a mask.
pub const LENGTH_MAX: usize = 64;

/// Most rows that the layouts of one format may multiply out to.
const ROWS_MAX: usize = 1_024;

/// The characters that numbers are made of: digits, capital letters, hyphen and per cent.
pub(super) const SYMBOLS: usize = 38;

const DIGITS: u64 = (1 << 10) - 1;
const LETTERS: u64 = ((1 << 26) - 1) << 10;

/// What is wrong with a layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// A character that no number has.
    #[error("`{0}` stands for no character of a number")]
    Character(char),
    /// A class, repetition or group without its end, or one that is empty.
    #[error("`{0}` is not closed or empty")]
    Open(char),
    /// Repeated by something that is no count.
    #[error("`{0}` is no count such as {{9}} or {{9,10}}")]
    Count(String),
    /// Longer than [`LENGTH_MAX`].
    #[error("it is longer than {LENGTH_MAX} characters")]
    TooLong,
    /// More than [`ROWS_MAX`] alternatives.
    #[error("it has more than {ROWS_MAX} alternatives")]
    TooMany,
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
}

/// A row of fixed length: which symbols each place takes, and where its fields are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Row {
    /// One set of symbols for each place.
    pub places: Vec<u64>,
    /// The named fields.
    pub fields: Vec<(String, Range<usize>)>,
}

/// Multiplies a layout out into its rows, in the order of its alternatives.
///
/// # Errors
/// See [`LayoutError`].
pub(super) fn rows(layout: &str) -> Result<Vec<Row>, LayoutError> {
    let mut rows = vec![Row::default()];
    for field in layout.split_ascii_whitespace() {
        let (name, items) = match field.split_once(':') {
            Some((name, items)) => (Some(name), items),
            None => (None, field),
        };
        let choices = items_of(&mut items.chars().peekable(), None)?;
        let mut grown = Vec::new();
        for row in &rows {
            for places in &choices {
                grown.push(with_field(row, name, places)?);
                if grown.len() > ROWS_MAX {
                    return Err(LayoutError::TooMany);
                }
            }
        }
        rows = grown;
    }
    match rows.iter().any(|row| row.places.is_empty()) {
        true => Err(LayoutError::Empty),
        false => Ok(rows),
    }
}

/// The set of symbols of each place, for a key of a look-up: a layout of one row without fields.
///
/// # Errors
/// See [`LayoutError`].
pub(super) fn single(layout: &str) -> Result<Vec<u64>, LayoutError> {
    match <[Row; 1]>::try_from(rows(layout)?) {
        Ok([row]) => Ok(row.places),
        Err(_) => Err(LayoutError::TooMany),
    }
}

/// A text without spaces and separators, in capitals, with what a filter wants to know of it.
#[derive(Debug, Clone)]
pub(super) struct Compact {
    bytes: [u8; LENGTH_MAX],
    symbols: [u8; LENGTH_MAX],
    len: usize,
    /// The places of digits.
    pub digits: u64,
    /// The places of letters.
    pub letters: u64,
}

impl Compact {
    /// None where the text can not be a carrier's number: too long, or with other characters in it.
    pub fn new(text: &str) -> Option<Compact> {
        match Compact::of(text.as_bytes()) {
            Ok(compact) => compact,
            Err(Spaced) => {
                let is_kept = |byte: &u8| SYMBOL_OF[usize::from(*byte)] != SKIPPED;
                let (mut kept, mut len) = ([0; LENGTH_MAX], 0);
                for byte in text.bytes().filter(is_kept) {
                    *kept.get_mut(len)? = byte;
                    len += 1;
                }
                Compact::of(kept.get(..len)?).ok().flatten()
            }
        }
    }

    /// Nearly every scan has nothing to leave out: one pass without a branch for each character.
    fn of(text: &[u8]) -> Result<Option<Compact>, Spaced> {
        let mut compact =
            Compact { bytes: [0; LENGTH_MAX], symbols: [0; LENGTH_MAX], len: text.len(), digits: 0, letters: 0 };
        let mut other = 0;
        for (at, (byte, to)) in text.iter().zip(&mut compact.symbols).enumerate() {
            let symbol = SYMBOL_OF[usize::from(*byte)];
            *to = symbol;
            other |= symbol;
            compact.digits |= u64::from(symbol < 10) << at;
            compact.letters |= u64::from(symbol.wrapping_sub(10) < 26) << at;
        }
        if other >= SKIPPED || text.len() > LENGTH_MAX {
            let symbol = |byte: &u8| SYMBOL_OF[usize::from(*byte)];
            let spaced = text.iter().any(|byte| symbol(byte) == SKIPPED);
            let foreign = text.iter().any(|byte| symbol(byte) == FOREIGN);
            return if spaced && !foreign { Err(Spaced) } else { Ok(None) };
        }
        let Some(bytes) = compact.bytes.get_mut(..text.len()) else { return Ok(None) };
        bytes.copy_from_slice(text);
        bytes.make_ascii_uppercase();
        Ok((!text.is_empty()).then_some(compact))
    }

    /// The characters.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The symbols, one for each character.
    pub fn symbols(&self) -> &[u8] {
        self.symbols.get(..self.len).unwrap_or_default()
    }
}

/// The text has white space or a separator that is to be left out.
struct Spaced;

/// Stands for what is left out: white space and the group separator.
const SKIPPED: u8 = 254;

/// Stands for what no number has.
const FOREIGN: u8 = 255;

/// The symbol of each byte.
const SYMBOL_OF: [u8; 256] = {
    let mut table = [FOREIGN; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            digit @ b'0'..=b'9' => digit - b'0',
            letter @ b'A'..=b'Z' => letter - b'A' + 10,
            letter @ b'a'..=b'z' => letter - b'a' + 10,
            b'-' => 36,
            b'%' => 37,
            b' ' | b'\t'..=b'\r' | 0x1d => SKIPPED,
            _ => FOREIGN,
        };
        byte += 1;
    }
    table
};

fn set_of(c: char) -> Result<u64, LayoutError> {
    let byte = u8::try_from(c).map_err(|_| LayoutError::Character(c))?;
    match SYMBOL_OF[usize::from(byte)] {
        symbol if usize::from(symbol) < SYMBOLS && !byte.is_ascii_lowercase() => Ok(1 << symbol),
        _ => Err(LayoutError::Character(c)),
    }
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// The ways in which a row of items can be written out, up to `end`.
fn items_of(chars: &mut Chars<'_>, end: Option<char>) -> Result<Vec<Vec<u64>>, LayoutError> {
    let mut done: Vec<Vec<u64>> = Vec::new();
    let mut open: Vec<Vec<u64>> = vec![Vec::new()];
    loop {
        let choices = match chars.next() {
            None if end.is_none() => break,
            None => return Err(LayoutError::Open('(')),
            Some(c) if Some(c) == end => break,
            Some('|') if end.is_some() => {
                done.append(&mut open);
                open.push(Vec::new());
                continue;
            }
            Some('(') => items_of(chars, Some(')'))?,
            Some('[') => vec![vec![class(chars)?]],
            Some('#') => vec![vec![DIGITS]],
            Some('@') => vec![vec![LETTERS]],
            Some('*') => vec![vec![DIGITS | LETTERS]],
            Some(c) => vec![vec![set_of(c)?]],
        };
        open = repeated(&open, &choices, count(chars)?)?;
    }
    done.append(&mut open);
    Ok(done)
}

fn repeated(open: &[Vec<u64>], choices: &[Vec<u64>], times: Range<usize>) -> Result<Vec<Vec<u64>>, LayoutError> {
    let mut all = Vec::new();
    for before in open {
        let mut grown = vec![before.clone()];
        for n in 0..times.end {
            if n >= times.start {
                all.extend(grown.iter().cloned());
            }
            if n + 1 < times.end {
                if grown.len() * choices.len() > ROWS_MAX {
                    return Err(LayoutError::TooMany);
                }
                grown = grown.iter().flat_map(|row| choices.iter().map(|more| [&row[..], more].concat())).collect();
            }
            if all.len() > ROWS_MAX {
                return Err(LayoutError::TooMany);
            }
        }
    }
    Ok(all)
}

/// The symbols of a class, behind its opening bracket.
fn class(chars: &mut Chars<'_>) -> Result<u64, LayoutError> {
    let mut set = 0;
    loop {
        let first = match chars.next() {
            None => return Err(LayoutError::Open('[')),
            Some(']') if set == 0 => return Err(LayoutError::Open('[')),
            Some(']') => return Ok(set),
            Some(c) => c,
        };
        let mut last = first;
        if chars.peek() == Some(&'-') {
            chars.next();
            last = chars.next().ok_or(LayoutError::Open('['))?;
        }
        for c in first..=last {
            set |= set_of(c)?;
        }
    }
}

/// How often the item before is repeated: once, or what stands in braces.
fn count(chars: &mut Chars<'_>) -> Result<Range<usize>, LayoutError> {
    if chars.peek() != Some(&'{') {
        return Ok(1..2);
    }
    chars.next();
    let text: String = chars.by_ref().take_while(|c| *c != '}').collect();
    let (least, most) = text.split_once(',').unwrap_or((&text, &text));
    match (least.parse::<usize>(), most.parse::<usize>()) {
        (Ok(least), Ok(most)) if least <= most && most <= LENGTH_MAX => Ok(least..most + 1),
        _ => Err(LayoutError::Count(text)),
    }
}

fn with_field(row: &Row, name: Option<&str>, places: &[u64]) -> Result<Row, LayoutError> {
    let start = row.places.len();
    let end = start + places.len();
    if end > LENGTH_MAX {
        return Err(LayoutError::TooLong);
    }
    let mut row = row.clone();
    row.places.extend_from_slice(places);
    if let Some(name) = name {
        row.fields.push((name.to_owned(), start..end));
    }
    Ok(row)
}

/// How many bits of evidence it is that a text fits these places, in tenths: against characters drawn evenly
/// from all digits and letters.
pub(super) fn evidence(places: &[u64]) -> i32 {
    let bits = |set: &u64| (36.0 / f64::from(set.count_ones().clamp(1, 36))).log2();
    (places.iter().map(bits).sum::<f64>() * 10.0).round() as i32
}

/// Where a row takes exactly the digits, exactly the letters, either, and the other places with their sets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Filter {
    digits: u64,
    letters: u64,
    either: u64,
    rest: Vec<(u8, u64)>,
}

impl Filter {
    pub fn new(places: &[u64]) -> Filter {
        let mut filter = Filter::default();
        for (at, set) in (0..).zip(places) {
            match *set {
                DIGITS => filter.digits |= 1 << at,
                LETTERS => filter.letters |= 1 << at,
                set if set == DIGITS | LETTERS => filter.either |= 1 << at,
                set => filter.rest.push((at, set)),
            }
        }
        filter
    }

    /// Whether a text of the row's length fits it.
    pub fn takes(&self, text: &Compact) -> bool {
        let at = |place: u8| text.symbols.get(usize::from(place));
        self.digits & !text.digits == 0
            && self.letters & !text.letters == 0
            && self.either & !(text.digits | text.letters) == 0
            && self.rest.iter().all(|(place, set)| at(*place).is_some_and(|symbol| set >> symbol & 1 == 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes the rows of a layout: length, fields and one example each.
    fn check(layout: &str, expected: &str) {
        let said = match rows(layout) {
            Ok(rows) => rows.iter().map(written).collect::<Vec<_>>().join(" | "),
            Err(error) => error.to_string(),
        };
        assert_eq!(said, expected, "{layout}");
    }

    fn written(row: &Row) -> String {
        let text: String = row.places.iter().map(|set| example(*set)).collect();
        let fields: Vec<String> =
            row.fields.iter().map(|(name, at)| format!(" {name}={}", &text[at.clone()])).collect();
        text.clone() + &fields.concat()
    }

    fn example(set: u64) -> char {
        let symbol = set.trailing_zeros();
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-%".chars().nth(symbol as usize).unwrap_or('?')
    }

    #[test]
    fn a_layout_is_a_row_of_fields() {
        check("1Z a:*{2} check:#", "1Z000 a=00 check=0");
        check("[3-5]@[XYB]", "3AB");
        check("%#-1", "%0-1");
    }

    #[test]
    fn lengths_and_alternatives_are_multiplied_out_in_order() {
        check("a:#{1,2} b:@", "0A a=0 b=A | 00A a=00 b=A");
        check("(JD|JJD)#", "JD0 | JJD0");
        check("a:(91|) #", "910 a=91 | 0 a=");
        check("(A|B){2}", "AA | AB | BA | BB");
    }

    #[test]
    fn what_is_no_layout_is_refused() {
        check("a b", "`a` stands for no character of a number");
        check("", "it is empty");
        check("(A|)", "it is empty");
        check("[", "`[` is not closed or empty");
        check("[]", "`[` is not closed or empty");
        check("(A", "`(` is not closed or empty");
        check("#{x}", "`x` is no count such as {9} or {9,10}");
        check("#{60}#{5}", "it is longer than 64 characters");
        check("(A|B){11}", "it has more than 1024 alternatives");
        check("é", "`é` stands for no character of a number");
    }

    #[test]
    fn a_text_is_made_compact() {
        let compact = Compact::new(" 1z 9\u{1d}-%").unwrap_or_else(|| panic!("it fits"));
        assert_eq!(compact.bytes(), b"1Z9-%");
        assert_eq!(compact.symbols(), [1, 35, 9, 36, 37]);
        assert_eq!((compact.digits, compact.letters), (0b101, 0b10));
        assert!(Compact::new("1Z_9").is_none());
        assert!(Compact::new(" ").is_none());
        assert!(Compact::new(&"1".repeat(LENGTH_MAX + 1)).is_none());
    }
}
