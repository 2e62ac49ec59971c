//! What is said of templates that are wrong: line, column, and what to do.

use stationd::label::Template;

#[track_caller]
fn check(text: &str, expected: &str) {
    let text = format!("size 60 x 40\n{text}");
    match Template::parse("t", &text) {
        Ok(_) => assert_eq!(expected, "fine"),
        Err(error) => assert_eq!(error.to_string(), expected),
    }
}

#[test]
fn a_template_that_is_well_written_is_read() {
    check("# nothing\n\ntext 1 1 50 5 \"a {{b} {order.number}\" bold center min=3 if=rush # why\n", "fine");
    check(
        "box 0 0 60 40 thick=1\nline 0 20 60 0.3\nqr 1 1 20 20 \"{order.id}\"\nean13 1 22 58 10 \"400638133393\"",
        "fine",
    );
    check("repeat 3 0 6\ntext 1 1 50 5 \"{row.#.text}\" if=row.#.code\nend", "fine");
}

#[test]
fn what_is_not_known_is_named_with_its_place() {
    check(
        "txt 1 1 5 5 \"x\"",
        "t:2:1: \"txt\" is not known; known are size, text, line, box, image, repeat, end, code128, code39, itf, ean13, ean8, upca, upce, qr, datamatrix",
    );
    check("text 1 1 50 5 \"{job.cod}\"", "t:2:16: there is no field \"job.cod\"; did you mean \"job.code\"?");
    check("text 1 1 50 5 \"ä {job.code} {nix}\"", "t:2:29: there is no field \"nix\"");
    check(
        "text 1 1 50 5 \"x\" blod",
        "t:2:19: \"blod\" is not known here; known are if=, unless= and bold, center, right, invert, lines, min",
    );
    check("text 1 1 50 5 \"x\" if=rus", "t:2:19: there is no field \"rus\"; did you mean \"rush\"?");
    check("text 1 1 50 5 \"{job.code\"", "t:2:16: this { has no }; a brace itself is written {{");
    check("text 1 1 50 \"x\"", "t:2:13: the height must be a number of millimetres");
    check("text 1 1 50 5 x", "t:2:15: a text in quotes was expected");
    check("text 1 1 50 5 \"x", "t:2:15: the text has no closing quote");
    check("text 1 1 50 5 \"x\" min=much", "t:2:19: min takes a number, as in min=3");
    check("line 1 1 50 5 \"x\"", "t:2:15: nothing was expected here any more");
    check("size 60 x 40", "t:2:1: there is a size already");
    check("end", "t:2:1: this end has no repeat");
    check("repeat 2 0 5\ntext 1 1 50 5 \"x\"", "t:2:1: this repeat has no end");
    check("repeat 2 0 5\n  text 1 1 50 5 \"{row.#.txt}\"\nend", "t:3:18: there is no field \"row.1.txt\"");
    check("repeat 99 0 5", "t:2:8: a repeat takes 1 to 24 times");
    check("image 1 1 5 5 \"????\"", "t:2:15: the picture is not base64");
}

#[test]
fn what_can_not_fit_is_refused_when_it_is_read() {
    check("text 1 1 60 5 \"x\"", "t:2:1: this can not fit: it reaches to 61 × 6 mm on a label of 60 × 40 mm");
    check(
        "text 1 1 50 5 \"x\" lines=4",
        "t:2:1: this can not fit: a line of 1.25 mm can not be read; the least is 2 mm",
    );
    check("text 1 1 0 5 \"x\"", "t:2:1: this can not fit: its box has no width or no height");
    check(
        "code128 1 1 30 9 \"{job.code}\"",
        "t:2:1: this can not fit: the code128 barcode of \"JHHHHHHHHHHHHHH\" needs 55.0 mm and has 30.0 mm",
    );
    check(
        "repeat 9 0 5\ntext 1 1 50 5 \"x\"\nend",
        "t:3:1: this can not fit: it reaches to 51 × 41 mm on a label of 60 × 40 mm",
    );
    check(
        "text 1 1 9 5 \"{job.code}\" min=5",
        "t:2:1: this can not fit: \"JHHHHHHHHHHHHHH\" would be cut; make the box wider, or min smaller",
    );
    check(
        "ean13 1 1 50 9 \"{job.code}\"",
        "t:2:1: this can not fit: \"JHHHHHHHHHHHHHH\" can not be a ean13 barcode: it takes 12 digits, or 13 with a right check digit",
    );
    check("code128 1 1 30 9 \"{job.code}\" optional", "fine");
}

#[test]
fn a_template_without_a_size_is_refused() {
    let said = |text: &str| Template::parse("t", text).unwrap_err().to_string();
    assert_eq!(said(""), "t:1:1: the template has no line \"size W x H\"");
    assert_eq!(said("text 1 1 5 5 \"x\""), "t:1:1: the first line must be \"size W x H\"");
    assert_eq!(said("size 60 40"), "t:1:9: a size is written as 101.6 x 50.8");
    assert_eq!(said("size 60 x 4000"), "t:1:11: the height must be a number of millimetres");
    assert_eq!(said("size 60 x 4"), "t:1:11: a label's side has 10 to 300 mm");
}
