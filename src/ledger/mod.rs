//! The ledger: the numbered entries that one writer wrote, on disk, and what is derived from them.
//!
//! [`entry`] is the one type that is stored for ever; [`wire`] is what stations and hub say to each other;
//! [`store`] is the database file and the only way to append; [`read`] reads what was appended; [`orders`] finds and folds what is known of an
//! order; [`foreign`] is the station's cache of what others wrote; [`queue`] is the labels that wait for a
//! printer; [`scanners`] is whose each scanner is; [`attachment`] is what is not for ever; [`checkpoint`] keeps the log short.
//!
//! Invariants: an entry's bytes are never changed. Everything but entries and attachments can be made again
//! from them. Nothing is answered before [`store::Writing::commit`] came back.

pub mod attachment;
pub mod checkpoint;
pub mod entry;
pub mod foreign;
pub mod orders;
pub mod queue;
pub mod read;
pub mod scanners;
pub mod schema;
pub mod store;
pub mod wire;
