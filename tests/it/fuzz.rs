//! Every input that fuzzing has found worth keeping, given to its target again.

#[path = "../../fuzz/targets/mod.rs"]
mod targets;

use std::path::Path;

/// The bytes of a line of a corpus: `\xNN` is the byte NN, everything else stands for itself.
fn bytes(line: &str) -> Vec<u8> {
    let mut parts = line.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).unwrap_or_else(|| panic!("{line} ends in the midst of a byte"));
        bytes.push(u8::from_str_radix(code, 16).unwrap_or_else(|_| panic!("{line} has a byte {code}")));
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

#[test]
fn every_kept_input_keeps_every_promise() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, run) in targets::ALL {
        let text = std::fs::read_to_string(corpus.join(name).with_extension("txt"));
        let text = text.unwrap_or_else(|error| panic!("the corpus of {name}: {error}"));
        assert!(!text.is_empty(), "{name} has no corpus");
        for line in text.lines() {
            let input = bytes(line);
            let kept = std::panic::catch_unwind(|| run(&input));
            assert!(kept.is_ok(), "target {name} broke its promise for this line of its corpus: {line}");
        }
    }
}

#[test]
fn a_line_of_a_corpus_stands_for_its_bytes() {
    assert_eq!(bytes(r"a\x00\x5cb \xffé"), [b"a\0\\b \xff", "é".as_bytes()].concat());
    assert_eq!(bytes(""), b"");
}
