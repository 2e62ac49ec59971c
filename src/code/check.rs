//! Check digits: the schemes that carriers, GS1 and our own codes use.
//!
//! Sources: ISO/IEC 7064 (MOD 37,36), UPU S10, GS1 General Specifications 7.9, ISO/IEC 7812-1 (Luhn), and
//! carriers' own papers as summed up in the public data set tracking_number_data (MIT).

use serde::Deserialize;

use super::tracking::Passed;

/// How a carrier's check digit follows from the characters before it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Scheme {
    /// Weighted sum to the next ten; a letter counts as its ASCII code less 3, modulo 10. Places are counted
    /// from 0.
    Mod10 {
        /// The weight of the even places.
        even: u32,
        /// The weight of the odd places.
        odd: u32,
        /// Whether places are counted from the right.
        #[serde(default)]
        from_right: bool,
    },
    /// The serial number modulo 7.
    Mod7,
    /// The sum of products, modulo both in turn. Characters beyond the weights do not count.
    WeightedSum {
        /// One for each place, from the left.
        weights: Vec<u32>,
        /// First, then.
        modulo: [u32; 2],
    },
    /// Luhn.
    Luhn,
    /// UPU S10: weights 8 6 4 2 3 5 9 7, 11 less the remainder, with 0 for 10 and 5 for 11.
    S10,
    /// ISO/IEC 7064 MOD 37,36.
    #[serde(rename = "mod_37_36")]
    Mod37_36,
}

impl Scheme {
    /// The right check digit of a serial number of digits and capital letters; none where the scheme has none.
    #[must_use]
    pub fn digit(&self, serial: &[u8]) -> Option<u8> {
        match self {
            Scheme::Mod10 { even, odd, from_right } => {
                let is_odd_left = *from_right && serial.len() % 2 == 0;
                to_next_ten(if is_odd_left { sum_2(serial, *odd, *even) } else { sum_2(serial, *even, *odd) })
            }
            Scheme::Mod7 => Some(b'0' + serial.iter().fold(0, |sum, byte| (sum * 10 + value_10(*byte) as u8) % 7)),
            Scheme::WeightedSum { weights, modulo: [first, then] } => {
                let left = weighted(serial, weights).checked_rem(*first)?.checked_rem(*then)?;
                u8::try_from(left).ok().filter(|left| *left < 10).map(|left| b'0' + left)
            }
            Scheme::Luhn => luhn(serial),
            Scheme::S10 => s10(serial),
            Scheme::Mod37_36 => mod_37_36(serial.iter().copied()),
        }
    }

    /// What a number that has the right digit has passed.
    #[must_use]
    pub const fn passed(&self) -> Passed {
        match self {
            Scheme::Mod10 { .. } => Passed::Mod10,
            Scheme::Mod7 => Passed::Mod7,
            Scheme::WeightedSum { .. } => Passed::WeightedSum,
            Scheme::Luhn => Passed::Luhn,
            Scheme::S10 => Passed::S10,
            Scheme::Mod37_36 => Passed::Mod37_36,
        }
    }
}

/// The value of a character where letters count too: the ASCII code less 3, modulo 10.
const fn value_10(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => (byte - b'0') as u32,
        _ => (byte.saturating_sub(3) % 10) as u32,
    }
}

fn to_next_ten(sum: u32) -> Option<u8> {
    u8::try_from((10 - sum % 10) % 10).ok().map(|digit| b'0' + digit)
}

/// The sum with one weight for the first, third, … place and one for the others.
fn sum_2(serial: &[u8], even: u32, odd: u32) -> u32 {
    let (pairs, last) = serial.as_chunks::<2>();
    let pairs: u32 = pairs.iter().map(|[a, b]| value_10(*a) * even + value_10(*b) * odd).sum();
    pairs + last.iter().map(|byte| value_10(*byte) * even).sum::<u32>()
}

