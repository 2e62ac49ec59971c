//! The carrier's number of a parcel: the one that was given, and the one that its label document carries.

use super::draft::{Parcel, Unfit};

/// Most numbers that are looked at in one document; a label carries a handful of barcodes.
pub const CANDIDATES_MAX: usize = 32;

/// Reads label documents and carriers' numbers.
pub trait Numbers: Send + Sync {
    /// The texts in a label document that may be carriers' numbers.
    fn in_document(&self, mime: &str, bytes: &[u8]) -> Vec<String>;

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
}

/// The number of a parcel.
///
/// # Errors
/// The document's number differs from the one given, or it has several and none was given.
pub fn read(parcel: &Parcel, numbers: &dyn Numbers) -> Result<Number, Unfit> {
    let given = parcel.tracking.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let given_key = given.map(|text| numbers.key(text));
    let mut found: Vec<String> = match &parcel.document {
        Some(blob) => numbers
            .in_document(&blob.mime, &blob.bytes)
            .iter()
            .take(CANDIDATES_MAX)
            .filter_map(|text| numbers.key(text))
            .collect(),
        None => Vec::new(),
    };
    found.sort();
    found.dedup();
    match (given, given_key.flatten(), found.as_slice()) {
        (Some(_), Some(key), []) => {
            let note = parcel.document.as_ref().map(|_| {
                format!(
                    "No tracking number could be read in the label document of {key}. Check that it is the right one."
                )
            });
            Ok(Number { key: Some(key), note })
        }
        (Some(_), Some(key), found) if found.contains(&key) => Ok(Number { key: Some(key), note: None }),
        (Some(text), _, found) if !found.is_empty() => Err(Unfit(format!(
            "The label document carries {}, but the tracking number given is {text}. Give the right document or number.",
            found.join(", ")
        ))),
        (Some(text), _, _) => {
            let key: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
            let note = format!("{text} is no number of a carrier that is known here; its label may not be recognised.");
            Ok(Number { key: Some(key), note: Some(note) })
        }
        (None, _, [one]) => Ok(Number { key: Some(one.clone()), note: None }),
        (None, _, []) => {
            let note = parcel.document.as_ref().map(|_| {
                "No tracking number could be read in a label document; its package takes any number.".to_owned()
            });
            Ok(Number { key: None, note })
        }
        (None, _, several) => Err(Unfit(format!(
            "The label document carries several numbers: {}. Say which one is the tracking number.",
            several.join(", ")
        ))),
    }
}
