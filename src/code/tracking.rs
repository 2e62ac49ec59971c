//! What is known of a scanned tracking number: whose it is, how people write it, and what was checked.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

macro_rules! shared_names {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub struct $name(CompactString);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.into_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

shared_names! {
    /// A carrier by its code, such as `usps`; the name of its file.
    CarrierId
    /// One of a carrier's formats, such as `usps_impb_n`.
    FormatId
    /// A word from a carrier's file, such as the name of a service.
    Term
}

/// One way to read a text as a tracking number. What was scanned, what people see on the label and what
/// finds the parcel again are three different texts; nearly all are so short that they need no memory of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// Whose number it is.
    pub carrier: CarrierId,
    /// Which of the carrier's formats.
    pub format: FormatId,
    /// The number without anything that varies between scans of one parcel: what links are kept under.
    pub key: CompactString,
    /// The number as people see it on the label.
    pub printed: CompactString,
    /// The text of the scan.
    pub scanned: CompactString,
    /// Which check it passed.
    pub check: Passed,
}

/// Something that a number says about its parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What about: `service`, `country` (ISO 3166, two letters), `operator`, …
    pub about: Term,
    /// What it says.
    pub says: Term,
}

impl Tracking {
    /// A number that somebody says is this carrier's, unchecked: key and printed form are the number itself.
    #[must_use]
    pub fn of(carrier: &str, number: &str) -> Tracking {
        Tracking {
            carrier: carrier.into(),
            format: carrier.into(),
            key: number.into(),
            printed: number.into(),
            scanned: number.into(),
            check: Passed::Shape,
        }
    }
}

/// The check that a tracking number passed; the more that is checked, the less likely is chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passed {
    /// Only its shape: the format has no check digit.
    Shape,
    /// Weighted sum, modulo 10.
    Mod10,
    /// Serial number modulo 7.
    Mod7,
    /// Weighted sum, modulo twice.
    WeightedSum,
    /// Luhn.
    Luhn,
    /// UPU S10.
    S10,
    /// ISO/IEC 7064 MOD 37,36.
    Mod37_36,
}

impl Passed {
    /// Its name in machine-readable output, as the carriers' files write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Passed::Shape => "shape",
            Passed::Mod10 => "mod10",
            Passed::Mod7 => "mod7",
            Passed::WeightedSum => "weighted_sum",
            Passed::Luhn => "luhn",
            Passed::S10 => "s10",
            Passed::Mod37_36 => "mod_37_36",
        }
    }

    /// How many tenths of a bit a right digit is worth: how rarely chance gives one.
    pub(super) const fn evidence(self) -> i32 {
        match self {
            Passed::Shape => 0,
            Passed::Mod10 | Passed::WeightedSum | Passed::Luhn | Passed::S10 | Passed::Mod7 => 33,
            Passed::Mod37_36 => 52,
        }
    }
}
