//! Barcodes as modules: bars and squares before they have a size in dots. The barcode library encodes them.

use rxing::{BarcodeFormat, EncodeHints, MultiFormatWriter, Writer};

use super::code128;

/// A kind of barcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Symbology {
    /// Code 128, code sets B and C.
    Code128,
    /// Code 39, wide bars twice as wide as narrow ones, no check character.
    Code39,
    /// Interleaved 2 of 5, wide bars three times as wide.
    Itf,
    /// EAN-13.
    Ean13,
    /// EAN-8.
    Ean8,
    /// UPC-A.
    UpcA,
    /// UPC-E.
    UpcE,
    /// QR Code, error correction M.
    Qr,
    /// Data Matrix ECC 200, square.
    DataMatrix,
}

/// A text that the kind of barcode can not carry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} can not be a {} barcode: {why}", symbology.name())]
pub struct BadText {
    /// The kind.
    pub symbology: Symbology,
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// An encoded barcode without its quiet zone. A barcode of bars has one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modules {
    width: u32,
    dark: Vec<bool>,
}

/// Longest text of a barcode, in bytes: beyond it no label that people handle can carry the symbol.
pub const SYMBOL_TEXT_MAX: usize = 300;

impl Symbology {
    /// Its name in templates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Symbology::Code128 => "code128",
            Symbology::Code39 => "code39",
            Symbology::Itf => "itf",
            Symbology::Ean13 => "ean13",
            Symbology::Ean8 => "ean8",
            Symbology::UpcA => "upca",
            Symbology::UpcE => "upce",
            Symbology::Qr => "qr",
            Symbology::DataMatrix => "datamatrix",
        }
    }

    /// All of them.
    pub const ALL: [Symbology; 9] = [
        Symbology::Code128,
        Symbology::Code39,
        Symbology::Itf,
        Symbology::Ean13,
        Symbology::Ean8,
        Symbology::UpcA,
        Symbology::UpcE,
        Symbology::Qr,
        Symbology::DataMatrix,
    ];

    /// Whether it is made of squares.
    #[must_use]
    pub const fn is_matrix(self) -> bool {
        matches!(self, Symbology::Qr | Symbology::DataMatrix)
    }

    /// The white that it needs on each side, in modules.
    #[must_use]
    pub const fn quiet(self) -> u32 {
        match self {
            Symbology::DataMatrix => 2,
            Symbology::Qr => 4,
            _ => 10,
        }
    }

    /// The text as the symbol carries it: check digits that the kind computes are added.
    ///
    /// # Errors
    /// The kind can not carry it.
    pub fn carried(self, text: &str) -> Result<String, BadText> {
        let bad = |why| BadText { symbology: self, text: text.to_owned(), why };
        if text.is_empty() {
            return Err(bad("it is empty"));
        }
        if text.len() > SYMBOL_TEXT_MAX {
            return Err(bad("it is too long"));
        }
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Symbology::Code128 if code128::runs(text).is_none() => {
                Err(bad("it has a character outside printable ASCII"))
            }
            Symbology::Code39 if !text.bytes().all(is_code39) => Err(bad("only A–Z, 0–9, space and -.$/+% go into it")),
            Symbology::Itf if !digits || !text.len().is_multiple_of(2) => Err(bad("it takes an even number of digits")),
            Symbology::Ean13 => {
                with_check_digit(text, 12).ok_or(bad("it takes 12 digits, or 13 with a right check digit"))
            }
            Symbology::Ean8 => with_check_digit(text, 7).ok_or(bad("it takes 7 digits, or 8 with a right check digit")),
            Symbology::UpcA => {
                with_check_digit(text, 11).ok_or(bad("it takes 11 digits, or 12 with a right check digit"))
            }
            Symbology::UpcE if !digits || text.len() != 8 || !text.starts_with(['0', '1']) => {
                Err(bad("it takes 8 digits, the first 0 or 1, the last the check digit"))
            }
            _ => Ok(text.to_owned()),
        }
    }

    /// Encodes `text`.
    ///
    /// # Errors
    /// The kind can not carry it.
    pub fn encode(self, text: &str) -> Result<Modules, BadText> {
        let carried = self.carried(text)?;
        let (format, hints) = match self {
            Symbology::Code128 => {
                (BarcodeFormat::CODE_128, EncodeHints { Code128Compact: Some(true), ..Default::default() })
            }
            Symbology::Code39 => (BarcodeFormat::CODE_39, EncodeHints::default()),
            Symbology::Itf => (BarcodeFormat::ITF, EncodeHints::default()),
            Symbology::Ean13 => (BarcodeFormat::EAN_13, EncodeHints::default()),
            Symbology::Ean8 => (BarcodeFormat::EAN_8, EncodeHints::default()),
            Symbology::UpcA => (BarcodeFormat::UPC_A, EncodeHints::default()),
            Symbology::UpcE => (BarcodeFormat::UPC_E, EncodeHints::default()),
            Symbology::Qr => (BarcodeFormat::QR_CODE, qr_hints(&carried)),
            Symbology::DataMatrix => (BarcodeFormat::DATA_MATRIX, square_hints()),
        };
        let bad = |why| BadText { symbology: self, text: text.to_owned(), why };
        let hints = EncodeHints { Margin: Some("0".to_owned()), ..hints };
        // Asked for no size, the writers answer with one dot a module.
        let matrix = MultiFormatWriter
            .encode_with_hints(&carried, &format, 0, 0, &hints)
            .map_err(|_| bad("the barcode library refused it"))?;
        let rows = if self.is_matrix() { matrix.getHeight() } else { 1 };
        let width = matrix.getWidth();
        let dots = (0..rows).flat_map(|y| (0..width).map(move |x| (x, y)));
        Ok(Modules { width, dark: dots.map(|(x, y)| matrix.get(x, y)).collect() }.trimmed())
    }
}

