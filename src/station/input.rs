//! Everything that can happen to a station: one closed list. A new reason to wake up is a new variant.

use tokio::sync::oneshot;

use super::touch::Touch;
use super::waiting::Waits;
use super::work::Job;
use crate::floor::bench::Contact;
pub use crate::floor::bench::Trouble;
pub use crate::floor::printing::Hindrance;
use crate::floor::verdict::Verdict;
use crate::ids::{AttachmentId, LabelId, LedgerId, PrinterId, ScannerId, Seq, StationId};
use crate::ledger::wire::{Head, Page, Seen};
use crate::scan::Heard;
pub use crate::scan::unpaired::Unpaired;

/// How many inputs may wait for the loop. Readers never wait: when it is full, a scan is refused loudly.
pub const WAITING_MAX: usize = 256;
/// How many chores may wait; whoever brings one waits for its turn.
pub const CHORES_MAX: usize = 4;
/// How many inputs share one transaction.
pub const TOGETHER_MAX: usize = 64;

/// Before a printer's name, where it is named as a piece of equipment.
pub const PRINTER_DEVICE: &str = "printer ";

/// Where the answer to an input goes, if somebody waits for it. It is sent after the commit.
pub type Reply<T> = Option<oneshot::Sender<T>>;

/// What people and devices do. Decided at once.
#[derive(Debug)]
pub enum Input {
    /// A scanner gave a scan, or the reason why there is none.
    Heard { station: StationId, scanner: ScannerId, heard: Heard },
    /// A scanner that belongs to no bench said something, or went away.
    Unpaired { scanner: ScannerId, said: Option<Unpaired> },
    /// A person typed a code at the kiosk or on the command line.
    Typed { station: StationId, code: String, reply: Reply<Verdict> },
    /// A person touched the kiosk.
    Touched { station: StationId, touch: Touch, reply: Reply<Verdict> },
    /// A printer is ready for its next label.
    Ready { printer: PrinterId, reply: oneshot::Sender<Job> },
    /// What came of a label that was handed over.
    Sent { printer: PrinterId, label: LabelId, came: Came },
    /// Equipment failed (or works again, when there is no trouble).
    Equipment { device: String, stations: Vec<StationId>, trouble: Option<Trouble> },
}

/// What came of a label that was handed to a printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// The printer says that it is out.
    Printed,
    /// The printer took every byte, and can not say more.
    Taken,
    /// Surely nothing came out.
    Failed,
    /// Some of it may have come out.
    Doubtful,
    /// It can not be made; the reason is for whoever looks at the order.
    Unmade(String),
}

/// What the uplink and the look-out bring. Taken only when no input waits.
#[derive(Debug)]
pub enum Chore {
    /// A page of the feed, its attachments stored before.
    Page { page: Box<Page>, done: oneshot::Sender<bool> },
    /// Bytes that a page names.
    Attachment { id: AttachmentId, mime: String, bytes: Vec<u8>, done: oneshot::Sender<bool> },
    /// The hub was heard, or not; and what it still lacks.
    Contact { contact: Contact, unsent: u64 },
    /// The newest entry of the hub's own ledger.
    Seen(Seen),
    /// The pieces that wait for a ticket, most urgent first.
    Waiting(Vec<Waits>),
    /// The hub has a tail of our ledger that our disk lost.
    TakeBack { ledger: LedgerId, after: Head, tail: Vec<String>, done: oneshot::Sender<bool> },
    /// The hub has another history after `fork`: ours goes on in a new ledger.
    Renew { ledger: LedgerId, fork: Seq, fresh: LedgerId, done: oneshot::Sender<bool> },
}
