//! Any bytes, as a scan: they get an answer that keeps its promises, and a second reading gives the same.

use std::sync::LazyLock;

use stationd::catalog::carriers;
use stationd::code::own::{self, Own};
use stationd::code::{Codebook, Meaning};

static CODES: LazyLock<Codebook> =
    LazyLock::new(|| Codebook::new(carriers::built_in().expect("the built-in files are good"), Vec::new()));

/// Most characters of an unknown code in a sentence, with the sign that it was cut.
const SHOWN_MAX: usize = 25;

/// Reads the scan twice and looks at what it means.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let reading = CODES.read(&text, None);
    assert_eq!(reading, CODES.read(&text, None));
    for meaning in std::iter::once(&reading.meaning).chain(&reading.others) {
        keeps_its_promise(meaning);
    }
}

fn keeps_its_promise(meaning: &Meaning) {
    match meaning {
        Meaning::Tracking(numbers) => {
            assert!(!numbers.is_empty());
            for number in numbers {
                assert!(!number.key.is_empty() && !number.printed.is_empty());
                assert!(CODES.carriers().format_name(number).is_some());
                let _ = CODES.carriers().facts(number);
            }
        }
        Meaning::Job(job) => assert!(matches!(own::read(job.as_str()), Some(Own::Id(..)))),
        Meaning::Unknown(reason) => assert!(reason.shown().chars().count() <= SHOWN_MAX),
        _ => {}
    }
}
