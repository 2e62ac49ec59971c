//! Tests of our own codes.

use proptest::prelude::*;

use super::*;

/// Reads `text` and says what it is in one line.
fn check(text: &str, expected: &str) {
    let said = match read(text) {
        Some(Own::Id(kind, printed)) => format!("{} {}", kind.name(), printed.as_str()),
        Some(Own::Named(kind, name)) => format!("{} {name}", kind.name()),
        Some(Own::LayoutTest) => "layout_test".to_owned(),
        Some(Own::Misread(kind)) => format!("misread {}", kind.name()),
        None => "none".to_owned(),
    };
    assert_eq!(said, expected, "{text}");
}

#[test]
fn what_is_made_is_read_whole() {
    for kind in [Kind::Job, Kind::Order, Kind::Package, Kind::Batch, Kind::Badge, Kind::Command] {
        let code = make(kind, 20_260_131);
        assert_eq!(code.len(), LENGTH);
        assert!(code.bytes().skip(1).all(|b| SAFE.contains(&b)), "{code}");
        check(&code, &format!("{} {code}", kind.name()));
        check(&code.to_lowercase(), &format!("{} {code}", kind.name()));
    }
}

#[test]
fn the_same_bits_give_the_same_code_for_ever() {
    assert_eq!(make(Kind::Job, 0), "J0000000K");
    assert_eq!(make(Kind::Job, 1), "JN7KBS6TF");
    assert_eq!(make(Kind::Order, u64::MAX), "D40XTF71T");
}

#[test]
fn the_letter_o_and_the_letters_i_and_l_are_forgiven_in_the_body() {
    let code = (0..).map(|n| make(Kind::Job, n)).find(|c| c[1..8].contains('0') && c[1..8].contains('1'));
    let code = code.unwrap_or_default();
    let typed = format!("j{}{}", code[1..8].replace('0', "o").replace('1', "l"), &code[8..]);
    check(&typed, &format!("job {code}"));
    check(&typed.replace('l', "I"), &format!("job {code}"));
}

#[test]
fn a_word_or_a_code_of_another_length_is_not_ours() {
    for text in ["CHOCOLATE", "BARCELONA", "DELIVERED", "PRESIDENT", "J", "", "J7K3N2PD", "J7K3N2PD44", "é7K3N2PD4"] {
        check(text, "none");
    }
    check("J7K3N2P-4", "none");
    check("J7K3N2PD-", "none");
}

#[test]
fn a_name_comes_back_from_its_code() {
    for name in ["QC-1", "PACK", "a", "Bench 1".trim_end_matches(" 1"), "~~", "1.2/3#4", &"x".repeat(NAME_MAX)] {
        let code = make_named(Kind::Pairing, name).unwrap_or_default();
        check(&code, &format!("pairing {name}"));
        check(&code.to_lowercase(), &format!("pairing {name}"));
        let code = make_named(Kind::Bin, name).unwrap_or_default();
        check(&code, &format!("bin {name}"));
    }
    for name in ["", "QC 1", "é", &"x".repeat(NAME_MAX + 1)] {
        assert_eq!(make_named(Kind::Pairing, name), None);
    }
}

#[test]
fn the_layout_test_is_read_in_either_case() {
    check(LAYOUT_TEST, "layout_test");
    check(&LAYOUT_TEST.to_lowercase(), "layout_test");
}

#[test]
fn nearly_every_swap_of_two_neighbours_is_a_misread() {
    let (mut swaps, mut noticed) = (0, 0);
    for code in (0..2_000).map(|n| make(Kind::Job, n)) {
        for at in 1..LENGTH - 2 {
            let mut bytes = code.clone().into_bytes();
            bytes.swap(at, at + 1);
            let bent = String::from_utf8(bytes).unwrap();
            swaps += u32::from(bent != code);
            noticed += u32::from(read(&bent) == Some(Own::Misread(Kind::Job)));
        }
    }
    assert!(noticed * 100 >= swaps * 97, "{noticed} of {swaps}");
}

proptest! {
    #[test]
    fn one_wrong_character_is_a_misread(bits: u64, at in 1..LENGTH, wrong in "[0-9A-Z]") {
        for kind in [Kind::Job, Kind::Order, Kind::Package, Kind::Batch, Kind::Badge, Kind::Command] {
            let code = make(kind, bits);
            let mut bent = code.clone();
            bent.replace_range(at..=at, &wrong);
            match read(&bent) {
                Some(Own::Id(_, printed)) => prop_assert_eq!(printed.as_str(), code.as_str()),
                // U is no Crockford digit: such a text does not have the shape of a code.
                None => prop_assert!(wrong == "U" && at < LENGTH - 1),
                other => prop_assert_eq!(other, Some(Own::Misread(kind))),
            }
        }
    }

    #[test]
    fn one_wrong_character_of_a_pairing_code_never_pairs(name in "[!-~]{1,12}", at in 1_usize..19, wrong in "[0-9A-Z]") {
        let code = make_named(Kind::Pairing, &name).unwrap_or_default();
        let at = at % (code.len() - 1) + 1;
        let mut bent = code.clone();
        bent.replace_range(at..=at, &wrong);
        if let Some(Own::Named(_, read)) = read(&bent) {
            prop_assert_eq!(read, name);
        }
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,60}") {
        let _ = read(&text);
    }
}
