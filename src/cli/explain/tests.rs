//! Tests of `stationd explain`: lines in, answers out.

use super::*;

/// Every answer to `input`, without a configuration.
fn answers(input: &[u8], json: bool) -> String {
    let carriers = crate::catalog::carriers::built_in().unwrap_or_default();
    let codes = Codebook::new(carriers, Vec::new());
    let mut out = Vec::new();
    explain_lines(&codes, input, &mut out, json).unwrap();
    String::from_utf8(out).unwrap()
}

/// One code's answer as JSON.
fn check(code: &str, expected: &str) {
    assert_eq!(answers(code.as_bytes(), true).trim_end(), expected);
}

#[test]
fn a_job_code_is_explained() {
    check(
        "jn7kbs6tf",
        r#"{"code":"jn7kbs6tf","kind":"job","value":"JN7KBS6TF","carrier":null,"candidates":[],"checks":["mod_37_36"],"reason":"it begins with the letter of a job and its check character is right"}"#,
    );
}

#[test]
fn a_tracking_number_names_every_carrier_that_it_fits() {
    let answer = answers(b"4924882538049535594254304921235496\n", true);
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["kind"], "tracking");
    assert_eq!(answer["value"], "304921235496");
    assert_eq!(answer["carrier"], "fedex");
    assert_eq!(answer["format"], "fedex_34");
    assert_eq!(answer["checks"][0], "weighted_sum");
    assert_eq!(answer["candidates"][0]["carrier"], "fedex");
}

#[test]
fn every_line_gets_one_answer_whatever_it_holds() {
    let mut input = b"\n\xff\xfe1\r\n".to_vec();
    input.extend([b'9'; LINE_MAX * 3]);
    input.extend(b"\nHELLO\n42098028");
    let answers = answers(&input, true);
    let kinds: Vec<(String, String)> = answers
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|v| (v["kind"].as_str().unwrap().to_owned(), v["reason"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [
        ("unknown", "there is no text"),
        ("unknown", "it holds bytes that are not text"),
        ("unknown", "it is longer than any barcode"),
        ("unknown", "no code that stationd knows looks like this"),
        ("routing", "it says where the parcel goes: scan the barcode with the tracking number"),
    ];
    assert_eq!(kinds, expected.map(|(kind, reason)| (kind.to_owned(), reason.to_owned())));
    assert!(answers.len() < 2_000, "a long line is not repeated");
}

#[test]
fn people_get_sentences() {
    let said = answers(b"42098028\n]E04006381333931\n3000 0000 0004\n", false);
    assert_eq!(
        said,
        "\
42098028
  routing: 98028
  Why: it says where the parcel goes: scan the barcode with the tracking number.

]E04006381333931
  product: 4006381333931
  Why: it is a product's own number and its check digit is right: scan the ticket.

3000 0000 0004
  tracking: 300000000004
  Why: Purolator (12 digits): its check digit (luhn) is right.
  purolator: Purolator (12 digits), number 300000000004
    https://www.purolator.com/en/shipping/tracker?searchValue=300000000004

"
    );
}
