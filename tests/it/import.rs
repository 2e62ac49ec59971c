//! Orders from files as people make them.

use encoding_rs::{UTF_16LE, WINDOWS_1252};
use jiff::tz::TimeZone;
use stationd::hub::draft::Draft;
use stationd::hub::import::{self, Import};

const LABEL: &str = "^XA^FD1Z999^FS^XZ";

fn read(name: &str) -> Result<Vec<u8>, String> {
    match name {
        "label.zpl" | "other.zpl" => Ok(LABEL.into()),
        "tee.png" => Ok(b"\x89PNG\r\n\x1a\n...".to_vec()),
        "virus.exe" => Ok(b"MZ...".to_vec()),
        _ => Err("no such file".into()),
    }
}

/// What a file holds, one line each.
fn check(bytes: &[u8]) -> String {
    let zone = TimeZone::get("America/Chicago").unwrap();
    told(&import::csv::read(bytes, &zone, &mut read))
}

fn told(import: &Import) -> String {
    let mut lines: Vec<String> = import.warnings.iter().map(|w| format!("note {w}")).collect();
    lines.extend(import.problems.iter().map(ToString::to_string));
    lines.extend(import.drafts.iter().map(draft));
    lines.join("\n")
}

fn draft(draft: &Draft) -> String {
    let mut line = draft.spoken();
    if let Some(by) = draft.ship_by {
        line += &format!(" by {by}");
    }
    for (is, mark) in [(draft.rush, " rush"), (draft.sample, " sample")] {
        line += if is { mark } else { "" };
    }
    if !draft.route.is_empty() {
        line += &format!(" route {}", draft.route.join(">"));
    }
    if let Some(stage) = &draft.starts_at {
        line += &format!(" from {stage}");
    }
    for piece in &draft.pieces {
        line += &format!(" [{}", piece.quantity.map_or(String::new(), |n| format!("{n}x ")));
        let texts = [&piece.product, &piece.size, &piece.colour, &piece.places.join("+"), &piece.note];
        line += &texts.iter().filter(|t| !t.is_empty()).map(|t| t.as_str()).collect::<Vec<_>>().join(" ");
        line += piece.picture.as_ref().map_or("", |_| " pic");
        line += &piece.package.map_or(String::new(), |n| format!(" in {n}"));
        line += "]";
    }
    for parcel in &draft.packages {
        line += &format!(" ({}", parcel.tracking.as_deref().unwrap_or("-"));
        line += parcel.document.as_ref().map_or("", |_| " doc");
        for paper in &parcel.documents {
            line += &format!(" {:?}", paper.purpose).to_lowercase();
            line += &paper.pages.iter().map(|n| format!(" p{n}")).collect::<String>();
            line += &paper.copies.map_or(String::new(), |n| format!(" x{n}"));
        }
        line += ")";
    }
    line
}

const PLAIN: &str = "Order;Channel;Ship by;Product;Size;Colour\r\n1042;etsy;23.11.2026;Tasse für Zoë;;weiß\r\n";
const PLAIN_READ: &str = "#1042 (etsy) by 2026-11-24T05:59:59Z [Tasse für Zoë weiß] (-)";

