//! What may be said of a scanner that belongs to no bench yet: that it read a pairing code, or that it read something.
//!
//! Such a device may be the keyboard of the person at the bench. What it typed ends here: no text of it is kept,
//! shown or sent but a pairing code.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Heard;
use crate::code::own::{self, Kind, Own};
use crate::ids::StationId;

/// Longest time of one character, on average, by which a keyboard is taken for a scanner. A scanner over a slow radio
/// link needs 70 ms; the fastest typists need some 80.
pub const CHARACTER_MAX: Duration = Duration::from_millis(75);

/// Fewest characters of a barcode by which a keyboard is taken for a scanner: two keys and Enter are typed quickly.
pub const CHARACTERS_MIN: usize = 4;

/// What an unpaired scanner said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unpaired {
    /// The pairing code of a station.
    Pairing {
        /// Whose code it is.
        station: StationId,
    },
    /// A barcode, whatever it was.
    Something,
}

/// What is left of something heard, which took `took` from its first byte on; none where it says nothing. What a
/// `keyboard` sends counts only if no person types so fast.
#[must_use]
pub fn left_of(heard: &Heard, took: Duration, keyboard: bool) -> Option<Unpaired> {
    let text = match heard {
        Heard::Scan(scan) => scan.text.as_str(),
        Heard::Pull(scans) => scans.first()?.text.as_str(),
        Heard::Layout { .. } | Heard::Unpaired(_) => return Some(Unpaired::Something),
        // A device that sends noise is offered too: perhaps only its speed is wrong. A keyboard does not.
        Heard::Broken(_) => return (!keyboard).then_some(Unpaired::Something),
    };
    let characters = text.chars().count();
    let fast = u32::try_from(characters).is_ok_and(|n| took <= CHARACTER_MAX * n);
    if keyboard && (characters < CHARACTERS_MIN || !fast) {
        return None;
    }
    match own::read(text) {
        Some(Own::Named(Kind::Pairing, name)) => Some(Unpaired::Pairing { station: StationId::new(name).ok()? }),
        _ => Some(Unpaired::Something),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::{Broken, Scan};

    fn check(text: &str, took_ms: u64, keyboard: bool, wanted: Option<Unpaired>) {
        let heard = Heard::Scan(Scan { text: text.to_owned(), aim: None });
        assert_eq!(left_of(&heard, Duration::from_millis(took_ms), keyboard), wanted, "{text} in {took_ms} ms");
    }

    #[test]
    fn of_an_unpaired_scanner_only_a_pairing_code_is_left() {
        let code = own::make_named(Kind::Pairing, "QC-1").expect("a code");
        let pairing = Some(Unpaired::Pairing { station: StationId::new("QC-1").expect("a name") });
        check(&code, 20, true, pairing.clone());
        check(&code.to_lowercase(), 20, true, pairing.clone());
        check(&code, 60_000, false, pairing);
        check("my secret password", 20, false, Some(Unpaired::Something));
    }

    #[test]
    fn what_a_person_types_on_a_keyboard_is_not_even_noticed() {
        let code = own::make_named(Kind::Pairing, "QC-1").expect("a code");
        check("my secret password", 18 * 76, true, None);
        check(&code, 8 * 100, true, None);
        check("ls", 10, true, None);
        check("J7K3M9", 60, true, Some(Unpaired::Something));
        let broken = Heard::Broken(Broken::UnknownKey { key: 1 });
        assert_eq!(left_of(&broken, Duration::ZERO, true), None);
        assert_eq!(left_of(&broken, Duration::ZERO, false), Some(Unpaired::Something));
    }
}
