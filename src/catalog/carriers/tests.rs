//! Tests of the carriers' files: every built-in one is used, and every format reads numbers made for it.

use std::path::Path;

use super::*;
use crate::code::carriers::Found;
use crate::code::own::{self, Kind};
use crate::code::{Codebook, Meaning, Tracking};

/// Made up by an independent program from the public descriptions: carrier, format, verdict, number, key.
const NUMBERS: &str = include_str!("numbers.tsv");

fn carriers() -> Carriers {
    built_in().unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
}

/// The number as this carrier's in this format.
fn read(carriers: &Carriers, number: &str, carrier: &str, format: &str) -> Option<Tracking> {
    match carriers.find(number) {
        Found::Numbers { numbers, .. } => {
            numbers.into_iter().find(|n| n.carrier.as_str() == carrier && n.format.as_str() == format)
        }
        _ => None,
    }
}

#[test]
fn every_built_in_file_is_used_and_every_file_is_built_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("devices/carriers");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().trim_end_matches(".toml").to_owned())
        .collect();
    files.sort();
    let carriers = carriers();
    let loaded: Vec<&str> = carriers.all().iter().map(|carrier| carrier.id.as_str()).collect();
    assert_eq!(loaded, files);
}

#[test]
fn every_format_reads_its_own_numbers_and_no_others() {
    let carriers = carriers();
    let mut shown: Vec<&str> = Vec::new();
    for line in NUMBERS.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [carrier, format, verdict, number, key] = fields[..] else { panic!("{line}") };
        let found = read(&carriers, number, carrier, format);
        assert_eq!(found.is_some(), verdict == "valid", "{line}");
        if let Some(found) = found {
            assert_eq!((found.key.as_str(), found.scanned.as_str()), (key, number), "{line}");
            shown.push(format);
            // As people type it, and as a scanner with Caps Lock sends it.
            let typed: String = number.chars().flat_map(|c| [' ', c.to_ascii_lowercase()]).collect();
            assert_eq!(read(&carriers, &typed, carrier, format).map(|n| n.key), Some(found.key), "{typed}");
        }
    }
    for format in carriers.all().iter().flat_map(Carrier::formats) {
        assert!(shown.contains(&format), "no number of format {format}");
    }
}

#[test]
fn the_public_examples_are_right() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/tracking/examples.tsv");
    let Ok(examples) = std::fs::read_to_string(file) else { return };
    let carriers = carriers();
    let codes = Codebook::new(carriers.clone(), Vec::new());
    for line in examples.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [carrier, format, verdict, number] = fields[..] else { panic!("{line}") };
        assert_eq!(read(&carriers, number, carrier, format).is_some(), verdict == "valid", "{line}");
        let is_tracking = matches!(codes.read(number, None).meaning, Meaning::Tracking(_));
        assert!(is_tracking || verdict != "valid", "{line}");
    }
}

#[test]
fn what_a_number_says_is_looked_up() {
    let carriers = carriers();
    let says = |number: &str, carrier: &str, format: &str| {
        let number = read(&carriers, number, carrier, format).unwrap_or_else(|| panic!("{number}"));
        let facts = carriers.facts(&number);
        facts.iter().map(|fact| format!("{}: {}", fact.about, fact.says)).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        says("RR112233447JP", "s10", "s10"),
        "service: letter post, registered; country: JP; operator: Japan Post"
    );
    assert_eq!(says("1ZAB12340311223348", "ups", "ups"), "service: Ground");
    assert_eq!(says("%00123458292222242878510 1 276", "dpd", "dpd_barcode"), "service: normal parcel; country: DE");
    assert_eq!(says("04112233445566778895", "usps", "usps_20"), "service: Delivery Confirmation (retail)");
    assert_eq!(says("024565678534743788", "fedex", "fedex_ground_sscc_18"), "container: larger than a pallet");
}

#[test]
fn a_country_without_a_postal_operator_issues_no_numbers() {
    let carriers = carriers();
    assert!(read(&carriers, "RR112233447JP", "s10", "s10").is_some());
    assert_eq!(carriers.find("RR112233447ZZ"), Found::Nothing);
}

#[test]
fn a_wrong_check_digit_names_the_carriers() {
    let Found::WrongCheck(found) = carriers().find("160590393669") else { panic!("it passed") };
    let names: Vec<&str> = found.iter().map(|carrier| carrier.as_str()).collect();
    assert_eq!(names, ["fedex", "purolator"]);
}