fn weighted(serial: &[u8], weights: &[u32]) -> u32 {
    serial.iter().zip(weights).map(|(byte, weight)| value_10(*byte) * weight).sum()
}

fn luhn(serial: &[u8]) -> Option<u8> {
    let doubled = |value: u32| if value < 5 { value * 2 } else { value * 2 - 9 };
    let places = serial.iter().rev().map(|byte| value_10(*byte)).zip([true, false].into_iter().cycle());
    to_next_ten(places.map(|(value, double)| if double { doubled(value) } else { value }).sum())
}

fn s10(serial: &[u8]) -> Option<u8> {
    Some(match 11 - weighted(serial, &[8, 6, 4, 2, 3, 5, 9, 7]) % 11 {
        10 => b'0',
        11 => b'5',
        digit => b'0' + u8::try_from(digit).ok()?,
    })
}

/// The check character of ISO/IEC 7064 MOD 37,36 for digits and capital letters; none for anything else.
#[must_use]
pub fn mod_37_36(text: impl Iterator<Item = u8>) -> Option<u8> {
    let mut sum = 36;
    for byte in text {
        sum += value_36(byte)?;
        // Both steps keep the sum within 1..=36.
        sum = if sum > 36 { sum - 36 } else { sum };
        sum *= 2;
        sum = if sum > 36 { sum - 37 } else { sum };
    }
    Some(match (37 - sum) % 36 {
        digit @ 0..=9 => b'0' + digit,
        letter => b'A' + letter - 10,
    })
}

