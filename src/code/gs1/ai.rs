//! The application identifiers of GS1: how long each one's value is and what it is made of.
//!
//! Source: GS1 General Specifications, 3.2 (the list) and 7.8.5 (lengths known in advance).

/// What the value of an application identifier looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The first digits that all identifiers of this shape share.
    prefix: &'static str,
    /// How many digits the identifier has.
    pub digits: usize,
    /// Fewest and most characters of the value.
    pub length: (usize, usize),
    /// How many characters from the front must be digits.
    pub numeric: usize,
    /// How many characters from the front form a number with a GS1 check digit; 0: none.
    pub checked: usize,
}

impl Shape {
    /// The shape of the identifier that `text` begins with.
    #[must_use]
    pub fn of(text: &str) -> Option<&'static Shape> {
        let first = text.bytes().next()?;
        let start = SHAPES.partition_point(|shape| shape.prefix.bytes().next() < Some(first));
        let same_first = SHAPES.iter().skip(start).take_while(|shape| shape.prefix.bytes().next() == Some(first));
        same_first.into_iter().find(|shape| {
            text.starts_with(shape.prefix)
                && text.get(..shape.digits).is_some_and(|ai| ai.bytes().all(digit) && is_measure(ai))
        })
    }

    /// Whether no separator follows a value, as its length is known in advance.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let first = self.prefix.get(..2).unwrap_or_default();
        matches!(first, "00" | "01" | "02" | "03" | "04" | "20" | "41")
            || ("11".."20").contains(&first)
            || ("31".."37").contains(&first)
    }

    /// Whether `value` is made of what it may be made of, check digit apart.
    #[must_use]
    pub fn takes(&self, value: &str) -> bool {
        (self.length.0..=self.length.1).contains(&value.len())
            && value.bytes().take(self.numeric).all(digit)
            && value.bytes().all(is_82)
    }
}

fn digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// Whether the last digit of a measure, the places behind its decimal point, is one that exists.
fn is_measure(ai: &str) -> bool {
    !("31".."37").contains(&ai) || ai.ends_with(['0', '1', '2', '3', '4', '5'])
}

/// The GS1 character set 82, ASCII graphics without $ @ [ \ ] ^ ` { | } ~ and, from the set of component and
/// part numbers, #.
fn is_82(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"$@[\\]^`{|}~".contains(&byte)
}

/// All digits, of a fixed length.
const fn n(prefix: &'static str, digits: usize, length: usize) -> Shape {
    Shape { prefix, digits, length: (length, length), numeric: length, checked: 0 }
}

/// All digits, of a fixed length, the last one a check digit.
const fn key(prefix: &'static str, digits: usize, length: usize) -> Shape {
    Shape { prefix, digits, length: (length, length), numeric: length, checked: length }
}

/// Digits, up to a length.
const fn n_to(prefix: &'static str, digits: usize, most: usize) -> Shape {
    Shape { prefix, digits, length: (1, most), numeric: most, checked: 0 }
}

/// Any characters, up to a length.
const fn x(prefix: &'static str, digits: usize, most: usize) -> Shape {
    Shape { prefix, digits, length: (1, most), numeric: 0, checked: 0 }
}

/// Digits first, then any characters, between two lengths.
const fn mixed(prefix: &'static str, digits: usize, numeric: usize, length: (usize, usize)) -> Shape {
    Shape { prefix, digits, length, numeric, checked: 0 }
}

/// A number with a check digit first, then any characters.
const fn key_and(prefix: &'static str, digits: usize, checked: usize, length: (usize, usize)) -> Shape {
    Shape { prefix, digits, length, numeric: checked, checked }
}

