//! What an order is born with: written once, into the hub's ledger, with its route.

use serde::{Deserialize, Serialize};

use super::document::{PackageDocument, Purpose};
use super::moment::Moment;
use super::route::Route;
use crate::ids::{AttachmentId, JobId, OrderId, PackageId, StageId};

/// Most jobs of one order.
pub const JOBS_MAX: usize = 500;
/// Most packages of one order.
pub const PACKAGES_MAX: usize = 100;
/// Longest free text of an order (product, note, number), in bytes.
pub const TEXT_MAX: usize = 400;

/// An order as it was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// Our own identifier.
    pub order: OrderId,
    /// The shop's own order number, as people say it, without `#`.
    pub number: String,
    /// Where it was sold; two channels may use the same number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub channel: String,
    /// When it must leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_by: Option<Moment>,
    /// It goes before others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rush: bool,
    /// A made-up order for trying; counts in no report.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
    /// The first stage that this shop does; earlier ones are not due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<StageId>,
    /// The carrier that the order is expected to go with, by its code in the carrier files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// What each job must pass.
    pub route: Route,
    /// The pieces.
    pub jobs: Vec<JobSpec>,
    /// The parcels; at least one.
    pub packages: Vec<PackageSpec>,
}

/// One piece of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSpec {
    /// Its barcode.
    pub job: JobId,
    /// What it is, such as "Unisex tee".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub product: String,
    /// Its size.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub size: String,
    /// Its colour.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub colour: String,
    /// Where it is printed, such as "front".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// A word to whoever makes it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// A small picture of what it should look like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<AttachmentId>,
    /// The parcel it must go into, where the shop already knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageId>,
}

/// One parcel of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageSpec {
    /// Its barcode.
    pub package: PackageId,
    /// The carrier's label, where the shop already has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<AttachmentId>,
    /// The carrier's number that the document carries, as a tracking key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
    /// What is printed with it, in this order. A shipping label is here only where `document` does not say all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<PackageDocument>,
}

impl PackageSpec {
    /// A package of which nothing is known yet.
    #[must_use]
    pub const fn bare(package: PackageId) -> PackageSpec {
        PackageSpec { package, document: None, tracking: None, documents: Vec::new() }
    }

    /// The shipping label, where the shop already has it.
    #[must_use]
    pub fn shipping(&self) -> Option<PackageDocument> {
        let document = self.document?;
        let said = self.documents.iter().find(|other| other.purpose == Purpose::Shipping);
        let plain =
            PackageDocument { purpose: Purpose::Shipping, document, pages: Vec::new(), copies: 1, numbers: Vec::new() };
        Some(said.cloned().unwrap_or(plain))
    }
}

impl Intake {
    /// The order as people say it: `#1042`, with the channel where there is one.
    #[must_use]
    pub fn spoken(&self) -> String {
        if self.channel.is_empty() {
            format!("#{}", self.number)
        } else {
            format!("#{} ({})", self.number, self.channel)
        }
    }
}
