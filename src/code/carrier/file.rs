//! A carrier's file, as it stands: what TOML gives, and what can be wrong with it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::code::check::Scheme;
use crate::code::layout::LayoutError;

/// A carrier's file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarrierFile {
    /// Its name for people.
    pub name: String,
    /// How much more often than other carriers a shop sees it, as a power of two: settles the order of equals.
    #[serde(default)]
    pub common: u8,
    /// Its tracking page; `%s` stands for the number.
    pub page: Option<String>,
    /// The carrier codes that its own PDF417 or MaxiCode symbols carry.
    #[serde(default)]
    pub scac: Vec<String>,
    /// What its numbers look like.
    #[serde(default)]
    pub format: Vec<FormatFile>,
}

/// One format of a carrier's numbers, in its file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormatFile {
    /// Its identifier.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What a number looks like; see `code::layout`. Any of them.
    pub layout: Vec<String>,
    /// How its check digit, the field `check`, follows.
    pub check: Option<CheckFile>,
    /// The fields that find the parcel again; none: all of the number.
    pub key: Option<String>,
    /// The fields that people see on the label; none: those of the key.
    pub printed: Option<String>,
    /// What its fields say.
    #[serde(default)]
    pub lookup: Vec<LookupFile>,
    /// Where somebody's address stands in the number.
    #[serde(default)]
    pub address: bool,
}

/// How a check digit follows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckFile {
    /// The scheme.
    pub by: Scheme,
    /// The fields that it covers, in their order.
    pub over: String,
    /// What stands before them for the check only, unless they begin with it themselves.
    pub lead: Option<String>,
}

/// What a field says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookupFile {
    /// The field.
    pub field: String,
    /// What about, such as `service`.
    pub says: String,
    /// Whether a number with a value that is not listed is no number at all.
    #[serde(default)]
    pub must: bool,
    /// Countries by ISO 3166 code, besides the list.
    pub iso_3166: Option<Iso3166>,
    /// The values, as layouts, and what they say.
    #[serde(default)]
    pub list: BTreeMap<String, String>,
}

/// Which code a country has in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Iso3166 {
    /// Two letters.
    Alpha2,
    /// Three digits.
    Numeric,
}

/// What is wrong with a carrier's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CarrierError {
    /// A layout can not be read.
    #[error("format {format}: layout `{layout}`: {error}")]
    Layout {
        /// The format.
        format: String,
        /// The layout, or the key of a look-up.
        layout: String,
        /// What is wrong.
        error: LayoutError,
    },
    /// A field is named that no layout has.
    #[error("format {format}: no layout has a field `{field}`")]
    Field {
        /// The format.
        format: String,
        /// The field.
        field: String,
    },
    /// A layout without a check digit, though there is a scheme.
    #[error("format {0}: a layout has no field `check` of one character")]
    NoCheck(String),
    /// A scheme that gives no digit.
    #[error("format {0}: the check's modulo gives no digit")]
    Modulo(String),
    /// Two formats with one identifier.
    #[error("two formats are called {0}")]
    Twice(String),
    /// No layout at all.
    #[error("format {0}: it has no layout")]
    NoLayout(String),
}
