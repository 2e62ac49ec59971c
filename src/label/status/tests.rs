//! Whole answers are read; cut, garbled, late and foreign ones never make a printer ready or empty.

use proptest::prelude::*;

use super::*;

const ALL: [Ask; 8] = [
    Ask::ZebraHost,
    Ask::ZebraErrors,
    Ask::Tspl,
    Ask::EscposPrinter,
    Ask::EscposCause,
    Ask::EscposError,
    Ask::EscposPaper,
    Ask::EscposDone,
];

const HOST: &[u8] =
    b"\x02030,0,0,0609,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n";

/// `state work`, or `-` where there is no whole answer.
fn check(ask: Ask, heard: &[u8], expected: &str) {
    let said = ask.read(heard).map_or("-".to_owned(), |s| format!("{:?} {:?}", s.state, s.work));
    assert_eq!(said, expected, "{ask:?} of {}", heard.escape_ascii());
}

fn host(changes: &[(&str, &str)]) -> Vec<u8> {
    let text = String::from_utf8(HOST.to_vec()).unwrap();
    changes.iter().fold(text, |text, (from, to)| text.replacen(from, to, 1)).into_bytes()
}

#[test]
fn a_zebra_says_what_is_wrong_and_whether_it_is_done() {
    let check = |changes: &[(&str, &str)], expected| check(Ask::ZebraHost, &host(changes), expected);
    check(&[], "Ready Idle");
    check(&[("030,0", "030,1")], "PaperOut Idle");
    check(&[("030,0,0", "030,0,1")], "Paused Idle");
    check(&[("0609,000", "0609,003")], "Ready Busy");
    check(&[("00000000", "00000002")], "Ready Busy");
    check(&[("000,0,0,0,0,2", "000,0,1,0,0,2")], "Open Idle");
    check(&[("000,0,0,0,0,2", "000,0,0,1,0,2")], "Ribbon Idle");
    check(&[("0,0,0\x03", "0,0,1\x03")], "Hot Idle");
    check(&[("030,0,0", "030,1,1"), ("000,0,0,0,0,2", "000,0,1,0,0,2")], "Open Idle");
}

#[test]
fn a_zebra_s_second_question_says_why_the_first_had_no_answer() {
    let check = |line: &str, expected| {
        check(Ask::ZebraErrors, format!("\x02\r\nPRINTER STATUS\r\n{line}").as_bytes(), expected)
    };
    check("ERRORS:         0 00000000 00000000\r\nWARNINGS: 0 00000000 00000000\r\n\x03", "Ready Unknown");
    check("ERRORS:         1 00000000 00000001\r\n", "PaperOut Unknown");
    check("ERRORS:         1 00000000 00000005\r\n", "Open Unknown");
    check("ERRORS:         1 00000000 00010000\r\n", "Paused Unknown");
    check("ERRORS:         1 00000000 00000008\r\n", "Fault Unknown");
    check("ERRORS:         1 00000000 00000001", "-");
    check("ERRORS:         2 00000000 00000001\r\n", "-");
}

#[test]
fn a_tspl_printer_says_it_in_one_byte() {
    for (byte, expected) in [
        (0x00, "Ready Idle"),
        (0x20, "Ready Busy"),
        (0x01, "Open Idle"),
        (0x04, "PaperOut Idle"),
        (0x05, "Open Idle"),
        (0x08, "Ribbon Idle"),
        (0x10, "Paused Idle"),
        (0x02, "Fault Idle"),
        (0x24, "PaperOut Busy"),
    ] {
        check(Ask::Tspl, &[byte], expected);
    }
    check(Ask::Tspl, &[0x00, 0x04], "PaperOut Idle");
    check(Ask::Tspl, &[], "-");
}

