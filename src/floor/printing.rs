//! The vocabulary of printers: what keeps one from printing, who says that a label came out, and what is said of it.

use serde::{Deserialize, Serialize};

use super::event::{LabelOf, Outcome};
use super::moment::Moment;
use crate::code::command::ReprintReason;
use crate::ids::{PrinterId, StationId};

/// More labels than this wait for one printer only where something is wrong; people are told.
pub const BEHIND_FROM: u32 = 2_000;

/// What keeps a printer from printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// No paper or labels are left.
    PaperOut,
    /// The head or a cover is open.
    Open,
    /// No ribbon is left.
    Ribbon,
    /// It was paused.
    Paused,
    /// Its head is too hot.
    Hot,
    /// It was switched to offline.
    Offline,
    /// A jam, a knife that stuck.
    Fault,
    /// It can not be reached: switched off, or the cable is out.
    Away,
    /// It answered before, and does not now.
    Silent,
    /// Very many labels wait for it.
    Behind,
    /// Something that a newer program knows.
    #[serde(other)]
    Other,
}

/// Who says that a label came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The printer.
    Printer,
    /// A person who was asked.
    Person,
    /// Somebody scanned it.
    Scan,
    /// Nobody: the printer took every byte.
    #[default]
    #[serde(other)]
    Taken,
}

impl Proof {
    /// Whether nobody saw it, and so nothing need be written.
    #[must_use]
    pub const fn is_taken(&self) -> bool {
        matches!(self, Proof::Taken)
    }
}

/// A label that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// What it is.
    pub what: LabelOf,
    /// The bench that asked for it, and is asked about it.
    pub station: StationId,
    /// Where it goes; absent: the kiosk's screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printer: Option<PrinterId>,
    /// How far it is.
    pub progress: Progress,
    /// When it got that far.
    pub since: Moment,
    /// Who says that it came out.
    #[serde(default, skip_serializing_if = "Proof::is_taken")]
    pub proof: Proof,
}

/// How far a label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Asked for.
    Requested,
    /// Bytes are on their way.
    Sending,
    /// Ended so.
    Ended(Outcome),
    /// It can not be made from what the shop gave.
    Unmade,
}

/// What is said of printers and their labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "print", rename_all = "snake_case")]
pub enum PrintSay {
    /// What was scanned is recorded; the label waits for its printer.
    Waits { number: String, printer: PrinterId, why: Hindrance },
    /// The label can not be made from what the shop gave.
    Unmade { number: String },
    /// A shipping label is printed again only with a reason.
    WhyAgain { number: String },
    /// It is printed again; where another copy may lie about, it must be destroyed.
    Again { number: String, reason: ReprintReason },
    /// There is no label that could be printed again.
    NothingToRepeat,
    /// The number was scanned before, and its label printed twice: is there a second parcel with it?
    SecondParcel { number: String, printed: String },
    /// There is: one of the two must not leave.
    SecondParcelFound { number: String },
    /// There is none: the same parcel was scanned twice.
    SameParcel { number: String },
    /// Something that a newer program says.
    #[serde(other)]
    Unsaid,
}
