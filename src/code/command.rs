//! Commands: what an operator scans to say something. A closed list, one printed code each.
//!
//! A code is C, a mnemonic of safe digits (V for U, 0 for O, 1 for I and L, 5 for S where it reads better),
//! one digit that makes the check character a safe one, and the check character. Printed sheets hang on
//! walls for years: a code never changes and is never given to another command.

use serde::{Deserialize, Serialize};

use super::own::{self, Kind};

/// Most pieces that one QUANTITY or PRINT NEXT code can say.
pub const COUNT_MAX: u8 = 99;

/// What an operator says by scanning it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Take back the last scan.
    Undo,
    /// Print the last label once more.
    RepeatLabel,
    /// Print a label again, and why.
    Reprint(ReprintReason),
    /// Stop the order, and why.
    Hold(HoldReason),
    /// Let a held order go on.
    Release,
    /// The piece failed, and why.
    Fail(FailReason),
    /// The ticket can not be read any more.
    RuinedTicket,
    /// The piece is waste.
    Scrap,
    /// The piece can not be found.
    Lost,
    /// Send what is packed; the rest follows in another package.
    Split,
    /// The package is complete.
    Close,
    /// Put the package in hand aside.
    Park,
    /// Two labels were on each other's package.
    Swapped,
    /// A new roll is in the printer.
    NewRoll,
    /// The next scan counts for so many pieces, 1 to [`COUNT_MAX`].
    Quantity(u8),
    /// Print the tickets of the next so many jobs, 1 to [`COUNT_MAX`].
    PrintNext(u8),
    /// Yes.
    Yes,
    /// No.
    No,
    /// Understood.
    Ok,
    /// Sign off.
    SignOff,
    /// What can I do here?
    Help,
}

/// Why a label is printed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReprintReason {
    /// Nothing came out.
    Nothing,
    /// It can not be read.
    BadPrint,
    /// It was damaged on the way.
    Damaged,
}

/// Why an order is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The customer asked, or must be asked.
    Customer,
    /// Something is wrong with the artwork.
    Artwork,
    /// The garment is not in stock.
    Stock,
    /// Anything else, also what a newer program names.
    #[serde(other)]
    Other,
}

/// Why a piece failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailReason {
    /// The print is bad.
    Print,
    /// The print is in the wrong place.
    Placement,
    /// The garment is faulty or the wrong one.
    Garment,
    /// It is stained.
    Stain,
    /// Anything else, also what a newer program names.
    #[serde(other)]
    Other,
}

impl HoldReason {
    /// In one word, for machine-readable output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            HoldReason::Customer => "customer",
            HoldReason::Artwork => "artwork",
            HoldReason::Stock => "stock",
            HoldReason::Other => "other",
        }
    }
}

impl FailReason {
    /// In one word, for machine-readable output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            FailReason::Print => "print",
            FailReason::Placement => "placement",
            FailReason::Garment => "garment",
            FailReason::Stain => "stain",
            FailReason::Other => "other",
        }
    }
}

/// What begins the body of a QUANTITY code; the count follows.
const QUANTITY: &str = "C0VT";

/// What begins the body of a PRINT NEXT code; the count follows.
const PRINT_NEXT: &str = "PR1N";

/// Every command without a count, with its code.
const PLAIN: [(Command, &str); 28] = [
    (Command::Undo, "CVND00009"),
    (Command::RepeatLabel, "CREPEE01K"),
    (Command::Reprint(ReprintReason::Nothing), "CREPRN01K"),
    (Command::Reprint(ReprintReason::BadPrint), "CREPRB007"),
    (Command::Reprint(ReprintReason::Damaged), "CREPRD00S"),
    (Command::Hold(HoldReason::Customer), "CH01DCV1X"),
    (Command::Hold(HoldReason::Artwork), "CH01DRT3S"),
    (Command::Hold(HoldReason::Stock), "CH01DST3K"),
    (Command::Hold(HoldReason::Other), "CH01D0T00"),
    (Command::Release, "CRE1E5E08"),
    (Command::Fail(FailReason::Print), "CF11PRT3K"),
    (Command::Fail(FailReason::Placement), "CF11P1C18"),
    (Command::Fail(FailReason::Garment), "CF11GRT0E"),
    (Command::Fail(FailReason::Stain), "CF11ST104"),
    (Command::Fail(FailReason::Other), "CF110TH1K"),
    (Command::RuinedTicket, "CRV1NED2S"),
    (Command::Scrap, "CSCRP003K"),
    (Command::Lost, "C10ST000H"),
    (Command::Split, "CSP11T00X"),
    (Command::Close, "CC105E004"),
    (Command::Park, "CPRK0000G"),
    (Command::Swapped, "CSVPPD00S"),
    (Command::NewRoll, "CNEVR010V"),
    (Command::Yes, "C5E5E5E0F"),
    (Command::No, "CN0N0N003"),
    (Command::Ok, "C0K0K0K0H"),
    (Command::SignOff, "CS1GN0F08"),
    (Command::Help, "CHE1P000E"),
];

impl Command {
    /// Every command, those with a count once for each count.
    pub fn all() -> impl Iterator<Item = Command> {
        let plain = PLAIN.iter().map(|(command, _)| *command);
        plain.chain((1..=COUNT_MAX).map(Command::Quantity)).chain((1..=COUNT_MAX).map(Command::PrintNext))
    }

