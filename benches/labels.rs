//! Labels: a template in each language, and label documents into the printer's own language, with bytes on the wire.
//!
//! The documents are made here: a label of 812 × 1218 dots as PNG, and the same page as a PDF of rectangles that lie on
//! the printer's dots. `tests/labels/compare` measures the same beside PyPI's zebrafy and python-escpos; for that, they
//! and what we make of them are written into the folder that `STATIOND_BENCH_DOCUMENTS` names.

use std::fmt::Write as _;
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use stationd::catalog::printers;
use stationd::label::document::Document;
use stationd::label::printer::Compression;
use stationd::label::symbol::Symbology;
use stationd::label::zpl::graphic;
use stationd::label::{self, Fields, Printer, Raster, Template, builtin};

fn main() {
    divan::main();
    if std::env::args().any(|argument| argument == "--bench") {
        print_sizes();
        if let Some(folder) = std::env::var_os("STATIOND_BENCH_DOCUMENTS") {
            write_documents(std::path::Path::new(&folder)).expect("a folder that can be written into");
        }
    }
}

const LANGUAGES: [&str; 3] = ["generic-zpl-203", "generic-tspl-203", "generic-escpos-80"];

fn ticket() -> (Template, Fields) {
    (builtin::template("job-ticket").expect("it is built in"), Fields::example())
}

#[divan::bench(args = LANGUAGES)]
fn template_to_printer(bencher: Bencher, profile: &str) {
    let ((template, fields), printer) = (ticket(), profile_named(profile));
    bencher.bench(|| label::print(black_box(&template), black_box(&fields), &printer, 1));
}

#[divan::bench]
fn template_read(bencher: Bencher) {
    let text = builtin::text("job-ticket").expect("it is built in");
    bencher.bench(|| Template::parse("job-ticket", black_box(text)));
}

#[divan::bench]
fn png_to_z64(bencher: Bencher) {
    let (png, printer) = (page().to_png(), z64());
    bencher.bench(|| Document::read(black_box(&png)).and_then(|document| document.print(&printer, 1)));
}

#[divan::bench]
fn pdf_to_z64(bencher: Bencher) {
    let (pdf, printer) = (pdf(), z64());
    bencher.bench(|| Document::read(black_box(&pdf)).and_then(|document| document.print(&printer, 1)));
}

#[divan::bench]
fn zpl_to_tspl(bencher: Bencher) {
    let (template, fields) = ticket();
    let zpl = label::print(&template, &fields, &profile_named("generic-zpl-203"), 1).expect("it fits");
    let printer = profile_named("generic-tspl-203");
    bencher.bench(|| Document::read(black_box(&zpl)).and_then(|document| document.print(&printer, 1)));
}

#[divan::bench]
fn barcodes_of_a_png(bencher: Bencher) {
    let document = Document::read(&page().to_png()).expect("it is a PNG file");
    bencher.bench(|| black_box(&document).barcodes());
}

fn profile_named(name: &str) -> Printer {
    printers::builtin(name).expect("it is built in")
}

fn z64() -> Printer {
    Printer { compression: Compression::Z64, ..profile_named("generic-zpl-203") }
}

/// Rectangles in dots of a 4×6 in label: x, y, width, height.
static RECTANGLES: LazyLock<Vec<[u32; 4]>> = LazyLock::new(|| {
    let mut all = vec![[8, 8, 796, 4], [8, 1206, 796, 4], [8, 8, 4, 1202], [800, 8, 4, 1202]];
    let mut symbol = |symbology: Symbology, text: &str, x: u32, y: u32, module: u32, tall: u32| {
        let modules = symbology.encode(text).expect("it can carry the text");
        all.extend(modules.runs().map(|(dx, dy, length)| [x + dx * module, y + dy * module, length * module, tall]));
    };
    symbol(Symbology::Code128, "1Z999AA10123456784", 60, 420, 3, 180);
    symbol(Symbology::Code128, "42090210920019029072", 60, 940, 3, 200);
    symbol(Symbology::Qr, "HTTPS://EXAMPLE.ORG/TRACK?N=1Z999AA10123456784", 60, 660, 5, 5);
    symbol(Symbology::DataMatrix, "J4T8R72KC 0123456789", 520, 670, 8, 8);
    all
});

fn page() -> Raster {
    let mut page = Raster::white(812, 1218).expect("a label's size");
    for [x, y, width, height] in RECTANGLES.iter() {
        page.fill(*x, *y, *width, *height, true);
    }
    for (row, line) in (0..).zip(["UPS GROUND", "SHIP TO: Ada Lovelace", "12 St James Square, London"]) {
        label::font::draw(&mut page, (60, 40 + row * 90), line, label::font::Weight::Bold, 64 - row * 16, true);
    }
    page
}

fn pdf() -> Vec<u8> {
    let dot = 72.0 / 203.2;
    let mut content = String::new();
    for [x, y, width, height] in RECTANGLES.iter() {
        let (x, top) = (f64::from(*x) * dot, 432.0 - f64::from(*y) * dot);
        let (width, height) = (f64::from(*width) * dot, f64::from(*height) * dot);
        let _ = writeln!(content, "{x:.5} {:.5} {width:.5} {height:.5} re", top - height);
    }
    content.push_str("f\n");
    for (row, line) in [(0, "UPS GROUND"), (1, "SHIP TO: Ada Lovelace"), (2, "12 St James Square, London")] {
        let _ = writeln!(content, "BT /F1 {} Tf 20 {} Td ({line}) Tj ET", 22 - row * 6, 400 - row * 32);
    }
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}endstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        offsets.push(file.len());
        let _ = writeln!(file, "{number} 0 obj\n{object}\nendobj");
    }
    let table = file.len();
    let _ = writeln!(file, "xref\n0 {}\n0000000000 65535 f ", objects.len() + 1);
    for offset in offsets {
        let _ = writeln!(file, "{offset:010} 00000 n ");
    }
    let _ = writeln!(file, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF", objects.len() + 1);
    file.into_bytes()
}

fn write_documents(folder: &std::path::Path) -> std::io::Result<()> {
    let (png, pdf, (template, fields)) = (page().to_png(), pdf(), ticket());
    let zpl = |document: &[u8]| Document::read(document).and_then(|read| read.print(&z64(), 1)).expect("it prints");
    std::fs::write(folder.join("png.zpl"), zpl(&png))?;
    std::fs::write(folder.join("pdf.zpl"), zpl(&pdf))?;
    std::fs::write(folder.join("page.png"), png)?;
    std::fs::write(folder.join("page.pdf"), pdf)?;
    let escpos = label::print(&template, &fields, &profile_named("generic-escpos-80"), 1).expect("it fits");
    std::fs::write(folder.join("ticket.escpos"), escpos)?;
    let picture = label::picture(&template, &fields, 180).expect("it fits").to_png();
    std::fs::write(folder.join("ticket.png"), picture)
}

fn print_sizes() {
    let (template, fields) = ticket();
    println!("\nBytes on the wire:");
    for profile in LANGUAGES {
        let bytes = label::print(&template, &fields, &profile_named(profile), 1).expect("it fits");
        println!("  job ticket, {profile}: {}", bytes.len());
    }
    let page = page();
    println!("  812 × 1218 dots: hexadecimal {}", page.bytes().len() * 2);
    println!("  812 × 1218 dots: runs {}", graphic::field(&page, Compression::Runs).len());
    println!("  812 × 1218 dots: Z64 {}", graphic::field(&page, Compression::Z64).len());
}
