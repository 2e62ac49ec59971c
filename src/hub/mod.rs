//! The hub: gathers every ledger of the shop, keeps each order's state, and answers what supervisors ask.
//!
//! Read in this order: [`ingest`] takes the stations' entries, [`hello`] notes who is heard of and notices that
//! this hub was restored, [`board`] keeps the orders' states and what reports ask of them, [`feed`] tells the
//! stations what changed, [`intake`] turns drafts into orders (from files: [`import`]; to try: [`sample`]),
//! [`report`] and [`timeline`] read, and [`service`] is the one thread that writes.
//!
//! Invariants: a station's entry and the board's step are one transaction. The board is the fold of the
//! entries, whatever the order in which they arrived. Nothing is answered before it is on disk.

pub mod board;
pub mod differs;
pub mod draft;
pub mod feed;
pub mod handle;
pub mod hello;
pub mod import;
pub mod ingest;
pub mod intake;
pub mod label_number;
pub mod list;
pub mod report;
pub mod sample;
pub mod service;
pub mod timeline;
