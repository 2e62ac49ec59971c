//! Codes of a shipping label that are not the tracking number: where it goes, which logistic unit it is, and
//! the carrier's own sorting data.
//!
//! Sources: GS1 General Specifications 3.2 (420, 421, SSCC); ANSI MH10.8.3 and ISO/IEC 15434 format 01.

use serde::{Deserialize, Serialize};

use super::check::gs1_digit;
use super::country;
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
    /// A carrier's own sorting data, as in its MaxiCode and PDF417 symbols.
    Transport {
        /// Whose, where the data name a carrier that is known.
        carrier: Option<CarrierId>,
    },
}

/// The ISO 3166 number of the United States, whose postcodes have a known length.
const US: &str = "840";

impl Routing {
    /// Its name in machine-readable output.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Routing::Postcode { .. } => "postcode",
            Routing::Sscc(_) => "sscc",
            Routing::Transport { .. } => "transport",
        }
    }

    /// Reads 420 or 421 with a postcode. Where nothing says that it is GS1 data, only the forms that carriers
    /// print are taken: a ZIP code of 5 or 9 digits, a Canadian postal code, a country that exists.
    #[must_use]
    pub fn postcode(text: &str, is_gs1: bool) -> Option<Routing> {
        let (ai, rest) = text.split_at_checked(3)?;
        let (country, postcode) = match ai {
            "420" => (None, rest),
            "421" => {
                let (number, postcode) = rest.split_at_checked(3)?;
                (Some((number, country::by_number(number)?)), postcode)
            }
            _ => return None,
        };
        let fits = match country {
            _ if postcode.is_empty() || !postcode.bytes().all(|b| b.is_ascii_alphanumeric()) => false,
            None if is_gs1 => postcode.len() <= 20,
            None => is_zip(postcode) || is_canadian(postcode),
            Some((US, _)) => is_zip(postcode),
            Some(_) => (2..=9).contains(&postcode.len()) && postcode.bytes().any(|b| b.is_ascii_digit()),
        };
        fits.then(|| Routing::Postcode {
            country: country.map(|(_, country)| Term::from(country.alpha2)),
            postcode: postcode.to_owned(),
        })
    }

    /// Reads an SSCC with its application identifier in front, or without.
    #[must_use]
    pub fn sscc(text: &str) -> Option<Routing> {
        let digits = match text.len() {
            20 => text.strip_prefix("00")?,
            18 => text,
            _ => return None,
        };
        let (serial, check) = digits.split_at_checked(17)?;
        let is_right = gs1_digit(serial.as_bytes())? == check.bytes().next()?;
        is_right.then(|| Routing::Sscc(digits.to_owned()))
    }
}

/// Five or nine digits; no ZIP code is below 00501.
fn is_zip(text: &str) -> bool {
    matches!(text.len(), 5 | 9)
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.get(..5).is_some_and(|zip| zip >= "00501")
}

/// A letter, a digit, three times.
fn is_canadian(text: &str) -> bool {
    let is_alternating = |(n, byte): (usize, u8)| match n % 2 {
        0 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    };
    text.len() == 6 && text.bytes().enumerate().all(is_alternating)
}

/// How every carrier's sorting data begin.
const TRANSPORT: &str = "[)>";

/// Most fields of a symbol's sorting data that are looked at; a carrier sends about forty.
const FIELDS_MAX: usize = 200;

/// The fields of a carrier's own sorting data; none where the text is something else.
#[must_use]
pub fn transport_fields(text: &str) -> Option<impl Iterator<Item = &str>> {
    let data = text.strip_prefix(TRANSPORT)?;
    Some(data.split(['\u{1d}', '\u{1e}', '\u{4}']).filter(|field| !field.is_empty()).take(FIELDS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, is_gs1: bool, expected: &str) {
        let said = match Routing::postcode(text, is_gs1) {
            Some(Routing::Postcode { country, postcode }) => {
                format!("{} {postcode}", country.as_ref().map_or("-", Term::as_str))
            }
            _ => "none".to_owned(),
        };
        assert_eq!(said, expected, "{text}");
    }

    #[test]
    fn a_zip_code_follows_420() {
        check("42098028", false, "- 98028");
        check("420980281234", false, "- 980281234");
        check("420K1A0B1", false, "- K1A0B1");
        check("42000500", false, "none");
        check("4209802", false, "none");
        check("4209802", true, "- 9802");
        check("420980281", false, "none");
        check("420", true, "none");
        check("42é", true, "none");
    }

    #[test]
    fn a_country_and_its_postcode_follow_421() {
        check("42184098028", false, "US 98028");
        check("421840980281234", false, "US 980281234");
        check("4218409802", false, "none");
        check("4210405000", false, "AT 5000");
        check("421826SW1A1AA", false, "GB SW1A1AA");
        check("421999123456", false, "none");
        check("4210409", false, "none");
    }

    #[test]
    fn a_logistic_unit_has_a_check_digit() {
        assert_eq!(Routing::sscc("00340123450000000000"), Some(Routing::Sscc("340123450000000000".to_owned())));
        assert_eq!(Routing::sscc("340123450000000000").map(|r| r.name()), Some("sscc"));
        assert_eq!(Routing::sscc("00340123450000000001"), None);
        assert_eq!(Routing::sscc("0034012345000000000X"), None);
        assert_eq!(Routing::sscc("10340123450000000000"), None);
    }

    #[test]
    fn an_address_is_never_written_down() {
        let routing = Routing::postcode("42184098028", false);
        let written = serde_json::to_string(&routing).unwrap_or_default();
        assert_eq!(written, r#"{"postcode":{"country":"US"}}"#);
    }
}
