//! Tests of the GS1 reader.

use proptest::prelude::*;

use super::*;

/// Writes what was read with brackets, or why nothing was.
fn check(text: &str, expected: &str) {
    assert_eq!(written(text), expected, "{text:?}");
}

fn written(text: &str) -> String {
    match read(text) {
        Ok(elements) => elements.iter().map(|e| format!("({}){}", e.ai, e.value)).collect(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn elements_of_known_length_need_no_separator() {
    check("0195012345678903310300012517261231", "(01)95012345678903(3103)000125(17)261231");
    check("00340123450000000001", "the check digit of the value at byte 2 is wrong");
    check("00340123450000000000", "(00)340123450000000000");
}

#[test]
fn a_value_of_unknown_length_ends_with_a_separator_of_any_kind() {
    for separator in SEPARATORS {
        check(&format!("10AB-1{separator}21X"), "(10)AB-1(21)X");
        check(&format!("{separator}10AB-1{separator}{separator}21X{separator}"), "(10)AB-1(21)X");
    }
    check("42098028\u{1d}9205590303190000000004", "(420)98028(92)05590303190000000004");
}

#[test]
fn without_separators_a_value_takes_what_follows() {
    check("10AB-121X", "(10)AB-121X");
    check("402123456789012345410AB", "the check digit of the value at byte 3 is wrong");
    check("42250010AB", "(422)500(10)AB");
}

#[test]
fn brackets_are_read_as_people_write_them() {
    check("(01)95012345678903(10)A(B)1(21)X", "(01)95012345678903(10)A(B)1(21)X");
    check("(420)98028(92)05590303190000000000", "(420)98028(92)05590303190000000000");
    check("(1)2", "no application identifier begins as the text does at byte 1");
    check("(01", "no application identifier begins as the text does at byte 1");
}

#[test]
fn what_is_no_element_string_says_where() {
    check("", "there is no element");
    check("\u{1d}", "there is no element");
    check("05", "no application identifier begins as the text does at byte 0");
    check("0", "no application identifier begins as the text does at byte 0");
    check("0112345", "the value at byte 2 is not what its application identifier asks for");
    check("01950123456789031", "no application identifier begins as the text does at byte 16");
    check("10", "the value at byte 2 is not what its application identifier asks for");
    check("1012345678901234567890X", "the value at byte 2 is not what its application identifier asks for");
    check("1126010é", "the value at byte 2 is not what its application identifier asks for");
    check("10A$B", "the value at byte 2 is not what its application identifier asks for");
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "[0-9()A-C\u{1d}é<GS>]{0,80}") {
        let _ = read(&text);
    }

    #[test]
    fn what_is_written_is_read(serial in "[0-9]{17}", lot in "[!-\"%-?A-Z_a-z]{1,20}", item in "[0-9]{13}") {
        let closed = |serial: &str| format!("{serial}{}", char::from(gs1_digit(serial.as_bytes()).unwrap_or(b'?')));
        let (sscc, gtin) = (closed(&serial), closed(&item));
        let sent = format!("00{sscc}10{lot}\u{1d}01{gtin}");
        prop_assert_eq!(written(&sent), format!("(00){sscc}(10){lot}(01){gtin}"));
    }

    #[test]
    fn one_wrong_digit_of_a_key_is_noticed(serial in "[0-9]{17}", at in 0_usize..18, by in 1_u8..10) {
        let mut sscc = format!("{serial}{}", char::from(gs1_digit(serial.as_bytes()).unwrap_or(b'?'))).into_bytes();
        sscc[at] = b'0' + (sscc[at] - b'0' + by) % 10;
        let bent = format!("00{}", String::from_utf8_lossy(&sscc));
        prop_assert_eq!(read(&bent), Err(Gs1Error::CheckDigit(2)));
    }
}
