//! Product numbers: EAN-8, UPC-E, UPC-A, EAN-13 and GTIN-14.
//!
//! Source: GS1 General Specifications, 3.3 (GTIN) and 5.2 (EAN/UPC, with the expansion of UPC-E).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::check::gs1_digit;

/// A global trade item number with a right check digit, as 14 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Gtin([u8; 14]);

/// Why a text is no product number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GtinError {
    /// Not 8, 12, 13 or 14 digits.
    #[error("a product number has 8, 12, 13 or 14 digits")]
    Shape,
    /// The check digit is wrong.
    #[error("the check digit is wrong")]
    CheckDigit,
}

impl Gtin {
    /// Reads 8, 12, 13 or 14 digits. Eight that begin with 0 are a UPC-E where the check digit allows it, as
    /// EAN-8 numbers that begin so are for use within one company only.
    ///
    /// # Errors
    /// Another shape, or a wrong check digit.
    pub fn new(text: &str) -> Result<Gtin, GtinError> {
        if !matches!(text.len(), 8 | 12 | 13 | 14) || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(GtinError::Shape);
        }
        let padded = |digits: &[u8]| {
            let mut all = [b'0'; 14];
            all.iter_mut().rev().zip(digits.iter().rev()).for_each(|(to, from)| *to = *from);
            let [serial @ .., check] = &all;
            (gs1_digit(serial) == Some(*check)).then_some(Gtin(all))
        };
        let upc_e = || upc_e(text.as_bytes().try_into().ok()?).and_then(|upc_a| padded(&upc_a));
        let first = if text.starts_with('0') { upc_e() } else { None };
        first.or_else(|| padded(text.as_bytes())).or_else(upc_e).ok_or(GtinError::CheckDigit)
    }

    /// The 14 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The digits as they are printed under the bars: 8, 12, 13 or 14 of them.
    #[must_use]
    pub fn printed(&self) -> &str {
        let digits = self.as_str();
        let zeros = digits.len() - digits.trim_start_matches('0').len();
        let cut = match zeros {
            6.. => 6,
            2..6 => 2,
            1 => 1,
            _ => 0,
        };
        digits.get(cut..).unwrap_or(digits)
    }
}

/// The 12 digits of a UPC-A from the 8 of a UPC-E.
fn upc_e(text: &[u8; 8]) -> Option<[u8; 12]> {
    let [system @ (b'0' | b'1'), a, b, c, d, e, last, check] = *text else { return None };
    let zero = b'0';
    let (maker, item) = match last {
        b'0'..=b'2' => ([a, b, last, zero, zero], [zero, zero, c, d, e]),
        b'3' => ([a, b, c, zero, zero], [zero, zero, zero, d, e]),
        b'4' => ([a, b, c, d, zero], [zero, zero, zero, zero, e]),
        _ => ([a, b, c, d, e], [zero, zero, zero, zero, last]),
    };
    let ([m1, m2, m3, m4, m5], [i1, i2, i3, i4, i5]) = (maker, item);
    Some([system, m1, m2, m3, m4, m5, i1, i2, i3, i4, i5, check])
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<Gtin> for String {
    fn from(gtin: Gtin) -> String {
        gtin.as_str().to_owned()
    }
}

impl TryFrom<String> for Gtin {
    type Error = GtinError;
    fn try_from(text: String) -> Result<Gtin, GtinError> {
        Gtin::new(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let said = Gtin::new(text).map_or_else(|e| e.to_string(), |g| format!("{g} {}", g.printed()));
        assert_eq!(said, expected, "{text}");
    }

    #[test]
    fn a_product_number_is_eight_twelve_thirteen_or_fourteen_digits() {
        check("96385074", "00000096385074 96385074");
        check("036000291452", "00036000291452 036000291452");
        check("4006381333931", "04006381333931 4006381333931");
        check("10614141000415", "10614141000415 10614141000415");
        check("4006381333932", "the check digit is wrong");
        check("400638133393", "the check digit is wrong");
        check("400638133393X", "a product number has 8, 12, 13 or 14 digits");
        check("4006381", "a product number has 8, 12, 13 or 14 digits");
    }

    #[test]
    fn a_short_upc_is_expanded_by_its_last_digit() {
        check("04252614", "00042100005264 042100005264");
        check("01234531", "00012300000451 012300000451");
        check("01234543", "00012340000053 012340000053");
        check("01234565", "00012345000065 012345000065");
    }
}
