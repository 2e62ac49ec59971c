//! Job codes of our own making, as `docs/codes.md` of the product describes them.

/// The digits of a code: Crockford's base 32.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The characters that the check counts with. Source: ISO 7064, MOD 37,36.
const CHECKED: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The job code of this number.
pub fn job(number: u64) -> String {
    let digits = (0..7).rev().map(|place| DIGITS[(number >> (5 * place)) as usize & 31] as char);
    let body: String = std::iter::once('J').chain(digits).collect();
    format!("{body}{}", check(&body))
}

fn check(body: &str) -> char {
    let mut product = 36;
    for byte in body.bytes() {
        let value = CHECKED.iter().position(|known| *known == byte).unwrap_or(0);
        let sum = (product + value) % 36;
        product = (if sum == 0 { 36 } else { sum }) * 2 % 37;
    }
    CHECKED[(37 - product) % 36] as char
}