#[test]
fn every_form_that_excel_saves_reads_the_same() {
    let with_mark = [b"\xef\xbb\xbf", PLAIN.as_bytes()].concat();
    let tabs = PLAIN.replace(';', "\t");
    let utf_16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(tabs.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(UTF_16LE.decode(&utf_16).0, tabs);
    let forms: [Vec<u8>; 7] = [
        PLAIN.into(),
        with_mark,
        WINDOWS_1252.encode(PLAIN).0.into_owned(),
        utf_16,
        PLAIN.replace(';', ",").replace("\r\n", "\n").into(),
        format!("sep=;\r\n{PLAIN}\r\n;;;;;\r\n").into(),
        "\"Order\",\"Channel\",\"Ship by\",\"Product\",\"Size\",\"Colour\"\n\"#1042\",etsy,\"23.11.2026\",\"Tasse für Zoë\",,weiß".into(),
    ];
    for form in forms {
        assert_eq!(check(&form), PLAIN_READ, "{}", String::from_utf8_lossy(&form));
    }
}

#[test]
fn rows_with_the_same_number_and_channel_are_one_order() {
    let file = "\
order,channel,product,qty,package,label,tracking,picture,places,rush,route,start stage,ship by
1,web,tee,2,,,,tee.png,front + back,yes,print > qc > steam? > pack,qc,2026-11-23T17:00-06:00
2,web,mug,,,,,,,,,,2026-11-23 17:00
1,web,cap,,,,,,,,,,
1,etsy,tee,,1,label.zpl,,,,,,,
1,etsy,mug,,2,,1Z5,,,,,,
1,etsy,tee,,1,,,,,no,,,
3,,tee,,,label.zpl,1Z999,,,,,,
";
    assert_eq!(
        check(file.as_bytes()),
        "\
#1 (web) by 2026-11-23T23:00:00Z rush route print>qc>steam?>pack from qc [2x tee front+back pic] [cap] (-)
#2 (web) by 2026-11-23T23:00:00Z [mug] (-)
#1 (etsy) [tee in 1] [mug in 2] [tee in 1] (- doc) (1Z5)
#3 [tee] (1Z999 doc)"
    );
}

#[test]
fn a_bad_row_is_named_with_its_line_its_column_and_what_to_do() {
    let file = "\
Order,Qty,Due,Rush,Tracking No,Label,Start,Colr,Mood
1,0,,,,,,,
2,,11/23/2026,,,,,,
3,,,maybe,,,,,
4,,,,9.4001E+21,,,,
5,,,,,missing.zpl,,,
6,,,,,virus.exe,,,
7,,,,,,q c,,
8,,,,,,embroidery,,
,,,yes,,,,,
9,,,,,,,,,surplus
10,,2026-11-23,,,,,,
10,,2026-11-24,,,,,,
11,\"7
,,,,,,,
";
    let long = check(file.as_bytes());
    assert_eq!(
        long,
        r#"note The column "Colr" is not known and was passed over. Is it "color"?
note The column "Mood" is not known and was passed over.
line 2, column Qty: "0" is no number of pieces. Write a whole number from 1 to 500.
line 3, column Due: "11/23/2026" is no date. Write it as 2026-11-23 or 2026-11-23 17:00.
line 4, column Rush: "maybe" is neither yes nor no. Write yes or no.
line 5, column Tracking No: The spreadsheet has shortened a number to 9.4001E+21. Format the column as text and enter the number again.
line 6, column Label: The file "missing.zpl" can not be read: no such file. Check its name.
line 7, column Label: The file "virus.exe" is neither ZPL nor PDF, PNG, JPEG or SVG. Give one of these.
line 8, column Start: "q c" is no stage: it has a character that is not printable ASCII: ' '. Write a stage such as print.
line 9: The starting stage embroidery is not on the route. Name a stage of the route.
line 10, column Order: There is no order number. Fill it in.
line 11: The line has 10 cells, but only 9 columns are named. Put quotes around a cell with a comma.
line 13, column Due: It says "2026-11-24", but line 12 of the same order says "2026-11-23". Make them the same.
line 14: A quote is opened here and never closed, so what follows can not be told apart. Close it, or write it twice.
line 14, column Qty: "7\n,,,,,,," is no number of pieces. Write a whole number from 1 to 500."#
    );
}

#[test]
fn a_file_that_is_no_list_of_orders_says_so() {
    assert_eq!(check(b""), "line 1: The file is empty. The first line must name the columns.");
    assert_eq!(
        check(b"a,b\n1,2\n"),
        "line 1: There is no column with the order number. Name one of the columns \"order\"."
    );
    assert_eq!(
        check(b"order,Order No\n1,2\n"),
        "line 1, column Order No: The columns \"order\" and \"Order No\" mean the same. Remove one of them."
    );
    let noise: Vec<u8> = (0..4096u32).map(|n| (n * 7 % 256) as u8).collect();
    assert!(check(&noise).starts_with("line 1"));
}

#[test]
fn packages_are_named_in_every_row_or_in_none() {
    let file = "order,package,label,tracking\n1,A,label.zpl,\n1,,,1Z5\n2,,label.zpl,\n2,,other.zpl,\n";
    assert_eq!(
        check(file.as_bytes()),
        "\
line 2, column package: Some lines of this order name their package and others only a label. Name it in each.
line 5, column label: It says \"other.zpl\", but an earlier line of the same package says \"label.zpl\". Number the packages in the column \"package\"."
    );
}

#[test]
fn json_takes_the_same_drafts_with_files_beside_it() {
    let file = r##"{"orders": [
        {"number": "#1", "channel": "web", "ship_by": "2026-11-23T17:00:00-06:00", "rush": true,
         "pieces": [{"product": "tee", "quantity": 2, "picture": {"file": "tee.png"}}],
         "packages": [{"document": {"file": "label.zpl"}}]},
        {"number": "2", "pieces": [{"picture": {"file": "nowhere.png"}}]},
        {"number": "3", "pieces": []},
        {"number": "4", "pieces": [{}], "colour": "red"},
        {"number": "5", "pieces": [{"picture": {"mime": "image/png", "base64": "iVBORw0KGgo="}}]}
    ]}"##;
    assert_eq!(
        told(&import::json::read(file.as_bytes(), &mut read)),
        r#"line 2, column picture: The file "nowhere.png" can not be read: no such file. Check its name.
line 3: The order has no pieces. Give at least one.
line 4: It can not be read: unknown field `colour`, expected one of `number`, `channel`, `ship_by`, `rush`, `sample`, `route`, `starts_at`, `carrier`, `pieces`, `packages`.
#1 (web) by 2026-11-23T23:00:00Z rush [2x tee pic] (- doc)
#5 [ pic] (-)"#
    );
    let broken = told(&import::json::read(b"[{\"number\":\n", &mut read));
    assert!(broken.starts_with("line 2: The file is no JSON"), "{broken}");
}

