//! The fields that a label template may name, and the text that each has on one label.

use std::collections::BTreeMap;

/// Longest text of one field, in characters: what no label shows in full any more. The rest is cut.
pub const FIELD_TEXT_MAX: usize = 1_000;
/// Most rows of a sheet: two columns of twelve on 4×6 in.
pub const ROWS_MAX: u8 = 24;

/// A field name that no label knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no field {name:?}{}", nearest.map(|n| format!("; did you mean {n:?}?")).unwrap_or_default())]
pub struct UnknownField {
    /// What was written.
    pub name: String,
    /// The known name that looks most like it.
    pub nearest: Option<&'static str>,
}

macro_rules! fields {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $example:literal $widest:literal)*) => {
        /// A field of a label. `Row…` fields belong to one line of a sheet, counted from 1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[doc = $doc])* $variant,)*
            /// The barcode of a line of a sheet.
            RowCode(u8),
            /// The large text of a line of a sheet.
            RowText(u8),
            /// The small text of a line of a sheet.
            RowNote(u8),
        }

        /// Every field without a row: its name, what it is, and an example.
        pub const FIELDS: &[(Field, &str, &str, &str)] =
            &[$((Field::$variant, $name, concat!($($doc),*), $example),)*];

        impl Field {
            /// The longest text that a label must find room for: a template in which a barcode of it can not be
            /// printed is refused. Free text has none; it is made smaller, then cut.
            #[must_use]
            pub const fn widest(self) -> Option<&'static str> {
                let widest = match self {
                    $(Field::$variant => $widest,)*
                    Field::RowCode(_) => "JHHHHHHHHHH",
                    Field::RowText(_) | Field::RowNote(_) => "",
                };
                if widest.is_empty() { None } else { Some(widest) }
            }

            /// A believable text, for previews and tests.
            #[must_use]
            pub const fn example(self) -> &'static str {
                match self {
                    $(Field::$variant => $example,)*
                    Field::RowCode(n) if n % 2 == 1 => "J4T8R72KC",
                    Field::RowCode(_) => "J0B2H95XP",
                    Field::RowText(n) if n % 3 == 1 => "Hoodie, heather navy, XL",
                    Field::RowText(_) => "Unisex tee, black, L",
                    Field::RowNote(_) => "#1042",
                }
            }
        }
    };
}

fields! {
    /// The shop's own order number, as people say it, without `#`.
    OrderNumber "order.number" "1042" ""
    /// The internal order identifier.
    OrderId "order.id" "D-2026-1042" ""
    /// Where the order was sold.
    Channel "channel" "etsy" ""
    /// The job's barcode.
    JobCode "job.code" "J4T8R72KC" "JHHHHHHHHHHHHHH"
    /// What is to be made.
    JobProduct "job.product" "Unisex tee" ""
    /// Which job of its order it is, such as "2 of 3".
    JobOf "job.of" "2 of 3" ""
    /// Its size.
    Size "size" "L" ""
    /// Its colour.
    Colour "colour" "Heather navy" ""
    /// Where it is printed.
    Place "place" "front, left sleeve" ""
    /// A word to whoever makes it.
    Note "note" "Gift: no price slip" ""
    /// The package's barcode.
    PackageCode "package.code" "P7N3X090B" "PHHHHHHHHHHHHHH"
    /// Which package of its order it is, such as "1 of 2".
    PackageOf "package.of" "1 of 2" ""
    /// How many jobs are in the package, in words.
    PackageJobs "package.jobs" "3 pieces" ""
    /// The day by which the order must leave.
    ShipBy "ship_by" "Tue 24 Nov" ""
    /// The mark of an order that goes before others; empty on any other.
    Rush "rush" "RUSH" ""
    /// The mark of a made-up order; empty on a real one.
    Sample "sample" "SAMPLE" ""
    /// The name on an operator's badge.
    OperatorName "operator.name" "Dolores Ibárruri" ""
    /// The barcode on an operator's badge.
    OperatorCode "operator.code" "H9C2KD01X" "HHHHHHHHHHHHHHH"
    /// The operator's part, such as "Supervisor".
    OperatorRole "operator.role" "Supervisor" ""
    /// The station's name.
    StationName "station.name" "Press 2" ""
    /// The stage's name.
    Stage "stage" "QC" ""
    /// The bin's barcode.
    BinCode "bin.code" "N3B07C5PK" "NHHHHHHHHHHHHHH"
    /// The bin's name, as it is painted on the shelf.
    BinName "bin.name" "A-07" ""
    /// The batch's barcode.
    BatchCode "batch.code" "B5N8C2R41" "BHHHHHHHHHHHHHH"
    /// The batch's name.
    BatchName "batch.name" "Black tees, Monday" ""
    /// The code that a new scanner reads to be paired.
    PairingCode "pairing.code" "S7KK4B2HR" "SHHHHHHHHHHHHHHHHHHHHHHHHHHH"
    /// The printer's name.
    PrinterName "printer.name" "Rollo at pack" ""
    /// The shop's name.
    ShopName "shop.name" "Northside Print" ""
    /// A heading.
    Title "title" "Commands" ""
    /// When the label was asked for.
    PrintedAt "printed_at" "21 Nov 14:05" ""
}

