//! Tests of the carriers' files: every built-in one is used, and every format reads a number made for it.

use std::path::Path;

use super::*;
use crate::code::carriers::Found;

fn built_in() -> Carriers {
    load(&[]).unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
}

#[test]
fn every_built_in_file_is_used_and_every_file_is_built_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("devices/carriers");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| file.file_name().to_string_lossy().trim_end_matches(".toml").to_owned())
        .collect();
    files.sort();
    let carriers = built_in();
    let loaded: Vec<&str> = carriers.all().iter().map(|carrier| carrier.id.as_str()).collect();
    assert_eq!(loaded, files);
}

#[test]
fn the_public_examples_are_right() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/tracking/examples.tsv");
    let Ok(examples) = std::fs::read_to_string(file) else { return };
    let carriers = built_in();
    let mut wrong = Vec::new();
    for line in examples.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [carrier, format, verdict, number] = fields[..] else { panic!("{line}") };
        let fits = match carriers.find(number) {
            Found::Numbers { numbers, .. } => {
                numbers.iter().any(|n| n.carrier.as_str() == carrier && n.format.as_str() == format)
            }
            _ => false,
        };
        if fits != (verdict == "valid") {
            wrong.push(line.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
