//! Orders from JSON: the same drafts that the hub's API takes, where a file beside it may stand for its bytes.

use serde_json::Value;

use super::document::document;
use super::{FILE_MAX, Import, Problem, ReadFile};
use crate::hub::draft::Draft;
use crate::hub::intake::DRAFTS_MAX;

/// Reads a list of orders, or an object with such a list under `orders`. A picture or document may be
/// `{"file": "label.zpl"}`, read through `read`.
#[must_use]
pub fn read(bytes: &[u8], read: &mut ReadFile<'_>) -> Import {
    let only = |line, what| Import { problems: vec![Problem { line, column: None, what }], ..Import::default() };
    if bytes.len() > FILE_MAX {
        return only(1, format!("The file is larger than {} MiB. Split it.", FILE_MAX >> 20));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut whole: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return only(error.line() as u64, format!("The file is no JSON: {error}.")),
    };
    let list = match whole.get_mut("orders").map(Value::take).unwrap_or(whole) {
        Value::Array(list) => list,
        _ => return only(1, "The file must hold a list of orders, or an object with \"orders\".".to_owned()),
    };
    if list.len() > DRAFTS_MAX {
        return only(
            1,
            format!("The file has {} orders; at most {DRAFTS_MAX} are taken at once. Split it.", list.len()),
        );
    }
    let mut import = Import::default();
    for (n, value) in list.into_iter().enumerate() {
        match draft(value, read) {
            Ok(draft) => import.drafts.push(draft),
            Err((column, what)) => import.problems.push(Problem { line: n as u64 + 1, column, what }),
        }
    }
    import
}

fn draft(mut value: Value, read: &mut ReadFile<'_>) -> Result<Draft, (Option<String>, String)> {
    for (list, field) in [("pieces", "picture"), ("packages", "document")] {
        let items = value.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
        for blob in items.filter_map(|item| item.get_mut(field)) {
            bytes_of(blob, field, read)?;
        }
    }
    let parcels = value.get_mut("packages").and_then(Value::as_array_mut).into_iter().flatten();
    let papers = parcels.filter_map(|parcel| parcel.get_mut("documents")?.as_array_mut()).flatten();
    for blob in papers.filter_map(|paper| paper.get_mut("document")) {
        bytes_of(blob, "document", read)?;
    }
    let draft: Draft =
        serde_json::from_value(value).map_err(|error| (None, format!("It can not be read: {error}.")))?;
    draft.checked().map_err(|unfit| (None, unfit.to_string()))
}

/// Puts a file's bytes where its name was.
fn bytes_of(blob: &mut Value, field: &str, read: &mut ReadFile<'_>) -> Result<(), (Option<String>, String)> {
    let Some(name) = blob.get("file").and_then(Value::as_str) else { return Ok(()) };
    let found = document(name, read).map_err(|what| (Some(field.to_owned()), what))?;
    *blob = serde_json::to_value(found).map_err(|error| (Some(field.to_owned()), error.to_string()))?;
    Ok(())
}
