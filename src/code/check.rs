//! Check digits: the schemes that carriers, GS1 and our own codes use.
//!
//! Sources: ISO/IEC 7064 (MOD 37,36), UPU S10, GS1 General Specifications 7.9, and carriers' own papers as
//! summed up in the public data set tracking_number_data (MIT).

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
pub fn gs1_digit(serial: impl DoubleEndedIterator<Item = u8>) -> Option<u8> {
    let mut sum = 0_u32;
    for (byte, weight) in serial.rev().zip([3, 1].into_iter().cycle()) {
        if !byte.is_ascii_digit() {
            return None;
        }
        sum += u32::from(byte - b'0') * weight;
    }
    u8::try_from((10 - sum % 10) % 10).ok().map(|digit| b'0' + digit)
}
