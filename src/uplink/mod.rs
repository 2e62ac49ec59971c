//! The uplink: our ledger up to the hub, its feed down to the station.
//!
//! Nothing here remembers how far it is: the head is asked from the hub and compared with ours at every contact.
//! [`climb`] decides, without a clock or a network, what to do next; [`hub`] speaks HTTP; [`run`](run()) performs;
//! [`station`] is what the uplink needs from the one who writes our ledger.
//!
//! Invariants: only the station's loop writes. Attachments are on disk before the page that names them is
//! offered. Every wait has an end.

pub mod climb;
mod down;
pub mod hub;
pub mod reads;
pub mod run;
pub mod station;
mod up;

pub use run::run;
