//! Writes labels of every template in every language into a folder, for `tests/labels/run` to look at with other eyes.

mod hostile;
mod preview;
mod render;
mod template;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use stationd::catalog;
use stationd::label::document::Document;
use stationd::label::{self, Field, Fields, Printer, Template, builtin, layout};

use crate::shop::chance::Chance;

/// Where the cases go; without it nothing is written.
const FOLDER: &str = "STATIOND_LABEL_CASES";
/// Field sets a template and printer.
const SETS: &str = "STATIOND_LABEL_SETS";

/// Printers that between them have every language and resolution.
const PRINTERS: [&str; 6] = [
    "generic-zpl-203",
    "generic-zpl-300",
    "generic-tspl-203",
    "generic-tspl-300",
    "generic-escpos-80",
    "generic-escpos-58",
];

/// Texts that mean something to some printer, and must come out as they are.
const NASTY: [&str; 14] = [
    "^XA~JA",
    "^FS^XZ^XA~HS",
    "\\&new line\\",
    "_5E_7E ^FH_",
    "\"];CLS\"",
    "{A{B{{1",
    ">;>8>5>:",
    "\u{1b}!R \u{1d}V0",
    "PRINT 1,9\r\nCLS",
    "Zoë Łukasz Ğü ß",
    "Ελένη Жанна",
    "日本 👕 العربية",
    "a  b\tc",
    "0123456789012345678901234567890123456789",
];

#[test]
fn every_label_is_written_for_other_eyes() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let sets: usize = std::env::var(SETS).map_or(20, |sets| sets.parse().expect("a number of field sets"));
    let mut chance = Chance::new();
    let mut list = String::new();
    for name in builtin::NAMES {
        let template = builtin::template(name).unwrap();
        for set in 0..sets {
            let fields = random_fields(&mut chance, &template);
            for profile in PRINTERS {
                let case = Case { folder: Path::new(&folder), id: format!("{name}-{set}-{profile}") };
                let printer = catalog::printers::builtin(profile).unwrap();
                list.push_str(&case.write(&template, &fields, profile, &printer));
            }
        }
    }
    list.push_str(&document_cases(Path::new(&folder)));
    fs::write(Path::new(&folder).join("cases.jsonl"), list).unwrap();
}

/// A label document that somebody else made, and what is on it.
#[derive(serde::Deserialize)]
struct Made {
    file: String,
    barcodes: serde_json::Value,
}

/// Prints every document of the folder on every printer but the narrowest; answers with the lines of the list.
fn document_cases(folder: &Path) -> String {
    let Ok(list) = fs::read_to_string(folder.join("documents.jsonl")) else { return String::new() };
    let mut lines = String::new();
    for made in list.lines().map(|line| serde_json::from_str::<Made>(line).unwrap()) {
        let document = Document::read(&fs::read(folder.join(&made.file)).unwrap()).unwrap();
        let mut read = document.barcodes();
        let mut wanted: Vec<_> =
            made.barcodes.as_array().unwrap().iter().map(|b| b["text"].as_str().unwrap()).collect();
        read.sort();
        wanted.sort_unstable();
        assert_eq!(read, wanted, "{}", made.file);
        for profile in &PRINTERS[..5] {
            let printer = catalog::printers::builtin(profile).unwrap();
            let case = Case { folder, id: format!("{}-{profile}", made.file.replace('.', "-")) };
            let bytes = document.print(&printer, 1).unwrap_or_else(|error| panic!("{}: {error:?}", case.id));
            fs::write(case.path("bin"), bytes).unwrap();
            let picture = document.picture(u32::from(printer.dpi)).unwrap();
            fs::write(case.path("png"), picture.to_png()).unwrap();
            lines.push_str(&case.line(&printer, (picture.width(), picture.height()), &made.barcodes));
        }
    }
    lines
}

struct Case<'a> {
    folder: &'a Path,
    id: String,
}