/// In the order of their first digits; a longer prefix stands before a shorter one that it begins with.
const SHAPES: &[Shape] = &[
    key("00", 2, 18),
    key("01", 2, 14),
    key("02", 2, 14),
    key("03", 2, 14),
    x("10", 2, 20),
    n("11", 2, 6),
    n("12", 2, 6),
    n("13", 2, 6),
    n("15", 2, 6),
    n("16", 2, 6),
    n("17", 2, 6),
    n("20", 2, 2),
    x("21", 2, 20),
    x("22", 2, 20),
    x("235", 3, 28),
    x("240", 3, 30),
    x("241", 3, 30),
    n_to("242", 3, 6),
    x("243", 3, 20),
    x("250", 3, 30),
    x("251", 3, 30),
    key_and("253", 3, 13, (13, 30)),
    x("254", 3, 20),
    Shape { prefix: "255", digits: 3, length: (13, 25), numeric: 25, checked: 13 },
    n_to("30", 2, 8),
    n("310", 4, 6),
    n("311", 4, 6),
    n("312", 4, 6),
    n("313", 4, 6),
    n("314", 4, 6),
    n("315", 4, 6),
    n("316", 4, 6),
    n("32", 4, 6),
    n("330", 4, 6),
    n("331", 4, 6),
    n("332", 4, 6),
    n("333", 4, 6),
    n("334", 4, 6),
    n("335", 4, 6),
    n("336", 4, 6),
    n("337", 4, 6),
    n("34", 4, 6),
    n("350", 4, 6),
    n("351", 4, 6),
    n("352", 4, 6),
    n("353", 4, 6),
    n("354", 4, 6),
    n("355", 4, 6),
    n("356", 4, 6),
    n("357", 4, 6),
    n("36", 4, 6),
    n_to("37", 2, 8),
    n_to("390", 4, 15),
    mixed("391", 4, 18, (4, 18)),
    n_to("392", 4, 15),
    mixed("393", 4, 18, (4, 18)),
    n("394", 4, 4),
    n("395", 4, 6),
    x("400", 3, 30),
    x("401", 3, 30),
    key("402", 3, 17),
    x("403", 3, 30),
    key("410", 3, 13),
    key("411", 3, 13),
    key("412", 3, 13),
    key("413", 3, 13),
    key("414", 3, 13),
    key("415", 3, 13),
    key("416", 3, 13),
    key("417", 3, 13),
    x("420", 3, 20),
    mixed("421", 3, 3, (4, 12)),
    n("422", 3, 3),
    mixed("423", 3, 15, (3, 15)),
    n("424", 3, 3),
    mixed("425", 3, 15, (3, 15)),
    n("426", 3, 3),
    x("427", 3, 3),
    x("4300", 4, 35),
    x("4301", 4, 35),
    x("4302", 4, 70),
    x("4303", 4, 70),
    x("4304", 4, 70),
    x("4305", 4, 70),
    x("4306", 4, 70),
    mixed("4307", 4, 0, (2, 2)),
    x("4308", 4, 30),
    n("4309", 4, 20),
    x("4310", 4, 35),
    x("4311", 4, 35),
    x("4312", 4, 70),
    x("4313", 4, 70),
    x("4314", 4, 70),
    x("4315", 4, 70),
    x("4316", 4, 70),
    mixed("4317", 4, 0, (2, 2)),
    x("4318", 4, 20),
    x("4319", 4, 30),
    x("4320", 4, 35),
    n("4321", 4, 1),
    n("4322", 4, 1),
    n("4323", 4, 1),
    n("4324", 4, 10),
    n("4325", 4, 10),
    n("4326", 4, 6),
    mixed("433", 4, 6, (6, 7)),
    n("7001", 4, 13),
    x("7002", 4, 30),
    n("7003", 4, 10),
    n_to("7004", 4, 4),
    x("7005", 4, 12),
    n("7006", 4, 6),
    mixed("7007", 4, 12, (6, 12)),
    x("7008", 4, 3),
    x("7009", 4, 10),
    x("7010", 4, 2),
    mixed("7011", 4, 10, (6, 10)),
    x("7020", 4, 20),
    x("7021", 4, 20),
    x("7022", 4, 20),
    x("7023", 4, 30),
    mixed("703", 4, 3, (4, 30)),
    mixed("7040", 4, 1, (4, 4)),
    x("7041", 4, 4),
    x("71", 3, 20),
    mixed("723", 4, 0, (3, 30)),
    x("7240", 4, 20),
    n("7241", 4, 2),
    x("7242", 4, 25),
    n("7250", 4, 8),
    n("7251", 4, 12),
    n("7252", 4, 1),
    x("7255", 4, 10),
    x("7256", 4, 90),
    x("7257", 4, 70),
    x("725", 4, 40),
    n("8001", 4, 14),
    x("8002", 4, 20),
    key_and("8003", 4, 14, (14, 30)),
    x("8004", 4, 30),
    n("8005", 4, 6),
    Shape { prefix: "8006", digits: 4, length: (18, 18), numeric: 18, checked: 14 },
    x("8007", 4, 34),
    mixed("8008", 4, 12, (8, 12)),
    x("8009", 4, 50),
    x("8010", 4, 30),
    n_to("8011", 4, 12),
    x("8012", 4, 20),
    x("8013", 4, 25),
    x("8014", 4, 25),
    key("8017", 4, 18),
    key("8018", 4, 18),
    n_to("8019", 4, 10),
    x("8020", 4, 25),
    Shape { prefix: "8026", digits: 4, length: (18, 18), numeric: 18, checked: 14 },
    x("8030", 4, 90),
    n("8040", 4, 15),
    n("8041", 4, 15),
    n("8042", 4, 32),
    mixed("8043", 4, 20, (18, 20)),
    x("8110", 4, 70),
    n("8111", 4, 4),
    x("8112", 4, 70),
    x("8200", 4, 70),
    x("90", 2, 30),
    x("9", 2, 90),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_identifier_is_found_and_none_hides_another() {
        assert!(SHAPES.is_sorted_by_key(|shape| shape.prefix.bytes().next()));
        for shape in SHAPES {
            let ai = format!("{:0<1$}", shape.prefix, shape.digits);
            let found = Shape::of(&ai).map(|found| found.digits);
            assert_eq!(found, Some(shape.digits), "{ai}");
            assert!(shape.length.0 <= shape.length.1 && shape.checked <= shape.length.0, "{ai}");
        }
        for (n, shape) in SHAPES.iter().enumerate() {
            let hidden = SHAPES.iter().take(n).find(|before| shape.prefix.starts_with(before.prefix));
            assert!(hidden.is_none(), "{} is hidden by {hidden:?}", shape.prefix);
        }
    }
}
