//! The names of things: every identifier is a type of its own, checked once when it is made.
//!
//! Text identifiers are printable ASCII without spaces, so they can be printed as a barcode, typed in a
//! shell and used in a web address. Made identifiers (ledger, entry, label, attachment) are UUIDs.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest text identifier, in bytes: what a Code 128 symbol on a 4-inch label can still carry.
pub const ID_MAX: usize = 48;

/// Why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// There is no text.
    #[error("it is empty")]
    Empty,
    /// Longer than [`ID_MAX`].
    #[error("it is longer than {ID_MAX} characters")]
    TooLong,
    /// A space, a control character or something outside ASCII.
    #[error("it has a character that is not printable ASCII: {0:?}")]
    BadChar(char),
}

fn checked(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > ID_MAX {
        return Err(IdError::TooLong);
    }
    match text.chars().find(|c| !c.is_ascii_graphic()) {
        Some(bad) => Err(IdError::BadChar(bad)),
        None => Ok(()),
    }
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks `text` and makes it an identifier.
            ///
            /// # Errors
            /// Empty, longer than [`ID_MAX`], or not printable ASCII.
            pub fn new(text: impl AsRef<str>) -> Result<Self, IdError> {
                let text = text.as_ref();
                checked(text)?;
                Ok(Self(text.into()))
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.into()
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

text_ids! {
    /// What a customer bought; given at intake, never changed. Our own begin with `D`.
    OrderId
    /// One physical unit of an order; its barcode. Our own begin with `J`.
    JobId
    /// One parcel of an order; its barcode. Our own begin with `P`.
    PackageId
    /// Jobs that move together, such as a gang sheet. Our own begin with `B`.
    BatchId
    /// A step of production, such as `qc`.
    StageId
    /// A bench, such as `QC-1`.
    StationId
    /// A person, never a name.
    OperatorId
    /// A scanner, by its physical port, serial number or address; never by its node number.
    ScannerId
    /// A printer by its name in the configuration.
    PrinterId
}

macro_rules! made_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Names something by a UUID that somebody made.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }

            /// The 16 bytes, as stored.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// From the 16 stored bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

made_ids! {
    /// One writer's ledger; random (v4), born with its database file.
    LedgerId
    /// One entry, wherever it is stored (v7); it stays when an entry moves to a renewed ledger.
    EntryId
    /// One label that was asked for (v7).
    LabelId
    /// Bytes that are not for ever (v4).
    AttachmentId
}

/// The place of an entry in its ledger, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// Before the first entry.
    pub const NONE: Seq = Seq(0);

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Seq {
        Seq(self.0 + 1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_identifier_is_printable_ascii_of_bounded_length() {
        assert_eq!(JobId::new("").unwrap_err(), IdError::Empty);
        assert_eq!(JobId::new("J 1").unwrap_err(), IdError::BadChar(' '));
        assert_eq!(JobId::new("Jé").unwrap_err(), IdError::BadChar('é'));
        assert_eq!(JobId::new("J".repeat(ID_MAX + 1)).unwrap_err(), IdError::TooLong);
        assert_eq!(JobId::new("J7K3").unwrap().as_str(), "J7K3");
    }

    #[test]
    fn an_identifier_is_checked_when_it_is_read_too() {
        assert!(serde_json::from_str::<StageId>("\"qc\"").is_ok());
        assert!(serde_json::from_str::<StageId>("\"q c\"").is_err());
    }
}