    /// Its printed code. A count outside 1 to [`COUNT_MAX`] is printed as the nearest one.
    #[must_use]
    pub fn code(self) -> String {
        let counted = |word: &str, n: u8| own::mnemonic(Kind::Command, &format!("{word}{:02}", n.clamp(1, COUNT_MAX)));
        match self {
            Command::Quantity(n) => counted(QUANTITY, n),
            Command::PrintNext(n) => counted(PRINT_NEXT, n),
            _ => PLAIN.iter().find(|(command, _)| *command == self).map_or_else(String::new, |(_, c)| (*c).to_owned()),
        }
    }

    /// Its name in machine-readable output, such as `hold_stock` or `quantity_12`.
    #[must_use]
    pub fn name(self) -> String {
        let plain = match self {
            Command::Quantity(n) => return format!("quantity_{n}"),
            Command::PrintNext(n) => return format!("print_next_{n}"),
            Command::Hold(reason) => return format!("hold_{}", reason.name()),
            Command::Fail(reason) => return format!("fail_{}", reason.name()),
            Command::Undo => "undo",
            Command::RepeatLabel => "repeat_label",
            Command::Reprint(ReprintReason::Nothing) => "reprint_nothing",
            Command::Reprint(ReprintReason::BadPrint) => "reprint_bad_print",
            Command::Reprint(ReprintReason::Damaged) => "reprint_damaged",
            Command::Release => "release",
            Command::RuinedTicket => "ruined_ticket",
            Command::Scrap => "scrap",
            Command::Lost => "lost",
            Command::Split => "split",
            Command::Close => "close",
            Command::Park => "park",
            Command::Swapped => "swapped",
            Command::NewRoll => "new_roll",
            Command::Yes => "yes",
            Command::No => "no",
            Command::Ok => "ok",
            Command::SignOff => "sign_off",
            Command::Help => "help",
        };
        plain.to_owned()
    }

    /// Whether it is about a package.
    #[must_use]
    pub const fn is_about_a_package(self) -> bool {
        matches!(self, Command::Close | Command::Split | Command::Park | Command::Swapped)
    }

    /// Whether it is about one piece: the one that was scanned last, or the next.
    #[must_use]
    pub const fn is_about_a_piece(self) -> bool {
        matches!(
            self,
            Command::Fail(_)
                | Command::Hold(_)
                | Command::Release
                | Command::RuinedTicket
                | Command::Scrap
                | Command::Lost
        )
    }

    /// The command of a printed code; none where the code is misread or no command of this program.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Command> {
        match own::read(code)? {
            own::Own::Id(Kind::Command, printed) => Command::of_printed(printed.as_str()),
            _ => None,
        }
    }

    /// The command of a code whose check character is right.
    pub(super) fn of_printed(printed: &str) -> Option<Command> {
        if let Some((command, _)) = PLAIN.iter().find(|(_, code)| *code == printed) {
            return Some(*command);
        }
        let stem = printed.get(1..own::BODY)?;
        let count = |word: &str| stem.strip_prefix(word)?.parse().ok().filter(|n| (1..=COUNT_MAX).contains(n));
        let command = count(QUANTITY).map(Command::Quantity).or_else(|| count(PRINT_NEXT).map(Command::PrintNext))?;
        (command.code() == printed).then_some(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_comes_back_from_its_code_and_no_two_share_one() {
        let mut codes: Vec<String> = Command::all().map(Command::code).collect();
        assert_eq!(codes.len(), PLAIN.len() + 2 * usize::from(COUNT_MAX));
        for (command, code) in Command::all().zip(&codes) {
            assert_eq!(Command::from_code(code), Some(command), "{code}");
            assert!(code.bytes().all(|b| own::SAFE.contains(&b)), "{code}");
            assert!(code[1..8].bytes().filter(u8::is_ascii_digit).count() >= 2, "{code}");
        }
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), Command::all().count());
    }

    #[test]
    fn a_code_of_no_command_is_none() {
        assert_eq!(Command::from_code(&own::mnemonic(Kind::Command, "C0VT00")), None);
        assert_eq!(Command::from_code(&own::mnemonic(Kind::Command, "BREEK")), None);
        assert_eq!(Command::from_code("J"), None);
    }

    #[test]
    fn yes_no_and_ok_differ_in_most_characters() {
        let codes = [Command::Yes, Command::No, Command::Ok].map(Command::code);
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            let (a, b) = (codes[a].bytes(), codes[b].bytes());
            assert!(a.zip(b).filter(|(x, y)| x != y).count() >= 6);
        }
    }

    #[test]
    fn the_documentation_lists_every_command() {
        let documented = include_str!("../../docs/codes.md");
        for (_, code) in PLAIN {
            assert!(documented.contains(&format!("| `{code}` |")), "{code}");
        }
        for code in [Command::Quantity(3), Command::Quantity(12), Command::PrintNext(5)].map(Command::code) {
            assert!(documented.contains(&format!("`{code}`")), "{code}");
        }
        let pairing = own::make_named(Kind::Pairing, "QC-1").unwrap_or_default();
        assert!(documented.contains(&format!("`QC-1` is `{pairing}`")), "{pairing}");
    }

    #[test]
    fn printed_sheets_stay_true() {
        assert_eq!(Command::Undo.code(), "CVND00009");
        assert_eq!(Command::Yes.code(), "C5E5E5E0F");
        assert_eq!(Command::Quantity(12).code(), "CC0VT120E");
        assert_eq!(Command::PrintNext(5).code(), "CPR1N051S");
    }
}
