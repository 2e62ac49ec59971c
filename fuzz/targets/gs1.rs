//! Any text, as an element string: what is read comes from the text, in its order.

use stationd::code::gs1;

/// Reads the text and finds every element in it again.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(elements) = gs1::read(text) else { return };
    assert!(!elements.is_empty());
    let mut rest = text;
    for element in elements {
        assert!(!element.value.is_empty());
        for part in [element.ai, element.value] {
            let (_, after) = rest.split_once(part).expect("elements come from the text, in its order");
            rest = after;
        }
    }
}
