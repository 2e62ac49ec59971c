//! The columns of an order file, under the names that shops give them.

use super::Problem;
use crate::floor::document::Purpose;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// The shop's order number.
    Number,
    /// Where it was sold.
    Channel,
    /// When it must leave.
    ShipBy,
    /// Whether it goes before others.
    Rush,
    /// The stages.
    Route,
    /// The first stage that is done here.
    StartsAt,
    /// The carrier.
    Carrier,
    /// What the piece is.
    Product,
    /// Its size.
    Size,
    /// Its colour.
    Colour,
    /// Where it is printed.
    Places,
    /// A word to whoever makes it.
    Note,
    /// A picture file.
    Picture,
    /// How many alike.
    Quantity,
    /// Which parcel.
    Package,
    /// The carrier's number.
    Tracking,
    /// The carrier's label file.
    Label,
    /// The file of the label with which the customer sends it back.
    ReturnLabel,
    /// The file of what is in the package.
    PackingSlip,
    /// The file for customs.
    Customs,
    /// The file with a word to whoever gets it.
    GiftNote,
}

impl Column {
    /// What the file of the column is for; none: it holds no file of a package.
    #[must_use]
    pub const fn purpose(self) -> Option<Purpose> {
        match self {
            Column::Label => Some(Purpose::Shipping),
            Column::ReturnLabel => Some(Purpose::Return),
            Column::PackingSlip => Some(Purpose::PackingSlip),
            Column::Customs => Some(Purpose::Customs),
            Column::GiftNote => Some(Purpose::GiftNote),
            _ => None,
        }
    }
}

/// Every name that is understood; the first of a column is the one that is recommended. Case, spaces, `_` and `-` do
/// not count.
const NAMES: &[(Column, &[&str])] = &[
    (Column::Number, &["order", "order number", "order no", "order id", "number", "#"]),
    (Column::Channel, &["channel", "shop", "store", "marketplace", "sales channel"]),
    (Column::ShipBy, &["ship by", "ship by date", "due", "due date", "dispatch by"]),
    (Column::Rush, &["rush", "priority", "express"]),
    (Column::Route, &["route", "stages"]),
    (Column::StartsAt, &["start stage", "starting stage", "starts at", "start"]),
    (Column::Carrier, &["carrier", "shipping carrier"]),
    (Column::Product, &["product", "item", "title", "product name"]),
    (Column::Size, &["size"]),
    (Column::Colour, &["colour", "color"]),
    (Column::Places, &["places", "place", "print places", "print place", "placement", "placements"]),
    (Column::Note, &["note", "notes", "comment"]),
    (Column::Picture, &["picture", "image", "mockup", "preview"]),
    (Column::Quantity, &["quantity", "qty", "count", "pieces"]),
    (Column::Package, &["package", "parcel", "package number", "box"]),
    (Column::Tracking, &["tracking", "tracking number", "tracking no"]),
    (Column::Label, &["label", "label file", "shipping label", "label document"]),
    (Column::ReturnLabel, &["return label", "return", "return label file"]),
    (Column::PackingSlip, &["packing slip", "packing list", "delivery note"]),
    (Column::Customs, &["customs", "customs form", "customs declaration", "commercial invoice"]),
    (Column::GiftNote, &["gift note", "gift message", "gift card"]),
];

/// Every column by its recommended name, what it holds, and the other names that are understood: for `--help` and the
/// documentation.
pub fn documented() -> impl Iterator<Item = (&'static str, &'static str, &'static [&'static str])> {
    NAMES.iter().filter_map(|(column, names)| {
        let (first, others) = names.split_first()?;
        Some((*first, column.meaning(), others))
    })
}

impl Column {
    /// What it holds, in a few words.
    const fn meaning(self) -> &'static str {
        match self {
            Column::Number => "the shop's order number, with or without #; the only column that must be there",
            Column::Channel => "where it was sold; the same number of two channels is two orders",
            Column::ShipBy => "the day or moment by which it must leave: 2026-11-23, 2026-11-23 17:00 or 23.11.2026",
            Column::Rush => "yes: it goes before others",
            Column::Route => "the stages of its pieces, such as print > qc > pack; empty: the usual ones",
            Column::StartsAt => "the first stage that is done here",
            Column::Carrier => "the carrier that is expected",
            Column::Product => "what the piece is",
            Column::Size => "its size",
            Column::Colour => "its colour",
            Column::Places => "where it is printed, such as front + back",
            Column::Note => "a word to whoever makes it",
            Column::Picture => "a picture file beside the order file: PNG, JPEG or SVG",
            Column::Quantity => "how many alike, 1 to 500; empty: 1",
            Column::Package => "which parcel of the order, 1, 2, …; empty: one parcel for all",
            Column::Tracking => "the parcel's tracking number",
            Column::Label => "the carrier's label file beside the order file: ZPL, PDF or PNG",
            Column::ReturnLabel => "the file of the label with which the customer sends it back",
            Column::PackingSlip => "the file of what is in the parcel",
            Column::Customs => "the file for customs",
            Column::GiftNote => "the file with a word to whoever gets it",
        }
    }
}

/// A name this near to a known one is offered as a correction (Jaro-Winkler, from 0 to 1).
const NEAR: f64 = 0.85;

/// The columns of a file, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// What each column holds, and its name as the file writes it; none: passed over.
    pub columns: Vec<(Option<Column>, String)>,
    /// What is said of those that are passed over.
    pub warnings: Vec<String>,
}

/// Reads the first row.
///
/// # Errors
/// There is no order number, or a column is there twice.
pub fn header<'a>(names: impl Iterator<Item = &'a str>, line: u64) -> Result<Header, Problem> {
    let mut header = Header::default();
    for name in names {
        let name = name.trim().to_owned();
        let column = known(&name);
        if column.is_some()
            && let Some((_, other)) = header.columns.iter().find(|(known, _)| *known == column)
        {
            let what = format!("The columns {other:?} and {name:?} mean the same. Remove one of them.");
            return Err(Problem { line, column: Some(name), what });
        }
        if column.is_none() && !name.is_empty() {
            header.warnings.push(match nearest(&name) {
                Some(near) => format!("The column {name:?} is not known and was passed over. Is it {near:?}?"),
                None => format!("The column {name:?} is not known and was passed over."),
            });
        }
        header.columns.push((column, name));
    }
    if !header.columns.iter().any(|(column, _)| *column == Some(Column::Number)) {
        let what = "There is no column with the order number. Name one of the columns \"order\".".to_owned();
        return Err(Problem { line, column: None, what });
    }
    Ok(header)
}

fn known(name: &str) -> Option<Column> {
    let wanted = bare(name);
    let fits = |(_, names): &&(Column, &[&str])| names.iter().any(|known| bare(known) == wanted);
    NAMES.iter().find(fits).map(|(column, _)| *column)
}

fn bare(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-')).collect::<String>().to_lowercase()
}

fn nearest(name: &str) -> Option<&'static str> {
    let all = NAMES.iter().flat_map(|(_, names)| names.iter());
    let rated = all.map(|known| (strsim::jaro_winkler(&bare(name), &bare(known)), *known));
    let best = rated.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= NEAR).then_some(best.1)
}