#[test]
fn an_own_file_replaces_the_built_in_one_and_a_new_one_adds_a_carrier() {
    let own = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let text = "name = 'Bike'\n[[format]]\nid = 'bike'\nname = 'Bike'\nlayout = ['BIKE#{4}']";
    let carriers = load(&[own("bike", text), own("yodel", "name = 'Not here'")]).unwrap();
    assert!(read(&carriers, "bike 1234", "bike", "bike").is_some());
    assert_eq!(carriers.find("JD0002257639032011"), Found::Nothing);
    assert_eq!(carriers.all().len(), BUILT_IN.len() + 1);
}

#[test]
fn a_file_that_can_not_be_used_says_why() {
    let check = |format: &str, expected: &str| {
        let error = carrier("x", &format!("name = 'X'\n[[format]]\nid = 'x'\nname = 'X'\n{format}")).unwrap_err();
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(cause.contains(expected), "{cause}");
    };
    check("layout = ['a:#{9}']\ncheck = { by = 'luhn', over = 'b' }", "no field `check`");
    check("layout = ['a:#{9} check:#']\ncheck = { by = 'luhn', over = 'b' }", "no layout has a field `b`");
    check("layout = ['a:#{9} check:#']\nkey = 'b'", "no layout has a field `b`");
    check("layout = ['(']", "layout `(`: `(` is not closed or empty");
    check("layout = []", "it has no layout");
    check("layouts = ['#']", "unknown field `layouts`");
    check("layout = ['#']\nlookup = [{ field = 'b', says = 'c' }]", "no layout has a field `b`");
    check(
        "layout = ['b:#']\nlookup = [{ field = 'b', says = 'c', list = { '!' = 'x' } }]",
        "`!` stands for no character",
    );
    check("layout = ['a:# check:#']\ncheck = { by = 'mod9', over = 'a' }", "unknown variant `mod9`");
    let modulo = "{ weighted_sum = { weights = [1], modulo = [11, 0] } }";
    check(&format!("layout = ['a:# check:#']\ncheck = {{ by = {modulo}, over = 'a' }}"), "modulo");
    let twice = "layout = ['#']\n[[format]]\nid = 'x'\nname = 'Y'\nlayout = ['#']";
    check(twice, "two formats are called x");
    assert!(matches!(carrier("X", "name = 'X'"), Err(FileError::Name(_))));
    assert!(matches!(carrier("x", &" ".repeat(FILE_MAX + 1)), Err(FileError::TooLarge(_))));
}

#[test]
fn the_documented_example_is_a_carriers_file() {
    let documented = include_str!("../../../docs/codes.md");
    let example = documented.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```")).unwrap().0;
    let carriers = load(&[("example".to_owned(), example.to_owned())]).unwrap();
    assert!(read(&carriers, "EP 25 1234567 9", "example", "example_12").is_some());
}

#[test]
fn no_code_of_ours_is_a_carriers_number() {
    let carriers = carriers();
    for kind in Kind::ALL {
        for n in 0..2_000 {
            let made = own::make(kind, n);
            assert_eq!(carriers.find(&made), Found::Nothing, "{made}");
            let named = own::make_named(kind, &format!("B-{n}")).unwrap();
            assert_eq!(carriers.find(&named), Found::Nothing, "{named}");
        }
    }
}

/// Random numbers of each length that are tried for the table in the documentation.
const TRIED: u32 = 5_000;

#[test]
fn the_documentation_says_how_often_random_digits_pass() {
    let carriers = carriers();
    let mut state = 20_261_121_u64;
    let mut table = String::new();
    for length in 6..=34 {
        let (mut passed, mut names) = (0, std::collections::BTreeSet::new());
        for _ in 0..TRIED {
            let digits: String = (0..length).map(|_| char::from(b'0' + next(&mut state))).collect();
            if let Found::Numbers { numbers, .. } = carriers.find(&digits) {
                passed += 1;
                names.extend(numbers.iter().map(|n| n.carrier.to_string()));
            }
        }
        let share = format!("{:.1} %", f64::from(passed) * 100.0 / f64::from(TRIED));
        let names: Vec<String> = names.into_iter().collect();
        table.push_str(&format!("| {length} | {share} | {} |\n", names.join(", ")));
    }
    let documented = include_str!("../../../docs/codes.md");
    assert!(documented.contains(&table), "docs/codes.md should say:\n{table}");
}

/// The next digit of a linear congruential generator (Knuth's MMIX).
fn next(state: &mut u64) -> u8 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    u8::try_from((*state >> 33) % 10).unwrap_or(0)
}
