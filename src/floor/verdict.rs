//! What the operator is told: a signal that is seen and heard, and what is said. The sentences are in `words`.

use serde::{Deserialize, Serialize};

use super::printing::PrintSay;
use super::rework::Gone;
use crate::code::command::{Command, FailReason, HoldReason};
use crate::ids::{JobId, OperatorId, PrinterId, ScannerId, StageId, StationId};

/// What the operator sees and hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Green: recorded, and right.
    Go,
    /// Amber: recorded, and something to look at.
    Attention,
    /// Red: do not go on with this thing.
    Stop,
}

/// The answer to one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Seen and heard.
    #[serde(rename = "s")]
    pub signal: Signal,
    /// Said; a sentence in `words`.
    #[serde(flatten)]
    pub say: Say,
}

impl Verdict {
    /// Go on.
    #[must_use]
    pub const fn go(say: Say) -> Self {
        Verdict { signal: Signal::Go, say }
    }

    /// Go on, but look.
    #[must_use]
    pub const fn attention(say: Say) -> Self {
        Verdict { signal: Signal::Attention, say }
    }

    /// Do not go on.
    #[must_use]
    pub const fn stop(say: Say) -> Self {
        Verdict { signal: Signal::Stop, say }
    }
}

/// What is said, with what it is said of. `number` is always the order as people say it, such as `#1042`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum Say {
    /// The job, `n` of the order's `of`, passed this stage; `next` is where it goes.
    Passed { number: String, stage: StageId, n: u32, of: u32, next: Option<StageId> },
    /// The same job was just scanned here, or passed here before.
    Already { number: String, stage: StageId },
    /// The job passed, but earlier stages have no scan.
    PassedButMissed { number: String, stage: StageId, missed: Vec<StageId> },
    /// The job passed, but this stage is not on its route.
    NotOnRoute { number: String, stage: StageId },
    /// A valid job code that this bench has not heard of yet; recorded.
    NewHere { job: JobId, stage: StageId },
    /// The order was cancelled: put the piece aside.
    Cancelled { number: String, reason: String },
    /// The order waits: put the piece aside. `why` is given where a command code held it.
    Held {
        number: String,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<HoldReason>,
    },
    /// The piece is in the open package; `n` of `of` are, the others were last seen at these stages.
    Packed {
        number: String,
        n: u32,
        of: u32,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<LastSeen>,
    },
    /// The piece is already in a package.
    AlreadyPacked { number: String },
    /// The package is complete; its shipping label is printing or shown.
    Complete { number: String, label: LabelState },
    /// This piece belongs to another order than the package that is open here.
    WrongOrder { number: String, open: String },
    /// The label of the package in hand must be scanned before another package is begun.
    LabelFirst { open: String },
    /// The package in hand was put aside; any of its pieces takes it up again.
    Parked { number: String },
    /// The shipping label is on the right package.
    Linked { number: String, printed: String },
    /// The package was linked to this number before.
    AlreadyLinked { number: String, printed: String },
    /// The label is linked, but several carriers use such numbers.
    LinkedUnsure { number: String, printed: String, carriers: Vec<String> },
    /// The label belongs to another order than the package in hand.
    LabelOfOther { printed: String, belongs: String, open: Option<String> },
    /// The package expects another label, whose number ends in `expected`.
    OtherLabelExpected { number: String, printed: String, expected: String },
    /// What is said at the door.
    Door(Door),
    /// The number of a return label: it goes into the package, and is never its own.
    ReturnLabel { number: String, printed: String },
    /// Pieces of this package are not packed yet.
    PackFirst { number: String, printed: String, missing: u32 },
    /// A tracking number with no package in hand, and none known for it.
    WhichPackage { printed: String },
    /// The package label of an order whose package is in hand.
    PackageInHand { number: String, n: u32, of: u32 },
    /// Tickets are printing, or shown.
    Tickets { number: String, count: u32, label: LabelState },
    /// There is no job that waits for a ticket.
    NoTicketWaits,
    /// An order code was scanned where only pieces are.
    OrderSeen { number: String, jobs: u32 },
    /// The bench does not know this order or package.
    NotKnown { code: String },
    /// A tracking number was scanned at a bench that does not pack.
    NotHere { what: Seen },
    /// A barcode on the label that is not the number: scan the other one.
    OtherBarcode { what: Seen },
    /// One of our codes, misread.
    Misread,
    /// Nothing that stationd knows. What it was is not said: it may name a person.
    Unknown,
    /// A carrier's number with a wrong check digit.
    BadCheckDigit { carriers: Vec<String> },
    /// The scanner gave no whole text.
    Unreadable { why: Unreadable },
    /// The label came out, failed or nobody knows.
    LabelEnded { number: String, state: LabelState },
    /// A question about a label that may have come out.
    DidItPrint { number: String, printer: PrinterId },
    /// Of a printer and its labels.
    Print(PrintSay),
    /// Yes or no with no question open.
    NothingAsked,
    /// A command that this bench does not take.
    CommandNotHere,
    /// The last scan does not count any more.
    Undone {
        number: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        piece: Option<PieceName>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<StageId>,
    },
    /// What is said to commands about pieces and packages.
    Work(Work),
    /// There is nothing to undo.
    NothingToUndo,
    /// Somebody signed on; the last `claimed` scans are theirs.
    SignedOn {
        operator: OperatorId,
        #[serde(default, skip_serializing_if = "is_zero")]
        claimed: u32,
    },
    /// Nobody is signed on. What they leave here: the package in hand, and questions.
    SignedOff {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        package: Option<String>,
        #[serde(default, skip_serializing_if = "is_zero")]
        questions: u32,
    },
    /// A strict stage: earlier stages have no scan. Not counted before a YES.
    Sure { number: String, stage: StageId, missed: Vec<StageId> },
    /// NO: the piece was not counted.
    NotCounted { number: String },
    /// Something about a scanner itself.
    Scanner { scanner: ScannerId, news: ScannerNews },
    /// Several commands were read in one pull of the trigger, so none was obeyed.
    SeveralCommands,
    /// A code that was read beside the one that counts.
    Beside,
    /// What to do here.
    Help,
    /// OK: a red was seen.
    Noted,
    /// An order came in (at the hub).
    OrderTaken { number: String },
    /// Not recorded: the disk did not take it. Never in an entry.
    NotSafe { why: NotSafe },
    /// Something that a newer program says.
    #[serde(other)]
    Unsaid,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What is said to commands about pieces and packages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "snake_case")]
