//! Drafts: orders as a file or an order system gives them, before they have identifiers of ours.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::floor::document::{DOCUMENT_COPIES_MAX, DOCUMENTS_MAX, PAGES_MAX, Purpose};
use crate::floor::intake::{JOBS_MAX, PACKAGES_MAX, TEXT_MAX};
use crate::floor::route::{Route, STEPS_MAX, Step};
use crate::ids::StageId;
use crate::ledger::attachment::ATTACHMENT_MAX;

/// An order to be taken in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The shop's own order number; a leading `#` does not count.
    pub number: String,
    /// Where it was sold.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub channel: String,
    /// When it must leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_by: Option<Timestamp>,
    /// It goes before others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rush: bool,
    /// A made-up order for trying; counts in no report.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
    /// The stages in order, such as `print`. Behind a name may stand `?`: it may be left out; `!`: a job whose earlier
    /// stages were missed wants a YES there; `@`: it must be known who did it. None: the built-in route.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub route: Vec<String>,
    /// The first stage that this shop does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<StageId>,
    /// The carrier that it is expected to go with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// The pieces; at least one.
    pub pieces: Vec<Piece>,
    /// The parcels; none means one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Parcel>,
}

/// Pieces of an order that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    /// What it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub product: String,
    /// Its size.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub size: String,
    /// Its colour.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub colour: String,
    /// Where it is printed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// A word to whoever makes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What it should look like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Blob>,
    /// How many of them; each becomes a job of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// The parcel that it must go into, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<usize>,
}

/// A parcel of an order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parcel {
    /// The carrier's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    /// The carrier's label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Blob>,
    /// What else is printed with it, in this order. The shipping label may be here instead of in `document`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Paper>,
}

/// A document of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// What it is for.
    pub purpose: Purpose,
    /// The file; several documents may name pages of the same one.
    pub document: Blob,
    /// Which of its pages, from 1; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<u16>,
    /// How many of each page; none: one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u16>,
}

impl Parcel {
    /// The shipping label and its pages.
    #[must_use]
    pub fn shipping(&self) -> Option<(&Blob, &[u16])> {
        let listed = || self.documents.iter().find(|paper| paper.purpose == Purpose::Shipping);
        let plain = self.document.as_ref().map(|blob| (blob, &[][..]));
        plain.or_else(|| listed().map(|paper| (&paper.document, paper.pages.as_slice())))
    }

    fn check(&self) -> Result<(), Unfit> {
        check_blob("label document", self.document.as_ref())?;
        if self.documents.len() > DOCUMENTS_MAX {
            return unfit(format!("A package has more than {DOCUMENTS_MAX} documents. Leave some out."));
        }
        for paper in &self.documents {
            let name = paper.purpose.spoken();
            if paper.purpose == Purpose::Other {
                let names = Purpose::NAMES.map(|(_, name)| name).join(", ");
                return unfit(format!("A document's purpose is not known. Known are {names}."));
            }
            check_blob(name, Some(&paper.document))?;
            let copies = paper.copies.unwrap_or(1);
            if !(1..=DOCUMENT_COPIES_MAX).contains(&copies) {
                return unfit(format!("The {name} has {copies} copies; 1 to {DOCUMENT_COPIES_MAX} are allowed."));
            }
            if paper.pages.len() > PAGES_MAX || paper.pages.contains(&0) {
                return unfit(format!("The pages of the {name} must be 1 or more, and at most {PAGES_MAX} of them."));
            }
        }
        let listed = self.documents.iter().filter(|paper| paper.purpose == Purpose::Shipping).count();
        if listed + usize::from(self.document.is_some()) > 1 {
            return unfit("A package has two shipping labels. Give it one.");
        }
        Ok(())
    }
}

/// Bytes that come with a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// Media type.
    pub mime: String,
    /// The bytes; base 64 in JSON.
    #[serde(rename = "base64", with = "base64")]
    pub bytes: Vec<u8>,
}

mod base64 {
    use data_encoding::BASE64;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        BASE64.decode(String::deserialize(deserializer)?.as_bytes()).map_err(D::Error::custom)
    }
}

/// Why a draft can not become an order; whole sentences for whoever made it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub String);

