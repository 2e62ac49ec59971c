//! What people write into cells: dates, yes and no, stages, numbers that a spreadsheet spoiled.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, time};
use jiff::tz::TimeZone;

use crate::floor::document::PAGES_MAX;
use crate::floor::intake::JOBS_MAX;

/// A moment: RFC 3339, or a date with or without a time of day in the shop's zone. A date alone means its end.
///
/// # Errors
/// A sentence that shows the right form.
pub fn moment(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp);
    }
    let civil = match text.parse::<Date>() {
        Ok(date) if text.len() <= "2026-11-23".len() => Some(date.to_datetime(time(23, 59, 59, 0))),
        _ => text.parse::<DateTime>().ok().or_else(|| dotted(text)),
    };
    let moment = civil.and_then(|civil| zone.to_timestamp(civil).ok());
    moment.ok_or_else(|| format!("{text:?} is no date. Write it as 2026-11-23 or 2026-11-23 17:00."))
}

/// `23.11.2026`, with or without `17:00`: with points, the day always comes first.
fn dotted(text: &str) -> Option<DateTime> {
    match text.split_once(' ') {
        Some((date, clock)) => Some(dotted_date(date)?.to_datetime(clock.trim().parse().ok()?)),
        None => Some(dotted_date(text)?.to_datetime(time(23, 59, 59, 0))),
    }
}

fn dotted_date(text: &str) -> Option<Date> {
    let mut parts = text.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A file that a cell names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File<'a> {
    /// Its name.
    pub name: &'a str,
    /// Which of its pages; none: all.
    pub pages: Vec<u16>,
    /// How many copies, where the cell says so.
    pub copies: Option<u16>,
}

impl File<'_> {
    /// Whether the cell says no more than the name.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.pages.is_empty() && self.copies.is_none()
    }
}

/// A file's name, with pages and copies where they are given: `labels.pdf#2-3 x2` is two copies of two pages.
#[must_use]
pub fn file(text: &str) -> File<'_> {
    let text = text.trim();
    let copies = |n: &str| n.parse::<u16>().ok();
    let (text, copies) = match text.rsplit_once(" x").and_then(|(name, n)| Some((name.trim_end(), copies(n)?))) {
        Some((name, n)) => (name, Some(n)),
        None => (text, None),
    };
    let found = text.rsplit_once('#').and_then(|(name, numbers)| Some((name, pages(numbers)?)));
    let (name, pages) = found.unwrap_or((text, Vec::new()));
    File { name, pages, copies }
}

/// `2`, `2-4` or `1,3`; none where it is something else, which may be part of a file's name.
fn pages(text: &str) -> Option<Vec<u16>> {
    let mut pages = Vec::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (from.trim().parse::<u16>().ok()?, to.trim().parse::<u16>().ok()?);
        if usize::from(to.checked_sub(from)?) >= PAGES_MAX || pages.len() >= PAGES_MAX {
            return None;
        }
        pages.extend(from..=to);
    }
    Some(pages)
}

/// Yes or no.
///
/// # Errors
/// A sentence that shows the right form.
pub fn rush(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "x" | "rush" | "high" | "urgent" | "express" | "si" | "sí" | "ja" => Ok(true),
        "no" | "n" | "false" | "0" | "-" | "normal" | "low" | "standard" | "nein" => Ok(false),
        _ => Err(format!("{text:?} is neither yes nor no. Write yes or no.")),
    }
}

/// How many pieces.
///
/// # Errors
/// A sentence that shows the right form.
pub fn quantity(text: &str) -> Result<u32, String> {
    match text.parse::<u32>() {
        Ok(n) if n >= 1 && n as usize <= JOBS_MAX => Ok(n),
        _ => Err(format!("{text:?} is no number of pieces. Write a whole number from 1 to {JOBS_MAX}.")),
    }
}

/// Names that are separated by `>`, `,`, `;`, `+`, `/` or `|`.
#[must_use]
pub fn list(text: &str) -> Vec<String> {
    let parts = text.split(['>', ',', ';', '+', '/', '|', '→']);
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The stages of a route: as [`list`], and a space parts them too, as no stage's name has one.
#[must_use]
pub fn stages(text: &str) -> Vec<String> {
    text.split_whitespace().flat_map(list).collect()
}

/// A number that must not lose a digit.
///
/// # Errors
/// A spreadsheet has shortened it.
pub fn whole(text: &str) -> Result<&str, String> {
    let shortened = text.split_once(['E', 'e']).is_some_and(|(digits, power)| {
        let is_number = digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
        is_number && !digits.is_empty() && power.strip_prefix('+').is_some_and(|p| p.parse::<u8>().is_ok())
    });
    match shortened {
        true => Err(format!(
            "The spreadsheet has shortened a number to {text}. Format the column as text and enter the number again."
        )),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stages_of_a_route_are_parted_by_spaces_or_signs() {
        for text in ["print qc@ pack!", "print > qc@ > pack!", "print;qc@;pack!"] {
            assert_eq!(stages(text), ["print", "qc@", "pack!"], "{text}");
        }
    }
}