pub enum Work {
    /// What an UNDO took back counts again.
    Redone { number: String, piece: Option<PieceName>, stage: Option<StageId> },
    /// A command needs a piece: scan it.
    WhichPiece { command: Command },
    /// A command needs a package: scan a piece of it first.
    NoPackage { command: Command },
    /// The piece failed, for the `times`-th time; it goes back to `back`.
    Failed { piece: PieceName, reason: FailReason, back: StageId, times: u32 },
    /// The piece is made no more, and `by` takes its place.
    Replaced { piece: PieceName, why: Gone, by: JobId },
    /// The code of a piece that was replaced before.
    PieceEnded { number: String, why: Gone, by: JobId },
    /// The ticket comes out once more, with the same code.
    TicketAgain { piece: PieceName, label: LabelState },
    /// The order waits from now on.
    PutOnHold { number: String, why: HoldReason },
    /// The order goes on.
    Released { number: String },
    /// The order did not wait.
    NotHeld { number: String },
    /// The package can not be closed: pieces are missing, last seen at these stages.
    NotComplete { number: String, missing: u32, others: Vec<LastSeen> },
    /// Nothing is in the package: there is nothing to send.
    NothingPacked { number: String },
    /// The first of two packages whose labels were swapped.
    SwapOther { number: String },
    /// The labels of two packages were exchanged.
    Swapped { one: String, other: String },
    /// A package without its label, or twice the same: nothing to exchange.
    NoSwap { number: String },
    /// Something that a newer program says.
    #[serde(other)]
    Unsaid,
}

/// What is said where parcels leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "door", rename_all = "snake_case")]
pub enum Door {
    /// The package leaves; `carrier` takes it, where that is sure.
    Leaves { number: String, carrier: Option<String> },
    /// The package leaves, but its label was not scanned when it was packed: that is made good here.
    LeavesUnscanned { number: String, printed: String },
    /// The package left before.
    LeftBefore { number: String },
    /// Nobody here made this label: it must not leave.
    NotOurs { printed: String },
    /// The package has no carrier's label, or none that was scanned: it must not leave.
    NoLabel { number: String },
    /// Something that a newer program says.
    #[serde(other)]
    Unsaid,
}

/// A piece as people say it: `n` of the order's `of`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PieceName {
    /// The order, such as `#1042`.
    pub number: String,
    /// Its place among the order's pieces, from 1.
    pub n: u32,
    /// How many pieces the order has.
    pub of: u32,
}

/// Where some of an order's pieces were scanned last; without a stage, nowhere yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSeen {
    /// How many.
    pub n: u32,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageId>,
}

/// What happened to a scanner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScannerNews {
    /// It belongs to this bench from here on.
    Paired,
    /// It belongs to no bench any more.
    Freed,
    /// The pairing code is that of a bench at another PC.
    Elsewhere {
        /// That bench.
        station: StationId,
    },
    /// The configuration file says whose it is, and a pairing code does not change that.
    Fixed {
        /// Whose it is.
        station: StationId,
    },
    /// It is read by this keyboard layout from here on.
    LayoutSet {
        /// Its name.
        layout: String,
    },
    /// It is read by the right keyboard layout already.
    LayoutRight {
        /// Its name.
        layout: String,
    },
    /// It had just been paired and was not ready to count yet.
    NotReady,
}

/// Where a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelState {
    /// Asked for; the printer has not taken it yet.
    Printing,
    /// Shown on the screen, as no printer is set up for it.
    OnScreen,
    /// There is no shipping label yet: the package waits on the shelf.
    NotYet,
    /// The printer took every byte.
    Printed,
    /// It did not come out; it is sent again.
    Failed,
    /// It may have come out; a question is open.
    Doubtful,
}

/// What a barcode was that is not the one to scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// A postcode or sorting code of a shipping label.
    Routing,
    /// A product's own barcode.
    Product,
    /// A web address.
    Web,
    /// A carrier's number.
    Tracking,
    /// A code of ours that means something elsewhere.
    Ours,
}

/// Why a scanner gave no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// Longer than any barcode.
    TooLong,
    /// Not text.
    NotText,
    /// Some of it was lost on the way.
    Lost,
    /// The scanner was unplugged or stopped in the middle.
    CutOff,
    /// Too many scans at once.
    TooMany,
}

/// Why something could not be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSafe {
    /// The disk is full.
    DiskFull,
    /// The disk can not be written.
    ReadOnly,
    /// The disk reported an error.
    DiskError,
}
