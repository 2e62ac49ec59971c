//! What a scan can mean: a closed list.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::aim::Aim;
use super::command::Command;
use super::own::Kind;
use super::product::Gtin;
use super::routing::Routing;
use super::tracking::{CarrierId, Tracking};
use super::web::Web;
use crate::ids::{BatchId, JobId, OperatorId, OrderId, PackageId, StationId};

/// A scan, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The text as the scanner sent it, without the AIM identifier.
    pub scanned: CompactString,
    /// Which symbology it was, where the scanner says so.
    pub aim: Option<Aim>,
    /// The best reading.
    pub meaning: Meaning,
    /// Other readings that fit too, best first, such as the tracking numbers that a routing code looks like.
    pub others: Vec<Meaning>,
}

/// What a scan means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// One physical unit.
    Job(JobId),
    /// What a customer bought.
    Order(OrderId),
    /// One parcel.
    Package(PackageId),
    /// Jobs that move together.
    Batch(BatchId),
    /// An operator's badge.
    Badge(OperatorId),
    /// Something to do.
    Command(Command),
    /// A station, to bind the scanner to it.
    Pairing(StationId),
    /// A shelf or box, by its name.
    Bin(String),
    /// The keyboard layout's test.
    LayoutTest,
    /// A carrier's number: every carrier that it fits, best first, at least one.
    Tracking(Vec<Tracking>),
    /// A code of the shipping label that says where it goes or which logistic unit it is.
    Routing(Routing),
    /// A product's own number.
    Product(Gtin),
    /// A web address.
    Web(Web),
    /// One of our codes with a wrong check character: scan it again.
    Misread {
        /// What the code would have named.
        kind: Kind,
    },
    /// None of these.
    Unknown(Reason),
}

impl Meaning {
    /// Its name in machine-readable output.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Meaning::Job(_) => "job",
            Meaning::Order(_) => "order",
            Meaning::Package(_) => "package",
            Meaning::Batch(_) => "batch",
            Meaning::Badge(_) => "badge",
            Meaning::Command(_) => "command",
            Meaning::Pairing(_) => "pairing",
            Meaning::Bin(_) => "bin",
            Meaning::LayoutTest => "layout_test",
            Meaning::Tracking(_) => "tracking",
            Meaning::Routing(_) => "routing",
            Meaning::Product(_) => "product",
            Meaning::Web(_) => "web",
            Meaning::Misread { .. } => "misread",
            Meaning::Unknown(_) => "unknown",
        }
    }
}

/// Most characters of an unknown code that are shown to people.
const SHOWN_MAX: usize = 24;

/// Why a scan means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    why: Why,
    shown: String,
}

/// What is wrong with an unknown code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// There is no text.
    Empty,
    /// Longer than any barcode.
    TooLong,
    /// The scanner put a replacement for what it could not read.
    NotText,
    /// It looks like these carriers' numbers, but the check digit is wrong.
    CheckDigit(Vec<CarrierId>),
    /// It looks like a product number, but the check digit is wrong.
    ProductCheckDigit,
    /// The symbol promises GS1 data, and they are not.
    NotGs1,
    /// GS1 data, but neither a product, a logistic unit nor a place.
    Gs1Other,
    /// A command of ours that this program does not have.
    NewerCommand,
    /// No code that stationd knows looks like this.
    NoFormat,
}

impl Reason {
    /// Why `text` means nothing.
    #[must_use]
    pub fn new(why: Why, text: &str) -> Reason {
        let cut = text.char_indices().nth(SHOWN_MAX).map_or(text.len(), |(at, _)| at);
        let mut shown = text.get(..cut).unwrap_or_default().to_owned();
        if shown.contains(char::is_control) {
            shown = shown.replace(char::is_control, "\u{fffd}");
        }
        if cut < text.len() {
            shown.push('…');
        }
        Reason { why, shown }
    }

    /// What is wrong.
    #[must_use]
    pub const fn why(&self) -> &Why {
        &self.why
    }

    /// The carriers whose number it would be with another check digit.
    #[must_use]
    pub fn carriers(&self) -> &[CarrierId] {
        match &self.why {
            Why::CheckDigit(carriers) => carriers,
            _ => &[],
        }
    }

    /// The code, shortened to what a sentence can hold.
    #[must_use]
    pub fn shown(&self) -> String {
        self.shown.clone()
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::Empty => "there is no text",
            Why::TooLong => "it is longer than any barcode",
            Why::NotText => "it holds bytes that are not text",
            Why::CheckDigit(carriers) => return wrong_check_digit(f, carriers),
            Why::ProductCheckDigit => "it looks like a product number, but its check digit is wrong: scan again",
            Why::NotGs1 => "the symbol promises GS1 data, but the text is none",
            Why::Gs1Other => "it is GS1 data, but names neither a product nor a parcel",
            Why::NewerCommand => "it is one of our commands, but this version does not have it",
            Why::NoFormat => "no code that stationd knows looks like this",
        })
    }
}

fn wrong_check_digit(f: &mut fmt::Formatter<'_>, carriers: &[CarrierId]) -> fmt::Result {
    f.write_str("it looks like a number of ")?;
    for (n, carrier) in carriers.iter().enumerate() {
        let between = if n == 0 { "" } else { " or " };
        write!(f, "{between}{carrier}")?;
    }
    f.write_str(", but its check digit is wrong: scan again")
}
