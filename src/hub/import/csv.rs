//! Orders from CSV as spreadsheets save it: with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252, with or
//! without a byte order mark. One row per piece; the rows of an order share its number and channel.

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{Encoding, WINDOWS_1252};
use jiff::tz::TimeZone;

use super::columns::header;
use super::rows::Rows;
use super::{FILE_MAX, Import, Problem, ReadFile};
use crate::hub::intake::DRAFTS_MAX;

/// Reads a file. Times without a zone are in `zone`; files that rows name come through `read`.
#[must_use]
pub fn read(bytes: &[u8], zone: &TimeZone, read: &mut ReadFile<'_>) -> Import {
    if bytes.len() > FILE_MAX {
        return only(1, format!("The file is larger than {} MiB. Split it.", FILE_MAX >> 20));
    }
    // Lines are counted by their line feeds.
    let text = decoded(bytes).replace("\r\n", "\n").replace('\r', "\n");
    let (text, told, skipped) = separator_line(&text);
    let delimiter = told.unwrap_or_else(|| delimiter(text));
    let reader =
        ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.into_byte_records().peekable();
    let names = match records.next() {
        Some(Ok(names)) => names,
        Some(Err(error)) => return only(1, format!("The file can not be read: {error}.")),
        None => return only(1, "The file is empty. The first line must name the columns.".to_owned()),
    };
    let names: Vec<String> = cells(&names);
    let header = match header(names.iter().map(String::as_str), skipped + 1) {
        Ok(header) => header,
        Err(problem) => return Import { problems: vec![problem], ..Import::default() },
    };
    let warnings = header.warnings.clone();
    let mut rows = Rows::new(header, zone, read);
    let mut open = open_quote(text, delimiter).map(|line| (skipped + line, OPEN_QUOTE.to_owned()));
    while let Some(record) = records.next() {
        match record {
            Ok(record) => {
                let line = skipped + record.position().map_or(0, csv::Position::line);
                // What is behind an open quote is a part of the last row.
                let broken = open.take_if(|_| records.peek().is_none());
                rows.take(line, &cells(&record), broken);
            }
            Err(error) => {
                let line = skipped + error.position().map_or(0, csv::Position::line);
                rows.problem(line, None, format!("The line can not be read: {error}."));
            }
        }
    }
    if let Some((line, what)) = open {
        rows.problem(line, None, what);
    }
    let (drafts, problems) = rows.end();
    if drafts.len() > DRAFTS_MAX {
        return only(
            1,
            format!("The file has {} orders; at most {DRAFTS_MAX} are taken at once. Split it.", drafts.len()),
        );
    }
    Import { drafts, problems, warnings }
}

/// Of a quote that begins a cell and never ends.
const OPEN_QUOTE: &str = "A quote is opened here and never closed, so what follows can not be told apart. \
                          Close it, or write it twice.";

fn only(line: u64, what: String) -> Import {
    Import { problems: vec![Problem { line, column: None, what }], ..Import::default() }
}

fn cells(record: &ByteRecord) -> Vec<String> {
    record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
}

/// A byte order mark tells the encoding; else it is UTF-8 if it can be, and Windows-1252 if not.
fn decoded(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Excel's own first line `sep=;`, with how many lines were skipped.
fn separator_line(text: &str) -> (&str, Option<u8>, u64) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter]) => (rest, Some(*delimiter), 1),
        _ => (text, None, 0),
    }
}

/// The line of a quote that begins a cell and is never closed: everything behind it would be one cell.
fn open_quote(text: &str, delimiter: u8) -> Option<u64> {
    enum Cell {
        Start,
        Plain,
        Quoted(u64),
        /// Behind a quote that closes, unless another follows.
        Closed(u64),
    }
    let (mut line, mut cell) = (1, Cell::Start);
    for byte in text.bytes() {
        cell = match (cell, byte) {
            (Cell::Start, b'"') => Cell::Quoted(line),
            (Cell::Quoted(from), b'"') => Cell::Closed(from),
            (Cell::Quoted(from), _) | (Cell::Closed(from), b'"') => Cell::Quoted(from),
            (_, byte) if byte == delimiter || byte == b'\n' => Cell::Start,
            _ => Cell::Plain,
        };
        line += u64::from(byte == b'\n');
    }
    if let Cell::Quoted(from) = cell { Some(from) } else { None }
}

/// The delimiter that the first line has most of, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0u32), (b';', 0), (b'\t', 0)];
    for byte in text.bytes().take_while(|byte| *byte != b'\n') {
        quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| !quoted && *delimiter == byte) {
            *count += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}
