//! Code 128 as printers take it: a text cut into runs of code set B (any printable character) and C (pairs of digits).
//!
//! ISO/IEC 15417. The bars themselves are drawn by the barcode library or by the printer; both need as many
//! characters as are counted here.

/// Modules of one symbol character; the stop character has two more.
const CHARACTER: u32 = 11;
/// Fewest digits that are shorter in set C when they stand at an end of the text, or are all of it.
const DIGITS_AT_END: usize = 4;
/// Fewest digits that are shorter in set C when they stand inside.
const DIGITS_INSIDE: usize = 6;

/// Characters of one code set, in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run<'a> {
    /// Printable ASCII.
    B(&'a str),
    /// Digits, an even number of them.
    C(&'a str),
}

/// Cuts `text` into the runs that need the fewest symbol characters; none when it is empty or holds anything that is
/// not printable ASCII.
#[must_use]
pub fn runs(text: &str) -> Option<Vec<Run<'_>>> {
    if text.is_empty() || !text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return None;
    }
    let mut runs = Vec::new();
    let (mut rest, mut plain) = (text, 0);
    while let Some(tail) = rest.get(plain..).filter(|tail| !tail.is_empty()) {
        let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
        let (at_start, at_end) = (runs.is_empty() && plain == 0, digits == tail.len());
        let enough = if at_start || at_end { DIGITS_AT_END } else { DIGITS_INSIDE };
        if digits >= enough || (at_start && at_end && digits == 2) {
            // An odd digit goes to a neighbour in set B: after the run only where that saves the change of sets.
            let skip = if at_start && !at_end { 0 } else { digits % 2 };
            let (before, from) = rest.split_at(plain + skip);
            let (pairs, after) = from.split_at(digits / 2 * 2);
            if !before.is_empty() {
                runs.push(Run::B(before));
            }
            runs.push(Run::C(pairs));
            (rest, plain) = (after, 0);
        } else {
            plain += digits.max(1);
        }
    }
    if !rest.is_empty() {
        runs.push(Run::B(rest));
    }
    Some(runs)
}

/// The width of the symbol in modules, without quiet zones.
#[must_use]
pub fn modules(runs: &[Run<'_>]) -> u32 {
    let characters: usize = runs
        .iter()
        .map(|run| match run {
            Run::B(text) => 1 + text.len(),
            Run::C(pairs) => 1 + pairs.len() / 2,
        })
        .sum();
    // The start character is counted with the first run; check and stop characters follow.
    (characters as u32 + 2) * CHARACTER + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let runs = runs(text).unwrap_or_default();
        let shown: Vec<_> = runs
            .iter()
            .map(|run| match run {
                Run::B(text) => format!("B:{text}"),
                Run::C(pairs) => format!("C:{pairs}"),
            })
            .collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn digits_go_in_pairs_where_that_is_shorter() {
        check("J4T8RZ2KC", "B:J4T8RZ2KC");
        check("1042", "C:1042");
        check("42", "C:42");
        check("123", "B:123");
        check("12345", "B:1 C:2345");
        check("12345AB", "C:1234 B:5AB");
        check("AB12345", "B:AB1 C:2345");
        check("A1234B", "B:A1234B");
        check("A123456B", "B:A C:123456 B:B");
        check("A1234567B", "B:A1 C:234567 B:B");
        check("1Z999AA10123456784", "B:1Z999AA1 C:0123456784");
    }

    #[test]
    fn what_code_128_can_not_carry_is_refused() {
        assert_eq!(runs(""), None);
        assert_eq!(runs("Größe"), None);
        assert_eq!(runs("a\tb"), None);
    }
}