fn unfit<T>(sentence: impl Into<String>) -> Result<T, Unfit> {
    Err(Unfit(sentence.into()))
}

impl Draft {
    /// Trims what people leave around texts, and checks every bound.
    ///
    /// # Errors
    /// A sentence that says what to change.
    pub fn checked(mut self) -> Result<Draft, Unfit> {
        self.number = self.number.trim().trim_start_matches('#').trim().to_owned();
        self.channel = self.channel.trim().to_owned();
        if self.number.is_empty() {
            return unfit("There is no order number. Give each order its number.");
        }
        let texts = [("order number", &self.number), ("channel", &self.channel)];
        texts.into_iter().try_for_each(|(name, text)| check_text(name, text))?;
        if let Some(carrier) = &self.carrier {
            check_text("carrier", carrier)?;
        }
        if self.packages.is_empty() {
            self.packages.push(Parcel::default());
        }
        self.check_pieces()?;
        let route = self.route()?;
        if let Some(start) = &self.starts_at
            && route.find(start, 0).is_none()
        {
            return unfit(format!("The starting stage {start} is not on the route. Name a stage of the route."));
        }
        for parcel in &self.packages {
            parcel.check()?;
        }
        Ok(self)
    }

    fn check_pieces(&self) -> Result<(), Unfit> {
        let jobs: usize = self.pieces.iter().map(Piece::count).sum();
        if jobs == 0 {
            return unfit("The order has no pieces. Give at least one.");
        }
        if jobs > JOBS_MAX {
            return unfit(format!("The order has {jobs} pieces; at most {JOBS_MAX} are allowed. Split the order."));
        }
        if self.packages.len() > PACKAGES_MAX {
            return unfit(format!("The order has more than {PACKAGES_MAX} packages. Split the order."));
        }
        for piece in &self.pieces {
            let texts = [("product", &piece.product), ("size", &piece.size), ("colour", &piece.colour)];
            texts.into_iter().try_for_each(|(name, text)| check_text(name, text))?;
            check_text("note", &piece.note)?;
            piece.places.iter().try_for_each(|place| check_text("print place", place))?;
            check_blob("picture", piece.picture.as_ref())?;
            if let Some(n) = piece.package
                && !(1..=self.packages.len()).contains(&n)
            {
                return unfit(format!("A piece names package {n}, but there are {}.", self.packages.len()));
            }
        }
        Ok(())
    }

    /// The stages that its jobs must pass.
    ///
    /// # Errors
    /// A name that is no stage, or too many.
    pub fn route(&self) -> Result<Route, Unfit> {
        if self.route.is_empty() {
            return Ok(Route::default());
        }
        if self.route.len() > STEPS_MAX {
            return unfit(format!("The route has more than {STEPS_MAX} stages."));
        }
        let step = |name: &String| match Step::read(name) {
            Ok(step) => Ok(step),
            Err(why) => unfit(format!("The route names a stage {name:?}, but {why}.")),
        };
        Ok(Route { steps: self.route.iter().map(step).collect::<Result<_, _>>()? })
    }

    /// The order as people say it.
    #[must_use]
    pub fn spoken(&self) -> String {
        let number = &self.number;
        if self.channel.is_empty() { format!("#{number}") } else { format!("#{number} ({})", self.channel) }
    }
}

impl Piece {
    /// How many jobs it becomes.
    #[must_use]
    pub fn count(&self) -> usize {
        self.quantity.map_or(1, |n| n as usize)
    }
}

fn check_text(name: &str, text: &str) -> Result<(), Unfit> {
    if text.len() > TEXT_MAX {
        return unfit(format!("The {name} is longer than {TEXT_MAX} bytes. Shorten it."));
    }
    match text.chars().find(|c| c.is_control()) {
        Some(_) => unfit(format!("The {name} has a control character. Remove it.")),
        None => Ok(()),
    }
}

fn check_blob(name: &str, blob: Option<&Blob>) -> Result<(), Unfit> {
    match blob {
        Some(blob) if blob.bytes.len() > ATTACHMENT_MAX => {
            unfit(format!("The {name} is larger than {} MiB. Give a smaller one.", ATTACHMENT_MAX >> 20))
        }
        Some(blob) if blob.bytes.is_empty() => unfit(format!("The {name} is empty.")),
        _ => Ok(()),
    }
}
