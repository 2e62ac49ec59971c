//! AIM symbology identifiers: `]C1` before the text says that the symbol was a GS1-128.
//!
//! Source: ISO/IEC 15424. A scanner sends one when it is told to; nothing here needs it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An AIM identifier without its bracket: the code character and its modifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Aim {
    /// The symbology, such as `C` for Code 128 or `d` for Data Matrix.
    pub symbology: char,
    /// What the symbology's own table says, such as `1` for GS1.
    pub modifier: char,
}

impl Aim {
    /// Splits a leading identifier from a scan, if there is one.
    #[must_use]
    pub fn split(text: &str) -> (Option<Aim>, &str) {
        let mut chars = text.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some(']'), Some(symbology), Some(modifier))
                if symbology.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() =>
            {
                (Some(Aim { symbology, modifier }), chars.as_str())
            }
            _ => (None, text),
        }
    }

    /// Whether the symbol's data is a GS1 element string (GS1-128, DataBar, GS1 Data Matrix, GS1 QR).
    #[must_use]
    pub const fn is_gs1(self) -> bool {
        matches!((self.symbology, self.modifier), ('C', '1') | ('e', '0') | ('d', '2') | ('Q', '3') | ('J', '1'))
    }
}

impl fmt::Display for Aim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "]{}{}", self.symbology, self.modifier)
    }
}

impl From<Aim> for String {
    fn from(aim: Aim) -> String {
        aim.to_string()
    }
}

impl TryFrom<String> for Aim {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match Aim::split(&text) {
            (Some(aim), "") => Ok(aim),
            _ => Err("an AIM identifier is a bracket, a letter and a modifier"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_split_off_only_where_it_is_whole() {
        let (aim, rest) = Aim::split("]C10195");
        assert_eq!((aim.map(|a| a.to_string()).as_deref(), rest), (Some("]C1"), "0195"));
        assert!(aim.is_some_and(Aim::is_gs1));
        assert_eq!(Aim::split("]C"), (None, "]C"));
        assert_eq!(Aim::split("1Z999"), (None, "1Z999"));
    }
}
