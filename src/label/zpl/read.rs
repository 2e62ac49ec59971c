//! ZPL of others cut into commands, and the barcode texts that are in it.
//!
//! Nothing here draws; a document of any size within its bound is read once, from front to end.
//! Source: Zebra, "ZPL II Programming Guide".

/// One command: `^BC` with its parameters, or `~DG`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command<'a> {
    /// Its two letters in upper case; `^A0` is `A` with the font's letter.
    pub name: [u8; 2],
    /// Whether it began with the format prefix, `^`, and not with the control prefix, `~`.
    pub format: bool,
    /// What follows, up to the next command; for `^GFB`, `~DG` and the like their data too.
    pub rest: &'a [u8],
    /// What separates parameters, a comma where nothing else was set.
    pub delimiter: u8,
}

impl<'a> Command<'a> {
    /// The parameter of that index, from 0; none where it is absent or empty.
    pub fn parameter(&self, index: usize) -> Option<&'a [u8]> {
        let part = self.rest.split(|byte| *byte == self.delimiter).nth(index)?.trim_ascii();
        Some(part).filter(|part| !part.is_empty())
    }
}

/// The commands of a document, in order.
#[derive(Debug, Clone)]
pub struct Commands<'a> {
    rest: &'a [u8],
    caret: u8,
    tilde: u8,
    delimiter: u8,
}

impl<'a> Commands<'a> {
    /// Begins at the front, with the prefixes that a printer starts with.
    #[must_use]
    pub const fn new(document: &'a [u8]) -> Self {
        Self { rest: document, caret: b'^', tilde: b'~', delimiter: b',' }
    }
}

impl<'a> Iterator for Commands<'a> {
    type Item = Command<'a>;

    fn next(&mut self) -> Option<Command<'a>> {
        let start = self.rest.iter().position(|byte| *byte == self.caret || *byte == self.tilde)?;
        let (prefix, after) = self.rest.get(start..)?.split_first()?;
        let format = *prefix == self.caret;
        let ([first, second], body) = after.split_first_chunk::<2>()?;
        let name = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
        let command = |rest| Command { name, format, rest, delimiter: self.delimiter };
        // These set another prefix or delimiter, and may name one that is in use.
        if let (true, b'C', b'C' | b'T' | b'D') | (false, b'C', b'C' | b'T' | b'D') = (format, name[0], name[1]) {
            let (new, after) = body.split_first()?;
            let done = command(body.get(..1)?);
            match name[1] {
                b'C' => self.caret = *new,
                b'T' => self.tilde = *new,
                _ => self.delimiter = *new,
            }
            self.rest = after;
            return Some(done);
        }
        let binary = if &name == b"GF" && body.first() == Some(&b'B') { binary_length(&command(body)) } else { 0 };
        let free = body.get(binary.min(body.len())..)?;
        let end = free.iter().position(|byte| *byte == self.caret || *byte == self.tilde).unwrap_or(free.len());
        let (rest, after) = body.split_at(binary.min(body.len()) + end);
        let done = command(rest);
        self.rest = after;
        Some(done)
    }
}

/// Bytes of a `^GFB` command up to the end of its binary data, which may hold any byte.
fn binary_length(command: &Command<'_>) -> usize {
    let head: usize = command.rest.split(|byte| *byte == command.delimiter).take(4).map(|part| part.len() + 1).sum();
    let sent = command.parameter(1).and_then(number).unwrap_or(0);
    head.saturating_add(sent)
}

fn number(text: &[u8]) -> Option<usize> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A field of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The barcode command that draws it, such as `BC`; none for text.
    pub barcode: Option<[u8; 2]>,
    /// Its data, `^FH` resolved.
    pub data: Vec<u8>,
    /// `^BC`: the mode; `^BX`: the escape character. 0 where it was not said.
    pub option: u8,
}

