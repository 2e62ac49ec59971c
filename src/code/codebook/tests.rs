//! Tests of the order in which a scan is held against the codes.

use proptest::prelude::*;

use super::*;

fn codes() -> Codebook {
    Codebook::new(crate::catalog::carriers::built_in().unwrap_or_default(), Vec::new())
}

/// Reads `text`; writes the meaning, and after a semicolon what else fits.
fn check(text: &str, expected: &str) {
    assert_eq!(said(&codes(), text), expected, "{text:?}");
}

fn said(codes: &Codebook, text: &str) -> String {
    let reading = codes.read(text, None);
    let mut said = one(&reading.meaning);
    for other in &reading.others {
        said += "; ";
        said += &one(other);
    }
    said
}

fn one(meaning: &Meaning) -> String {
    let kind = meaning.kind();
    match meaning {
        Meaning::Tracking(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(|n| format!("{} {}", n.format, n.key)).collect();
            format!("{kind} {}", numbers.join(" or "))
        }
        Meaning::Routing(Routing::Postcode { country, postcode }) => {
            format!("{kind} {} {postcode}", country.as_ref().map_or("-", |c| c.as_str()))
        }
        Meaning::Routing(Routing::Sscc(digits)) => format!("{kind} sscc {digits}"),
        Meaning::Routing(Routing::Transport { carrier }) => {
            format!("{kind} of {}", carrier.as_ref().map_or("-", |c| c.as_str()))
        }
        Meaning::Product(gtin) => format!("{kind} {}", gtin.printed()),
        Meaning::Misread { kind: ours } => format!("{kind} {}", ours.name()),
        Meaning::Unknown(reason) => format!("{kind}: {}", reason.why()),
        Meaning::Job(id) => format!("{kind} {id}"),
        Meaning::Order(id) => format!("{kind} {id}"),
        Meaning::Pairing(id) => format!("{kind} {id}"),
        Meaning::Command(command) => format!("{kind} {}", command.name()),
        _ => kind.to_owned(),
    }
}

#[test]
fn our_own_codes_come_first() {
    check("JN7KBS6TF", "job JN7KBS6TF");
    check(" jn7kbs6tf\r\n", "job JN7KBS6TF");
    check("]C0JN7KBS6TF", "job JN7KBS6TF");
    check("JN7KBS6TG", "misread job");
    check(&Command::Quantity(12).code(), "command quantity_12");
    check(&own::make_named(Kind::Pairing, "QC-1").unwrap_or_default(), "pairing QC-1");
    check(own::LAYOUT_TEST, "layout_test");
    check(
        &own::mnemonic(Kind::Command, "BREEK"),
        "unknown: it is one of our commands, but this version does not have it",
    );
}

#[test]
fn a_shops_own_pattern_goes_before_everything() {
    let pattern = ShopPattern::new(Kind::Order, "(?<id>[0-9]{10})").unwrap_or_else(|error| panic!("{error}"));
    let codes = Codebook::new(codes().carriers().clone(), vec![pattern]);
    assert_eq!(said(&codes, "8054737526"), "order 8054737526");
    check("8054737526", "tracking dhl_express 8054737526");
}

#[test]
fn a_routing_code_is_no_tracking_number_though_it_may_look_like_one() {
    check("42098028", "routing - 98028");
    check("4210405000", "routing AT 5000");
    check("420980281004", "routing - 980281004; tracking fedex_12 420980281004");
    check("]C100340123450000000000", "routing sscc 340123450000000000; tracking usps_20 00340123450000000000");
    check("00340123450000000000", "routing sscc 340123450000000000; tracking usps_20 00340123450000000000");
    check(
        "00340434299440067647",
        "tracking dhl_parcel_de 00340434299440067647 or usps_20 00340434299440067647; \
                                   routing sscc 340434299440067647",
    );
}

#[test]
fn the_number_is_found_behind_its_postcode_however_fnc1_is_sent() {
    for fnc1 in ["", "\u{1d}", "<GS>", "\u{241d}"] {
        for aim in ["", "]C1"] {
            check(&format!("{aim}42098028{fnc1}9261290000000000000007"), "tracking usps_impb_c 9261290000000000000007");
        }
    }
    check("(420)98028(92)61290000000000000007", "tracking usps_impb_c 9261290000000000000007");
    check("]C1\u{1d}9261290000000000000007", "tracking usps_impb_c 9261290000000000000007");
}

#[test]
fn a_number_of_two_carriers_keeps_both() {
    check("100000000172", "tracking fedex_12 100000000172 or purolator_numeric 100000000172");
}

#[test]
fn a_wrong_check_digit_says_whose_number_it_would_be() {
    let wrong = "its check digit is wrong: scan again";
    check("9261290000000000000008", &format!("unknown: it looks like a number of usps, but {wrong}"));
    check("]C142098028\u{1d}9261290000000000000008", &format!("unknown: it looks like a number of usps, but {wrong}"));
    check("]E04006381333932", &format!("unknown: it looks like a product number, but {wrong}"));
}

#[test]
fn products_are_known_by_symbol_or_by_length() {
    check("4006381333931", "product 4006381333931");
    check("]E0036000291452", "product 036000291452");
    check("]d2010400638133393110LOT\u{1d}21X", "product 4006381333931");
    check("010400638133393110LOT", "product 4006381333931");
    check("(01)04006381333931", "product 4006381333931");
    check("https://example.com/01/04006381333931", "product 4006381333931");
    check("10614141000415", "tracking dhl_ecommerce_14 10614141000415; product 10614141000415");
    check("]I110614141000415", "product 10614141000415; tracking dhl_ecommerce_14 10614141000415");
}

#[test]
fn a_carriers_sorting_data_name_the_carrier_and_may_hold_its_number() {
    let data = "[)>\u{1e}01\u{1d}0298028\u{1d}840\u{1d}019\u{1d}0000\u{1d}FDEG\u{1d}\u{1e}06\u{1d}\
                31Z9694697180178266179198904429853553\u{1d}\u{1e}\u{4}";
    check(data, "routing of fedex; tracking fedex_ground_gsn 904429853553");
    check("[)>\u{1e}01\u{1d}9680231\u{1d}UPSN\u{1e}\u{4}", "routing of ups");
    check("[)>", "routing of -");
}

#[test]
fn what_nobody_knows_has_a_reason() {
    check("", "unknown: there is no text");
    check("\u{1d} \r\n", "unknown: there is no text");
    check("HELLO", "unknown: no code that stationd knows looks like this");
    check("]C1HELLO", "unknown: the symbol promises GS1 data, but the text is none");
    check("]C110LOT", "unknown: it is GS1 data, but names neither a product nor a parcel");
    check("J\u{fffd}", "unknown: it holds bytes that are not text");
    check(&"1".repeat(TEXT_MAX + 1), "unknown: it is longer than any barcode");
    check("https://example.com/design", "web");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,80}") {
        let _ = CODES.with(|codes| codes.read(&text, None));
    }

    #[test]
    fn any_text_that_looks_like_a_code_is_answered(
        aim in "(\\]C1|\\]d2|\\]E0|)", text in "(420|421|00|01|1Z|J|S|\\[\\)>|\\(01\\)|)[0-9A-Z\u{1d}\u{1e}()é-]{0,60}",
    ) {
        let reading = CODES.with(|codes| codes.read(&format!("{aim}{text}"), None));
        prop_assert_eq!(reading.scanned, text);
        if let Meaning::Tracking(numbers) = &reading.meaning {
            prop_assert!(!numbers.is_empty());
        }
    }
}

thread_local! {
    static CODES: Codebook = codes();
}
