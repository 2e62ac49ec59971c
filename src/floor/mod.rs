//! What may happen on the shop floor: the rules, as pure functions over facts.
//!
//! Read in this order: [`moment`] and [`route`] are the vocabulary, [`intake`] is what an order is born with
//! and [`document`] the papers of its packages, [`event`] is what can happen to it, [`order`] folds events into a state and [`rework`] says what becomes of
//! pieces that went wrong, [`printing`] is the vocabulary of printers, [`verdict`] is what an operator is
//! told, [`decide`](mod@decide) is the rule that turns a scan and the known state into a verdict and new events,
//! [`audit`] reads a state for what was missed and what stands still.
//!
//! Nothing here knows a clock, a file, a task or a log: the present moment is an argument.

pub mod audit;
pub mod bench;
mod contents;
pub mod decide;
pub mod document;
pub mod event;
pub mod intake;
pub mod moment;
pub mod order;
pub mod printing;
pub mod rework;
pub mod route;
pub mod verdict;
