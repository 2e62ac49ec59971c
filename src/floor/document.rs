//! What is printed with a package beside our own label: the carrier's label, and documents for other purposes.

use serde::{Deserialize, Serialize};

use super::event::LabelOf;
use super::intake::PackageSpec;
use super::order::Order;
use crate::ids::{AttachmentId, PackageId};

/// Most documents of one package beside its shipping label.
pub const DOCUMENTS_MAX: usize = 10;
/// Most pages of one file that one document names.
pub const PAGES_MAX: usize = 40;
/// Most copies of one document: customs forms go out in fours, gift notes once.
pub const DOCUMENT_COPIES_MAX: u16 = 20;
/// A document that is printed with a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageDocument {
    /// What it is for.
    pub purpose: Purpose,
    /// Its bytes.
    pub document: AttachmentId,
    /// Which of its pages, from 1; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<u16>,
    /// How many of each page.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub copies: u16,
    /// Carriers' numbers on it, as tracking keys, that are not the package's: those of a return label.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<String>,
}

const fn one() -> u16 {
    1
}

const fn is_one(copies: &u16) -> bool {
    *copies == 1
}

/// What a document of a package is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The carrier's label on the outside.
    Shipping,
    /// The label with which the customer sends it back. Its number is never the package's.
    Return,
    /// What is in the package.
    PackingSlip,
    /// For customs.
    Customs,
    /// A word to whoever gets it.
    GiftNote,
    /// Something that a newer program knows; it is printed like the others.
    #[serde(other)]
    Other,
}

impl Purpose {
    /// As files and requests write it.
    pub const NAMES: [(Purpose, &str); 5] = [
        (Purpose::Shipping, "shipping"),
        (Purpose::Return, "return"),
        (Purpose::PackingSlip, "packing_slip"),
        (Purpose::Customs, "customs"),
        (Purpose::GiftNote, "gift_note"),
    ];

    /// As a list in the shop's office says it.
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Purpose::Shipping => "shipping label",
            Purpose::Return => "return label",
            Purpose::PackingSlip => "packing slip",
            Purpose::Customs => "customs form",
            Purpose::GiftNote => "gift note",
            Purpose::Other => "document",
        }
    }
}

impl Order {
    /// The carrier's label of a package, where the shop has it.
    #[must_use]
    pub fn document_of(&self, package: &PackageId) -> Option<AttachmentId> {
        self.package_spec(package)?.document
    }

    /// The document that a label is printed from; none: it is made from a template, or not known here.
    #[must_use]
    pub fn document_for(&self, what: &LabelOf) -> Option<PackageDocument> {
        match what {
            LabelOf::Ticket(_) | LabelOf::Package(_) => None,
            LabelOf::Shipping(package) => self.package_spec(package)?.shipping(),
            LabelOf::Document { package, n, .. } => self.package_spec(package)?.documents.get(usize::from(*n)).cloned(),
        }
    }

    /// What is printed with a package beside its shipping label.
    pub fn other_documents<'a>(&'a self, package: &'a PackageId) -> impl Iterator<Item = LabelOf> + 'a {
        let documents = self.package_spec(package).map_or(&[][..], |spec| spec.documents.as_slice());
        let others = (0..).zip(documents).filter(|(_, document)| document.purpose != Purpose::Shipping);
        others.map(|(n, document)| LabelOf::Document { package: package.clone(), n, purpose: document.purpose })
    }

    /// What the intake says of a package.
    #[must_use]
    pub fn package_spec(&self, package: &PackageId) -> Option<&PackageSpec> {
        self.intake.as_deref()?.packages.iter().find(|spec| spec.package == *package)
    }
}
