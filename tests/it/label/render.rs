//! `stationd label render` as a person calls it.

use std::path::Path;

use clap::Parser;
use stationd::cli::label::{Args, LabelError, run};
use stationd::label::{Field, Fields};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

/// Runs the command line with the output in a file; answers with the file.
fn render(line: &[&str]) -> Result<Vec<u8>, LabelError> {
    render_with(tempfile::tempdir().unwrap().path(), line)
}

/// With this machine's own files in `devices`.
fn render_with(devices: &Path, line: &[&str]) -> Result<Vec<u8>, LabelError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let words = ["label", "render"].iter().chain(line).map(|word| (*word).to_owned());
    let words = words.chain(["-o".to_owned(), path.display().to_string()]);
    let line = Line::try_parse_from(words).unwrap_or_else(|error| panic!("{error}"));
    run(&line.args, devices, |order| match order {
        "D1" => Ok(Fields::new().with(Field::JobCode, "J4T8R72KC").with(Field::OrderNumber, "77")),
        _ => Err("there is no such order".into()),
    })?;
    Ok(std::fs::read(path).unwrap())
}

fn chain(error: &dyn std::error::Error) -> String {
    let cause = error.source().map(|cause| format!(": {}", chain(cause))).unwrap_or_default();
    format!("{error}{cause}")
}

#[track_caller]
fn check_refused(line: &[&str], expected: &str) {
    let error = render(line).expect_err("it is refused");
    assert!(chain(&error).contains(expected), "{}", chain(&error));
}

#[test]
fn a_label_is_made_in_each_form() {
    let zpl = String::from_utf8(render(&["job-ticket", "--order", "D1", "--field", "note=^XA~JA"]).unwrap()).unwrap();
    assert!(zpl.contains("^FD#77^FS") && zpl.contains(">:J4T8R72KC") && zpl.contains("_5EXA_7EJA"), "{zpl}");
    assert!(render(&["badge", "--to", "png"]).unwrap().starts_with(b"\x89PNG"));
    assert!(render(&["badge", "--printer", "rollo-x1038"]).unwrap().windows(6).any(|part| part == b"BITMAP"));
    assert!(render(&["badge", "--printer", "epson-tm-t88", "--copies", "2"]).unwrap().starts_with(b"\x1b@"));
    assert!(render(&["badge", "--to", "escpos"]).unwrap().starts_with(b"\x1b@"));
}

#[test]
fn a_file_is_a_template_or_a_document() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let mine = put("mine.label", "size 50 x 30\ntext 2 2 46 8 \"{bin.name}\"\n");
    assert!(String::from_utf8(render(&[&mine, "--field", "bin.name=Z-9"]).unwrap()).unwrap().contains("^FDZ-9^FS"));
    let wrong = put("wrong.label", "size 50 x 30\n\n  text 2 2 60 8 \"{bin.name}\"\n");
    check_refused(&[&wrong], "wrong.label:3:3: this can not fit: it reaches to 62 × 10 mm on a label of 50 × 30 mm");
    let zpl = put("carrier.zpl", "^XA^FO50,50^BY3^BCN,100^FD1Z999AA10123456784^FS^XZ");
    assert_eq!(render(&[&zpl]).unwrap(), std::fs::read(&zpl).unwrap());
    assert!(render(&[&zpl, "--printer", "generic-tspl-203"]).unwrap().windows(6).any(|part| part == b"BITMAP"));
    let nothing = put("nothing.txt", "hello");
    check_refused(&[&nothing], "neither ZPL, nor PNG, nor PDF");
}

#[test]
fn what_is_misspelt_is_said() {
    check_refused(&["job-tiket"], "there is no such label; there are badge, batch");
    check_refused(&["badge", "--field", "operator.nam=x"], r#"did you mean "operator.name"?"#);
    check_refused(&["badge", "--field", "x"], "--field takes NAME=TEXT");
    check_refused(&["badge", "--printer", "rolo"], r#"there is no printer profile "rolo""#);
    check_refused(&["job-ticket", "--order", "D9"], "there is no such order");
    check_refused(&["badge", "--copies", "0"], "0 copies can not be printed");
}

#[test]
fn files_of_this_machine_take_the_place_of_what_is_built_in() {
    let devices = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = devices.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("labels/bin.label", "size 50 x 30\ntext 2 2 46 8 \"Shelf {bin.name}\"\n");
    put("labels/mine.label", "size 50 x 30\ntext 2 2 46 8 \"mine\"\n");
    put("printers/mine.toml", "name = \"Mine\"\nlanguage = \"tspl\"\ndpi = 203\nwidth_dots = 832\n");
    let zpl = |what: &str| String::from_utf8(render_with(devices.path(), &[what]).unwrap()).unwrap();
    assert!(zpl("bin").contains("^FDShelf ") && zpl("mine").contains("^FDmine^FS"));
    let tspl = render_with(devices.path(), &["mine", "--printer", "mine"]).unwrap();
    assert!(tspl.windows(6).any(|part| part == b"BITMAP"));

    put("labels/bin.label", "size 50 x 30\n  text 2 2 46 8 \"{bin.nam}\"\n");
    let error = chain(&render_with(devices.path(), &["badge"]).unwrap_err());
    assert!(
        error.ends_with("labels/bin.label:2:18: there is no field \"bin.nam\"; did you mean \"bin.name\"?"),
        "{error}"
    );
    put("labels/bin.label", "size 50 x 30\ntext 2 2 60 8 \"wide\"\n");
    let error = chain(&render_with(devices.path(), &["badge"]).unwrap_err());
    assert!(error.contains("labels/bin.label:2:1: this can not fit"), "{error}");
    put("labels/bin.label", "size 50 x 30\n");
    put("printers/mine.toml", "name = \"Mine\"\nlanguage = \"tspl\"\ndpi = 204\nwidth_dots = 832\n");
    let error = chain(&render_with(devices.path(), &["badge"]).unwrap_err());
    assert!(error.contains("printers/mine.toml") && error.contains("dpi is 204"), "{error}");
}
