//! GS1 element strings: what GS1-128, GS1 DataMatrix, GS1 QR and DataBar symbols hold.
//!
//! Source: GS1 General Specifications, 7.8. Each element is an application identifier and a value. A value
//! whose length is not known in advance ends with FNC1, which scanners send as GS, as a substitute that they
//! were set to, or not at all; then a value takes all that follows, as nobody can tell where it ended.

pub mod ai;

use ai::Shape;

use super::check::gs1_digit;

/// Most elements of one symbol: 7,089 digits hold no more of the shortest.
const ELEMENTS_MAX: usize = 2_400;

/// What stands for FNC1 between elements: GS, its Unicode picture, and what some scanners write out.
const SEPARATORS: [&str; 4] = ["\u{1d}", "\u{241d}", "<GS>", "{GS}"];

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'t> {
    /// The application identifier: two to four digits.
    pub ai: &'t str,
    /// The value.
    pub value: &'t str,
}

/// Why a text is no element string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Gs1Error {
    /// There is no element.
    #[error("there is no element")]
    Empty,
    /// No application identifier begins so.
    #[error("no application identifier begins as the text does at byte {0}")]
    Identifier(usize),
    /// The value is too long, too short or made of the wrong characters.
    #[error("the value at byte {0} is not what its application identifier asks for")]
    Value(usize),
    /// A key with a wrong check digit.
    #[error("the check digit of the value at byte {0} is wrong")]
    CheckDigit(usize),
    /// More than any symbol can hold.
    #[error("there are too many elements")]
    TooMany,
}

/// Reads an element string, as a scanner sends it or in brackets as people write it: `(01)…(21)…`.
///
/// # Errors
/// The first thing that is wrong.
pub fn read(text: &str) -> Result<Vec<Element<'_>>, Gs1Error> {
    if text.starts_with('(') {
        return read_bracketed(text);
    }
    let mut elements = Vec::new();
    let mut rest = without_separators(text);
    while !rest.is_empty() {
        if elements.len() == ELEMENTS_MAX {
            return Err(Gs1Error::TooMany);
        }
        let shape = Shape::of(rest).ok_or(Gs1Error::Identifier(text.len() - rest.len()))?;
        let (ai, after) = rest.split_at_checked(shape.digits).ok_or(Gs1Error::Value(text.len()))?;
        let at = text.len() - after.len();
        let (value, after) = after.split_at_checked(value_length(shape, after)).ok_or(Gs1Error::Value(at))?;
        elements.push(element(shape, ai, value, at)?);
        rest = without_separators(after);
    }
    if elements.is_empty() { Err(Gs1Error::Empty) } else { Ok(elements) }
}

/// How much of `after` is the value.
fn value_length(shape: &Shape, after: &str) -> usize {
    let (least, most) = shape.length;
    if shape.is_closed() {
        return most;
    }
    let end = SEPARATORS.iter().filter_map(|separator| after.find(separator)).min().unwrap_or(after.len());
    // A separator that was not sent does no harm behind a value that has one length only.
    if least == most { end.min(most) } else { end }
}

fn read_bracketed(text: &str) -> Result<Vec<Element<'_>>, Gs1Error> {
    let mut elements = Vec::new();
    let mut rest = text;
    while let Some(after) = rest.strip_prefix('(') {
        if elements.len() == ELEMENTS_MAX {
            return Err(Gs1Error::TooMany);
        }
        let at = text.len() - after.len();
        let (ai, after) = after.split_once(')').ok_or(Gs1Error::Identifier(at))?;
        let shape = Shape::of(ai).filter(|shape| shape.digits == ai.len()).ok_or(Gs1Error::Identifier(at))?;
        // A value may hold brackets too: it ends before the next bracketed identifier.
        let next = |(place, _): &(usize, &str)| {
            let behind = after.get(place + 1..).and_then(|behind| behind.split_once(')'));
            behind.is_some_and(|(ai, _)| Shape::of(ai).is_some_and(|shape| shape.digits == ai.len()))
        };
        let end = after.match_indices('(').find(next).map_or(after.len(), |(place, _)| place);
        let at = text.len() - after.len();
        let (value, after) = after.split_at_checked(end).ok_or(Gs1Error::Value(at))?;
        elements.push(element(shape, ai, value, at)?);
        rest = after;
    }
    if elements.is_empty() { Err(Gs1Error::Empty) } else { Ok(elements) }
}

fn element<'t>(shape: &Shape, ai: &'t str, value: &'t str, at: usize) -> Result<Element<'t>, Gs1Error> {
    if !shape.takes(value) {
        return Err(Gs1Error::Value(at));
    }
    let is_right = match value.as_bytes().get(..shape.checked) {
        Some([serial @ .., check]) => gs1_digit(serial) == Some(*check),
        _ => true,
    };
    if is_right { Ok(Element { ai, value }) } else { Err(Gs1Error::CheckDigit(at)) }
}

fn without_separators(mut text: &str) -> &str {
    while let Some(rest) = SEPARATORS.iter().find_map(|separator| text.strip_prefix(separator)) {
        text = rest;
    }
    text
}

/// Whether a text holds a separator, as only element strings do.
#[must_use]
pub fn has_separator(text: &str) -> bool {
    // The first byte of each separator: ordinary scans hold none of them and are searched once, without a branch.
    let may_begin = |byte: u8| matches!(byte, 0x1d | 0xe2 | b'<' | b'{');
    text.bytes().fold(false, |found, byte| found | may_begin(byte))
        && SEPARATORS.iter().any(|separator| text.contains(separator))
}

#[cfg(test)]
mod tests;
