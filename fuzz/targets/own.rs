//! Codes of our own: what is made is read again, and one wrong character is never another code.

use stationd::code::Kind;
use stationd::code::own::{self, Own};

/// Kinds whose codes carry an identifier of fixed length.
const WITH_ID: [Kind; 6] = [Kind::Job, Kind::Order, Kind::Package, Kind::Batch, Kind::Badge, Kind::Command];

/// The first bytes choose a kind, a place and a wrong character; all of them are an identifier, a name and a text.
pub fn run(bytes: &[u8]) {
    let [kind, place, wrong, rest @ ..] = bytes else { return };
    let kind = WITH_ID[usize::from(*kind) % WITH_ID.len()];
    let random = rest.iter().take(8).fold(0, |random, byte| random << 8 | u64::from(*byte));
    let code = own::make(kind, random);
    assert!(matches!(own::read(&code), Some(Own::Id(read, text)) if read == kind && text.as_str() == code));
    assert_eq!(own::read(&code), own::read(&code.to_ascii_lowercase()));
    one_wrong_character(&code, usize::from(*place) % code.len(), *wrong);
    if let Ok(text) = std::str::from_utf8(rest) {
        named(text);
        any(text);
    }
}

fn one_wrong_character(code: &str, place: usize, wrong: u8) {
    let mut bytes = code.as_bytes().to_vec();
    bytes[place] = wrong;
    // The first letter may turn it into a text of another kind, whose check character then differs.
    if let Some(Own::Id(_, read)) = std::str::from_utf8(&bytes).ok().and_then(own::read) {
        assert_eq!(read.as_str(), code, "{}", bytes.escape_ascii());
    }
}

fn named(name: &str) {
    for kind in [Kind::Pairing, Kind::Bin] {
        if let Some(code) = own::make_named(kind, name) {
            assert_eq!(own::read(&code), Some(Own::Named(kind, name.to_owned())));
        }
    }
}

/// Whatever is read as a code is that code also when it is read again as it was printed.
fn any(text: &str) {
    match own::read(text) {
        Some(Own::Id(kind, printed)) => assert_eq!(own::read(printed.as_str()), Some(Own::Id(kind, printed))),
        Some(Own::Named(kind, name)) => assert!(own::make_named(kind, &name).is_some()),
        _ => {}
    }
}
