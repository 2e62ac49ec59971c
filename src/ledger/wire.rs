//! What stations and hub say to each other, as JSON over HTTP.
//!
//! Up: a station asks for the head, compares, sends what is missing, believes the reply. Down: it asks for a
//! page of the feed and replaces whole subjects.

use serde::{Deserialize, Serialize};

use super::entry::Digest;
use crate::floor::moment::Moment;
use crate::ids::{AttachmentId, LedgerId, OrderId, Seq, StageId, StationId};

/// A header that programs send with a request that changes something; its value does not matter. A page of another
/// site can not set it without asking first.
pub const PROGRAM_HEADER: &str = "x-stationd";
/// Most entries of one upload.
pub const UPLOAD_ENTRIES_MAX: usize = 500;
/// Most bytes of one upload's entries; an entry that is larger travels alone.
pub const UPLOAD_BYTES_MAX: usize = 4 << 20;
/// Most subjects of one page of the feed: what a station takes in one transaction.
pub const PAGE_SUBJECTS_MAX: usize = 64;
/// Longest that the hub keeps a feed request waiting, in seconds.
pub const FEED_WAIT_MAX: u64 = 25;

/// The last entry of a ledger: its place, and the digest that vouches for all before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// Its place; 0 when there is none.
    pub seq: Seq,
    /// Its digest; zeroes when there is none.
    pub digest: Digest,
}

/// What a station says at every contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The ledger that it asks about.
    pub ledger: LedgerId,
    /// The stations that write into it, and their stages.
    pub stations: Vec<Served>,
    /// Its last entry.
    pub last: Seq,
    /// The oldest entry that it still keeps.
    pub oldest: Seq,
    /// Its clock.
    pub now: Moment,
    /// Up to when everything that happened is in entries up to `last`.
    pub settled: Moment,
    /// The newest entry of the hub's ledger that it has seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// A station and its stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// The station.
    pub station: StationId,
    /// What it does.
    pub stages: Vec<StageId>,
}

/// The newest entry of the hub's own ledger that a station saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The hub's ledger.
    pub ledger: LedgerId,
    /// Its last entry, as the hub told it.
    pub head: Head,
}

/// The hub's answer to a [`Hello`] and to an [`Upload`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadReply {
    /// The last entry of the station's ledger that the hub has.
    pub head: Head,
    /// The hub's own ledger, to be sent back as [`Hello::seen`].
    pub hub: Seen,
    /// The hub's clock.
    pub now: Moment,
}

/// Entries on their way up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Whose they are.
    pub ledger: LedgerId,
    /// The place of the first.
    pub from: Seq,
    /// The digest before the first.
    pub before: Digest,
    /// The entries' bytes, which are JSON text.
    pub entries: Vec<String>,
}

/// Why the hub did not take an upload. The station must not try the same again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum Refused {
    /// The first entry is not the one after the hub's last.
    #[error("there is a gap: the hub's last entry is {}", .head.seq)]
    Gap {
        /// What the hub has.
        head: Head,
    },
    /// The hub has another entry in that place.
    #[error("the hub has another history: its last entry is {}", .head.seq)]
    Divergence {
        /// What the hub has.
        head: Head,
    },
    /// An entry can not be read, or is too large.
    #[error("entry {seq} can not be read")]
    Malformed {
        /// Which one.
        seq: Seq,
    },
}

/// A station asks for the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedQuery {
    /// The hub ledger that the `rev` belongs to.
    pub epoch: Option<LedgerId>,
    /// What it has.
    pub rev: u64,
    /// How long to wait for news, in seconds; at most [`FEED_WAIT_MAX`].
    #[serde(default)]
    pub wait: u64,
}

/// A page of the feed: whole subjects, and the revision that it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The hub ledger that the revisions belong to; another one: begin from 0.
    pub epoch: LedgerId,
    /// Everything up to this revision is in the station's hands with this page.
    pub rev: u64,
    /// At most [`PAGE_SUBJECTS_MAX`].
    pub subjects: Vec<Subject>,
    /// There is more to ask for at once.
    #[serde(default)]
    pub more: bool,
}

/// A subject of the feed: an order, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The order.
    pub order: OrderId,
    /// All its entries, or none when it is gone.
    pub entries: Vec<ForeignEntry>,
    /// The attachments that its entries name, to be fetched before the page is taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentId>,
}

/// Somebody's entry, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignEntry {
    /// Whose.
    pub ledger: LedgerId,
    /// Its place there.
    pub seq: Seq,
    /// Its bytes, which are JSON text.
    pub bytes: String,
}