/// M survives a scratch; the text goes in as UTF-8 where it is not ASCII.
fn qr_hints(text: &str) -> EncodeHints {
    let character_set = (!text.is_ascii()).then(|| "UTF-8".to_owned());
    EncodeHints { ErrorCorrection: Some("M".to_owned()), CharacterSet: character_set, ..Default::default() }
}

fn square_hints() -> EncodeHints {
    let square = rxing::datamatrix::encoder::SymbolShapeHint::FORCE_SQUARE;
    EncodeHints { DataMatrixShape: Some(square), ..Default::default() }
}

const fn is_code39(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'.' | b'$' | b'/' | b'+' | b'%')
}

/// The number of `digits` digits with its check digit (ISO/IEC 15420), which may be there already.
fn with_check_digit(text: &str, digits: usize) -> Option<String> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) || !(digits..=digits + 1).contains(&text.len()) {
        return None;
    }
    let number = text.get(..digits)?;
    let weighted =
        number.bytes().rev().zip([3u32, 1].into_iter().cycle()).map(|(byte, weight)| u32::from(byte - b'0') * weight);
    let whole = format!("{number}{}", (10 - weighted.sum::<u32>() % 10) % 10);
    whole.starts_with(text).then_some(whole)
}

impl Modules {
    /// Modules across.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Modules down: 1 for bars.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.dark.len() as u32 / self.width.max(1)
    }

    /// The dark runs: (x, y, width), in modules.
    pub fn runs(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        (0u32..).zip(self.dark.chunks_exact(self.width.max(1) as usize)).flat_map(|(y, row)| {
            let mut x = 0u32;
            row.chunk_by(|a, b| a == b).filter_map(move |run| {
                let (start, length) = (x, run.len() as u32);
                x += length;
                run.first().is_some_and(|dark| *dark).then_some((start, y, length))
            })
        })
    }

    /// Without white columns at either side, where the library left some.
    fn trimmed(self) -> Self {
        let column = |x: &u32| self.runs().any(|(start, _, length)| (start..start + length).contains(x));
        let (Some(first), Some(last)) = ((0..self.width).find(column), (0..self.width).rev().find(column)) else {
            return self;
        };
        if (first, last + 1) == (0, self.width) {
            return self;
        }
        let rows = self.dark.chunks_exact(self.width as usize);
        let kept = rows.flat_map(|row| row.get(first as usize..=last as usize).unwrap_or_default());
        Self { width: last + 1 - first, dark: kept.copied().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_128_is_as_wide_as_the_runs_say() {
        for text in [
            "J4T8RZ2KC",
            "1042",
            "12345",
            "12345AB",
            "AB12345",
            "A123456B",
            "a",
            "1Z999AA10123456784",
            "~>^{}",
            "123",
            "42",
        ] {
            let runs = code128::runs(text).unwrap();
            assert_eq!(Symbology::Code128.encode(text).unwrap().width(), code128::modules(&runs), "{text}");
        }
    }

    #[test]
    fn check_digits_are_added_and_wrong_ones_refused() {
        assert_eq!(Symbology::Ean13.carried("400638133393").unwrap(), "4006381333931");
        assert_eq!(Symbology::Ean13.carried("4006381333931").unwrap(), "4006381333931");
        assert!(Symbology::Ean13.carried("4006381333932").is_err());
        assert_eq!(Symbology::UpcA.carried("03600029145").unwrap(), "036000291452");
    }

    #[test]
    fn a_function_character_of_the_library_can_not_be_smuggled_in() {
        assert!(Symbology::Code128.encode("A\u{f1}B").is_err());
        assert_eq!(
            Symbology::Code39.encode("abc").unwrap_err().to_string(),
            r#""abc" can not be a code39 barcode: only A–Z, 0–9, space and -.$/+% go into it"#
        );
    }

    #[test]
    fn the_squares_of_a_symbol_have_no_white_around_them() {
        for symbology in [Symbology::Qr, Symbology::DataMatrix] {
            let modules = symbology.encode("J4T8RZ2KC").unwrap();
            assert_eq!(modules.width(), modules.height());
            assert!(modules.runs().any(|(x, ..)| x == 0) && modules.runs().any(|(_, y, _)| y == 0));
        }
    }
}
