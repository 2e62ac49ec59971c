//! `stationd codes sheet` from outside: what it prints is read again by a barcode reader.

use std::time::Duration;

use stationd::code::command::Command;
use stationd::code::{Codebook, Meaning};
use stationd::label::document::{Document, barcodes, png};

use super::shop::home::Home;
use super::shop::printer::{FakePrinter, Language};
use super::shop::process::run;

/// Longest time that one command may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Prints a sheet in a home with this configuration; what went wrong, if something did.
fn print(home: &Home, arguments: &[&str]) -> Result<(), String> {
    let finished = run(home.stationd(["codes", "sheet"].iter().chain(arguments)), PATIENCE);
    if finished.status.success() { Ok(()) } else { Err(finished.stderr) }
}

/// What the barcodes of a picture mean, those of our own codes.
fn meanings(picture: &stationd::label::Raster) -> Vec<Meaning> {
    let codes = Codebook::default();
    barcodes::read(picture).iter().map(|text| codes.read(text, None).meaning).collect()
}

#[test]
fn a_sheet_of_commands_is_read_again_from_a_picture_and_from_a_page() {
    let home = Home::new();
    print(&home, &["commands", "-o", "sheet.png"]).unwrap();
    print(&home, &["commands", "-o", "sheet.pdf"]).unwrap();
    let picture = png::read(&std::fs::read(home.path().join("sheet.png")).unwrap()).unwrap();
    let page = Document::read(&std::fs::read(home.path().join("sheet.pdf")).unwrap()).unwrap().picture(203).unwrap();
    for (what, read) in [("picture", meanings(&picture)), ("page", meanings(&page))] {
        for command in [Command::Yes, Command::No, Command::Undo, Command::Park] {
            assert!(read.contains(&Meaning::Command(command)), "{command:?} is missing on the {what}: {read:?}");
        }
    }
}

#[test]
fn badges_and_pairing_codes_are_read_again() {
    let home = Home::new();
    home.write("config/stationd/stationd.toml", "[[station]]\nname = 'QC-1'\nstages = ['qc']\n");
    print(&home, &["badges", "Ana", "-o", "badge.png"]).unwrap();
    print(&home, &["pairing", "-o", "pairing.png"]).unwrap();
    let read = |name: &str| meanings(&png::read(&std::fs::read(home.path().join(name)).unwrap()).unwrap());
    assert!(matches!(read("badge.png")[..], [Meaning::Badge(_)]));
    let pairing = read("pairing.png");
    assert!(pairing.iter().all(|meaning| matches!(meaning, Meaning::Pairing(station) if station.as_str() == "QC-1")));
    assert!(!pairing.is_empty());
}

#[test]
fn a_printer_of_the_configuration_prints_the_sheet_in_its_own_language() {
    let home = Home::new();
    let printer = FakePrinter::start(Language::Zpl).unwrap();
    let address = printer.address();
    home.write(
        "config/stationd/stationd.toml",
        format!("language = 'es'\n[[printer]]\nname = 'wall'\nprofile = 'zebra-203'\ntcp = '{address}'\n"),
    );
    print(&home, &["commands", "--printer", "wall"]).unwrap();
    let job = String::from_utf8_lossy(&printer.wait_for_jobs(1, PATIENCE)[0]).into_owned();
    assert!(job.contains("C5E5E5E0F") && job.contains("CN0N0N003"), "{job}");
}

#[test]
fn a_sheet_without_a_place_to_go_says_where_it_could_go() {
    let home = Home::new();
    let check = |arguments: &[&str], expected: &str| {
        let said = print(&home, arguments).unwrap_err();
        assert!(said.contains(expected), "{arguments:?}: {said}");
    };
    check(&["commands"], "say where to: -o FILE.pdf");
    check(&["commands", "-o", "x.txt"], "Name a file ending in .pdf or .png");
    check(&["commands", "--printer", "wal"], "there is no printer \"wal\" in the configuration");
    check(&["badges", "Ana=H9C2KD01X", "-o", "x.pdf"], "\"H9C2KD01X\" is no badge code");
}
