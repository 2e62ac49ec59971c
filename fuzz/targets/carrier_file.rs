//! Any text, as a carrier's file: it is refused with a reason, or it can be used.

use stationd::catalog::carriers;
use stationd::code::Carriers;

/// Reads the file and holds a few numbers against it.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match carriers::carrier("fuzzed", text) {
        Ok(carrier) => {
            let carriers = Carriers::new(vec![carrier]);
            for number in ["", "0", "1Z1234567890123456", text] {
                let _ = carriers.find(number);
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