/// The fields of a document that have data, in order.
pub fn fields(document: &[u8]) -> impl Iterator<Item = Field> {
    let mut barcode: Option<([u8; 2], u8)> = None;
    let mut hex: Option<u8> = None;
    let mut found = false;
    Commands::new(document).filter(|command| command.format).filter_map(move |command| match &command.name {
        b"FS" | b"XA" | b"XZ" => {
            (barcode, hex, found) = (None, None, false);
            None
        }
        b"FH" => {
            hex = Some(command.rest.first().copied().filter(u8::is_ascii_graphic).unwrap_or(b'_'));
            None
        }
        b"BY" => None,
        [b'B', _] => {
            let index = if &command.name == b"BC" { 5 } else { 6 };
            let option = command.parameter(index).and_then(|mode| mode.first()).copied().unwrap_or(0);
            barcode = Some((command.name, option));
            None
        }
        [b'A', _] => {
            barcode = None;
            None
        }
        b"FD" | b"FV" | b"SN" if !found => {
            found = true;
            let data = hex.map_or_else(|| command.rest.to_vec(), |escape| unescape(command.rest, escape));
            let (barcode, option) = barcode.map_or((None, 0), |(name, option)| (Some(name), option));
            Some(Field { barcode, data, option })
        }
        _ => None,
    })
}

/// Resolves the `_XX` of `^FH`.
#[must_use]
pub fn unescape(data: &[u8], escape: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((byte, after)) = rest.split_first() {
        let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
        let pair = after.split_first_chunk::<2>().and_then(|([a, b], tail)| Some((digit(a)? << 4 | digit(b)?, tail)));
        match pair {
            Some((value, tail)) if *byte == escape => {
                out.push(value);
                rest = tail;
            }
            _ => {
                out.push(*byte);
                rest = after;
            }
        }
    }
    out
}

/// The text that a scanner reads from the field's barcode; none for a text field. FNC1 at the start is left out,
/// another is the character GS.
#[must_use]
pub fn barcode_text(field: &Field) -> Option<String> {
    let content = symbol_content(field)?;
    let text = if &field.barcode? == b"BD" { content.as_str() } else { content.trim_start_matches(FNC1) };
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// What the field's symbol carries, each FNC1 as [`FNC1`]; none for a text field.
#[must_use]
pub fn symbol_content(field: &Field) -> Option<String> {
    let text = String::from_utf8_lossy(&field.data);
    let text = text.trim_matches(['\r', '\n']);
    Some(match &field.barcode? {
        b"BC" => code128_content(text, field.option),
        b"BQ" => qr_text(text),
        b"BX" => data_matrix_content(text, field.option),
        b"BD" => maxicode_text(text),
        _ => text.to_owned(),
    })
}

/// The function character of GS1 symbols, as scanners send it: the character GS.
pub const FNC1: char = '\u{1d}';

/// `^BC`: in mode D brackets are for people; D and U start with FNC1, and U ends with a check digit. `>` begins an escape.
fn code128_content(data: &str, mode: u8) -> String {
    let mode = mode.to_ascii_uppercase();
    let data: String = match mode {
        b'D' => data.chars().filter(|c| !matches!(c, '(' | ')' | ' ')).collect(),
        b'U' => data.chars().filter(char::is_ascii_digit).collect(),
        _ => data.to_owned(),
    };
    let mut text = String::with_capacity(data.len() + 2);
    if matches!(mode, b'D' | b'U') {
        text.push(FNC1);
    }
    let mut set_a = false;
    let mut rest = data.chars();
    while let Some(c) = rest.next() {
        if c != '>' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('9' | '7') => set_a = true,
            Some(':' | '6' | ';' | '5') => set_a = false,
            // Mode D has put the first one already.
            Some('8') if mode == b'D' && text.len() == 1 => {}
            Some('8') => text.push(FNC1),
            Some('0') => text.push('>'),
            Some('<') => text.push('^'),
            Some('=') => text.push('~'),
            Some('1') if !set_a => text.push('\u{7f}'),
            _ => {}
        }
    }
    if mode == b'U' {
        let digits = text.bytes().rev().filter(u8::is_ascii_digit).zip([3u32, 1].into_iter().cycle());
        let sum: u32 = digits.map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
        text.extend(char::from_digit((10 - sum % 10) % 10, 10));
    }
    text
}

