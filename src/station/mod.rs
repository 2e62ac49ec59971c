//! One input at a time: decide, commit, then act.
//!
//! The station owns the truth of one PC: the only writing connection to its ledger, on one thread. Inputs come
//! through one bounded channel; those that wait together share one transaction, with a savepoint each; verdicts,
//! views and labels leave after the commit.
//!
//! [`input`] is everything that can happen; [`known`] looks up what an input names; [`turn`] makes one entry of
//! one input; [`printing`] does the same for what printers say; [`run`] is the loop and `take` its inside, `answer` what it tells; [`scanners`] is whose each scanner is; [`view`] and [`show`] are
//! what kiosks see, [`waiting`] looks up the one list that is slow to find; [`touch`] and [`work`] are what people and printers exchange with it.

mod answer;
pub mod fields;
pub mod input;
pub mod known;
pub mod noise;
pub mod printing;
pub mod run;
pub mod scanners;
pub mod setup;
pub mod show;
mod take;
#[cfg(test)]
mod tests;
pub mod touch;
pub mod turn;
pub mod view;
pub mod waiting;
pub mod work;
