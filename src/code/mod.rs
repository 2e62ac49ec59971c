//! What a scanned text means.
//!
//! [`Codebook::read`] is the one way in: text (and the AIM identifier, where the scanner sends it) in, a typed
//! [`Meaning`] out. It never fails: what nobody knows is [`Meaning::Unknown`] with the reason.
//!
//! `own` and `command` are the codes that we print; `carrier` interprets the carriers' files; `gs1`, `routing`,
//! `product` and `web` know the other barcodes of a shipping label and of a product; `check` has the check
//! digits, `aim` the symbology identifiers.

pub mod aim;
pub mod carrier;
pub mod carriers;
pub mod check;
pub mod codebook;
pub mod command;
pub mod country;
pub mod gs1;
mod layout;
pub mod meaning;
pub mod own;
pub mod pattern;
pub mod product;
pub mod routing;
pub mod tracking;
pub mod web;

pub use carriers::Carriers;
pub use codebook::Codebook;
pub use meaning::{Meaning, Reading, Reason, Why};
pub use own::Kind;
pub use pattern::ShopPattern;
pub use product::Gtin;
pub use routing::Routing;
pub use tracking::{CarrierId, Fact, FormatId, Passed, Term, Tracking};
pub use web::Web;
