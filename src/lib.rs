//! `stationd`: the daemon on the benches of a print-on-demand shop.
pub mod catalog;
pub mod code;
pub mod device;
pub mod floor;
pub mod ids;
pub mod label;
pub mod ledger;
pub mod scan;
pub mod words;
