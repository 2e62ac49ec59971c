//! Codes of a shipping label that are not the tracking number: where it goes, and which logistic unit it is.

use serde::{Deserialize, Serialize};

use super::tracking::{CarrierId, Term};

/// A code beside the tracking number. Where a parcel goes is somebody's address: it is kept in memory for the
/// sentence on the screen and is never written to a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Routing {
    /// 420 and a postcode of the carrier's own country, or 421, a country and a postcode.
    Postcode {
        /// ISO 3166 two letters, where the code names a country.
        country: Option<Term>,
        /// The postcode.
        #[serde(skip)]
        postcode: String,
    },
    /// A serial shipping container code: GS1's number of a logistic unit, 18 digits.
    Sscc(String),
    /// A carrier's own sorting data (ANSI MH10.8.3), as in MaxiCode and PDF417.
    Transport {
        /// Whose.
        carrier: Option<CarrierId>,
    },
}