#[test]
fn a_package_has_a_file_for_each_purpose_with_pages_and_copies() {
    let head = "order,product,tracking,label,return label,packing slip,customs form,gift note\n";
    let all = "7,Tee,1Z9,label.zpl,other.zpl#2,label.zpl#1-3,label.zpl x4,label.zpl#1 x2\n";
    assert_eq!(
        check(format!("{head}{all}").as_bytes()),
        "#7 [Tee] (1Z9 doc return p2 packingslip p1 p2 p3 customs x4 giftnote p1 x2)"
    );
    let plain = "7,Tee,,label.zpl#2,,,,\n";
    assert_eq!(check(format!("{head}{plain}").as_bytes()), "#7 [Tee] (- shipping p2)");
    let missing = "7,Tee,,,nix#2.pdf,,,\n";
    assert_eq!(
        check(format!("{head}{missing}").as_bytes()),
        "line 2, column return label: The file \"nix#2.pdf\" can not be read: no such file. Check its name."
    );
    let many = "7,Tee,,,,label.zpl x99,,\n";
    assert_eq!(
        check(format!("{head}{many}").as_bytes()),
        "line 2: The packing slip has 99 copies; 1 to 20 are allowed."
    );
}

#[test]
fn documents_come_as_json_too() {
    let json = |documents: &str| {
        let text =
            format!(r#"[{{"number":"7","pieces":[{{"product":"Tee"}}],"packages":[{{"documents":[{documents}]}}]}}]"#);
        told(&import::json::read(text.as_bytes(), &mut read))
    };
    let label = r#"{"purpose":"shipping","document":{"file":"label.zpl"},"pages":[1]}"#;
    let slip = r#"{"purpose":"packing_slip","document":{"file":"label.zpl"},"pages":[2],"copies":2}"#;
    assert_eq!(json(&format!("{label},{slip}")), "#7 [Tee] (- shipping p1 packingslip p2 x2)");
    assert_eq!(json(&format!("{label},{label}")), "line 1: A package has two shipping labels. Give it one.");
    assert_eq!(
        json(&slip.replace("packing_slip", "packing")),
        "line 1: A document's purpose is not known. Known are shipping, return, packing_slip, customs, gift_note."
    );
    assert_eq!(
        json(&slip.replace("[2]", "[0]")),
        "line 1: The pages of the packing slip must be 1 or more, and at most 40 of them."
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them_whatever_ends_them() {
    let file = "order,product,qty\n1,tee,1\n2,\"a\nb\",1\n3,tee,none\n";
    for end in ["\n", "\r\n", "\r"] {
        let said = check(file.replace('\n', end).as_bytes());
        assert!(said.contains("line 5, column qty:"), "{end:?}: {said}");
    }
}

#[test]
fn a_row_that_is_cut_off_is_refused_by_its_line() {
    let said = check(b"order,product,qty\n1,tee,1\n2,te");
    assert!(said.starts_with("line 3: The line has 2 cells, but 3 columns are named: it is cut off."), "{said}");
    assert!(!said.contains("#2"), "{said}");
    let unnamed = check(b"order,product,,\n1,tee\n");
    assert_eq!(unnamed, "#1 [tee] (-)", "columns without a name may be missing");
}

#[test]
fn a_quote_that_is_never_closed_is_refused_by_its_line() {
    let said = check(b"order,product\n1,tee\n2,\"mug\n3,cap\n");
    let expected = "line 3: A quote is opened here and never closed, so what follows can not be told apart. \
                    Close it, or write it twice.";
    assert!(said.contains(expected) && said.contains("#1 [tee]") && !said.contains("#2 "), "{said}");
    let said = check(b"order,product\n1,tee\n1,\"mug\n");
    assert!(!said.contains("#1 "), "an order that lost a row is left out whole: {said}");
    assert_eq!(check(b"order,product\n1,\"a \"\"b\"\"\"\n"), "#1 [a \"b\"] (-)");
    assert_eq!(check(b"order,product\n1,12\" poster\n"), "#1 [12\" poster] (-)", "inches open no quote");
}

#[test]
fn every_column_is_in_the_documentation_with_all_its_names() {
    let documented = include_str!("../../docs/orders.md");
    for (name, meaning, others) in import::columns::documented() {
        let others = if others.is_empty() { String::new() } else { format!(" Also: {}.", others.join(", ")) };
        let line = format!("| `{name}` | {meaning}.{others} |\n");
        assert!(documented.contains(&line), "docs/orders.md lacks this line:\n{line}");
    }
}
