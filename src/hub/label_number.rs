//! The carrier's number of a parcel: the one that was given, and the one that its label document carries.

use super::draft::{Blob, Parcel, Unfit};
use crate::floor::document::Purpose;

/// Most numbers that are looked at in one document; a label carries a handful of barcodes.
pub const CANDIDATES_MAX: usize = 32;

/// Reads label documents and carriers' numbers.
pub trait Numbers: Send + Sync {
    /// The texts in a label document that may be carriers' numbers; of these pages only, from 1, where any are given.
    fn in_document(&self, mime: &str, bytes: &[u8], pages: &[u16]) -> Vec<String>;

    /// A number as the carrier's systems know it; none when it is no carrier's.
    fn key(&self, text: &str) -> Option<String>;
}

/// What is known of a parcel's number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Number {
    /// As the carrier's systems know it.
    pub key: Option<String>,
    /// Something that whoever sent the draft should know.
    pub note: Option<String>,
    /// The numbers on each of the parcel's documents that are not the parcel's.
    pub others: Vec<Vec<String>>,
}

/// The number of a parcel.
///
/// # Errors
/// The document's number differs from the one given, or it has several and none was given.
pub fn read(parcel: &Parcel, numbers: &dyn Numbers) -> Result<Number, Unfit> {
    let mut number = of_parcel(parcel, numbers)?;
    for document in &parcel.documents {
        // A customs form carries the parcel's own number; only a return label has another one.
        let mut keys = match document.purpose {
            Purpose::Return => keys_in(&document.document, &document.pages, numbers),
            _ => Vec::new(),
        };
        let found = keys.len();
        keys.retain(|key| Some(key) != number.key.as_ref());
        if keys.is_empty() && found > 0 {
            return Err(Unfit(
                "The return label carries the number of the shipping label. Give the page that is the return label."
                    .into(),
            ));
        }
        number.others.push(keys);
    }
    Ok(number)
}

fn keys_in(blob: &Blob, pages: &[u16], numbers: &dyn Numbers) -> Vec<String> {
    let texts = numbers.in_document(&blob.mime, &blob.bytes, pages);
    let mut keys: Vec<String> = texts.iter().take(CANDIDATES_MAX).filter_map(|text| numbers.key(text)).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn of_parcel(parcel: &Parcel, numbers: &dyn Numbers) -> Result<Number, Unfit> {
    let given = parcel.tracking.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let given_key = given.map(|text| numbers.key(text));
    let shipping = parcel.shipping();
    let found = shipping.map_or(Vec::new(), |(blob, pages)| keys_in(blob, pages, numbers));
    match (given, given_key.flatten(), found.as_slice()) {
        (Some(_), Some(key), []) => {
            let note = shipping.map(|_| {
                format!(
                    "No tracking number could be read in the label document of {key}. Check that it is the right one."
                )
            });
            Ok(Number { key: Some(key), note, ..Number::default() })
        }
        (Some(_), Some(key), found) if found.contains(&key) => Ok(Number { key: Some(key), ..Number::default() }),
        (Some(text), _, found) if !found.is_empty() => Err(Unfit(format!(
            "The label document carries {}, but the tracking number given is {text}. Give the right document or number.",
            found.join(", ")
        ))),
        (Some(text), _, _) => {
            let key: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
            let note = format!("{text} is no number of a carrier that is known here; its label may not be recognised.");
            Ok(Number { key: Some(key), note: Some(note), ..Number::default() })
        }
        (None, _, [one]) => Ok(Number { key: Some(one.clone()), ..Number::default() }),
        (None, _, []) => {
            let note = shipping.map(|_| {
                "No tracking number could be read in a label document; its package takes any number.".to_owned()
            });
            Ok(Number { note, ..Number::default() })
        }
        (None, _, several) => Err(Unfit(format!(
            "The label document carries several numbers: {}. Say which one is the tracking number.",
            several.join(", ")
        ))),
    }
}