/// 0 to 9 for a digit, 10 to 35 for a capital letter.
const fn value_36(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'Z' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The check digit of GS1 numbers (GTIN, SSCC, GLN): weights 3 and 1 from the right, modulo 10.
/// None where something is not a digit.
#[must_use]
pub fn gs1_digit(serial: &[u8]) -> Option<u8> {
    let is_number = serial.iter().all(u8::is_ascii_digit);
    let (even, odd) = if serial.len() % 2 == 0 { (1, 3) } else { (3, 1) };
    if is_number { to_next_ten(sum_2(serial, even, odd)) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(scheme: &Scheme, serial: &str, expected: char) {
        assert_eq!(scheme.digit(serial.as_bytes()).map(char::from), Some(expected), "{scheme:?} {serial}");
    }

    fn mod_10_of(even: u32, odd: u32) -> Scheme {
        Scheme::Mod10 { even, odd, from_right: false }
    }

    fn fedex() -> Scheme {
        Scheme::WeightedSum { weights: vec![3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1], modulo: [11, 10] }
    }

    #[test]
    fn the_schemes_give_known_digits() {
        check(&Scheme::S10, "47312482", '9');
        check(&Scheme::S10, "00000000", '5');
        check(&Scheme::S10, "00000003", '1');
        check(&Scheme::Luhn, "7992739871", '3');
        check(&Scheme::Mod37_36, "A12425GABC1234002", 'M');
        check(&Scheme::Mod7, "123456789", '1');
        check(&mod_10_of(1, 2), "AB1234031122334", '8');
        check(&Scheme::Mod10 { even: 3, odd: 1, from_right: true }, "400638133393", '1');
        check(&fedex(), "80771520428", '2');
        assert_eq!(gs1_digit(b"400638133393"), Some(b'1'));
        assert_eq!(gs1_digit(b"4006381333X3"), None);
        assert_eq!(mod_37_36("a".bytes()), None);
    }

    #[test]
    fn weights_without_a_modulo_give_no_digit() {
        let scheme = Scheme::WeightedSum { weights: vec![1], modulo: [0, 10] };
        assert_eq!(scheme.digit(b"1"), None);
    }

    /// The serial number with another digit at one place; the place and how much was added.
    fn bent(serial: &str, at: prop::sample::Index, by: u8) -> (String, usize) {
        let mut digits = serial.as_bytes().to_vec();
        let at = at.index(digits.len());
        digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
        (String::from_utf8(digits).unwrap(), at)
    }

    /// Whether the scheme sees that one digit was changed.
    fn is_seen(scheme: &Scheme, serial: &str, bent: &str) -> bool {
        scheme.digit(serial.as_bytes()) != scheme.digit(bent.as_bytes())
    }

    proptest! {
        #[test]
        fn luhn_sees_every_wrong_digit(serial in "[0-9]{1,30}", at: prop::sample::Index, by in 1_u8..10) {
            let (bent, _) = bent(&serial, at, by);
            prop_assert!(is_seen(&Scheme::Luhn, &serial, &bent));
        }

        #[test]
        fn mod_37_36_sees_every_wrong_character(serial in "[0-9A-Z]{1,30}", at: prop::sample::Index, wrong in "[0-9A-Z]") {
            let at = at.index(serial.len());
            let mut bent = serial.clone();
            bent.replace_range(at..=at, &wrong);
            prop_assert_eq!(is_seen(&Scheme::Mod37_36, &serial, &bent), bent != serial);
        }

        #[test]
        fn mod_10_with_weights_1_and_3_sees_every_wrong_digit(
            serial in "[0-9]{1,30}", at: prop::sample::Index, by in 1_u8..10,
        ) {
            let (bent, _) = bent(&serial, at, by);
            prop_assert!(is_seen(&mod_10_of(3, 1), &serial, &bent));
            prop_assert!(is_seen(&mod_10_of(1, 3), &serial, &bent));
            let from_right = Scheme::Mod10 { even: 3, odd: 1, from_right: true };
            prop_assert!(is_seen(&from_right, &serial, &bent));
            prop_assert_ne!(gs1_digit(serial.as_bytes()), gs1_digit(bent.as_bytes()));
        }

        #[test]
        fn mod_10_with_a_weight_of_2_misses_only_digits_that_differ_by_5_there(
            serial in "[0-9]{1,30}", at: prop::sample::Index, by in 1_u8..10,
        ) {
            let (bent, at) = bent(&serial, at, by);
            prop_assert_eq!(is_seen(&mod_10_of(1, 2), &serial, &bent), !(at % 2 == 1 && by == 5));
        }

        #[test]
        fn mod_7_misses_only_digits_that_differ_by_7(serial in "[0-9]{9,10}", at: prop::sample::Index, by in 1_u8..10) {
            let (bent, at) = bent(&serial, at, by);
            let differ = serial.as_bytes()[at].abs_diff(bent.as_bytes()[at]);
            prop_assert_eq!(is_seen(&Scheme::Mod7, &serial, &bent), differ != 7);
        }

        #[test]
        fn s10_misses_only_remainders_0_and_6(serial in "[0-9]{8}", at: prop::sample::Index, by in 1_u8..10) {
            let (bent, _) = bent(&serial, at, by);
            // 11 - 0 is written as 5, as 11 - 6 is.
            let is_five = Scheme::S10.digit(serial.as_bytes()) == Some(b'5');
            prop_assert!(is_seen(&Scheme::S10, &serial, &bent) || is_five);
        }

        #[test]
        fn a_weighted_sum_modulo_11_misses_only_remainders_0_and_10(
            serial in "[0-9]{11}", at: prop::sample::Index, by in 1_u8..10,
        ) {
            let (bent, _) = bent(&serial, at, by);
            // The second modulo writes 10 as 0.
            let is_zero = fedex().digit(serial.as_bytes()) == Some(b'0');
            prop_assert!(is_seen(&fedex(), &serial, &bent) || is_zero);
        }

        #[test]
        fn the_right_digit_is_one_character(serial in "[0-9A-Z]{0,40}") {
            for scheme in [Scheme::Luhn, Scheme::S10, Scheme::Mod7, Scheme::Mod37_36, fedex(), mod_10_of(1, 2)] {
                prop_assert!(scheme.digit(serial.as_bytes()).is_some_and(|digit| digit.is_ascii_alphanumeric()));
            }
        }
    }
}
