//! `stationd`: the daemon on the benches of a print-on-demand shop.
//!
//! This page is the map. It names every module in reading order, who may name whom, and what each does *not* do.
//! A test (`tests/it/tidy`) reads the source and fails where it says otherwise.
//!
//! # The road of a scan
//!
//! A scanner's bytes enter at [`device`], become one whole scan in [`scan`], get a meaning in [`code`], and are an
//! input to [`station`]. There one loop looks up what is known, asks [`floor`] to decide, appends one entry to the
//! [`ledger`], commits, and only then lets the verdict, the label and the upload happen. [`words`] makes sentences of
//! the verdict, [`web`] shows them, [`label`] makes bytes for the printer, [`uplink`] brings the entries to the
//! [`hub`], which keeps the board of all orders and feeds the stations what others did.
//!
//! **Decide, commit, then act.** Green means: on disk, and it survives a power cut.
//! **The ledger is the outbox.** What must go up is what the hub says it lacks.
//! **A hub is a station whose scanners are other stations.** The same entries, the same fold.
//!
//! # Pure: no clock, no I/O, no tasks, no log; the present moment is an argument
//!
//! | module | what it is | names |
//! |---|---|---|
//! | [`ids`] | every identifier is a type of its own | nothing |
//! | [`code`] | what a scanned text means: our codes, carriers, GS1 | – |
//! | [`scan`] | what a scanner says: bytes, keys or reports in, whole scans out | code |
//! | [`label`] | what a printer is told: templates, rasters, ZPL, TSPL, ESC/POS | code |
//! | [`floor`] | what may happen: route, event, order (fold), rework, what is printed, decide, audit | code |
//! | [`words`] | the sentences, by language | floor, code |
//! | [`catalog`] | device, keyboard, printer and carrier files: text in, types out | scan, label, code |
//!
//! # Synchronous: order matters
//!
//! | module | what it is | names |
//! |---|---|---|
//! | [`config`] | the configuration file of this PC | floor, code, scan, label, catalog |
//! | [`ledger`] | entries, digests, SQLite, attachments | floor, code |
//! | [`station`] | one input at a time: input, turn, loop, view; what waits for a ticket | floor, code, scan, label, ledger, words |
//! | [`uplink`] | ledger → hub; the hub's feed → station | ledger, station |
//! | [`hub`] | ingest, board, feed, orders, reports | floor, code, ledger, words |
//!
//! # Asynchronous: many things to wait for
//!
//! | module | what it is | names |
//! |---|---|---|
//! | [`device`] | the only module that opens a device: discovers what is plugged in; one task per scanner, one thread per printer and per press | scan, label, catalog, station |
//! | [`web`] | kiosk pages, label previews, the hub's addresses, live updates | floor, code, label, words, ledger, station, hub |
//! | [`service`] | systemd: ready, alive, stop | – |
//! | [`cli`] | one file per subcommand; puts the rooms together | all; named by none |
//!
//! # Where the plan was changed
//!
//! - The fold's order is (`at`, entry identifier), see [`floor::order::Key`]: an entry keeps its identifier when its
//!   ledger is renewed, so a fold does not depend on which copy of an entry arrived first.
//! - A printer has a thread of its own and not a task: writing to it may block for as long as the paper is out.

pub mod catalog;
pub mod cli;
pub mod code;
pub mod config;
pub mod device;
pub mod floor;
pub mod hub;
pub mod ids;
pub mod label;
pub mod ledger;
pub mod scan;
pub mod service;
pub mod station;
pub mod uplink;
pub mod web;
pub mod words;