impl Case<'_> {
    /// Writes the printer's bytes and our own picture of the same dots; answers with the line of the list.
    fn write(&self, template: &Template, fields: &Fields, profile: &str, printer: &Printer) -> String {
        let bytes = match label::print(template, fields, printer, 1) {
            Ok(bytes) => bytes,
            // Long codes do not fit on the narrowest paper; that is an error, and no label.
            Err(label::PrintError::DoesNotFit { .. }) if profile == "generic-escpos-58" => return String::new(),
            Err(error) => panic!("{}: {error:?}", self.id),
        };
        fs::write(self.path("bin"), bytes).unwrap();
        let (width, _) = template.size_mm();
        let scale = (f32::from(printer.width_dots) / width).min(printer.dots_per_mm());
        let laid = layout::lay_out(template, fields, scale).unwrap();
        fs::write(self.path("png"), laid.draw().unwrap().to_png()).unwrap();
        let mut barcodes: Vec<serde_json::Value> = Vec::new();
        for item in &laid.items {
            if let layout::Item::Symbol(symbol) = item {
                barcodes.push(serde_json::json!({ "kind": symbol.symbology.name(), "text": symbol.text }));
            }
        }
        self.line(printer, (laid.width, laid.height), &barcodes.into())
    }

    fn line(&self, printer: &Printer, (width, height): (u32, u32), barcodes: &serde_json::Value) -> String {
        let language = format!("{:?}", printer.language).to_lowercase();
        let mut line = String::new();
        let case = serde_json::json!({
            "id": self.id, "language": language, "dpi": printer.dpi, "paper": printer.width_dots,
            "width": width, "height": height, "barcodes": barcodes,
        });
        writeln!(line, "{case}").unwrap();
        line
    }

    fn path(&self, extension: &str) -> PathBuf {
        self.folder.join(format!("{}.{extension}", self.id))
    }
}

fn random_fields(chance: &mut Chance, template: &Template) -> Fields {
    let mut fields = Fields::new();
    for field in template.fields() {
        if field.widest().is_some() {
            fields.set(field, &random_code(chance));
        } else if chance.percent(85) {
            let text = if chance.percent(40) { (*chance.pick(&NASTY)).to_owned() } else { random_text(chance) };
            fields.set(field, &text);
        }
    }
    fields
}

fn random_code(chance: &mut Chance) -> String {
    const SAFE: &[u8] = b"0123456789BCDEFGHJKNPRSTVX";
    let length = 8 + chance.below(4);
    let mut code = String::from("J");
    code.extend((0..length).map(|_| char::from(*chance.pick(SAFE))));
    // A shop's own codes may be digits only, or hold signs.
    match chance.below(8) {
        0 => (0..length + 1).map(|_| char::from(b'0' + chance.below(10) as u8)).collect(),
        1 => code.replace('B', "-").replace('C', "/"),
        2 => code.replace('B', "~").replace('C', "^").replace('D', ">").replace('E', "{").replace('F', "_"),
        _ => code,
    }
}

fn random_text(chance: &mut Chance) -> String {
    let words = 1 + chance.below(6);
    let word = |chance: &mut Chance| -> String {
        let length = 1 + chance.below(9);
        (0..length).map(|_| char::from(0x21 + chance.below(0x5e) as u8)).collect()
    };
    (0..words).map(|_| word(chance)).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_field_named_like_a_command_prints_as_that_name() {
    let template = builtin::template("badge").unwrap();
    for name in NASTY {
        let fields = Fields::example().with(Field::OperatorName, name).with(Field::OperatorRole, name);
        for profile in PRINTERS {
            let printer = catalog::printers::builtin(profile).unwrap();
            let bytes = label::print(&template, &fields, &printer, 1).unwrap();
            let count = |what: &[u8]| bytes.windows(what.len()).filter(|part| *part == what).count();
            match printer.language {
                label::Language::Zpl => {
                    assert_eq!((count(b"^XA"), count(b"^XZ"), count(b"~")), (1, 1, 0), "{profile}: {name}");
                    assert!(
                        bytes.iter().all(|byte| byte.is_ascii() && (*byte >= b' ' || *byte == b'\n')),
                        "{profile}: {name}"
                    );
                }
                label::Language::Tspl => assert_eq!((count(b"PRINT"), count(b"CLS")), (1, 1), "{profile}: {name}"),
                label::Language::EscPos => assert!(count(b"\x1bp") == 0 && count(b"\x1b@") == 1, "{profile}: {name}"),
            }
        }
    }
}
