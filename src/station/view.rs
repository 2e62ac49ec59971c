//! What a kiosk shows: one whole picture of a bench, made anew after every commit.
//!
//! A view is never patched and never the only copy of anything: a page that missed ten of them is right again
//! with the eleventh.

use serde::{Deserialize, Serialize};

use crate::floor::bench::{Contact, Expect, Question, Trouble};
use crate::floor::moment::{Moment, Wall};
use crate::floor::verdict::Verdict;
use crate::ids::{AttachmentId, EntryId, LabelId, OperatorId, ScannerId, StageId, StationId};

/// How many of the last scans a kiosk lists.
pub const RECENT_MAX: usize = 10;
/// How many waiting pieces a pre-production kiosk lists.
pub const WAITING_MAX: usize = 12;

/// Everything that one station's kiosk shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The bench.
    pub station: StationId,
    /// What is done here.
    pub stages: Vec<StageId>,
    /// The last verdicts, newest first; at most [`RECENT_MAX`]. The first is shown large.
    pub recent: Vec<Shown>,
    /// The newest red that nobody has answered: it stays on the screen and sounds again, whatever is scanned
    /// meanwhile, until OK, a touch or the same piece again.
    #[serde(default)]
    pub open: Option<Shown>,
    /// What is expected next.
    pub expect: Expect,
    /// The package in hand.
    pub package: Option<PackageView>,
    /// The label that is drawn here because no printer is set up for it.
    pub drawn: Option<LabelId>,
    /// The oldest open question.
    pub question: Option<Question>,
    /// Pieces that wait for a ticket, most urgent first (pre-production only).
    pub waiting: Vec<Piece>,
    /// Who is signed on.
    pub operator: Option<OperatorId>,
    /// Whether the hub is heard.
    pub contact: Contact,
    /// Entries that the hub does not have yet.
    pub unsent: u64,
    /// What is wrong with the equipment.
    pub trouble: Vec<Trouble>,
    /// Scanners that said something and belong to no bench yet, the newest first.
    pub offers: Vec<ScannerId>,
}

/// One answered input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The entry; absent when nothing could be recorded (then the verdict says so).
    pub entry: Option<EntryId>,
    /// When.
    pub wall: Wall,
    /// The answer.
    pub verdict: Verdict,
    /// The piece that was scanned, where it is known.
    pub piece: Option<Piece>,
}

/// A piece as its screen card shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its barcode.
    pub job: crate::ids::JobId,
    /// The order as people say it.
    pub number: String,
    /// Its place among the order's pieces, and how many there are.
    pub n: u32,
    /// How many pieces the order has.
    pub of: u32,
    /// What it is.
    pub product: String,
    /// Its size.
    pub size: String,
    /// Its colour.
    pub colour: String,
    /// Where it is printed.
    pub places: Vec<String>,
    /// A word to whoever makes it.
    pub note: String,
    /// A small picture.
    pub picture: Option<AttachmentId>,
    /// It goes before others.
    pub rush: bool,
    /// Made up, for trying.
    pub sample: bool,
    /// When its order must leave.
    pub ship_by: Option<Moment>,
}

/// The package in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageView {
    /// The order as people say it.
    pub number: String,
    /// Pieces in it.
    pub n: u32,
    /// Pieces that belong in it.
    pub of: u32,
    /// Complete: only its label is missing.
    pub closed: bool,
    /// Made up, for trying.
    pub sample: bool,
}