/// `^BQ`: error correction and mode stand before the data: `MA,…`; by hand, `MM,` and each part with its kind.
fn qr_text(data: &str) -> String {
    let Some((switches, rest)) = data.split_once(',') else { return data.to_owned() };
    if !switches.get(1..2).is_some_and(|mode| mode.eq_ignore_ascii_case("M")) {
        return rest.to_owned();
    }
    match rest.split_at_checked(1) {
        Some(("B" | "b", binary)) => binary.get(4..).unwrap_or_default().to_owned(),
        Some((_, plain)) => plain.to_owned(),
        None => String::new(),
    }
}

/// `^BX`: the escape character, `~` or `_`, begins FNC1 (`1`), a byte (`d065`) or stands for itself when doubled.
fn data_matrix_content(data: &str, escape: u8) -> String {
    let escape = if escape == 0 { '~' } else { char::from(escape) };
    let mut text = String::with_capacity(data.len());
    let mut rest = data;
    while let Some((before, after)) = rest.split_once(escape) {
        text.push_str(before);
        let mut tail = after.chars();
        match tail.next() {
            Some('1') => text.push(FNC1),
            Some('d' | 'D') => {
                let byte = after.get(1..4).and_then(|digits| digits.parse::<u8>().ok());
                text.extend(byte.map(char::from));
                tail = after.get(if byte.is_some() { 4.. } else { 1.. }).unwrap_or_default().chars();
            }
            Some(other) if other == escape => text.push(escape),
            Some(other) => text.extend([escape, other]),
            None => text.push(escape),
        }
        rest = tail.as_str();
    }
    text.push_str(rest);
    text
}

/// `^BD`: class of service, country and postal code stand before the message in a fixed form; the message follows.
fn maxicode_text(data: &str) -> String {
    data.find("[)>").and_then(|at| data.get(at..)).unwrap_or(data).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(zpl: &str, expected: &[&str]) {
        let texts: Vec<_> = fields(zpl.as_bytes()).filter_map(|field| barcode_text(&field)).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn barcode_texts_are_found_among_other_fields() {
        check(
            "^XA^CF0,30^FO10,10^FDTo: Ada^FS^BY3^FO10,99^BCN,100,N^FD>:1Z999AA1>50123456784^FS^FO9,9^A0N,9^FDend^FS^XZ",
            &["1Z999AA10123456784"],
        );
        check("^XA^FO1,1^BQN,2,5^FDMA,HTTP://A.B/C^FS^FO1,1^BQN,2,5^FDMM,B0003abc^FS^XZ", &["HTTP://A.B/C", "abc"]);
        check("^XA^B3N,N,50^FH^FDA_2DB_5f^FS^XZ", &["A-B_"]);
    }

    #[test]
    fn function_characters_of_gs1_become_separators() {
        check("^XA^BCN,80,N,N,N,D^FD(420)90210>8(92)612901234567890^FS^XZ", &["42090210\u{1d}92612901234567890"]);
        check("^XA^BCN,80^FD>;>842090210>89400111899223197428490^FS^XZ", &["42090210\u{1d}9400111899223197428490"]);
        check("^XA^BXN,6,200,,,,_^FD_101095_110ABC^FS^XZ", &["01095\u{1d}10ABC"]);
        check("^XA^BCN,80,N,N,N,U^FD0001234567890123456^FS^XZ", &["00012345678901234560"]);
    }

    #[test]
    fn other_prefixes_and_binary_pictures_are_followed() {
        check("^XA^CC!!FO1,1!BCN,5!FD>:A^B!FS!XZ", &["A^B"]);
        check("^XA^GFB,9,9,3,^FDX^FS~~^BCN,5^FDOK^FS^XZ", &["OK"]);
        check("^XA^BCN,5^FDcut off", &["cut off"]);
        check("^XA^BCN,5^F", &[]);
    }
}
