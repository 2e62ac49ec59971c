//! What a bench has in hand: the little that outlives one scan. It is a fold of the station's own entries,
//! kept in the same transaction as they are.

use serde::{Deserialize, Serialize};

use super::moment::{Moment, SECOND};
use super::printing::Hindrance;
use super::verdict::{PieceName, Signal};
use crate::code::command::Command;
use crate::ids::{EntryId, JobId, LabelId, OperatorId, OrderId, PackageId, PrinterId, StageId};

/// The same code again within this time acknowledges nothing, in microseconds.
pub const REPEAT_WITHIN: i64 = 3 * SECOND;

/// For how long a command is about the piece that was scanned last, and waits for one where there is none, in
/// microseconds: as long as the screen shows the piece large.
pub const PIECE_FOR: i64 = 60 * SECOND;

/// A badge within this time after a scan says whose scan it was, in microseconds.
pub const CLAIM_WITHIN: i64 = 120 * SECOND;

/// Most scans that one badge claims: more than anybody makes within [`CLAIM_WITHIN`].
pub const CLAIMS_MAX: usize = 120;

/// Most questions that a bench keeps in hand; more labels than this in doubt wait in the ledger for their turn.
pub const QUESTIONS_MAX: usize = 64;

/// The state of one station between two scans.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bench {
    /// The package that is being packed or labelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand: Option<Hand>,
    /// The last scanned text, when, and what it was answered: a bouncing trigger is heard once, and turns no red
    /// into green.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<(String, Moment, Signal)>,
    /// The last entry that a scanned UNDO would undo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoable: Option<Undoable>,
    /// The piece that was scanned last: commands are about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<Current>,
    /// A command that waits for what it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meant: Option<Meant>,
    /// A piece that waits for a YES: it came to a strict stage too early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
    /// Scans that should have a name and have none, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unclaimed: Vec<Unclaimed>,
    /// Who is signed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<OperatorId>,
    /// The label that was last asked for or scanned here: what REPRINT means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_label: Option<LastLabel>,
    /// A number that is on two parcels, as it seems; the next YES or NO is about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubled: Option<Hand>,
    /// Labels that may have come out, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
}

/// A package in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    /// Whose it is.
    pub order: OrderId,
    /// Which one.
    pub package: PackageId,
}

/// A piece that was scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Current {
    /// Its order.
    pub order: OrderId,
    /// The piece.
    pub job: JobId,
    /// When.
    pub at: Moment,
}

/// A command that was given before the thing that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meant {
    /// What shall be done.
    pub command: Command,
    /// When it was given.
    pub at: Moment,
    /// The first of the two things that it needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Hand>,
}

/// "Sure?" about a piece at a strict stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// The piece, and when it was scanned.
    #[serde(flatten)]
    pub piece: Current,
    /// The strict stage.
    pub stage: StageId,
}

/// A scan that somebody made without a badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unclaimed {
    /// Its entry.
    pub entry: EntryId,
    /// Its order.
    pub order: OrderId,
    /// When.
    pub at: Moment,
}

impl Unclaimed {
    /// Whether a badge may still claim it.
    #[must_use]
    pub fn is_open(&self, now: Moment) -> bool {
        now.since(self.at) < CLAIM_WITHIN
    }
}

impl Bench {
    /// The piece that a command is about now.
    #[must_use]
    pub fn current(&self, now: Moment) -> Option<&Current> {
        self.piece.as_ref().filter(|piece| now.since(piece.at) < PIECE_FOR)
    }

    /// The command that still waits for what it is about.
    #[must_use]
    pub fn waiting_command(&self, now: Moment) -> Option<&Meant> {
        self.meant.as_ref().filter(|meant| now.since(meant.at) < PIECE_FOR)
    }

    /// The piece that still waits for a YES.
    #[must_use]
    pub fn doubted(&self, now: Moment) -> Option<&Doubt> {
        self.doubt.as_ref().filter(|doubt| now.since(doubt.piece.at) < PIECE_FOR)
    }

    /// When the bench next forgets something that it waits for, so that its screen must be drawn anew.
    #[must_use]
    pub fn forgets_at(&self) -> Option<Moment> {
        let meant = self.meant.as_ref().map(|meant| meant.at.plus(PIECE_FOR));
        let doubt = self.doubt.as_ref().map(|doubt| doubt.piece.at.plus(PIECE_FOR));
        let unclaimed = self.unclaimed.last().map(|scan| scan.at.plus(CLAIM_WITHIN));
        meant.into_iter().chain(doubt).chain(unclaimed).min()
    }
}

/// A label of a bench.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastLabel {
    /// Its order.
    pub order: OrderId,
    /// The label.
    pub label: LabelId,
}

/// An entry that can be undone, and what it was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undoable {
    /// The entry.
    pub entry: EntryId,
    /// What it changed.
    #[serde(flatten)]
    pub change: Change,
}

/// What an entry changed, as an UNDO says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The order whose state it changed.
    pub order: OrderId,
    /// The piece that was scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<PieceName>,
    /// The stage that was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageId>,
    /// It was itself an UNDO: to undo it is to let the scan count again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undid: bool,
}

impl Change {
    /// Of an order as a whole.
    #[must_use]
    pub const fn of(order: OrderId) -> Self {
        Change { order, piece: None, stage: None, undid: false }
    }
}

/// "Did the label print?"
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The label in doubt.
    pub label: LabelId,
    /// Its order.
    pub order: OrderId,
    /// The order as people say it.
    pub number: String,
    /// Where it was sent.
    pub printer: PrinterId,
}

/// What the bench waits for; a sentence in `words`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expect {
    /// Scan a piece, to record this stage.
    Piece(StageId),
    /// Scan a piece of any order, to open its package.
    FirstPiece,
    /// Scan the other pieces of this order.
    MorePieces { number: String, missing: u32 },
    /// Stick the label on and scan its tracking barcode.
    TrackingNumber { number: String },
    /// Scan YES or NO, or touch it.
    Answer { number: String, printer: PrinterId },
    /// Scan an order's code, or PRINT NEXT, to print tickets.
    Ticket,
    /// Scan the label of each parcel that leaves.
    Parcel,
    /// Scan what this command is about.
    Meant(Command),
    /// Earlier work was not scanned: YES records the piece nevertheless, NO leaves it out.
    Sure { number: String, stage: StageId },
    /// Scan a badge: it is not known who made the last scans.
    WhoAreYou,
}

/// Something is wrong with the equipment; a sentence in `words`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// The scanner can not be opened, or went away.
    ScannerGone { scanner: String },
    /// Another program holds the scanner.
    ScannerRefused { scanner: String },
    /// The user of this process may not open the scanner.
    ScannerForbidden { scanner: String },
    /// The scanner is there and can not be used, whatever the reason.
    ScannerUnusable { scanner: String },
    /// The software of a press did not take a job code.
    PressAway { press: String, job: String },
    /// The printer does not print; so many labels wait for it.
    Printer { printer: PrinterId, why: Hindrance, labels: u32 },
    /// Nothing can be recorded.
    DiskFull,
    /// Nothing can be recorded.
    DiskReadOnly,
    /// Nothing can be recorded.
    DiskError,
}

/// Whether the rest of the shop can be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contact {
    /// Not asked yet since the program started.
    NotYet,
    /// Reached at the last try.
    Here,
    /// Not reached since.
    AwaySince(Moment),
}
