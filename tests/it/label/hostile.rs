//! Templates and documents that are damaged at random: an error or a label, never a panic, never without end.

use stationd::catalog::printers;
use stationd::label::document::Document;
use stationd::label::{self, Fields, Template, builtin};

use crate::shop::chance::Chance;

/// Damaged copies of each kind; `STATIOND_HOSTILE` takes any other number.
const COPIES: usize = 12;

fn copies() -> usize {
    std::env::var("STATIOND_HOSTILE").map_or(COPIES, |copies| copies.parse().expect("a number of copies"))
}

/// Changes, doubles, moves or leaves out some bytes.
fn damaged(chance: &mut Chance, whole: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..1 + chance.below(6) {
        if bytes.is_empty() {
            break;
        }
        let at = chance.below(bytes.len());
        let end = (at + 1 + chance.below(24)).min(bytes.len());
        match chance.below(4) {
            0 => bytes[at] = chance.bytes(1)[0],
            1 => {
                let part = bytes[at..end].to_vec();
                let to = chance.below(bytes.len());
                bytes.splice(to..to, part);
            }
            2 => drop(bytes.drain(at..end)),
            _ => bytes.splice(at..at, b"99999".iter().copied()).for_each(drop),
        }
    }
    bytes
}

fn pdf() -> Vec<u8> {
    let content = "10 10 200 40 re f BT /F1 12 Tf 20 200 Td (Ada) Tj ET q 1 0 0 1 5 5 cm /X1 Do Q";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X1 6 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        "<< /Type /XObject /Subtype /Form /BBox [0 0 99 99] /Length 14 >>\nstream\n9 9 9 9 re f  \nendstream".to_owned(),
    ];
    let body: String = (1..).zip(objects).map(|(n, object)| format!("{n} 0 obj\n{object}\nendobj\n")).collect();
    format!("%PDF-1.4\n{body}trailer\n<< /Root 1 0 R >>\n").into_bytes()
}

#[test]
fn a_damaged_template_is_refused_with_its_place_or_drawn() {
    let mut chance = Chance::new();
    for name in builtin::NAMES {
        let whole = builtin::text(name).unwrap().as_bytes();
        for _ in 0..copies() {
            let text = String::from_utf8_lossy(&damaged(&mut chance, whole)).into_owned();
            match Template::parse("t", &text) {
                Ok(template) => drop(label::picture(&template, &Fields::example(), 203)),
                Err(error) => assert!(error.line > 0 && error.column > 0 && !error.what.is_empty()),
            }
        }
    }
}

#[test]
fn a_damaged_document_is_refused_or_printed() {
    let mut chance = Chance::new();
    let zebra = printers::builtin("generic-zpl-203").unwrap();
    let rollo = printers::builtin("rollo-x1038").unwrap();
    let template = builtin::template("test").unwrap();
    let zpl = label::print(&template, &Fields::example(), &zebra, 1).unwrap();
    let png = label::picture(&template, &Fields::example(), 100).unwrap().to_png();
    for whole in [zpl, png, pdf()] {
        assert!(Document::read(&whole).unwrap().print(&rollo, 1).is_ok());
        for _ in 0..copies() {
            if let Ok(document) = Document::read(&damaged(&mut chance, &whole)) {
                drop(document.print(&rollo, 1));
            }
        }
    }
}
