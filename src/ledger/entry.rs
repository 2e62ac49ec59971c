//! An entry: what one input made. One byte string, written once, never changed.
//!
//! The bytes are JSON, so that an entry can be read without this program in twenty years. The form is pinned
//! by a test; fields are only ever added.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::code::aim::Aim;
use crate::floor::event::Event;
use crate::floor::moment::{Moment, Wall};
use crate::floor::order::{Fact, Key};
use crate::floor::verdict::{Unreadable, Verdict};
use crate::ids::{AttachmentId, EntryId, OperatorId, OrderId, PrinterId, ScannerId, StationId};

/// Longest entry, in bytes; an order of the most jobs with the longest texts is far below it.
pub const ENTRY_MAX: usize = 4 << 20;

/// What one input made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name wherever it is stored.
    pub id: EntryId,
    /// The bench, or the hub.
    pub station: StationId,
    /// Its ordering time: grows with every entry of a writer.
    pub at: Moment,
    /// What the clock said.
    pub wall: Wall,
    /// Who was signed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<OperatorId>,
    /// What came in.
    pub cause: Cause,
    /// What was answered.
    pub verdict: Verdict,
    /// What it changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "c", rename_all = "snake_case")]
pub enum Cause {
    /// A scanner read something.
    Scan {
        /// By its physical port.
        scanner: ScannerId,
        /// What it read.
        #[serde(flatten)]
        read: Read,
    },
    /// A person typed a code at the kiosk or on the command line.
    Typed {
        /// What was typed.
        #[serde(flatten)]
        read: Read,
    },
    /// A person touched the screen.
    Touch,
    /// A printer took, refused or lost a label.
    Printer {
        /// Which one.
        printer: PrinterId,
    },
    /// The program started again after it had stopped in the middle of something.
    Restart,
    /// The order system, or a person at the hub.
    Desk,
    /// Something that a newer program knows.
    #[serde(other)]
    Other,
}

/// What was read. Text that may hold personal data is kept beside the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Read {
    /// A code of a kind that holds no personal data.
    Code {
        /// As the scanner gave it.
        text: String,
        /// The symbology, where the scanner says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aim: Option<Aim>,
    },
    /// Anything else: the raw bytes are an attachment.
    Kept(AttachmentId),
    /// No whole text; `count` of them in a row where there were many.
    Broken {
        /// Why.
        why: Unreadable,
        /// How many this entry stands for.
        count: u32,
    },
}

/// Why bytes are not an entry of ours.
#[derive(Debug, thiserror::Error)]
#[error("the bytes are not an entry")]
pub struct NotAnEntry(#[from] serde_json::Error);

impl Entry {
    /// The bytes that are stored.
    ///
    /// # Panics
    /// Never: the type has no map with keys that are not text, and no number that JSON lacks.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads stored bytes.
    ///
    /// # Errors
    /// The bytes are not JSON, or lack what every entry has.
    pub fn from_bytes(bytes: &[u8]) -> Result<Entry, NotAnEntry> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// What the fold sees of it.
    #[must_use]
    pub fn fact(&self) -> Fact<'_> {
        let key = Key { at: self.at, entry: self.id };
        Fact { key, station: &self.station, by: self.by.as_ref(), events: &self.events }
    }

    /// The orders that it is about, each once.
    #[must_use]
    pub fn orders(&self) -> Vec<&OrderId> {
        let mut orders: Vec<&OrderId> = self.events.iter().filter_map(Event::order).collect();
        orders.sort();
        orders.dedup();
        orders
    }
}

/// SHA-256 over the digest before and the bytes of an entry: one digest vouches for all before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Before the first entry.
    pub const NONE: Digest = Digest([0; 32]);

    /// The digest after `bytes`.
    #[must_use]
    pub fn after(self, bytes: &[u8]) -> Digest {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(bytes);
        Digest(hash.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(serde::de::Error::custom)?;
        let bytes = bytes.try_into().map_err(|_| serde::de::Error::custom("a digest has 32 bytes"))?;
        Ok(Digest(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::floor::verdict::Say;
    use crate::ids::{JobId, StageId};

    fn sample() -> Entry {
        let stage = StageId::new("qc").unwrap();
        let order = OrderId::new("D2C").unwrap();
        let number = "#1042".to_owned();
        Entry {
            id: EntryId::from_bytes([7; 16]),
            station: StationId::new("qc").unwrap(),
            at: Moment(1_795_000_000_000_000),
            wall: Wall { time: Moment(1_795_000_000_000_000), zone: -360 },
            by: None,
            cause: Cause::Scan {
                scanner: ScannerId::new("usb-1.2").unwrap(),
                read: Read::Code { text: "J2345".into(), aim: None },
            },
            verdict: Verdict::go(Say::Passed { number, stage: stage.clone(), n: 1, of: 2, next: None }),
            events: vec![Event::JobPassed { order: Some(order), job: JobId::new("J2345").unwrap(), stage }],
        }
    }

    #[test]
    fn the_stored_form_is_pinned() {
        let text = String::from_utf8(sample().to_bytes()).unwrap();
        assert_eq!(
            text,
            concat!(
                r#"{"id":"07070707-0707-0707-0707-070707070707","station":"qc","at":1795000000000000,"#,
                r#""wall":{"t":1795000000000000,"z":-360},"cause":{"c":"scan","scanner":"usb-1.2","code":{"text":"J2345"}},"#,
                r##""verdict":{"s":"go","say":"passed","number":"#1042","stage":"qc","n":1,"of":2,"next":null},"##,
                r#""events":[{"e":"job_passed","order":"D2C","job":"J2345","stage":"qc"}]}"#
            )
        );
        assert_eq!(Entry::from_bytes(text.as_bytes()).unwrap(), sample());
    }

    #[test]
    fn an_entry_of_a_newer_program_is_read_for_what_is_known() {
        let text = r#"{"id":"07070707-0707-0707-0707-070707070707","station":"qc","at":1,"wall":{"t":1,"z":0},"mood":"fine",
            "cause":{"c":"gesture","hand":"left"},"verdict":{"s":"go","say":"waved","to":"x"},"events":[{"e":"waved","order":"D1"}]}"#;
        let entry = Entry::from_bytes(text.as_bytes()).unwrap();
        assert_eq!((entry.cause, entry.verdict.say), (Cause::Other, Say::Unsaid));
        assert_eq!(entry.events, [Event::Unknown]);
    }

    #[test]
    fn a_digest_vouches_for_everything_before_it() {
        let one = Digest::NONE.after(b"a").after(b"b");
        assert_ne!(one, Digest::NONE.after(b"ab"));
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Digest>(&text).unwrap(), one);
    }
}
