//! `stationd`: the daemon on the benches of a print-on-demand shop.
pub mod catalog;
pub mod cli;
pub mod code;
pub mod floor;
pub mod hub;
pub mod ids;
pub mod label;
pub mod ledger;
pub mod scan;
pub mod station;
pub mod uplink;
pub mod web;
pub mod words;