impl Field {
    /// The field of that name: `job.code`, `row.3.text`.
    ///
    /// # Errors
    /// No field has that name.
    pub fn named(name: &str) -> Result<Self, UnknownField> {
        if let Some(row) = row_field(name) {
            return Ok(row);
        }
        if let Some((field, ..)) = FIELDS.iter().find(|(_, known, ..)| *known == name) {
            return Ok(*field);
        }
        let score = |known: &str| strsim::jaro_winkler(known, name);
        let nearest = FIELDS.iter().map(|(_, known, ..)| *known).max_by(|a, b| score(a).total_cmp(&score(b)));
        // Below this likeness a suggestion is a guess that only misleads.
        let nearest = nearest.filter(|known| score(known) > 0.75);
        Err(UnknownField { name: name.to_owned(), nearest })
    }
}

fn row_field(name: &str) -> Option<Field> {
    let (row, what) = name.strip_prefix("row.")?.split_once('.')?;
    let row = row.parse().ok().filter(|row| (1..=ROWS_MAX).contains(row))?;
    match what {
        "code" => Some(Field::RowCode(row)),
        "text" => Some(Field::RowText(row)),
        "note" => Some(Field::RowNote(row)),
        _ => None,
    }
}

/// The texts of one label. A field that was not set is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<Field, String>);

impl Fields {
    /// No text at all.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Every field with its example: a label to look at.
    #[must_use]
    pub fn example() -> Self {
        let rows = (1..=ROWS_MAX).flat_map(|n| [Field::RowCode(n), Field::RowText(n), Field::RowNote(n)]);
        FIELDS
            .iter()
            .map(|(field, ..)| *field)
            .chain(rows)
            .fold(Self::new(), |all, field| all.with(field, field.example()))
    }

    /// Sets a field. Control characters become spaces, and text over [`FIELD_TEXT_MAX`] is cut.
    pub fn set(&mut self, field: Field, text: &str) {
        let clean = text.chars().take(FIELD_TEXT_MAX).map(|c| if c.is_control() { ' ' } else { c });
        self.0.insert(field, clean.collect());
    }

    /// The same, as a chain.
    #[must_use]
    pub fn with(mut self, field: Field, text: impl AsRef<str>) -> Self {
        self.set(field, text.as_ref());
        self
    }

    /// These fields, and `others` where they have text.
    #[must_use]
    pub fn and(mut self, others: Fields) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Sets a field by its name in templates.
    ///
    /// # Errors
    /// No field has that name.
    pub fn set_named(&mut self, name: &str, text: &str) -> Result<(), UnknownField> {
        self.set(Field::named(name)?, text);
        Ok(())
    }

    /// The field's text; empty where it was not set.
    #[must_use]
    pub fn get(&self, field: Field) -> &str {
        self.0.get(&field).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name() {
        for (field, name, doc, example) in FIELDS {
            assert_eq!(Field::named(name), Ok(*field));
            assert!(!doc.is_empty() && !example.is_empty(), "{name}");
        }
        assert_eq!(Field::named("row.24.note"), Ok(Field::RowNote(24)));
        assert!(Field::named("row.25.note").is_err());
    }

    #[test]
    fn a_misspelt_field_is_answered_with_the_nearest_name() {
        let error = Field::named("order.numbr").unwrap_err();
        assert_eq!(error.to_string(), r#"there is no field "order.numbr"; did you mean "order.number"?"#);
        assert_eq!(Field::named("xyzzy").unwrap_err().to_string(), r#"there is no field "xyzzy""#);
    }

    #[test]
    fn a_control_character_becomes_a_space() {
        assert_eq!(Fields::new().with(Field::Note, "a\r\n^XZ\u{1b}").get(Field::Note), "a  ^XZ ");
    }
}