#[test]
fn a_receipt_printer_s_answers_are_told_apart_by_their_fixed_bits() {
    check(Ask::EscposPrinter, &[0x12], "Ready Unknown");
    check(Ask::EscposPrinter, &[0x1a], "Offline Unknown");
    check(Ask::EscposCause, &[0x16], "Open Unknown");
    check(Ask::EscposCause, &[0x32], "PaperOut Unknown");
    check(Ask::EscposError, &[0x1a], "Fault Unknown");
    check(Ask::EscposPaper, &[0x72], "PaperOut Unknown");
    // Near the end is not the end.
    check(Ask::EscposPaper, &[0x1e], "Ready Unknown");
    // An automatic status before the answer: the cover is open.
    check(Ask::EscposPrinter, &[0x30, 0x00, 0x00, 0x0f, 0x12], "Open Unknown");
    check(Ask::EscposPrinter, &[0x30, 0x00], "-");
    check(Ask::EscposDone, &[0x00], "Ready Idle");
    check(Ask::EscposDone, &[0x0c], "PaperOut Idle");
    check(Ask::EscposDone, &[0x12], "-");
    check(Ask::EscposDone, &[0x10, 0x00, 0x00, 0x00], "-");
}

#[test]
fn a_port_status_is_only_believed_where_it_complains() {
    let said = [0x18, 0x08, 0x38, 0x10, 0x00].map(|byte| usb_port(byte).state);
    assert_eq!(said, [State::Unknown, State::Unknown, State::PaperOut, State::Fault, State::Unknown]);
}

#[test]
fn the_worse_of_two_answers_counts_and_silence_adds_nothing() {
    let status = |state, work| Status { state, work };
    let ready = status(State::Ready, Work::Idle);
    assert_eq!(ready.and(Status::UNKNOWN), ready);
    assert_eq!(ready.and(status(State::PaperOut, Work::Busy)), status(State::PaperOut, Work::Busy));
}

#[test]
fn an_answer_that_was_cut_anywhere_is_no_answer() {
    // The state is in the first two lines.
    let whole = HOST.iter().rposition(|byte| *byte == 0x02).unwrap() - 3;
    for cut in 0..whole {
        check(Ask::ZebraHost, &HOST[..cut], "-");
    }
    check(Ask::ZebraHost, &HOST[10..], "-");
}

#[test]
fn a_whole_answer_after_the_end_of_a_late_one_is_read() {
    for cut in 1..HOST.len() {
        let mut heard = HOST[cut..].to_vec();
        heard.extend(host(&[("030,0", "030,1")]));
        check(Ask::ZebraHost, &heard, if cut_is_whole(cut) { "Ready Idle" } else { "PaperOut Idle" });
    }
}

/// Nothing of the first two lines is cut off.
const fn cut_is_whole(cut: usize) -> bool {
    cut == 0
}

proptest! {
    #[test]
    fn noise_never_panics_and_never_says_more_than_its_own_form_can(
        ask in proptest::sample::select(&ALL[..]),
        heard in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        if let Some(status) = ask.read(&heard) {
            prop_assert!(status.state != State::Unknown);
        }
    }

    #[test]
    fn printable_noise_is_no_answer_of_a_zebra(heard in "[ -~\r\n]{0,200}") {
        let is_free = !heard.contains("ERRORS:");
        prop_assert_eq!(Ask::ZebraHost.read(heard.as_bytes()), None);
        prop_assert!(!is_free || Ask::ZebraErrors.read(heard.as_bytes()).is_none());
    }

    #[test]
    fn one_byte_wrong_in_a_zebra_s_flags_is_no_answer_or_another_state(at in 0usize..70, byte in any::<u8>()) {
        let mut heard = HOST.to_vec();
        heard[at] = byte;
        // Never a panic; a digit may say something else, anything outside the form says nothing.
        let is_form = byte.is_ascii_digit() || matches!(byte, b',' | 2 | 3 | b'\r' | b'\n' | b' ' | b'+');
        if let Some(status) = Ask::ZebraHost.read(&heard) {
            prop_assert!(is_form || status.state == State::Ready);
        }
    }
}
