//! Prints rows under each other, and times as people read them.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::floor::moment::Moment;

/// A moment in a zone, to the minute.
#[must_use]
pub fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Makes the times by which orders must leave into RFC 3339, wherever they stand in a JSON text for other programs:
/// the ledger's own form counts microseconds.
pub fn times_of_people(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_i64().filter(|_| name == "ship_by") {
                    Some(micros) => *value = Moment(micros).timestamp().to_string().into(),
                    None => times_of_people(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(times_of_people),
        _ => {}
    }
}

/// Prints rows with their columns aligned. The last column is as long as it likes.
///
/// # Errors
/// The output can not be written.
pub fn print(out: &mut dyn Write, head: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let head: Vec<String> = head.iter().map(|&name| name.to_owned()).collect();
    let width = |n: usize| {
        let cells = rows.iter().chain([&head]).filter_map(|row| row.get(n));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for row in [&head].into_iter().chain(rows) {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}
