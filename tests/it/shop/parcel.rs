//! Parcels: carriers' numbers that pass their check, and label documents that carry them.

use data_encoding::BASE64;
use serde_json::{Value, json};

/// A UPS number of this serial, at most 7 digits. Source: `devices/carriers/ups.toml`: a letter counts as its ASCII
/// code less 3, modulo 10; the places after `1Z` weigh 1 and 2 in turn.
pub fn ups(serial: usize) -> String {
    let body = format!("E2E99503{serial:07}");
    let value = |byte: u8| if byte.is_ascii_digit() { u32::from(byte - b'0') } else { (u32::from(byte) - 3) % 10 };
    let sum: u32 = body.bytes().zip([1, 2].into_iter().cycle()).map(|(byte, weight)| value(byte) * weight).sum();
    format!("1Z{body}{}", (10 - sum % 10) % 10)
}

/// A package of a draft, with a label document in ZPL that carries this number.
pub fn labelled(tracking: &str) -> Value {
    let zpl = format!("^XA^FO60,40^A0N,40,40^FDSHIP TO^FS^FO60,200^BY3^BCN,160,Y,N,N^FD{tracking}^FS^XZ");
    json!({ "document": { "mime": "application/zpl", "base64": BASE64.encode(zpl.as_bytes()) } })
}

/// How often a number was on the labels that a printer took.
pub fn times_on(jobs: &[Vec<u8>], tracking: &str) -> usize {
    let has = |job: &&Vec<u8>| job.windows(tracking.len()).any(|window| window == tracking.as_bytes());
    jobs.iter().filter(has).count()
}

#[test]
fn a_number_of_ours_passes_its_check() {
    use stationd::code::{Carriers, Codebook, Meaning};
    let carriers: Carriers = stationd::catalog::carriers::load(&[]).expect("the built-in carriers");
    let book = Codebook::new(carriers, Vec::new());
    for serial in [0, 7, 1_234, 9_999_999] {
        let meaning = book.read(&ups(serial), None).meaning;
        assert!(matches!(meaning, Meaning::Tracking(_)), "{}: {meaning:?}", ups(serial));
    }
}
